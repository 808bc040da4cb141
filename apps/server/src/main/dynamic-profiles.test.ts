/** The present value of a plan as a dynamic profile (OCPP 2.1 K28), at a real server with a station over a real socket. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SessionKey } from '../dispatch/index.ts';
import { LeapingClock } from './testing/leaping-clock.ts';
import { type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

const clock = new LeapingClock();
let server: OwnServer;
let takes: { station: Played; key: SessionKey };
let refuses: { station: Played; key: SessionKey };
before(async () => {
  server = await ownServer({}, clock);
  takes = await dynamicStation('dynamic');
  refuses = await dynamicStation('not-really');
  // From here on only the test wants something: a plan in between, as at the begin of a slot, would want something else.
  await server.planning.stop();
  await server.activity.idle();
});
after(() => server.close());

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A 2.1 station that says it takes dynamic profiles, with a car. */
async function dynamicStation(stationId: string): Promise<{ station: Played; key: SessionKey }> {
  const station = await server.play('2.1', stationId);
  let requestId = 0;
  station.answers.GetBaseReport = (payload: { requestId: number }) => {
    requestId = payload.requestId;
    return { status: 'Accepted' };
  };
  station.answers.UpdateDynamicSchedule = { status: 'Accepted' };
  await station.boot();
  await until(() => requestId > 0);
  await station.say('NotifyReport', {
    requestId,
    generatedAt: new Date().toISOString(),
    seqNo: 0,
    reportData: [
      ['SupportsDynamicProfiles', 'true'],
      ['ProfileStackLevel', '3'],
      ['RateUnit', 'W'],
    ].map(([name, value]) => ({
      component: { name: 'SmartChargingCtrlr' },
      variable: { name },
      variableAttribute: [{ value }],
    })),
  });
  await until(() => server.stations.capability(stationId).dynamicProfiles);
  await station.start();
  const [transaction] = await server.backOffice.transactions.list({ stationId, state: 'active' });
  assert.ok(transaction);
  const key = { peerId: 'own', sessionId: transaction.id };
  await until(() => server.dispatcher.held(key));
  return { station, key };
}

/** Somebody wants this much for the next quarter hour, and 8 kW then. */
async function want(key: SessionKey, stepMs: number, nowW: number): Promise<void> {
  // The pause between two messages to a session is over.
  await server.activity.idle();
  clock.leap(2_500);
  const startMs = Math.floor(clock.now() / 1000) * 1000;
  const periods = [
    { startMs, powerW: nowW },
    { startMs: stepMs, powerW: 8_000 },
  ];
  assert.ok(await server.dispatcher.wish(key, { startMs, endMs: stepMs + 20 * HOUR_MS, periods }));
}

interface OnWire {
  readonly id: number;
  readonly stackLevel: number;
  readonly validTo: string;
  readonly chargingProfileKind: string;
  readonly chargingSchedule: readonly {
    readonly startSchedule?: string;
    readonly chargingSchedulePeriod: readonly { readonly startPeriod: number; readonly limit: number }[];
  }[];
}

const ofKind = (station: Played, kind: string) =>
  (station.profiles('TxProfile') as unknown as OnWire[]).filter(
    ({ chargingProfileKind }) => chargingProfileKind === kind,
  );
const calls = (station: Played, action: string) => station.heard.filter((call) => call.action === action);
const nowW = (key: SessionKey) => server.dispatcher.held(key)?.periods[0]?.powerW;
const ceiling = (key: SessionKey) =>
  server.dispatcher.sessions().find((each) => each.key.sessionId === key.sessionId)?.ceilingW;

