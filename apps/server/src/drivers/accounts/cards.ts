import { type Outcome, refused } from '@smac/ocpi';
import { refusedAs } from '../refused-as.ts';
import { OWN_PEER, type TokenPicture } from '../token.ts';
import type { DriverRoom } from './room.ts';
import { GUEST_MS } from './sign-up.ts';

export interface DriverCard extends TokenPicture {
  readonly kind: 'app' | 'card';
  readonly addedMs: number;
}

/** What the app charges with: nobody ever sees or types it. 20 characters is what OCPP 1.6 can carry. */
const UID_BYTES = 9;

export async function cardsOf(
  { store, tokens }: Pick<DriverRoom, 'store' | 'tokens'>,
  accountId: string,
): Promise<readonly DriverCard[]> {
  const rows = await store.db
    .selectFrom('driver_card')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('added_ms')
    .execute();
  const pictures = await Promise.all(
    rows.map(async ({ token_id, kind, added_ms }) => {
      const picture = await tokens.picture(token_id);
      return picture && { ...picture, kind, addedMs: added_ms };
    }),
  );
  return pictures.filter((picture) => picture !== undefined);
}

/** UIDs of all tokens of a driver, in lower case. */
export async function uidsOf({ store }: Pick<DriverRoom, 'store'>, accountId: string): Promise<string[]> {
  const rows = await store.db
    .selectFrom('driver_card')
    .select('uid_key')
    .where('account_id', '=', accountId)
    .execute();
  return rows.map(({ uid_key }) => uid_key);
}

/** The UID the app charges with; made when it is needed first. */
export async function appUid(
  room: DriverRoom,
  accountId: string,
  isGuest: boolean,
): Promise<Outcome<string>> {
  const { store, random, tokens, clock } = room;
  const known = await store.db
    .selectFrom('driver_card as c')
    .innerJoin('token as t', 't.id', 'c.token_id')
    .select('t.object')
    .where('c.account_id', '=', accountId)
    .where('c.kind', '=', 'app')
    .where('t.removed_ms', 'is', null)
    .executeTakeFirst();
  if (known) return { ok: true, data: (known.object as { uid: string }).uid };
  const uid = `A${Buffer.from(random(UID_BYTES)).toString('hex').toUpperCase()}`;
  const made = await tokens.add(
    isGuest ? { uid, type: 'AD_HOC_USER', expiresMs: clock.now() + GUEST_MS } : { uid, type: 'APP_USER' },
    `driver:${accountId}`,
  );
  if (!made.ok) return made;
  await store.db
    .insertInto('driver_card')
    .values({
      token_id: made.data.id,
      account_id: accountId,
      uid_key: uid.toLowerCase(),
      kind: 'app',
      added_ms: clock.now(),
    })
    .execute();
  return { ok: true, data: uid };
}

/** Both numbers of a card prove that it is in the driver's hands; one of them stands on receipts. It has one owner. */
export async function claimCard(
  room: DriverRoom,
  accountId: string,
  given: { readonly uid: string; readonly contractId: string },
): Promise<Outcome<readonly DriverCard[]>> {
  const { store, clock, audit } = room;
  const unknown = refusedAs(
    'unknown-card',
    'unknownObject',
    'No card of this operator has this number and contract, or it belongs to an account already.',
  );
  const claimed = await store.transaction(async (trx) => {
    const row = await trx
      .selectFrom('token')
      .select(['id', 'uid_key'])
      .where('peer_id', '=', OWN_PEER)
      .where('uid_key', '=', given.uid.toLowerCase())
      .where('contract_key', '=', given.contractId.toLowerCase())
      .where('removed_ms', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return false;
    const added = await trx
      .insertInto('driver_card')
      .values({
        token_id: row.id,
        account_id: accountId,
        uid_key: row.uid_key,
        kind: 'card',
        added_ms: clock.now(),
      })
      .onConflict((conflict) => conflict.column('token_id').doNothing())
      .returning('token_id')
      .executeTakeFirst();
    if (added === undefined) return false;
    await audit.record(
      {
        actor: `driver:${accountId}`,
        action: 'card.claimed',
        subject: `token:${row.id}`,
        detail: {},
      },
      trx,
    );
    return true;
  });
  return claimed ? { ok: true, data: await cardsOf(room, accountId) } : unknown;
}

/** The card stays valid; it only belongs to this account no longer. */
export async function releaseCard(
  { store, audit }: DriverRoom,
  accountId: string,
  tokenId: string,
): Promise<Outcome<undefined>> {
  return store.transaction(async (trx) => {
    const gone = await trx
      .deleteFrom('driver_card')
      .where('account_id', '=', accountId)
      .where('token_id', '=', tokenId)
      .where('kind', '=', 'card')
      .returning('token_id')
      .executeTakeFirst();
    if (gone === undefined) return refused('unknownObject', `There is no card ${tokenId} of yours.`);
    await audit.record(
      {
        actor: `driver:${accountId}`,
        action: 'card.released',
        subject: `token:${tokenId}`,
        detail: {},
      },
      trx,
    );
    return { ok: true, data: undefined };
  });
}
