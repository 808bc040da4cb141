/** Order and races of messages to stations (security.md 13 T-ORDER, T-RACE), at a real server with stations over real sockets. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { LeapingClock } from './testing/leaping-clock.ts';
import { LIMIT_W, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

const clock = new LeapingClock();
let server: OwnServer;
before(async () => {
  server = await ownServer({}, clock);
  for (const uid of ['ORDER1', 'ORDER2'])
    assert.ok((await server.backOffice.tokens.add({ uid }, 'local')).ok);
});
after(() => server.close());

interface OnWire {
  readonly chargingSchedule: Schedule | readonly Schedule[];
}
interface Schedule {
  readonly startSchedule: string;
  readonly chargingSchedulePeriod: readonly { readonly startPeriod: number; readonly limit: number }[];
}

/** What a plan lets a car draw now, W on three phases. */
function presentW(profile: Record<string, unknown>): number {
  const [schedule] = [(profile as unknown as OnWire).chargingSchedule].flat() as Schedule[];
  const { startSchedule, chargingSchedulePeriod: periods } = schedule!;
  const sinceS = (clock.now() - Date.parse(startSchedule)) / 1000;
  return (periods.findLast(({ startPeriod }) => startPeriod <= sinceS) ?? periods[0]!).limit * 690;
}

const plans = (station: Played) => station.profiles('TxProfile').map(presentW);

for (const version of ['1.6', '2.0.1', '2.1'] as const) {
  test(`T-ORDER ${version}: nobody rises into the room of a car whose decrease is not answered; once it is, the other has it`, {
    timeout: 300_000,
  }, async () => {
    const [silent, other] = [
      await server.play(version, `silent-${version}`),
      await server.play(version, `other-${version}`),
    ];
    for (const station of [silent, other]) {
      await station.boot();
      await until(() => station.profiles('TxDefaultProfile').length > 0);
    }
    await silent.start('ORDER1');
    await until(() => plans(silent).some((powerW) => powerW > 10_000));
    await server.activity.idle();
    const heldW = plans(silent).at(-1)!;
    let isSilent = true;
    const asked = Promise.withResolvers<void>();
    const { promise, resolve } = Promise.withResolvers<void>();
    silent.answers.SetChargingProfile = () => {
      asked.resolve();
      return isSilent ? promise.then(() => ({ status: 'Accepted' })) : { status: 'Accepted' };
    };
    await other.start('ORDER2');
    await asked.promise;
    for (let step = 0; step < 8; step += 1) {
      clock.leap(3_000);
      // Its answer is awaited all the time: nobody can wait until nothing is under way.
      for (let turns = 0; turns < 50; turns += 1) await turn();
      const highestW = Math.max(0, ...plans(other));
      assert.ok(highestW + heldW <= LIMIT_W + 1, `${highestW} W beside ${heldW} W that may still be drawn`);
    }
    isSilent = false;
    resolve();
    await until(async () => {
      clock.leap(1_000);
      await server.activity.idle();
      const [a = 0, b = 0] = [plans(silent).at(-1), plans(other).at(-1)];
      return a + b > 18_000 && a + b <= LIMIT_W + 1;
    });
    for (const station of [silent, other]) {
      await station.stop(0);
      await station.line.close();
    }
    await until(() => server.dispatcher.sessions().length === 0);
  });

  test(`T-RACE ${version}: a transaction that ends while its profile is on the way leaves nothing behind, and the next car has its own plan`, {
    timeout: 300_000,
  }, async () => {
    const station = await server.play(version, `race-${version}`);
    await station.boot();
    await until(() => station.profiles('TxDefaultProfile').length > 0);
    await server.activity.idle();
    let races = 0;
    station.answers.SetChargingProfile = async (payload: Record<string, Record<string, unknown>>) => {
      const { chargingProfilePurpose } = payload.csChargingProfiles ?? payload.chargingProfile ?? {};
      if (chargingProfilePurpose === 'TxProfile' && races === 0) {
        races += 1;
        await station.stop(10);
      }
      return { status: 'Accepted' };
    };
    await station.start('ORDER1');
    await until(() => races === 1);
    await until(() => server.dispatcher.sessions().length === 0);
    await server.activity.idle();
    const left = (await server.backOffice.book.of(station.stationId)).filter(
      ({ transactionId }) => transactionId,
    );
    assert.deepEqual(left, []);
    const before = station.profiles('TxProfile').length;
    const ref = await station.start('ORDER2');
    const plan = await until(() => station.profiles('TxProfile').slice(before).at(-1));
    assert.equal(String(plan.transactionId), ref);
    await station.stop(20);
    await until(() => server.dispatcher.sessions().length === 0);
    await station.line.close();
  });
}
