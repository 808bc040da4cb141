/** Cards of this operator. */
import { formatDateTime, type Outcome, partyName, refused, type Token } from '@smac/ocpi';
import { tokenKey } from '../sites/index.ts';
import { maskUid } from './mask-uid.ts';
import type { Room } from './room.ts';
import { OWN_PEER, type TokenPicture } from './token.ts';
import { pictureOf } from './token-rows.ts';
import type { NewToken, TokenChange } from './tokens.ts';

/** OCPP 1.6 CiString20Type. */
const UID = /^[\x21-\x7e]{4,20}$/;

export async function addToken(room: Room, given: NewToken, actor: string): Promise<Outcome<TokenPicture>> {
  const { store, clock, audit, party, newId } = room;
  if (!UID.test(given.uid)) {
    return refused(
      'invalidParameters',
      'uid: 4 to 20 printable characters without blanks, as read from the card.',
    );
  }
  const id = newId();
  const type = given.type ?? 'RFID';
  const nowMs = clock.now();
  const token: Token = {
    country_code: party.countryCode,
    party_id: party.partyId,
    uid: given.uid,
    type,
    contract_id: given.contractId ?? `${partyName(party)}-C${id.slice(0, 9).toUpperCase()}`,
    issuer: given.issuer ?? room.issuerName,
    valid: true,
    whitelist: 'ALWAYS',
    ...(given.visualNumber === undefined ? {} : { visual_number: given.visualNumber }),
    ...(given.groupId === undefined ? {} : { group_id: given.groupId }),
    ...(given.defaultProfileType === undefined ? {} : { default_profile_type: given.defaultProfileType }),
    last_updated: formatDateTime(nowMs),
  };
  return store.transaction(async (trx) => {
    const key = tokenKey(partyName(party), token.uid, type);
    const values = {
      id,
      object: JSON.stringify(token),
      contract_key: token.contract_id.toLowerCase(),
      blocked_reason: null,
      expires_ms: given.expiresMs ?? null,
      removed_ms: null,
      last_updated_ms: nowMs,
    };
    const row = await trx
      .insertInto('token')
      .values({
        peer_id: OWN_PEER,
        party: partyName(party),
        token_key: key,
        uid_key: token.uid.toLowerCase(),
        created_ms: nowMs,
        ...values,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['peer_id', 'party', 'token_key'])
          .doUpdateSet(values)
          .where('token.removed_ms', 'is not', null),
      )
      .returningAll()
      .executeTakeFirst();
    if (row === undefined)
      return refused(
        'invalidParameters',
        'uid: this card may charge already; remove it first to give it other terms.',
      );
    await audit.record(
      { actor, action: 'token.added', subject: `token:${id}`, detail: { uid: maskUid(token.uid), type } },
      trx,
    );
    return { ok: true, data: pictureOf(row), created: true };
  });
}

export async function changeToken(
  { store, clock, audit }: Room,
  id: string,
  change: TokenChange,
  actor: string,
): Promise<Outcome<TokenPicture>> {
  const { blockedReason, expiresMs, groupId, defaultProfileType } = change;
  return store.transaction(async (trx) => {
    const row = await trx
      .selectFrom('token')
      .selectAll()
      .where('id', '=', id)
      .where('removed_ms', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return refused('unknownObject', `There is no token ${id}.`);
    const more = groupId ?? defaultProfileType ?? expiresMs;
    if (row.peer_id !== OWN_PEER && more !== undefined) {
      return refused(
        'invalidParameters',
        'This token belongs to another party: here it can only be blocked.',
      );
    }
    const nowMs = clock.now();
    const token: Token = {
      ...(row.object as Token),
      ...(groupId === undefined ? {} : { group_id: groupId }),
      ...(defaultProfileType === undefined ? {} : { default_profile_type: defaultProfileType }),
    };
    const object = row.peer_id === OWN_PEER ? { ...token, last_updated: formatDateTime(nowMs) } : token;
    const changed = await trx
      .updateTable('token')
      .set({
        object: JSON.stringify(object),
        ...(blockedReason === undefined ? {} : { blocked_reason: blockedReason }),
        ...(expiresMs === undefined ? {} : { expires_ms: expiresMs }),
        ...(row.peer_id === OWN_PEER ? { last_updated_ms: nowMs } : {}),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await audit.record(
      { actor, action: 'token.changed', subject: `token:${id}`, detail: { fields: Object.keys(change) } },
      trx,
    );
    return { ok: true, data: pictureOf(changed) };
  });
}

export async function removeToken(
  { store, clock, audit }: Room,
  id: string,
  actor: string,
): Promise<Outcome<undefined>> {
  return store.transaction(async (trx) => {
    const row = await trx
      .updateTable('token')
      .set({ removed_ms: clock.now() })
      .where('id', '=', id)
      .where('peer_id', '=', OWN_PEER)
      .where('removed_ms', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (row === undefined) return refused('unknownObject', `There is no token ${id} of this operator.`);
    await audit.record({ actor, action: 'token.removed', subject: `token:${id}`, detail: {} }, trx);
    return { ok: true, data: undefined };
  });
}
