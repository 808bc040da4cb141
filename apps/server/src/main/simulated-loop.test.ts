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
    timeout: 120_000,
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
    timeout: 120_000,
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
    timeout: 120_000,
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
