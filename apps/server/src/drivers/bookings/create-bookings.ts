import { type Outcome, refused, type Session, type Token } from '@smac/ocpi';
import type { Selectable } from 'kysely';
import type { Network, Placed } from '../../network/index.ts';
import { evseKey as keyOfEvse, type Preferences, type Sites } from '../../sites/index.ts';
import type { DriverBookingTable } from '../../store/tables/driver-accounts.ts';
import type { Activity } from '../../time/activity.ts';
import { appUid } from '../accounts/cards.ts';
import type { DriverRoom } from '../accounts/room.ts';
import { refusedAs } from '../refused-as.ts';
import type { Booking, Bookings, Holds } from './booking.ts';
import { whyNoMore } from './fair-share.ts';

export interface BookingRoom extends Omit<DriverRoom, 'sites'> {
  readonly sites: DriverRoom['sites'] & Pick<Sites, 'putSession' | 'getLocation'>;
  readonly network: Pick<Network, 'find' | 'evses' | 'owner'>;
  readonly holds: Holds;
  readonly activity: Pick<Activity, 'track'>;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** What is known of the driver's car, for the plan. */
  readonly applyCar: (accountId: string, sessionId: string) => Promise<void>;
  /** The station gave the pole up: the driver is to hear of it. */
  readonly lost: (accountId: string, booking: Booking) => Promise<void>;
  /** What the driver's consents leave of their wishes. */
  readonly allowed: (accountId: string, wishes: Preferences) => Promise<Outcome<Preferences>>;
}

const MINUTE_MS = 60_000;
/** A pole is held from now on, so it stands empty until then: no longer than it takes to come. */
const LONGEST_MS = 3 * 60 * MINUTE_MS;
/** Who comes a little late still finds it free. */
const GRACE_MS = 15 * MINUTE_MS;
const SWEEP_MS = 15_000;
const MOST_SHOWN = 20;
const MOST_LISTED = 5_000;
/** OCPI ids of sessions are 36 characters at most. */
const ID_BYTES = 12;

type Row = Selectable<DriverBookingTable>;
const WHY = {
  taken: ['socket-taken', 'The pole was taken in the meantime: choose another one.'],
  'out-of-order': ['station-away', 'The station is not reachable or out of order: choose another one.'],
  'no-answer': ['no-answer', 'The station did not answer: try again, or choose another one.'],
  refused: ['station-refused', 'The station did not agree: choose another one.'],
} as const;

