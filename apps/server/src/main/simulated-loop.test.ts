import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OcppVersion } from '@smac/ocpp';
import { CATALOGUE, createRandom, settled, VirtualClock } from '@smac/simulator';
import { OcppStation, usualLimits, vehicleOf } from '@smac/simulator/ocpp';
import { socket } from '../network/testing/socket.ts';
import { memoryStore } from '../store/testing/index.ts';
import { silentLog } from './log.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { testConfig } from './testing/test-server.ts';

const T0 = Date.parse('2026-06-01T20:00:00Z');
const MINUTE_MS = 60_000;

interface Loop {
  readonly server: RunningServer;
  readonly station: OcppStation;
  runTo(minutes: number): Promise<void>;
}

/** A server and a station with two sockets at a supply point of 12 kW, on one virtual clock. */
async function inLoop(
  version: OcppVersion,
  sampleIntervalS: number,
  work: (loop: Loop) => Promise<void>,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-loop-'));
  const clock = new VirtualClock(T0);
  const server = await startServer(
    testConfig({ SMAC_DATA_DIR: dataDir, SMAC_OCPP_PORT: '0', SMAC_OCPP_WITHOUT_TLS: 'true' }),
    { clock, random: randomBytes, log: silentLog },
    { store: await memoryStore(), planning: { solverSeconds: 60 } },
  );
  const { network, tokens } = server.backOffice;
  await network.addLocation({
    id: 'LOC1',
    address: 'Kauppatori 1',
    city: 'Turku',
    country: 'FIN',
    latitude: '60.45',
    longitude: '22.27',
    timeZone: 'Europe/Helsinki',
    supply: { maxImportW: 12_000, currency: 'EUR' },
  });
  const added = await server.stations.admin.add({ stationId: 'S1', securityProfile: 1 }, 'local');
  assert.ok(added.ok);
  for (const evseId of [1, 2]) {
    await network.placeEvse({
      stationId: 'S1',
      evseId,
      locationId: 'LOC1',
      evseUid: `E${evseId}`,
      connectors: [socket()],
    });
    await tokens.add({ uid: `CARD000${evseId}` }, 'local');
  }
  const random = createRandom(1);
  const station = new OcppStation({
    version,
    url: server.stationDoor()?.url ?? '',
    identity: added.data.identity,
    password: added.data.password ?? '',
    clock,
    random,
    station: {
      id: 'S1',
      evses: [1, 2].map((evseId) => ({
        evseId,
        currentType: 'AC' as const,
        phases: 3 as const,
        maxCurrentA: 16,
      })),
      limits: usualLimits(version),
      random,
      startMs: T0,
      sampleIntervalS,
    },
  });
  const idle = () => settled([server.activity, station.activity]);
  try {
    while (!station.isServing) await new Promise((resolve) => setImmediate(resolve));
    await work({
      server,
      station,
      runTo: (minutes) => clock.runUntil(T0 + minutes * MINUTE_MS, idle),
    });
  } finally {
    await station.close();
    await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

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
        await station.present(evseId, `CARD000${evseId}`);
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
      await station.present(1, 'CARD0001');
      station.plug(2, { vehicle: car, soc: 0.3 });
      await station.present(2, 'CARD0002');
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
    inLoop('2.1', 60, async ({ server, station, runTo }) => {
      await runTo(1);
      for (const evseId of [1, 2]) {
        station.plug(evseId, { vehicle: car, soc: 0.2 });
        await station.present(evseId, `CARD000${evseId}`);
      }
      await runTo(6);
      const before = station.act((now) => now.powerW());
      assert.ok(before > 8_000, `${before} W`);
      const context = (await server.sites.contexts()).find(({ id }) => /supply/.test(id));
      assert.ok(context);
      const cap = [{ startMs: T0 + 5 * MINUTE_MS, durationMs: 30 * MINUTE_MS, value: 5_000 }];
      await server.sites.putSeries(context.id, 'cap', cap, { source: 'dso' });
      await runTo(7);
      const after = station.act((now) => now.powerW());
      assert.ok(after <= 5_000, `${after} W a minute after a cut to 5 kW`);
    }),
);
