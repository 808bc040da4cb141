/** Rows of the table `token`. */
import type { Token } from '@smac/ocpi';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../store/index.ts';
import type { TokenTable } from '../store/tables/drivers.ts';
import { maskUid } from './mask-uid.ts';
import { type KeptToken, OWN_PEER, type TokenPicture } from './token.ts';

export type Rows = Kysely<Database>;

export function keptOf(row: Selectable<TokenTable>): KeptToken {
  return {
    id: row.id,
    peerId: row.peer_id,
    party: row.party,
    token: row.object as Token,
    ...(row.blocked_reason === null ? {} : { blockedReason: row.blocked_reason }),
    ...(row.expires_ms === null ? {} : { expiresMs: row.expires_ms }),
  };
}

export function pictureOf(row: Selectable<TokenTable>): TokenPicture {
  const { id, peerId, party, token, blockedReason, expiresMs } = keptOf(row);
  return {
    id,
    owner: party,
    isOwn: peerId === OWN_PEER,
    uid: maskUid(token.uid),
    type: token.type,
    // Many issuers write the UID into it.
    contractId: token.contract_id.toLowerCase().includes(token.uid.toLowerCase())
      ? maskUid(token.contract_id)
      : token.contract_id,
    ...(token.visual_number === undefined ? {} : { visualNumber: token.visual_number }),
    issuer: token.issuer,
    ...(token.group_id === undefined ? {} : { groupId: maskUid(token.group_id) }),
    valid: token.valid,
    ...(blockedReason === undefined ? {} : { blockedReason }),
    whitelist: token.whitelist,
    ...(token.default_profile_type === undefined ? {} : { defaultProfileType: token.default_profile_type }),
    ...(expiresMs === undefined ? {} : { expiresMs }),
    updatedMs: row.last_updated_ms,
  };
}

/** Tokens with this UID, or for plug and charge with this contract; own ones first, then the one that changed last. */
export async function tokensPresented(db: Rows, key: string, isContract: boolean): Promise<KeptToken[]> {
  const rows = await db
    .selectFrom('token')
    .selectAll()
    .where(isContract ? 'contract_key' : 'uid_key', '=', key)
    .where('removed_ms', 'is', null)
    .orderBy('last_updated_ms', 'desc')
    .orderBy('sort_id')
    .execute();
  return rows.map(keptOf).sort((a, b) => Number(b.peerId === OWN_PEER) - Number(a.peerId === OWN_PEER));
}
