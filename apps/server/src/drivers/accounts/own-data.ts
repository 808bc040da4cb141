/** Everything that is kept about a driver, for the driver (GDPR art. 15 and 20). */
import { sql } from 'kysely';
import { wishesOf } from '../mail/index.ts';
import { devicesOf } from '../push/devices.ts';
import { cardsOf, uidsOf } from './cards.ts';
import { consentsOf } from './consent.ts';
import { defaultsOf } from './defaults.ts';
import { sessionsOf } from './own-sessions.ts';
import { providerOf } from './provider.ts';
import type { DriverRoom } from './room.ts';

const MOST_SESSIONS = 20_000;

export async function exportOf(room: DriverRoom, accountId: string) {
  const { store, accounts } = room;
  const uids = await uidsOf(room, accountId);
  const sessions = await sessionsOf(room, accountId, { limit: MOST_SESSIONS });
  const ids = sessions.map(({ sessionId }) => sessionId);
  const [account, vehicles, consents, cdrs, meters, decisions] = await Promise.all([
    store.db
      .selectFrom('account')
      .select(['id', 'email', 'email_confirmed_ms as emailConfirmedMs', 'name', 'role'])
      .select(['created_ms as createdMs', 'last_sign_in_ms as lastSignInMs'])
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow(),
    store.db
      .selectFrom('driver_vehicle')
      .select(['vehicle_id as vehicleId', 'object as description', 'from_ms as fromMs', 'to_ms as toMs'])
      .where('account_id', '=', accountId)
      .orderBy('id')
      .execute(),
    store.db
      .selectFrom('driver_consent')
      .select([
        'purpose',
        'text_version as textVersion',
        'floor_soc as floorSoc',
        'given_ms as givenMs',
        'revoked_ms as revokedMs',
      ])
      .where('account_id', '=', accountId)
      .orderBy('id')
      .execute(),
    ids.length === 0
      ? []
      : store.db
          .selectFrom('cdr')
          .select('object')
          .where('session_id', 'in', ids)
          .orderBy('sort_id')
          .execute(),
    ids.length === 0
      ? []
      : store.db
          .selectFrom('session_reading')
          .select(['session_key as sessionId', 'at_ms as atMs', 'energy_wh as energyWh', 'power_w as powerW'])
          .where(
            'session_key',
            'in',
            ids.map((id) => id.toLowerCase()),
          )
          .orderBy('session_key')
          .orderBy('at_ms')
          .execute(),
    uids.length === 0
      ? []
      : store.db
          .selectFrom('token_decision')
          .select(['station_id as stationId', 'status', 'at_ms as atMs'])
          .where('uid_key', 'in', uids)
          .orderBy('id')
          .execute(),
  ]);
  const preferences = await sessionWishes(room, ids);
  const [bookings, notices] = await Promise.all([
    store.db
      .selectFrom('driver_booking')
      .select([
        'location_id as locationId',
        'evse_uid as evseUid',
        'made_ms as madeMs',
        'arrival_ms as arrivalMs',
      ])
      .select(['state', 'wishes'])
      .where('account_id', '=', accountId)
      .orderBy('made_ms')
      .execute(),
    store.db
      .selectFrom('driver_notice')
      .select(['kind', 'session_id as sessionId', 'detail', 'at_ms as atMs', 'read_ms as readMs'])
      .where('account_id', '=', accountId)
      .orderBy('id')
      .execute(),
  ]);
  return {
    account,
    consents: { now: await consentsOf(room, accountId), history: consents },
    vehicles,
    defaults: await defaultsOf(room, accountId),
    provider: await providerOf(room, accountId),
    cards: await cardsOf(room, accountId),
    sessions: sessions.map((session) => ({ ...session, ...preferences.get(session.sessionId) })),
    bookings,
    notices,
    toldBrowsers: await devicesOf(room, accountId),
    toldByEmail: await wishesOf(store, accountId),
    letters: await lettersTo(room, accountId),
    linksAskedFor: await linksOf(room, accountId),
    meterValues: meters,
    cdrs: cdrs.map(({ object }) => object),
    cardUses: decisions,
    signIns: await accounts.sessions.list(accountId, ''),
  };
}

/** That they were sent; what stood in them is not kept. */
const lettersTo = ({ store }: DriverRoom, accountId: string) =>
  store.db
    .selectFrom('mail_outbox')
    .select(['about', 'state', 'made_ms as madeMs', 'ended_ms as endedMs'])
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute();

/** Asked for in the name of the driver, from which network; what would open them is not kept. */
const linksOf = ({ store }: DriverRoom, accountId: string) =>
  store.db
    .selectFrom('mail_link')
    .select([
      'purpose',
      'asked_from as askedFrom',
      'made_ms as madeMs',
      'expires_ms as expiresMs',
      'used_ms as usedMs',
    ])
    .where('account_id', '=', accountId)
    .orderBy('made_ms')
    .execute();

async function sessionWishes({ store }: DriverRoom, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, { preferences: unknown; vehicle: unknown }>();
  const rows = await store.db
    .selectFrom('charging_session')
    .select(['session_id', 'preferences', 'vehicle'])
    .where('session_id', 'in', [...ids])
    .where(sql<boolean>`peer_id = 'own'`)
    .execute();
  return new Map(rows.map(({ session_id, preferences, vehicle }) => [session_id, { preferences, vehicle }]));
}
