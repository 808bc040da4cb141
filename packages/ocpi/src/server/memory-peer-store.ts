import type { Peer, PeerStore } from '../exchange/peer.ts';
import { sameHash } from '../transport/token.ts';

/** Keeps peers in memory: for tests, simulators and tools that live as long as their registrations. */
export class MemoryPeerStore implements PeerStore {
  readonly #peers = new Map<string, Peer>();

  async byId(id: string): Promise<Peer | undefined> {
    return this.#peers.get(id);
  }

  async byTokenHash(hash: string): Promise<Peer | undefined> {
    for (const peer of this.#peers.values()) {
      if (peer.inboundTokens.some((token) => sameHash(token.hash, hash))) return peer;
    }
    return undefined;
  }

  async list(): Promise<readonly Peer[]> {
    return [...this.#peers.values()];
  }

  async save(peer: Peer, expected?: Peer): Promise<boolean> {
    const stored = this.#peers.get(peer.id);
    if (expected !== undefined && (stored === undefined || !sameVersion(stored, expected))) return false;
    this.#peers.set(peer.id, peer);
    return true;
  }

  async remove(id: string): Promise<void> {
    this.#peers.delete(id);
  }
}

function sameVersion(stored: Peer, expected: Peer): boolean {
  const hashes = (peer: Peer) => peer.inboundTokens.map((token) => token.hash).join();
  return stored.updatedMs === expected.updatedMs && hashes(stored) === hashes(expected);
}
