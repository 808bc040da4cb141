import type { InboundToken, PartyId, PartyInRole, Peer, PeerEndpoint, PeerStore } from '@smac/ocpi';
import type { Selectable } from 'kysely';
import type { Store } from '../../store/index.ts';
import type { OcpiInboundTokenTable, OcpiPeerTable } from '../../store/tables/parties.ts';
import type { Clock } from '../../time/clock.ts';
import type { TokenSeal } from './token-seal.ts';

/** Peers change a few times a month and are looked up at every request: what was read counts for so long. */
const FRESH_MS = 2_000;

export interface StoredPeers extends PeerStore {
  /** Called after a peer was saved, with what it was before. */
  onSaved(listener: (peer: Peer, before: Peer | undefined) => void): void;
}

/** Peers in PostgreSQL: tokens presented to us as SHA-256 only, the token we present sealed. Writes are seen at once. */
export function createPeerStore(store: Store, seal: TokenSeal, clock: Clock): StoredPeers {
  const listeners: ((peer: Peer, before: Peer | undefined) => void)[] = [];
  let known: { readonly readMs: number; readonly peers: Promise<readonly Peer[]> } | undefined;

  /** One reading serves everybody who asks meanwhile; one that a write overtook is dropped with it. */
  function peers(): Promise<readonly Peer[]> {
    const nowMs = clock.now();
    if (known !== undefined && nowMs - known.readMs < FRESH_MS && nowMs >= known.readMs) return known.peers;
    const reading = { readMs: nowMs, peers: read() };
    known = reading;
    reading.peers.catch(() => {
      if (known === reading) known = undefined;
    });
    return reading.peers;
  }

  async function read(): Promise<readonly Peer[]> {
    const rows = await store.db.selectFrom('ocpi_peer').selectAll().orderBy('id').execute();
    const tokens = await store.db.selectFrom('ocpi_inbound_token').selectAll().orderBy('position').execute();
    return rows.map((row) => fromRow(row, tokens, seal));
  }

  return {
    byId: async (id) => (await peers()).find((peer) => peer.id === id),
    byTokenHash: async (hash) =>
      (await peers()).find((peer) => peer.inboundTokens.some((token) => token.hash === hash)),
    list: peers,
    onSaved: (listener) => {
      listeners.push(listener);
    },
    async save(peer, expected) {
      const saved = await store.transaction(async (trx) => {
        const row = await trx
          .selectFrom('ocpi_peer')
          .selectAll()
          .where('id', '=', peer.id)
          .forUpdate()
          .executeTakeFirst();
        const tokens = await trx
          .selectFrom('ocpi_inbound_token')
          .selectAll()
          .where('peer_id', '=', peer.id)
          .orderBy('position')
          .execute();
        const before = row && fromRow(row, tokens, seal);
        if (expected !== undefined && (before === undefined || !sameVersion(before, expected)))
          return undefined;
        const values = toRow(peer, seal);
        await trx
          .insertInto('ocpi_peer')
          .values(values)
          .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
          .execute();
        await trx.deleteFrom('ocpi_inbound_token').where('peer_id', '=', peer.id).execute();
        if (peer.inboundTokens.length > 0) {
          await trx
            .insertInto('ocpi_inbound_token')
            .values(peer.inboundTokens.map((token, position) => tokenRow(peer.id, token, position)))
            .execute();
        }
        return { before };
      });
      known = undefined;
      if (saved === undefined) return false;
      for (const listener of listeners) listener(peer, saved.before);
      return true;
    },
    async remove(id) {
      await store.db.deleteFrom('ocpi_peer').where('id', '=', id).execute();
      known = undefined;
    },
  };
}

function sameVersion(stored: Peer, expected: Peer): boolean {
  const hashes = (peer: Peer) => peer.inboundTokens.map((token) => token.hash).join();
  return stored.updatedMs === expected.updatedMs && hashes(stored) === hashes(expected);
}

function tokenRow(peerId: string, token: InboundToken, position: number): OcpiInboundTokenTable {
  return { hash: token.hash, peer_id: peerId, position, use: token.use, expires_ms: token.expiresMs ?? null };
}

function toRow(peer: Peer, seal: TokenSeal) {
  return {
    id: peer.id,
    state: peer.state,
    name: peer.name,
    outbound_token_sealed: peer.outboundToken === undefined ? null : seal.seal(peer.outboundToken, peer.id),
    version: peer.version ?? null,
    versions_url: peer.versionsUrl ?? null,
    endpoints: JSON.stringify(peer.endpoints),
    parties: JSON.stringify(peer.parties),
    hub_party: peer.hubParty === undefined ? null : JSON.stringify(peer.hubParty),
    reachable: peer.reachable === undefined ? null : JSON.stringify(peer.reachable),
    agreements: JSON.stringify(peer.agreements),
    unit_profile: peer.unitProfile,
    raw_token: peer.rawToken,
    allow_private_addresses: peer.allowPrivateAddresses,
    updated_ms: peer.updatedMs,
  };
}

function fromRow(
  row: Selectable<OcpiPeerTable>,
  tokens: readonly Selectable<OcpiInboundTokenTable>[],
  seal: TokenSeal,
): Peer {
  const outboundToken =
    row.outbound_token_sealed === null ? undefined : seal.open(row.outbound_token_sealed, row.id);
  return {
    id: row.id,
    state: row.state,
    name: row.name,
    inboundTokens: tokens
      .filter((token) => token.peer_id === row.id)
      .map((token) => ({
        hash: token.hash,
        use: token.use,
        ...(token.expires_ms === null ? {} : { expiresMs: token.expires_ms }),
      })),
    ...(outboundToken === undefined ? {} : { outboundToken }),
    ...(row.version === null ? {} : { version: row.version as NonNullable<Peer['version']> }),
    ...(row.versions_url === null ? {} : { versionsUrl: row.versions_url }),
    endpoints: row.endpoints as PeerEndpoint[],
    parties: row.parties as PartyInRole[],
    ...(row.hub_party === null ? {} : { hubParty: row.hub_party as PartyId }),
    ...(row.reachable === null ? {} : { reachable: row.reachable as PartyId[] }),
    agreements: row.agreements as string[],
    unitProfile: row.unit_profile as Peer['unitProfile'],
    rawToken: row.raw_token,
    allowPrivateAddresses: row.allow_private_addresses,
    updatedMs: row.updated_ms,
  };
}
