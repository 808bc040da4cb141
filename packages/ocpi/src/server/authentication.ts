import type { InboundToken, Peer, PeerStore } from '../exchange/peer.ts';
import { hashToken, readAuthorization, sameHash } from '../transport/token.ts';

/** A peer and the token it proved to be itself with. */
export interface Authenticated {
  readonly peer: Peer;
  readonly token: InboundToken;
  /** The token in plain, as it came with this request. */
  readonly presented: string;
}

/**
 * Finds the peer behind an `Authorization` header. A token that was sent without base64 counts only for a peer that is known to
 * do so (OCPI 2.2.1-d2 transport_and_format, Authorization header; security: OCPI).
 */
export async function authenticate(
  peers: PeerStore,
  header: string | undefined,
  nowMs: number,
): Promise<Authenticated | undefined> {
  const presented = readAuthorization(header);
  if (presented?.decoded !== undefined) {
    const found = await find(peers, presented.decoded, nowMs);
    if (found !== undefined) return found;
  }
  if (presented?.raw !== undefined) {
    const found = await find(peers, presented.raw, nowMs);
    if (found?.peer.rawToken) return found;
  }
  return undefined;
}

async function find(peers: PeerStore, text: string, nowMs: number): Promise<Authenticated | undefined> {
  const hash = hashToken(text);
  const peer = await peers.byTokenHash(hash);
  const token = peer?.inboundTokens.find((known) => sameHash(known.hash, hash));
  if (peer === undefined || token === undefined) return undefined;
  if (token.expiresMs !== undefined && token.expiresMs <= nowMs) return undefined;
  return { peer, token, presented: text };
}
