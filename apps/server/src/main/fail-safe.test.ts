/** Rows of the fail-safe matrix (security.md 8) that bind the back office, at a real server with stations over real sockets. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { leapUntil } from './testing/leap-until.ts';
import { LeapingClock } from './testing/leaping-clock.ts';
import { LIMIT_W, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

const clock = new LeapingClock();
let server: OwnServer;
const cars: Played[] = [];
const NOWHERE = 'ws://127.0.0.1:1';
const HOUR_MS = 3_600_000;

before(async () => {
  server = await ownServer({}, clock);
  for (const [n, version] of (['1.6', '2.0.1', '2.1'] as const).entries()) {
    const station = await server.play(version, `F${n}`);
    assert.ok((await server.backOffice.tokens.add({ uid: `CARD-F${n}` }, 'local')).ok);
    await station.boot();
    await until(() => station.profiles('TxDefaultProfile').length > 0);
    await station.start(`CARD-F${n}`);
    cars.push(station);
  }
  await passing(() => cars.every((car) => car.profiles('TxProfile').length > 0));
  await settled();
});
after(() => server.close());

interface OnWire {
  readonly chargingSchedule: Schedule | readonly Schedule[];
}
interface Schedule {
  readonly startSchedule?: string;
  readonly chargingRateUnit: 'A' | 'W';
  readonly chargingSchedulePeriod: readonly { readonly startPeriod: number; readonly limit: number }[];
}

/** What a station may draw now by the last profile of a purpose, W on three phases. */
function allowedW(station: Played, purpose: string): number | undefined {
  const profile = station.profiles(purpose).at(-1) as OnWire | undefined;
  if (profile === undefined) return undefined;
  const [schedule] = [profile.chargingSchedule].flat() as Schedule[];
  const { startSchedule, chargingRateUnit, chargingSchedulePeriod: periods } = schedule!;
  const sinceS = startSchedule === undefined ? 0 : (clock.now() - Date.parse(startSchedule)) / 1000;
  const { limit } = periods.findLast(({ startPeriod }) => startPeriod <= sinceS) ?? periods[0]!;
  return chargingRateUnit === 'A' ? limit * 690 : limit;
}

const planW = (car: Played) => allowedW(car, 'TxProfile') ?? allowedW(car, 'TxDefaultProfile') ?? 0;
const sumW = (of: readonly Played[]) => of.reduce((sum, car) => sum + planW(car), 0);
const dispatched = () => server.dispatcher.sessions().filter(({ key }) => key.peerId === 'own');
const settled = () => until(() => dispatched().every(({ inFlight }) => !inFlight));

async function limit(powerW: number): Promise<void> {
  const [context] = (await server.sites.contexts()).filter(({ peerId }) => peerId === 'own');
  const startMs = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
  const slots = [{ startMs, durationMs: 24 * HOUR_MS, value: powerW }];
  assert.ok((await server.sites.putSeries(context!.id, 'cap', slots, { source: 'test' })).ok);
}

const passing = (isSo: () => boolean) => leapUntil(clock, server, isSo);

async function ceilingOf(car: Played): Promise<number> {
  const [transaction] = await server.backOffice.transactions.list({
    stationId: car.stationId,
    state: 'active',
  });
  return dispatched().find(({ key }) => key.sessionId === transaction?.id)?.ceilingW ?? 0;
}

function away(car: Played): void {
  car.line.reconfigure({ url: NOWHERE });
  car.line.cut();
}
const back = (car: Played) => car.line.reconfigure({ url: server.stationDoor()?.url ?? '' });

test('F1 F8: a station that lost its line counts with what it may still hold, the others alone obey an emergency limit, and it is read before it is told when it is back', async () => {
  const [lost, ...others] = cars as [Played, Played, Played];
  assert.ok(sumW(cars) <= LIMIT_W + 1, `${sumW(cars)}`);
  const heldW = planW(lost);
  assert.ok(heldW >= 4_140, `${heldW}`);
  away(lost);
  await until(() => server.stations.connected(lost.stationId) === undefined);
  const sentBefore = lost.heard.length;
  const cutAtLeapMs = clock.leaptMs;
  const limitW = Math.ceil(heldW) + 4_400;
  await limit(limitW);
  await passing(() => sumW(others) + heldW <= limitW + 1);
  await settled();
  assert.ok(clock.leaptMs - cutAtLeapMs < 60_000, 'obeyed within 60 s');
  assert.ok((await ceilingOf(lost)) >= Math.floor(heldW) - 1, 'it may still hold what it confirmed');
  assert.equal(lost.heard.length, sentBefore);
  back(lost);
  await until(() => lost.heard.length > sentBefore);
  const asked = () => lost.heard.slice(sentBefore).map(({ action }) => action);
  // A plan is told only after what it holds was read: the wire keeps the order, so the first plan shows it.
  await until(() => asked().includes('GetCompositeSchedule'));
  await limit(LIMIT_W / 2);
  const firstPlan = () => asked().findIndex((_, n) => isPlanAt(lost, sentBefore + n));
  await until(() => firstPlan() >= 0);
  assert.ok(asked().indexOf('GetCompositeSchedule') < firstPlan());
  await limit(LIMIT_W);
  // The limit is known at once; the shares and the plan that follow from it come a little later.
  const shareW = LIMIT_W / cars.length - 100;
  await passing(() => cars.every((car) => (allowedW(car, 'TxDefaultProfile') ?? 0) >= shareW));
  await passing(() => sumW(cars) > limitW);
  await settled();
});

