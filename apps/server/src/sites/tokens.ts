import {
  type CdrToken,
  decideLastUpdated,
  mergePatch,
  type Outcome,
  partyName,
  refused,
  type Tariff,
  type Token,
} from '@smac/ocpi';
import { folded, type Owner, ownerParty } from './owner.ts';
import { changeOf, type Room } from './room.ts';
import { validMs } from './valid-ms.ts';

const DONE = { ok: true, data: undefined } as const;

/** Party, uid and type: how a session names its token (OCPI CdrToken) and how tokens are found. */
export function tokenKey(party: string, uid: string, type: string): string {
  return [party, uid, type].map((part) => encodeURIComponent(folded(part))).join('/');
}

export function cdrTokenKey(token: CdrToken): string {
  return tokenKey(
    partyName({ countryCode: token.country_code, partyId: token.party_id }),
    token.uid,
    token.type,
  );
}

/** PUT of a Token; its default_profile_type counts where a driver states no preference (SMC_006). */
export function putToken(room: Room, owner: Owner, token: Token): Promise<Outcome<undefined>> {
  return storeToken(room, owner, token.uid, token.type, () => token);
}

export function patchToken(
  room: Room,
  owner: Owner,
  uid: string,
  type: string,
  patch: Partial<Token>,
): Promise<Outcome<undefined>> {
  if (patch.last_updated === undefined) {
    return Promise.resolve(refused('invalidParameters', 'last_updated: is required in a PATCH'));
  }
  return storeToken(room, owner, uid, type, (stored) => stored && mergePatch(stored, patch));
}

function storeToken(
  room: Room,
  owner: Owner,
  uid: string,
  type: string,
  merge: (stored: Token | undefined) => Token | undefined,
): Promise<Outcome<undefined>> {
  const key = tokenKey(ownerParty(owner), uid, type);
  return changeOf(room, owner, async (trx, emit) => {
    const row = await trx
      .selectFrom('driver_token')
      .select(['object', 'default_profile_type'])
      .where('peer_id', '=', owner.peerId)
      .where('party', '=', ownerParty(owner))
      .where('token_key', '=', key)
      .forUpdate()
      .executeTakeFirst();
    const merged = merge(row?.object as Token | undefined);
    if (merged === undefined) return refused('unknownObject', `No token ${uid}; send it by PUT first`);
    const fresh = decideLastUpdated(row?.object as Token | undefined, merged, room.clock.now());
    if (!fresh.ok) return fresh;
    if (fresh.data === 'ignore') return DONE;
    const values = {
      object: JSON.stringify(merged),
      default_profile_type: merged.default_profile_type ?? null,
      last_updated_ms: validMs(merged.last_updated),
    };
    await trx
      .insertInto('driver_token')
      .values({ peer_id: owner.peerId, party: ownerParty(owner), token_key: key, ...values })
      .onConflict((c) => c.columns(['peer_id', 'party', 'token_key']).doUpdateSet(values))
      .execute();
    if (row?.default_profile_type !== values.default_profile_type) {
      const sessions = await trx
        .selectFrom('charging_session')
        .select(['context_id'])
        .where('token_key', '=', key)
        .where('live', '=', true)
        .execute();
      for (const session of sessions) emit({ contextId: session.context_id, cause: 'preferences' });
    }
    return row ? DONE : { ...DONE, created: true };
  });
}

export async function getToken(room: Room, owner: Owner, uid: string, type: string): Promise<Outcome<Token>> {
  const row = await room.store.db
    .selectFrom('driver_token')
    .select('object')
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', ownerParty(owner))
    .where('token_key', '=', tokenKey(ownerParty(owner), uid, type))
    .executeTakeFirst();
  return row ? { ok: true, data: row.object as Token } : refused('unknownObject', `No token ${uid}`);
}

export function putTariff(room: Room, owner: Owner, tariff: Tariff): Promise<Outcome<undefined>> {
  const at = { peer_id: owner.peerId, party: ownerParty(owner), tariff_key: folded(tariff.id) };
  return changeOf(room, owner, async (trx) => {
    const row = await trx
      .selectFrom('tariff')
      .select('object')
      .where('peer_id', '=', at.peer_id)
      .where('party', '=', at.party)
      .where('tariff_key', '=', at.tariff_key)
      .forUpdate()
      .executeTakeFirst();
    const fresh = decideLastUpdated(row?.object as Tariff | undefined, tariff, room.clock.now());
    if (!fresh.ok) return fresh;
    if (fresh.data === 'ignore') return DONE;
    const values = { object: JSON.stringify(tariff), last_updated_ms: validMs(tariff.last_updated) };
    await trx
      .insertInto('tariff')
      .values({ ...at, ...values })
      .onConflict((c) => c.columns(['peer_id', 'party', 'tariff_key']).doUpdateSet(values))
      .execute();
    return row ? DONE : { ...DONE, created: true };
  });
}

export async function deleteTariff(room: Room, owner: Owner, id: string): Promise<Outcome<undefined>> {
  const gone = await room.store.db
    .deleteFrom('tariff')
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', ownerParty(owner))
    .where('tariff_key', '=', folded(id))
    .executeTakeFirst();
  return gone.numDeletedRows > 0n ? DONE : refused('unknownObject', `No tariff ${id}`);
}

export async function getTariff(room: Room, owner: Owner, id: string): Promise<Outcome<Tariff>> {
  const row = await room.store.db
    .selectFrom('tariff')
    .select('object')
    .where('peer_id', '=', owner.peerId)
    .where('party', '=', ownerParty(owner))
    .where('tariff_key', '=', folded(id))
    .executeTakeFirst();
  return row ? { ok: true, data: row.object as Tariff } : refused('unknownObject', `No tariff ${id}`);
}
