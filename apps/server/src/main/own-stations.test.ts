import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OcppVersion } from '@smac/ocpp';
import type { TransactionState } from '../transactions/index.ts';
import { exportedWh, importedWh } from '../transactions/index.ts';
import { CARD, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

let server: OwnServer;
before(async () => {
  server = await ownServer();
});
after(() => server.close());

const VERSIONS: readonly OcppVersion[] = ['1.6', '2.0.1', '2.1'];
const maxPurpose = (version: OcppVersion) =>
  version === '1.6' ? 'ChargePointMaxProfile' : 'ChargingStationMaxProfile';

async function runningAt(station: Played): Promise<TransactionState> {
  const [transaction] = await server.backOffice.transactions.list({
    stationId: station.stationId,
    state: 'active',
  });
  assert.ok(transaction);
  return transaction;
}

const sessionOf = ({ id }: TransactionState) => server.sites.session({ peerId: 'own', sessionId: id });

/** Highest limit of a profile in W, for three phases of 230 V. */
function powersW(profile: Record<string, unknown>): [number, ...number[]] {
  const schedule = [profile.chargingSchedule].flat()[0] as {
    chargingRateUnit: string;
    chargingSchedulePeriod: { limit: number }[];
  };
  const perUnitW = schedule.chargingRateUnit === 'A' ? 690 : 1;
  return schedule.chargingSchedulePeriod.map(({ limit }) => limit * perUnitW) as [number, ...number[]];
}

const mostW = (profile: Record<string, unknown>): number => Math.max(...powersW(profile));

for (const version of VERSIONS) {
  test(`SMC_001 D1.5-§2.3.1.1-TOPd ${version}: a station connects, a driver plugs in, a plan goes out as a profile, meter values come back`, {
    timeout: 300_000,
  }, async () => {
    const station = await server.play(version, `loop-${version}`);
    await station.boot();
    // The fallbacks come before any plan (D1.5-§2.2.1.1-DEF, D1.5-§2.2.1.1-MAX).
    await until(() => station.profiles().length >= 2);
    const purposes = station.profiles().map(({ chargingProfilePurpose }) => chargingProfilePurpose);
    assert.deepEqual(new Set(purposes), new Set([maxPurpose(version), 'TxDefaultProfile']));
    const ref = await station.start();
    const plan = await until(() => station.profiles('TxProfile')[0]);
    assert.equal(String(plan.transactionId), ref);
    const transaction = await runningAt(station);
    const session = await until(() => sessionOf(transaction));
    assert.equal(session.evseUid, station.evseUid);
    assert.match(session.contextId, /supply/);
    await station.meter(100);
    await station.stop(150);
    const over = await until(async () => {
      const state = await sessionOf(transaction);
      return state?.status === 'COMPLETED' && state;
    });
    assert.equal(Math.round(over.energyWh), 150);
    const ended = await server.backOffice.transactions.get(transaction.id);
    assert.ok(ended);
    assert.equal(importedWh(ended), 150);
  });

  test(`BI1 ${version}: the back office starts and ends a transaction, and hears the station's own answer`, async () => {
    const station = await server.play(version, `remote-${version}`);
    await station.boot();
    const { transactions } = server.backOffice;
    const token = { uid: CARD, type: 'Central' };
    const request = { stationId: station.stationId, evseId: 1, token, remoteStartId: 77 };
    assert.deepEqual(await transactions.start(request, 'local'), { accepted: true });
    const asked = station.heard.find(({ action }) => /StartTransaction$/.test(action));
    assert.equal(asked?.action, version === '1.6' ? 'RemoteStartTransaction' : 'RequestStartTransaction');
    await station.start();
    const transaction = await runningAt(station);
    assert.deepEqual(await transactions.stop(transaction.id, 'local'), { accepted: true });
    const answer = { status: 'Rejected' };
    Object.assign(station.answers, { RemoteStopTransaction: answer, RequestStopTransaction: answer });
    const refused = await transactions.stop(transaction.id, 'local');
    assert.ok(!refused.accepted && /Rejected/.test(refused.detail));
    await station.stop(0);
    assert.deepEqual(await transactions.stop(transaction.id, 'local'), {
      accepted: false,
      detail: 'The transaction is over.',
    });
  });

  test(`D1.5-§2.2.1.1-PRIO D1.5-R8-4 ${version}: a limit of the grid operator lowers the station's maximum; no stackLevel is used for it`, async () => {
    const station = await server.play(version, `cap-${version}`);
    await station.boot();
    await until(() => station.profiles(maxPurpose(version)).length > 0);
    const before = mostW(station.profiles(maxPurpose(version))[0]!);
    const context = (await server.sites.contexts()).find(({ id }) => /supply/.test(id));
    assert.ok(context);
    const startMs = Date.now() - 60_000;
    await server.sites.putSeries(context.id, 'cap', [{ startMs, durationMs: 600_000, value: 5_000 }], {
      source: 'dso',
    });
    const lowered = await until(() =>
      station.profiles(maxPurpose(version)).find((each) => mostW(each) <= 5_000),
    );
    assert.ok(before > 5_000);
    assert.equal(lowered.stackLevel, 0);
    assert.ok(station.profiles().every(({ stackLevel }) => stackLevel === 0));
    await server.sites.putSeries(context.id, 'cap', [], { source: 'dso' });
    await until(() => mostW(station.profiles(maxPurpose(version)).at(-1)!) > 5_000);
  });

  test(`D1.5-§2.2.1.1-SETCLR ${version}: after a lost line the station is asked what it holds before it is told anything`, async () => {
    const station = await server.play(version, `back-${version}`);
    await station.boot();
    await station.start();
    await until(() => station.profiles('TxProfile').length > 0);
    const asked = () => station.heard.filter(({ action }) => action === 'GetCompositeSchedule').length;
    const before = asked();
    station.line.cut();
    await until(() => asked() > before);
    await station.stop(0);
  });
}

for (const version of ['2.0.1', '2.1'] as const) {
  test(`D1.5-§2.2.1.2-NEEDS ${version}: what the car needs becomes an input of planning`, async () => {
    const station = await server.play(version, `needs-${version}`);
    await station.boot();
    await station.start();
    const transaction = await runningAt(station);
    await until(() => sessionOf(transaction));
    const departureTime = new Date(Date.now() + 4 * 3_600_000).toISOString();
    const answer = await station.say('NotifyEVChargingNeeds', {
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_single_phase',
        departureTime,
        acChargingParameters: { energyAmount: 8_000, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 230 },
      },
    });
    assert.equal(answer.status, 'Processing');
    const session = await until(async () => {
      const known = await sessionOf(transaction);
      return known?.preferences.energyNeedWh !== undefined && known;
    });
    assert.equal(session.preferences.energyNeedWh, 8_000);
    assert.equal(session.preferences.departureMs, Date.parse(departureTime));
    assert.equal(session.vehicle.maxChargeW, 3_680);
    assert.equal(session.vehicle.phases, 1);
    // Within the 60 s of K15 a plan for one phase goes out: 6 A or more of one phase, not of three.
    await until(() => {
      const [schedule] = [station.profiles('TxProfile').at(-1)?.chargingSchedule].flat() as {
        chargingSchedulePeriod: { numberPhases?: number }[];
      }[];
      return schedule?.chargingSchedulePeriod[0]?.numberPhases === 1;
    });
    await station.stop(0);
  });

  test(`D1.5-§2.2.1.2-EXT ${version}: a limit from elsewhere at the station is kept below in the next plan, within 5 s`, async () => {
    const station = await server.play(version, `limit-${version}`);
    await station.boot();
    await station.start();
    await until(() => station.profiles('TxProfile').length > 0);
    const transaction = await runningAt(station);
    // The car of the test before may hold room until its end is known.
    await until(() => powersW(station.profiles('TxProfile').at(-1)!)[0] > 4_500);
    await station.say('NotifyChargingLimit', {
      evseId: 1,
      chargingLimit: { chargingLimitSource: 'EMS' },
      chargingSchedule: [
        {
          id: 1,
          chargingRateUnit: 'W',
          duration: 3_600,
          startSchedule: new Date().toISOString(),
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 4_500 }],
        },
      ],
    });
    assert.equal((await sessionOf(transaction))?.stationLimit?.powerW, 4_500);
    await until(() => powersW(station.profiles('TxProfile').at(-1)!)[0] <= 4_500);
    await station.say('ClearedChargingLimit', { evseId: 1, chargingLimitSource: 'EMS' });
    assert.equal((await sessionOf(transaction))?.stationLimit, undefined);
    // K01.FR.22: that purpose is never ours.
    assert.equal(station.profiles('ChargingStationExternalConstraints').length, 0);
    const forbidden = await server.stations.call(
      station.stationId,
      'SetChargingProfile',
      {
        evseId: 1,
        chargingProfile: {
          id: 5,
          stackLevel: 0,
          chargingProfilePurpose: 'ChargingStationExternalConstraints',
          chargingProfileKind: 'Absolute',
          chargingSchedule: [
            { id: 5, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] },
          ],
        },
      },
      { actor: 'local' },
    );
    assert.equal(forbidden.kind, 'refused');
    await station.stop(0);
  });

  test(`TC_K_55_CSMS TC_K_53_CSMS ${version}: a schedule of the car above the plan is refused and told again; one below it is left in peace`, async () => {
    const station = await server.play(version, `evschedule-${version}`);
    await station.boot();
    await station.start();
    await until(() => station.profiles('TxProfile').length > 0);
    await until(async () =>
      (await server.backOffice.book.of(station.stationId)).some(
        ({ transactionId, state }) => transactionId !== undefined && state === 'accepted',
      ),
    );
    const schedule = (limit: number) => ({
      evseId: 1,
      timeBase: new Date().toISOString(),
      chargingSchedule: {
        id: 1,
        chargingRateUnit: 'W',
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      },
    });
    const transaction = await runningAt(station);
    const { contextId } = await until(() => sessionOf(transaction));
    await server.planning.planNow(contextId);
    await server.activity.idle();
    const sent = station.profiles('TxProfile').length;
    assert.equal((await station.say('NotifyEVChargingSchedule', schedule(0))).status, 'Accepted');
    assert.equal(station.profiles('TxProfile').length, sent);
    assert.equal((await station.say('NotifyEVChargingSchedule', schedule(60_000))).status, 'Rejected');
    await until(() => station.profiles('TxProfile').length > sent);
    await station.stop(0);
  });
}

