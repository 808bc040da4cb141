/** Tokens that eMSPs push and we pull, kept with their owner (OCPI 2.3.0 mod_tokens, Receiver interface). */
import { decideLastUpdated, mergePatch, type Outcome, parseDateTime, refused, type Token } from '@smac/ocpi';
import { type Owner, ownerParty, tokenKey } from '../sites/index.ts';
import type { Room } from './room.ts';

const DONE = { ok: true, data: undefined } as const;

export function storePeerToken(
  { store, clock, newId }: Room,
  owner: Owner,
  uid: string,
  type: string,
  merge: (stored: Token | undefined) => Token | undefined,
): Promise<Outcome<undefined>> {
  const key = tokenKey(ownerParty(owner), uid, type);
  return store.transaction(async (trx) => {
    const row = await trx
      .selectFrom('token')
      .select(['id', 'object'])
      .where('peer_id', '=', owner.peerId)
      .where('party', '=', ownerParty(owner))
      .where('token_key', '=', key)
      .forUpdate()
      .executeTakeFirst();
    const stored = row?.object as Token | undefined;
    const merged = merge(stored);
    if (merged === undefined)
      return refused('unknownObject', 'There is no such token; send it by PUT first.');
    const fresh = decideLastUpdated(stored, merged, clock.now());
    if (!fresh.ok) return fresh;
    if (fresh.data === 'ignore') return DONE;
    const values = {
      object: JSON.stringify(merged),
      uid_key: merged.uid.toLowerCase(),
      contract_key: merged.contract_id.toLowerCase(),
      removed_ms: null,
      last_updated_ms: parseDateTime(merged.last_updated) ?? clock.now(),
    };
    await trx
      .insertInto('token')
      .values({
        id: newId(),
        peer_id: owner.peerId,
        party: ownerParty(owner),
        token_key: key,
        blocked_reason: null,
        expires_ms: null,
        created_ms: clock.now(),
        ...values,
      })
      .onConflict((conflict) => conflict.columns(['peer_id', 'party', 'token_key']).doUpdateSet(values))
      .execute();
    return row === undefined ? { ...DONE, created: true } : DONE;
  });
}

export function patchedToken(patch: Partial<Token>) {
  return (stored: Token | undefined): Token | undefined => stored && mergePatch(stored, patch);
}

export async function getPeerToken(
  { store }: Room,
  owner: Owner,
  uid: string,
  type: string,
): Promise<Outcome<Token>> {
  const row = await store.db
    .selectFrom('token')
    .select('object')
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', ownerParty(owner))
    .where('token_key', '=', tokenKey(ownerParty(owner), uid, type))
    .where('removed_ms', 'is', null)
    .executeTakeFirst();
  return row === undefined
    ? refused('unknownObject', 'There is no such token.')
    : { ok: true, data: row.object as Token };
}