export function createBookings(room: BookingRoom): Bookings {
  const { store, clock, random, sites, network, holds, activity, log } = room;
  let lastMs = 0;
  /** Bookings whose hold was gone when they were looked at last. */
  const doubted = new Set<string>();

  const open = (accountId: string) =>
    store.db
      .selectFrom('driver_booking')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('state', '=', 'open')
      .executeTakeFirst();

  async function tellPlanning(row: Row, place: Placed, token: Token, status: Session['status']) {
    // OCPI objects are ordered by their time of change: two of one millisecond would be one (X42).
    lastMs = Math.max(clock.now(), lastMs + 1);
    return sites.putSession(network.owner, provisional(row, place, token, status, lastMs));
  }

  async function end(row: Row, state: Booking['state']): Promise<boolean> {
    const ended = await store.db
      .updateTable('driver_booking')
      .set({ state, ended_ms: clock.now() })
      .where('id', '=', row.id)
      .where('state', '=', 'open')
      .returning('id')
      .executeTakeFirst();
    if (ended === undefined) return false;
    const place = network.find(row.location_id, row.evse_uid);
    const token = await appToken(row.account_id);
    if (place !== undefined && token !== undefined) await tellPlanning(row, place, token, 'INVALID');
    // One that nobody came for ends by itself, and may have a price (OCPI mod_tariffs, RESERVATION_EXPIRES).
    if (place !== undefined && state === 'cancelled') await holds.letGo(place, row.number);
    return true;
  }

  async function appToken(accountId: string): Promise<Token | undefined> {
    const found = await store.db
      .selectFrom('driver_card as c')
      .innerJoin('token as t', 't.id', 'c.token_id')
      .select('t.object')
      .where('c.account_id', '=', accountId)
      .where('c.kind', '=', 'app')
      .executeTakeFirst();
    return found?.object as Token | undefined;
  }

  /** The hold is gone; whoever came used it, and their charge is known by now. */
  async function lose(row: Row): Promise<void> {
    if (await end(row, 'lost')) await room.lost(row.account_id, bookingOf(row));
  }

  async function sweep(): Promise<void> {
    const rows = await store.db
      .selectFrom('driver_booking')
      .selectAll()
      .where('state', '=', 'open')
      .execute();
    for (const row of rows) {
      if (row.expires_ms <= clock.now()) await end(row, 'expired');
      else if (await holds.isHeld(row.id)) doubted.delete(row.id);
      // The reservation ends with the start of the charge it was for, a moment before the charge is known here.
      else if (doubted.delete(row.id)) await lose(row);
      else doubted.add(row.id);
    }
  }

  return {
    async book(accountId, isGuest, { locationId, evseUid, arrivalMs, wishes }) {
      const nowMs = clock.now();
      if (arrivalMs < nowMs - MINUTE_MS || arrivalMs > nowMs + LONGEST_MS)
        return refusedAs(
          'late-arrival',
          'invalidParameters',
          'arrival: is from now on to three hours ahead.',
        );
      const place = network.find(locationId, evseUid);
      if (place === undefined)
        return refusedAs('unknown-socket', 'unknownObject', 'There is no such socket.');
      if ((await open(accountId)) !== undefined)
        return refusedAs(
          'booked-already',
          'invalidParameters',
          'You have a booking already: cancel it first.',
        );
      const tooMany = await whyNoMore(room, accountId, place);
      if (tooMany !== undefined) return tooMany;
      const allowed = await room.allowed(accountId, wishes);
      if (!allowed.ok) return allowed;
      const uid = await appUid(room, accountId, isGuest);
      if (!uid.ok) return uid;
      const token = await appToken(accountId);
      if (token === undefined) return refused('serverError', 'The token of the app is gone.');
      const id = Buffer.from(random(ID_BYTES)).toString('hex');
      const expiresMs = arrivalMs + GRACE_MS;
      const held = await holds.hold({ key: id, place, token, expiresMs });
      if (!held.held) {
        const [code, sentence] = WHY[held.why];
        return refusedAs(code, 'invalidParameters', sentence);
      }
      const row: Row = {
        id,
        account_id: accountId,
        location_id: place.locationId,
        evse_uid: place.evseUid,
        evse_key: keyOfEvse(place),
        session_id: `booking-${id}`,
        number: held.number,
        held_by: held.by,
        wishes: allowed.data,
        made_ms: nowMs,
        arrival_ms: arrivalMs,
        expires_ms: expiresMs,
        state: 'open',
        ended_ms: null,
      };
      const stored = await store.db
        .insertInto('driver_booking')
        .values({ ...row, wishes: JSON.stringify(row.wishes) })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (stored === undefined) {
        await holds.letGo(place, held.number);
        return refusedAs(
          'booked-already',
          'invalidParameters',
          'You have a booking already: cancel it first.',
        );
      }
      const told = await tellPlanning(row, place, token, 'RESERVATION');
      if (!told.ok) {
        await end(row, 'cancelled');
        return told;
      }
      await room.applyCar(accountId, row.session_id);
      await sites.setPreferences({ peerId: network.owner.peerId, sessionId: row.session_id }, allowed.data);
      return { ok: true, data: bookingOf(row) };
    },
    async list(accountId) {
      const rows = await store.db
        .selectFrom('driver_booking')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('made_ms', 'desc')
        .limit(MOST_SHOWN)
        .execute();
      return rows.map(bookingOf);
    },
    async cancel(accountId, bookingId) {
      const row = await open(accountId);
      return row?.id === bookingId && (await end(row, 'cancelled'))
        ? { ok: true, data: undefined }
        : refused('unknownObject', `There is no open booking ${bookingId} of yours.`);
    },
    async made(fromMs) {
      const rows = await store.db
        .selectFrom('driver_booking')
        .selectAll()
        .where('made_ms', '>=', fromMs)
        .orderBy('made_ms', 'desc')
        .limit(MOST_LISTED)
        .execute();
      return rows.map(bookingOf);
    },
    async withdraw(bookingId) {
      const row = await store.db
        .selectFrom('driver_booking')
        .selectAll()
        .where('id', '=', bookingId)
        .executeTakeFirst();
      if (row === undefined || !(await end(row, 'cancelled')))
        return refused('unknownObject', `There is no open booking ${bookingId}.`);
      await room.lost(row.account_id, bookingOf(row));
      return { ok: true, data: bookingOf({ ...row, state: 'cancelled', ended_ms: clock.now() }) };
    },
    async begun(accountId, session) {
      const row = await store.db
        .selectFrom('driver_booking')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('evse_key', '=', keyOfEvse(session))
        // The reservation is used by then: whoever looked in between took the hold for lost.
        .where('state', 'in', ['open', 'lost'])
        .where('made_ms', '<=', session.startMs)
        .where('expires_ms', '>=', session.startMs)
        .orderBy('made_ms', 'desc')
        .executeTakeFirst();
      if (row === undefined) return undefined;
      await end(row, 'used');
      return row.wishes as Preferences;
    },
    start() {
      let isOver = false;
      const run = () =>
        void activity
          .track(sweep)
          .catch((error: unknown) => log.error({ detail: String(error) }, 'Bookings were not looked after'))
          .finally(() => {
            if (!isOver) cancel = clock.after(SWEEP_MS, run);
          });
      let cancel = clock.after(SWEEP_MS, run);
      return () => {
        isOver = true;
        cancel();
      };
    },
  };
}

/** The charge that is to come, as planning knows it: OCPI's session of a reservation. It holds no meter value and is never billed. */
function provisional(
  row: Row,
  place: Placed,
  token: Token,
  status: Session['status'],
  lastMs: number,
): Session {
  const { country_code, party_id, uid, type, contract_id } = token;
  return {
    country_code,
    party_id,
    id: row.session_id,
    start_date_time: new Date(row.arrival_ms).toISOString(),
    kwh: 0,
    cdr_token: { country_code, party_id, uid, type, contract_id },
    auth_method: 'COMMAND',
    location_id: place.locationId,
    evse_uid: place.evseUid,
    connector_id: place.connectors[0]?.id ?? '1',
    currency: 'EUR',
    charging_periods: [],
    status,
    last_updated: new Date(lastMs).toISOString(),
  };
}

const bookingOf = (row: Row): Booking => ({
  id: row.id,
  locationId: row.location_id,
  evseUid: row.evse_uid,
  sessionId: row.session_id,
  heldBy: row.held_by,
  wishes: row.wishes as Preferences,
  madeMs: row.made_ms,
  arrivalMs: row.arrival_ms,
  expiresMs: row.expires_ms,
  state: row.state,
  endedMs: row.ended_ms,
});
