import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, codecOf, refused, type Token, validate } from '@smac/ocpi';
import { factsOf } from '../../billing/session-facts.ts';
import { ManualClock } from '../../dispatch/testing/manual-clock.ts';
import type { RequestHandlers, StationListener } from '../../stations/index.ts';
import type { TransactionChange, TransactionState } from '../../transactions/index.ts';
import { billExpiredReservations } from './expired-reservations.ts';
import { followReservations } from './follow-reservations.ts';
import { createReservations } from './reservations.ts';
import { cpoRigs, NOW_MS } from './testing/cpo-rig.ts';
import { card } from './testing/emsp.ts';

const cpoRig = cpoRigs();

const MINUTE_MS = 60_000;
const caller = { peerId: 'emsp', from: { countryCode: 'NL', partyId: 'TNM' } } as Caller;

/** Reservations of the EVSE quay-1 of station st-1, with a price for their time, used and expired. */
async function bench(t: { after(fn: () => Promise<void>): void }, hasPrice = true) {
  const rig = await cpoRig(t);
  if (hasPrice) {
    const restricted = (reservation: 'RESERVATION' | 'RESERVATION_EXPIRES', price: number) => ({
      price_components: [{ type: 'TIME' as const, price, step_size: 60 }],
      restrictions: { reservation },
    });
    await rig.billing.tariffs.draft(
      {
        id: 'day',
        currency: 'EUR',
        tax_included: 'NO',
        elements: [
          restricted('RESERVATION', 6),
          restricted('RESERVATION_EXPIRES', 12),
          { price_components: [{ type: 'ENERGY', price: 0.4, step_size: 1 }] },
        ],
      },
      [{}],
      'key:ann',
    );
    assert.ok((await rig.billing.tariffs.approve('day', 1, undefined, 'key:ben')).ok);
  }
  const clock = new ManualClock(NOW_MS);
  const { store, network, sites, activity, billing, tokens } = rig;
  const world = {
    isOnline: true,
    began: [] as TransactionState[],
    refusal: undefined as string | undefined,
    /** What was said of reservations that could not be billed. */
    told: [] as unknown[],
  };
  const reservations = createReservations({ store, clock, network });
  const listeners = new Set<(change: TransactionChange) => void>();
  let requests: RequestHandlers = {};
  const errors: string[] = [];
  const log = {
    info() {},
    warn() {},
    error: ({ error, detail }: Record<string, unknown>) =>
      detail === undefined ? errors.push(String(error)) : world.told.push(detail),
  };
  const ends = [
    billExpiredReservations({
      clock,
      network,
      sites,
      reservations,
      stations: { connected: () => (world.isOnline ? ({ version: '2.1' } as never) : undefined) },
      transactions: { list: async () => world.began },
      cdrs: {
        price: (facts) => billing.cdrs.price(facts),
        closeSession: async (facts) =>
          world.refusal === undefined
            ? billing.cdrs.closeSession(facts)
            : refused('clientError', world.refusal),
      },
      activity,
      log,
    }),
    followReservations({
      store,
      network,
      reservations,
      stations: {
        listen(listener: StationListener) {
          requests = listener.requests ?? {};
          return () => {};
        },
      },
      transactions: {
        onChange(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      platform() {
        throw new Error('Nobody can be told here.');
      },
      activity,
      log,
    }),
  ];
  t.after(async () => {
    for (const end of ends) end();
    await activity.idle();
    assert.deepEqual(
      errors.filter((error) => !error.includes('Nobody can be told')),
      [],
    );
  });
  const reserve = async (minutes: number, uid = '04R', id = 'r-1') => {
    const request = {
      response_url: 'http://localhost/r',
      token: card(uid) as Token,
      expiry_date: new Date(clock.now() + minutes * MINUTE_MS).toISOString(),
      reservation_id: id,
      location_id: 'QUAY',
      evse_uid: 'quay-1',
    };
    return (await reservations.note(caller, request, clock.now() + minutes * MINUTE_MS)).number;
  };
  const begun = (more: Partial<TransactionState> = {}): TransactionState => ({
    id: 'tx-1',
    stationId: 'st-1',
    stationRef: '1',
    version: '2.1',
    evseId: 1,
    connectorId: 1,
    state: 'active',
    startMs: clock.now(),
    tokenUid: '04r',
    tokenStatus: 'Accepted',
    lastSeq: 0,
    missingSeq: [],
    flags: [],
    updatedMs: clock.now(),
    ...more,
  });
  const minutes = async (count: number) => {
    for (let n = 0; n < count; n += 1) {
      clock.advance(MINUTE_MS);
      await activity.idle();
    }
  };
  return {
    rig,
    clock,
    world,
    reservations,
    reserve,
    begun,
    minutes,
    async start(transaction: TransactionState) {
      for (const listener of listeners) listener({ kind: 'started', transaction, before: undefined });
      await activity.idle();
    },
    async tell(stationId: string, reservationId: number, reservationUpdateStatus: 'Expired' | 'Removed') {
      const told: (() => void)[] = [];
      await requests['2.1']?.ReservationStatusUpdate?.({ reservationId, reservationUpdateStatus }, {
        stationId,
        afterAnswer: (fire: () => void) => told.push(fire),
      } as never);
      for (const fire of told) fire();
      await activity.idle();
    },
    facts: (transaction: TransactionState) =>
      factsOf(
        {
          store,
          clock,
          network,
          sites,
          tokens,
          transactions: { readings: async () => [] },
          reservedMs: (id) => reservations.reservedMs(id),
        },
        transaction,
      ),
    cdrs: async () => (await billing.cdrs.list({ offset: 0, limit: 10 })).cdrs,
  };
}

test('BI19 a reservation that becomes a session is priced with it: the CDR begins with the reservation and says its time', async (t) => {
  const { rig, reserve, minutes, start, begun, facts, cdrs, reservations } = await bench(t);
  await reserve(60);
  await minutes(10);
  // Changed by its provider: it began when it was made first.
  await reserve(60);
  await minutes(20);
  const transaction = begun();
  await start(transaction);
  const ended: TransactionState = {
    ...transaction,
    state: 'ended',
    endMs: transaction.startMs + 60 * MINUTE_MS,
    importStartWh: 0,
    importWh: 10_000,
  };
  const known = await facts(ended);
  assert.ok(known);
  const closed = await rig.billing.cdrs.closeSession(known);
  assert.ok(closed.ok);
  const cdr = closed.data;
  assert.equal(Date.parse(cdr.start_date_time), NOW_MS);
  // 30 minutes at 6.00 an hour, 10 kWh at 0.40.
  assert.deepEqual(
    [cdr.total_reservation_cost?.before_taxes, cdr.total_cost.before_taxes, cdr.total_time, cdr.total_energy],
    [3, 7, 1, 10],
  );
  assert.deepEqual(cdr.charging_periods[0]?.dimensions, [{ type: 'RESERVATION_TIME', volume: 0.5 }]);
  assert.deepEqual(await reservations.expired(), []);
  await minutes(120);
  assert.equal((await cdrs()).length, 1);
});

test('BI19 a reservation that expires is billed once, without a session, in both versions of OCPI; where it has no price there is no CDR', async (t) => {
  const { reserve, minutes, cdrs } = await bench(t);
  await reserve(30);
  await minutes(40);
  assert.deepEqual(await cdrs(), []);
  await minutes(60);
  const [cdr, ...others] = await cdrs();
  assert.ok(cdr);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [cdr.session_id, cdr.total_cost.before_taxes, cdr.total_reservation_cost?.before_taxes, cdr.total_energy],
    [undefined, 6, 6, 0],
  );
  assert.deepEqual([cdr.cdr_token.uid, cdr.auth_method], ['04R', 'COMMAND']);
  assert.deepEqual(validate('Cdr', '2.3.0', 'out', cdr).errors, []);
  const old = codecOf('Cdr').write(cdr, { version: '2.2.1', unitProfile: 'si', agreements: [] });
  assert.ok(old.ok);
  assert.deepEqual(validate('Cdr', '2.2.1', 'out', old.value).errors, []);
  await reserve(30);
  await minutes(60);
  assert.equal((await cdrs()).length, 2);
  const free = await bench(t, false);
  await free.reserve(30);
  await free.minutes(60);
  assert.deepEqual([await free.cdrs(), await free.reservations.expired()], [[], []]);
});

test('BI19 a reservation that expires and cannot be billed is kept and tried again, told once, and billed once', async (t) => {
  const { reserve, minutes, cdrs, world, reservations } = await bench(t);
  world.refusal = 'The books are closed.';
  await reserve(30);
  await minutes(120);
  assert.deepEqual(
    [await cdrs(), world.told, (await reservations.expired()).length],
    [[], [world.refusal], 1],
  );
  world.refusal = undefined;
  await minutes(5);
  assert.deepEqual([(await cdrs()).length, (await reservations.expired()).length], [1, 0]);
});

test('BI19 nobody pays for a reservation that was cancelled, taken back, or used by a driver of whom the station told late', async (t) => {
  const { reserve, minutes, cdrs, world, begun, reservations, tell, clock } = await bench(t);
  await reservations.end(await reserve(30));
  await tell('st-1', await reserve(30, '04R', 'r-2'), 'Removed');
  world.isOnline = false;
  await reserve(30, '04R', 'r-3');
  await minutes(120);
  assert.deepEqual(await cdrs(), []);
  world.isOnline = true;
  world.began = [begun({ id: 'late', startMs: clock.now() - 110 * MINUTE_MS })];
  await minutes(2);
  assert.deepEqual([await cdrs(), await reservations.expired()], [[], []]);
  assert.equal(await reservations.reservedMs('late'), NOW_MS);
});

test('BI19 who comes after it expired did not use it; the station may say that it is over', async (t) => {
  const { reserve, minutes, cdrs, begun, start, tell, reservations } = await bench(t);
  const number = await reserve(60);
  await minutes(20);
  await tell('another', number, 'Expired');
  assert.deepEqual(await reservations.expired(), []);
  await tell('st-1', number, 'Expired');
  assert.equal(await reservations.holderAt('st-1', 1), undefined);
  await minutes(5);
  await start(begun());
  assert.equal(await reservations.reservedMs('tx-1'), undefined);
  await minutes(20);
  const [cdr] = await cdrs();
  // 20 minutes at 12.00 an hour.
  assert.equal(cdr?.total_cost.before_taxes, 4);
});
