import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OcppVersion } from '@smac/ocpp';
import { CATALOGUE } from '@smac/simulator';
import { type OcppStation, vehicleOf } from '@smac/simulator/ocpp';
import { atSimulatedSite, type SimulatedSite } from './testing/simulated-site.ts';

const T0 = Date.parse('2026-06-01T20:00:00Z');
const MINUTE_MS = 60_000;

interface Loop extends SimulatedSite {
  readonly station: OcppStation;
}

/** A station with two sockets at a supply point of 12 kW. */
const inLoop = (version: OcppVersion, sampleIntervalS: number, work: (loop: Loop) => Promise<void>) =>
  atSimulatedSite(
    {
      version,
      startMs: T0,
      supply: { maxImportW: 12_000, currency: 'EUR' },
      stations: [{ id: 'S1', evses: [SOCKET, SOCKET] }],
      sampleIntervalS,
    },
    (site) => work({ ...site, station: site.stations.get('S1')! }),
  );

const SOCKET = { phases: 3, maxCurrentA: 16 } as const;

const car = vehicleOf(
  CATALOGUE.find(({ model }) => model.charger.phases === 3 && model.charger.maxCurrentA >= 16)!.model,
);

test(
  'a simulated station charges by plan over OCPP: two cars under a limit for one',
  {
    timeout: 300_000,
  },
  () =>
    inLoop('1.6', 60, async ({ server, station, runTo }) => {
      const { transactions } = server.backOffice;
      await runTo(1);
      for (const evseId of [1, 2]) {
        station.plug(evseId, { vehicle: car, soc: 0.3 });
        await station.present(evseId, `CARDS1${evseId}`);
      }
      let highestW = 0;
      for (let minute = 2; minute <= 30; minute += 1) {
        await runTo(minute);
        const powerW = station.act((now) => now.powerW());
        highestW = Math.max(highestW, powerW);
        assert.ok(powerW <= 12_000, `${powerW} W after ${minute} min`);
      }
      assert.ok(highestW > 9_000, `${highestW} W: the room is used`);
      assert.equal((await transactions.list({ state: 'active' })).length, 2);
      station.unplug(1);
      station.unplug(2);
      await runTo(32);
      assert.equal((await transactions.list({ state: 'active' })).length, 0);
    }),
);

test(
  'D1.5-Q1-16 a car that draws more than it is offered is told of within 30 s and stopped when it goes on',
  {
    timeout: 300_000,
  },
  () =>
    inLoop('2.0.1', 10, async ({ server, station, runTo }) => {
      const { transactions } = server.backOffice;
      await runTo(1);
      const rogue = { ...car, behaviour: { ...car.behaviour, overdraw: 1.13 } };
      station.plug(1, { vehicle: rogue, soc: 0.3 });
      await station.present(1, 'CARDS11');
      station.plug(2, { vehicle: car, soc: 0.3 });
      await station.present(2, 'CARDS12');
      const alarms = async (code: string) =>
        (await server.stations.events.list({ limit: 50 })).filter((event) => event.code === code);
      let overdrawnMs: number | undefined;
      for (let step = 0; step < 60 && (await alarms('overdraw-stopped')).length === 0; step += 1) {
        await runTo(1 + (step * 10) / 60);
        const [offered, drawn] = station.act((now) => [now.grantedA(1) * 690, now.evse(1).powerW()]);
        if (offered! > 0 && drawn! > offered! * 1.1) overdrawnMs ??= T0 + (1 + (step * 10) / 60) * MINUTE_MS;
      }
      const [alarm] = await alarms('overdraw');
      assert.ok(alarm && overdrawnMs !== undefined);
      assert.ok(alarm.atMs - overdrawnMs <= 30_000, `${alarm.atMs - overdrawnMs} ms`);
      assert.match(alarm.text, /draws .* kW where .* kW are offered/);
      await runTo(15);
      const active = await transactions.list({ state: 'active' });
      assert.deepEqual(
        active.map(({ evseId }) => evseId),
        [2],
      );
    }),
);

test(
  'D1.5-Q3B-4 a limit cut reaches the cars within a minute: measured power follows the command',
  {
    timeout: 300_000,
  },
  () =>
    inLoop('2.1', 60, async ({ server, station, runTo, contextId }) => {
      await runTo(1);
      for (const evseId of [1, 2]) {
        station.plug(evseId, { vehicle: car, soc: 0.2 });
        await station.present(evseId, `CARDS1${evseId}`);
      }
      await runTo(6);
      const before = station.act((now) => now.powerW());
      assert.ok(before > 8_000, `${before} W`);
      const cap = [{ startMs: T0 + 5 * MINUTE_MS, durationMs: 30 * MINUTE_MS, value: 5_000 }];
      await server.sites.putSeries(await contextId(), 'cap', cap, { source: 'dso' });
      await runTo(7);
      const after = station.act((now) => now.powerW());
      assert.ok(after <= 5_000, `${after} W a minute after a cut to 5 kW`);
    }),
);

test(
  'T-KICK D1.5-Q3B-3 SC9 NL-209 a car that is planned to wait charges for 25 to 35 s first, then waits; the site stays below its limit all the while, and below a limit of 0 no car is kicked',
  {
    timeout: 300_000,
  },
  () =>
    inLoop('2.0.1', 10, async ({ server, station, session, contextId, runTo }) => {
      const dear = { startMs: T0 - MINUTE_MS, durationMs: 121 * MINUTE_MS, value: 1 };
      const cheap = { startMs: T0 + 120 * MINUTE_MS, durationMs: 24 * 60 * MINUTE_MS, value: 0.1 };
      await server.sites.putSeries(await contextId(), 'price', [dear, cheap], { source: 'test' });
      await runTo(1);
      const begins = async (atMinute: number, evseId: 1 | 2, energyNeedWh: number, hours: number) => {
        station.plug(evseId, { vehicle: car, soc: 0.3 });
        await station.present(evseId, `CARDS1${evseId}`);
        await runTo(atMinute + 1 / 60);
        const { peerId, sessionId } = await session('S1', evseId);
        await server.sites.setPreferences(
          { peerId, sessionId },
          {
            dischargeAllowed: false,
            profileType: 'CHEAP',
            energyNeedWh,
            departureMs: T0 + hours * 60 * MINUTE_MS,
            departureFirm: true,
          },
        );
      };
      await begins(1, 1, 30_000, 2);
      await runTo(4);
      const before = station.act((now) => now.powerW());
      assert.ok(before > 9_000, `${before} W: who leaves soon charges with all there is`);
      await begins(4, 2, 10_000, 8);
      let chargedS = 0;
      for (let second = 2; second <= 120; second += 1) {
        await runTo(4 + second / 60);
        const [siteW, newW] = station.act((now) => [now.powerW(), now.evse(2).powerW()]);
        assert.ok(siteW! <= 12_000, `${siteW} W after ${second} s`);
        if (newW! > 1_000) chargedS += 1;
      }
      assert.ok(chargedS >= 25 && chargedS <= 35, `${chargedS} s`);
      assert.equal(
        station.act((now) => now.evse(2).powerW()),
        0,
      );

      station.unplug(2);
      const zero = { startMs: T0, durationMs: 120 * MINUTE_MS, value: 0 };
      await server.sites.putSeries(await contextId(), 'cap', [zero], { source: 'dso' });
      await runTo(8);
      await begins(8, 2, 10_000, 8);
      for (let second = 2; second <= 60; second += 1) {
        await runTo(8 + second / 60);
        assert.equal(
          station.act((now) => now.powerW()),
          0,
          `after ${second} s`,
        );
      }
    }),
);
