import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../dispatch/testing/manual-clock.ts';
import type { StationLimit } from '../sites/index.ts';
import type { RequestContext, StationListener } from '../stations/index.ts';
import { memoryStore } from '../store/testing/index.ts';
import { Activity } from '../time/activity.ts';
import type { TransactionState } from '../transactions/index.ts';
import { type ChargingLimitsOptions, followChargingLimits } from './charging-limits.ts';
import type { Placed } from './place.ts';
import { socket } from './testing/socket.ts';

const T0 = Date.parse('2026-06-01T10:00:00Z');
const S = 1_000;

const transaction: TransactionState = {
  id: 'T1',
  stationId: 'S1',
  stationRef: 'T1',
  version: '2.1',
  evseId: 1,
  connectorId: 1,
  state: 'active',
  startMs: T0,
  lastSeq: 0,
  missingSeq: [],
  flags: [],
  updatedMs: T0,
};
const place: Placed = {
  stationId: 'S1',
  evseId: 1,
  locationId: 'LOC1',
  evseUid: 'E1',
  connectors: [socket()],
  firstPhase: 1,
};

test('D1.5-§2.2.1.2-EXT each step of a limit binds when it begins, after a restart too, and its end lifts it', async () => {
  const clock = new ManualClock(T0);
  const store = await memoryStore();
  const activity = new Activity();
  const told: (StationLimit | undefined)[] = [];
  const handlers: StationListener[] = [];
  const options: ChargingLimitsOptions = {
    store,
    clock,
    activity,
    log: { error: (fields) => assert.fail(JSON.stringify(fields)) },
    stations: {
      listen(listener) {
        handlers.push(listener);
        return () => {};
      },
    },
    transactions: { list: async () => [transaction], get: async () => transaction },
    network: { placeOf: () => place, evsesOf: () => [place] },
    sites: {
      async setStationLimit(_, limit) {
        told.push(limit);
        return { ok: true, data: undefined };
      },
      onTrigger: () => () => {},
    },
  };
  const before = followChargingLimits(options);
  const notify = handlers[0]?.requests?.['2.1']?.NotifyChargingLimit;
  assert.ok(notify);
  const context: RequestContext = {
    stationId: 'S1',
    version: '2.1',
    generation: 1,
    receivedMs: T0,
    messageId: 'm',
    afterAnswer() {},
    isCurrent: () => true,
  };
  const say = (startSchedule: string, periods: readonly (readonly [number, number])[]) =>
    notify(
      {
        chargingLimit: { chargingLimitSource: 'SO' },
        chargingSchedule: [
          {
            id: 1,
            chargingRateUnit: 'A',
            startSchedule,
            duration: 5_400,
            chargingSchedulePeriod: periods.map(([startPeriod, limit]) => ({ startPeriod, limit })),
          },
        ],
      },
      context,
    );
  await say('2026-06-01T10:00:30Z', [
    [0, 10],
    [1_800, 6],
    [3_600, 16],
  ]);
  const newest = () => told.at(-1)?.powerW;
  assert.equal(newest(), 6_900, 'not the lowest of the schedule');
  clock.advance(1_800 * S);
  await activity.idle();
  assert.equal(newest(), 4_140);
  before.close();
  const again = followChargingLimits(options);
  await again.start();
  assert.equal(newest(), 4_140);
  clock.advance(1_800 * S);
  await activity.idle();
  assert.equal(newest(), 11_040);
  clock.advance(1_800 * S);
  await activity.idle();
  assert.equal(told.at(-1), undefined, 'over');
  again.close();
  await store.close();
});