test('K28 Q110: what changes the present value only goes out as a dynamic profile, then as UpdateDynamicSchedule; the higher of old and new counts until it is confirmed; a refusal brings the whole plan', {
  timeout: 300_000,
}, async () => {
  const { station, key } = takes;
  const stepMs = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS + 15 * MINUTE_MS;
  await want(key, stepMs, 9_000);
  await until(() => nowW(key) === 9_000);
  const whole = ofKind(station, 'Absolute').length;

  await want(key, stepMs, 7_000);
  await until(() => nowW(key) === 7_000);
  const [dynamic, ...more] = ofKind(station, 'Dynamic');
  assert.ok(dynamic && more.length === 0);
  assert.equal(dynamic.stackLevel, 1);
  assert.equal(Date.parse(dynamic.validTo), stepMs, 'over when the plan has another value');
  assert.deepEqual(
    dynamic.chargingSchedule.map(({ startSchedule, chargingSchedulePeriod }) => [
      startSchedule,
      chargingSchedulePeriod,
    ]),
    [[undefined, [{ startPeriod: 0, limit: 7_000 }]]],
  );
  assert.deepEqual(server.dispatcher.held(key)?.periods[1], { startMs: stepMs, powerW: 8_000 });

  // Only the value travels, and until the station took it the higher one counts.
  const { promise, resolve } = Promise.withResolvers<unknown>();
  station.answers.UpdateDynamicSchedule = () => promise;
  await want(key, stepMs, 5_000);
  const update = await until(() => calls(station, 'UpdateDynamicSchedule')[0]);
  assert.deepEqual(update.payload, { chargingProfileId: dynamic.id, scheduleUpdate: { limit: 5_000 } });
  assert.equal(ceiling(key), 7_000);
  const pulled = await station.say('PullDynamicScheduleUpdate', { chargingProfileId: dynamic.id });
  assert.deepEqual(pulled, { status: 'Accepted', scheduleUpdate: { limit: 5_000 } });
  resolve({ status: 'Accepted' });
  await until(() => nowW(key) === 5_000);
  assert.equal(ceiling(key), 5_000);
  assert.equal(ofKind(station, 'Absolute').length, whole);
  assert.equal(ofKind(station, 'Dynamic').length, 1);

  // A person may not turn our value.
  const byHand = { chargingProfileId: dynamic.id, scheduleUpdate: { limit: 11_000 } };
  const refused = await server.stations.call(station.stationId, 'UpdateDynamicSchedule', byHand, {
    actor: 'local',
  });
  assert.equal(refused.kind, 'refused');

  // Refused: the plan as a whole, and nothing stands above it any more.
  station.answers.UpdateDynamicSchedule = { status: 'Rejected' };
  await want(key, stepMs, 6_000);
  await until(() => nowW(key) === 6_000);
  assert.equal(ofKind(station, 'Absolute').length, whole + 1);
  const cleared = calls(station, 'ClearChargingProfile').map(({ payload }) => payload.chargingProfileId);
  assert.deepEqual(cleared, [dynamic.id]);
  assert.equal(server.stations.capability(station.stationId).dynamicProfiles, true, 'it worked before');
  await station.stop(0);
});

test('K28 K01.FR.120: a station that says it takes dynamic profiles and does not gets whole plans, and is not asked again', {
  timeout: 300_000,
}, async () => {
  const { station, key } = refuses;
  const stepMs = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS + 15 * MINUTE_MS;
  await want(key, stepMs, 9_000);
  await until(() => nowW(key) === 9_000);
  station.answers.SetChargingProfile = ({ chargingProfile }: { chargingProfile: OnWire }) =>
    chargingProfile.chargingProfileKind === 'Dynamic'
      ? { status: 'Rejected', statusInfo: { reasonCode: 'UnsupportedKind' } }
      : { status: 'Accepted' };
  for (const [n, powerW] of [7_000, 5_000, 6_000].entries()) {
    await want(key, stepMs, powerW);
    await until(() => nowW(key) === powerW);
    assert.equal(ofKind(station, 'Dynamic').length, Math.min(n + 1, 2), 'twice, and no more');
    assert.equal(server.stations.capability(station.stationId).dynamicProfiles, n < 1);
  }
  assert.equal(server.stations.capability(station.stationId).purposes.TxProfile, 'worked');
  await station.stop(0);
});