test('D1.5-§2.2.1.3-PRIO 2.1: priority charging goes out, comes back and counts as the driver wishes; older stations are told plainly', async () => {
  const station = await server.play('2.1', 'priority');
  await station.boot();
  const ref = await station.start();
  const transaction = await runningAt(station);
  await until(() => sessionOf(transaction));
  station.answers.UsePriorityCharging = { status: 'Accepted' };
  const payload = { transactionId: ref, activate: true };
  const outcome = await server.stations.call(station.stationId, 'UsePriorityCharging', payload, {
    actor: 'local',
  });
  assert.equal(outcome.kind, 'result');
  await station.say('NotifyPriorityCharging', { transactionId: ref, activated: true });
  assert.equal((await sessionOf(transaction))?.preferences.priority, true);
  await station.stop(0);
  const older = await server.play('1.6', 'priority-old');
  await older.boot();
  const refused = await server.stations.call(older.stationId, 'UsePriorityCharging', payload, {
    actor: 'local',
  });
  assert.equal(refused.kind, 'invalid');
});

test('D1.5-Q5-8 D1.5-Q5-9 2.1: charging and giving back show with their sign, in one transaction with two ledgers', async () => {
  const station = await server.play('2.1', 'signed', { dischargeW: 10_000 });
  await station.boot();
  await station.start();
  await station.meter(100, 7_000);
  assert.equal((await runningAt(station)).powerW, 7_000);
  await station.meter(100, -5_000);
  const feeding = await runningAt(station);
  assert.equal(feeding.powerW, -5_000);
  assert.equal(feeding.chargingState, 'Charging');
  assert.equal(importedWh(feeding), 100);
  assert.equal(exportedWh(feeding), 0);
  await station.stop(100);
});

