import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultyNetwork } from '../network/faulty-network.ts';
import { PROFILE_QUIRKS, usualLimits } from '../station/profiles/limits.ts';
import { car, compositeA, type Fields, install, profile, rig } from './testing/small-csms.ts';

const VERSIONS = ['1.6', '2.0.1', '2.1'] as const;
const flat = (limit: number): readonly Fields[] => [{ startPeriod: 0, limit }];

for (const version of VERSIONS) {
  const is16 = version === '1.6';
  const ids = (of: (action: string) => readonly Fields[]) =>
    is16
      ? of('StopTransaction').map(({ transactionId }) => transactionId)
      : of('TransactionEvent').map(
          ({ transactionInfo }) => (transactionInfo as { readonly transactionId: string }).transactionId,
        );

  test(`D1.5-Q2-9 D1.5-Q2-8 ${version}: a station without a line charges on by its profile and tells everything afterwards, in order, once`, async (t) => {
    const made = await rig(t, version);
    const { station, of, runFor } = made;
    station.plug(1, car());
    await station.present(1, 'CARD0001');
    await runFor(120);
    assert.equal(await install(made, version, 1, profile(version, 1, 'TxProfile', flat(10))), 'Accepted');
    station.setReachable(false);
    await runFor(5);
    assert.equal(station.isServing, false);
    await runFor(600);
    assert.ok(Math.abs(station.act((now) => now.lineCurrentsA()[0]) - 10) < 0.1);
    station.unplug(1);
    // Another one comes, charges and leaves while nobody hears it.
    station.plug(1, car());
    assert.equal(await station.present(1, 'CARD0002'), true);
    await runFor(300);
    station.unplug(1);
    const owed = station.station.journal.length;
    assert.ok(owed > 10);
    station.setReachable(true);
    await runFor(180);
    assert.ok(station.isServing);
    assert.equal(station.station.journal.length, 0);
    if (is16) {
      assert.equal(of('StartTransaction').length, 2);
      assert.deepEqual(ids(of), [4701, 4702]);
      const late = of('MeterValues').filter(({ transactionId }) => transactionId === 4702);
      assert.ok(late.length >= 4, 'readings of the unheard transaction carry the number it got afterwards');
    } else {
      const events = of('TransactionEvent');
      for (const id of new Set(ids(of))) {
        const seqNos = events.filter((_, n) => ids(of)[n] === id).map(({ seqNo }) => seqNo as number);
        assert.deepEqual(seqNos, [...seqNos.keys()], 'no gap and no repetition');
      }
      assert.ok(events.some(({ offline }) => offline === true));
    }
    const times = of(is16 ? 'MeterValues' : 'TransactionEvent').map((payload) =>
      is16
        ? (payload.meterValue as readonly { readonly timestamp: string }[])[0]!.timestamp
        : (payload.timestamp as string),
    );
    assert.deepEqual(times, [...times].sort());
  });

  test(`D1.5-Q2-8 ${version}: the power goes and comes back: dark and silent, then boot, the old transaction ended by PowerLoss`, async (t) => {
    const made = await rig(t, version);
    const { station, of, runFor } = made;
    station.plug(1, car());
    await station.present(1, 'CARD0001');
    await runFor(120);
    station.cutPower();
    await runFor(60);
    assert.equal(
      station.act((now) => now.powerW()),
      0,
    );
    assert.equal(station.isServing, false);
    assert.equal(of('BootNotification').length, 1);
    station.restorePower();
    await runFor(60);
    assert.ok(station.isServing);
    assert.equal(of('BootNotification').length, 2);
    const last = is16 ? of('StopTransaction').at(-1) : of('TransactionEvent').at(-1);
    const info = (last?.transactionInfo ?? last) as Fields;
    assert.equal(is16 ? last?.reason : info.stoppedReason, 'PowerLoss');
  });

  test(`D1.5-Q2-9 ${version}: a line that looks alive and carries nothing is noticed, and nothing of the transaction is lost`, async (t) => {
    let network: FaultyNetwork | undefined;
    const made = await rig(t, version, {
      through: async (target, clock) => {
        network = new FaultyNetwork({ clock, target, latencyMs: 0 });
        return network.open();
      },
    });
    t.after(() => network?.close());
    const { station, of } = made;
    station.plug(1, car());
    await station.present(1, 'CARD0001');
    await made.runFor(120);
    network?.setHalfOpen('CS-1', true);
    // Time goes on although a message is under way: that is what a dead line is.
    const turns = async () => {
      for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    await made.clock.runUntil(made.clock.now() + 300_000, turns);
    network?.setHalfOpen('CS-1', false);
    await made.clock.runUntil(made.clock.now() + 120_000, turns);
    await made.runFor(120);
    assert.ok(station.isServing);
    assert.equal(station.station.journal.length, 0);
    const times = of(is16 ? 'MeterValues' : 'TransactionEvent').length;
    assert.ok(times >= 10, `${times} messages of eleven minutes`);
  });

  test(`SC6 SC7 ${version}: profiles are installed, stacked, read back as a composite and cleared`, async (t) => {
    const made = await rig(t, version);
    const { station, ask, runFor } = made;
    station.plug(1, car());
    await station.present(1, 'CARD0001');
    await runFor(60);
    const stacked = (id: number, purpose: string, limit: number, stackLevel: number) =>
      profile(version, id, purpose, flat(limit), { stackLevel });
    for (let n = 0; n < 6; n += 1) {
      assert.equal(
        await install(made, version, 1, stacked(n + 1, 'TxDefaultProfile', 16 - n, n)),
        'Accepted',
      );
    }
    assert.equal(await compositeA(made, version, 1), 11, 'the highest level of six');
    const steps = Array.from({ length: 20 }, (_, n) => ({ startPeriod: n * 60, limit: 6 + (n % 10) }));
    assert.equal(
      await install(made, version, 1, profile(version, 20, 'TxProfile', steps)),
      'Accepted',
      'twenty periods',
    );
    assert.equal(await install(made, version, 0, stacked(30, 'ChargingStationMaxProfile', 7, 0)), 'Accepted');
    await runFor(120);
    assert.ok(station.act((now) => now.lineCurrentsA()[0]) <= 7.001);
    assert.equal(
      await install(
        made,
        version,
        1,
        profile(version, 21, 'TxProfile', [...steps, { startPeriod: 1_500, limit: 6 }]),
      ),
      'Rejected',
      'one period too many',
    );
    const clear = is16 ? { id: 20 } : { chargingProfileId: 20 };
    assert.equal((await ask('ClearChargingProfile', clear)).status, 'Accepted');
    assert.equal((await ask('ClearChargingProfile', clear)).status, 'Unknown');
    assert.equal(await compositeA(made, version, 1), 7);
  });

  test(`D1.5-Q1-14a ${version}: below 6 A the pilot pauses and the car draws nothing; with 6 A it charges again`, async (t) => {
    const made = await rig(t, version);
    const { station, runFor } = made;
    station.plug(1, car());
    await station.present(1, 'CARD0001');
    await runFor(120);
    await install(made, version, 1, profile(version, 1, 'TxProfile', flat(5.9)));
    await runFor(30);
    assert.equal(
      station.act((now) => now.powerW()),
      0,
    );
    assert.equal(
      station.act((now) => now.chargingState(1)),
      'SuspendedEVSE',
    );
    await install(made, version, 1, profile(version, 1, 'TxProfile', flat(6)));
    await runFor(60);
    assert.ok(Math.abs(station.act((now) => now.lineCurrentsA()[0]) - 6) < 0.1);
  });

  for (const quirk of [
    'default-only',
    'amperes-only',
    'watts-only',
    'two-profiles',
    'refuses-all',
  ] as const) {
    test(`SC6 SC7 ${version}: a station of the kind ${quirk} refuses what it cannot, and says what it can`, async (t) => {
      const limits = usualLimits(version, PROFILE_QUIRKS[quirk]);
      const made = await rig(t, version, { station: { limits } });
      const { station, ask, runFor } = made;
      station.plug(1, car());
      await station.present(1, 'CARD0001');
      await runFor(60);
      const inA = (id: number, purpose: string, stackLevel: number) =>
        install(made, version, 1, profile(version, id, purpose, flat(10), { stackLevel }));
      const takes = { tx: await inA(1, 'TxProfile', 0), base: await inA(2, 'TxDefaultProfile', 0) };
      const third = await inA(3, 'TxDefaultProfile', 1);
      const no = 'Rejected';
      const yes = 'Accepted';
      const wanted = {
        'default-only': { tx: no, base: yes, third: no },
        'amperes-only': { tx: yes, base: yes, third: yes },
        'watts-only': { tx: no, base: no, third: no },
        'two-profiles': { tx: yes, base: yes, third: no },
        'refuses-all': { tx: no, base: no, third: no },
      } as const;
      const got = { ...takes, third };
      const plain = (word: string) => (word === yes ? yes : no);
      assert.deepEqual(
        { tx: plain(got.tx), base: plain(got.base), third: plain(got.third) },
        wanted[quirk],
        JSON.stringify(got),
      );
      if (is16) {
        const said = await ask('GetConfiguration', { key: ['ChargingScheduleAllowedChargingRateUnit'] });
        const [{ value }] = said.configurationKey as readonly [{ readonly value: string }];
        assert.equal(
          value,
          { 'amperes-only': 'Current', 'watts-only': 'Power' }[quirk as string] ?? 'Current,Power',
        );
      }
    });
  }
}