/** Was the so-manieth message to the station a profile of a plan? */
function isPlanAt(car: Played, index: number): boolean {
  const { csChargingProfiles, chargingProfile } = car.heard[index]?.payload ?? {};
  const profile = (csChargingProfiles ?? chargingProfile) as { chargingProfilePurpose?: string } | undefined;
  return profile?.chargingProfilePurpose === 'TxProfile';
}

test('F13 T-POISON: a transaction of a station whose clock is years wrong is kept at the time it was heard', async () => {
  const card = 'CARD-CLOCK';
  assert.ok((await server.backOffice.tokens.add({ uid: card }, 'local')).ok);
  for (const [n, timestamp] of ['2099-01-01T00:00:00Z', '1970-01-01T00:00:00Z'].entries()) {
    const station = await server.play('2.1', `CLOCK${n}`);
    await station.boot();
    const heardMs = clock.now();
    await station.say('TransactionEvent', {
      eventType: 'Started',
      timestamp,
      triggerReason: 'CablePluggedIn',
      seqNo: 0,
      transactionInfo: { transactionId: `CLOCK-${n}` },
      evse: { id: 1, connectorId: 1 },
      meterValue: [{ timestamp, sampledValue: [{ value: 5 }] }],
    });
    const [transaction] = await server.backOffice.transactions.list({ stationId: station.stationId });
    assert.ok(Math.abs((transaction?.startMs ?? 0) - heardMs) < 60_000, `${transaction?.startMs}`);
    assert.ok((transaction?.flags.length ?? 0) > 0, 'and it says so');
    const { currentTime } = await station.say('Heartbeat', {});
    assert.ok(Math.abs(Date.parse(String(currentTime)) - clock.now()) < 60_000, 'it is told the right time');
    await station.say('TransactionEvent', {
      eventType: 'Ended',
      timestamp: new Date().toISOString(),
      triggerReason: 'EVDeparted',
      seqNo: 1,
      transactionInfo: { transactionId: `CLOCK-${n}` },
      evse: { id: 1, connectorId: 1 },
    });
  }
});

test('F14: after a power cut the whole site returns at once, and at no moment is it allowed more than its limit', async () => {
  for (const car of cars) away(car);
  await until(() => cars.every(({ stationId }) => server.stations.connected(stationId) === undefined));
  const shares = cars.map((car) => allowedW(car, 'TxDefaultProfile') ?? Number.POSITIVE_INFINITY);
  assert.ok(shares.reduce((sum, watts) => sum + watts, 0) <= LIMIT_W + 1, 'offline they fit together, too');
  let highestW = 0;
  const watch = setInterval(() => {
    highestW = Math.max(highestW, sumW(cars));
  }, 2).unref();
  const counts = cars.map((car) => car.profiles().length);
  for (const car of cars) back(car);
  const answered = await Promise.all(
    cars.map(async (car) => {
      await car.boot();
      return car.heard.length;
    }),
  );
  // The maximum of the station and the share of its EVSE, before any plan: after a boot nobody knows what it still holds.
  const since = (n: number) =>
    cars[n]!.profiles()
      .slice(counts[n])
      .map(({ chargingProfilePurpose }) => String(chargingProfilePurpose));
  await until(() => cars.every((_, n) => since(n).includes('TxDefaultProfile')));
  for (const [n, car] of cars.entries()) {
    // A slot may begin between the line and the boot: the plan of that moment is told, and forgotten with the boot.
    const fallbacks = since(n).slice(since(n).findIndex((purpose) => purpose !== 'TxProfile'));
    assert.match(fallbacks[0]!, /^Charg(e|ing)(Point|Station)MaxProfile$/);
    assert.equal(fallbacks[1], 'TxDefaultProfile');
    const last = car.heard.findLastIndex(({ payload }) =>
      JSON.stringify(payload).includes('TxDefaultProfile'),
    );
    for (let at = answered[n]!; at < last; at += 1) assert.ok(!isPlanAt(car, at), 'no plan before them');
  }
  await Promise.all(cars.map((car) => car.meter(100)));
  await settled();
  clearInterval(watch);
  assert.ok(highestW > 0 && highestW <= LIMIT_W + 1, `${highestW}`);
  assert.equal(
    cars.length,
    (await server.backOffice.transactions.list({ state: 'active' })).length,
    'and all go on charging',
  );
});