test('a station that is retired leaves no transaction behind: its card charges elsewhere, its power is free', async () => {
  const gone = await server.play('1.6', 'vanished');
  await gone.boot();
  await gone.start();
  const transaction = await runningAt(gone);
  await until(() => sessionOf(transaction));
  assert.ok((await server.stations.admin.retire(gone.stationId, 'local')).ok);
  const ended = await until(async () => {
    const state = await server.backOffice.transactions.get(transaction.id);
    return state?.state === 'ended' && state;
  });
  assert.deepEqual(ended.flags, ['abandoned']);
  await until(async () => (await sessionOf(transaction))?.status === 'COMPLETED');
  const other = await server.play('2.0.1', 'after-vanished');
  await other.boot();
  const ref = await other.start();
  assert.equal((await runningAt(other)).stationRef, ref);
  assert.equal((await runningAt(other)).tokenStatus, 'Accepted');
  await other.stop(0);
});

test('F13 a station whose clock is hours off is asked what it does from now on, and that is compared', async () => {
  const station = await server.play('2.0.1', 'wrong-clock');
  station.answers.GetCompositeSchedule = {
    status: 'Accepted',
    schedule: {
      evseId: 1,
      duration: 3_600,
      scheduleStart: new Date(Date.now() - 5 * 3_600_000).toISOString(),
      chargingRateUnit: 'W',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 16_000 }],
    },
  };
  await station.boot();
  await station.start();
  await until(() => station.profiles('TxProfile').length > 0);
  station.line.cut();
  const drift = await until(async () => (await server.backOffice.drift.of(station.stationId))[0]);
  assert.ok(Math.abs(drift.readMs - Date.now()) < 60_000);
  assert.ok(drift.largestW > 0, 'it allows more than we think');
  await station.stop(0);
});
