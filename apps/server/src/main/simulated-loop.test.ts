import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CATALOGUE, createRandom, settled, VirtualClock } from '@smac/simulator';
import { OcppStation, usualLimits, vehicleOf } from '@smac/simulator/ocpp';
import { memoryStore } from '../store/testing/index.ts';
import { silentLog } from './log.ts';
import { startServer } from './start-server.ts';
import { testConfig } from './testing/test-server.ts';

const T0 = Date.parse('2026-06-01T20:00:00Z');
const MINUTE_MS = 60_000;

test('a simulated station charges by plan over OCPP: two cars under a limit for one', {
  timeout: 120_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-loop-'));
  const clock = new VirtualClock(T0);
  const server = await startServer(
    testConfig({ SMAC_DATA_DIR: dataDir, SMAC_OCPP_PORT: '0', SMAC_OCPP_WITHOUT_TLS: 'true' }),
    { clock, random: randomBytes, log: silentLog },
    { store: await memoryStore(), planning: { solverSeconds: 60 } },
  );
  const { network, tokens, transactions } = server.backOffice;
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
      connectors: [
        {
          id: '1',
          connectorId: 1,
          standard: 'IEC_62196_T2',
          format: 'SOCKET',
          powerType: 'AC_3_PHASE',
          maxVoltageV: 230,
          maxCurrentA: 16,
          dischargeW: 0,
          tariffIds: [],
        },
      ],
    });
  }
  for (const uid of ['CARD0001', 'CARD0002']) await tokens.add({ uid }, 'local');
  const random = createRandom(1);
  const station = new OcppStation({
    version: '1.6',
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
      limits: usualLimits('1.6'),
      random,
      startMs: T0,
    },
  });
  const idle = () => settled([server.activity, station.activity]);
  const runTo = (minutes: number) => clock.runUntil(T0 + minutes * MINUTE_MS, idle);
  try {
    while (!station.isServing) await new Promise((resolve) => setImmediate(resolve));
    await runTo(1);
    const found = CATALOGUE.find(
      ({ model }) => model.charger.phases === 3 && model.charger.maxCurrentA >= 16,
    );
    assert.ok(found);
    for (const evseId of [1, 2]) {
      station.plug(evseId, { vehicle: vehicleOf(found.model), soc: 0.3 });
      await station.present(evseId, `CARD000${evseId}`);
    }
    let highestW = 0;
    for (let minute = 2; minute <= 60; minute += 1) {
      await runTo(minute);
      const powerW = station.act((now) => now.powerW());
      highestW = Math.max(highestW, powerW);
      assert.ok(powerW <= 12_000, `${powerW} W after ${minute} min`);
    }
    assert.ok(highestW > 9_000, `${highestW} W: the room is used`);
    const active = await transactions.list({ state: 'active' });
    assert.equal(active.length, 2);
    station.unplug(1);
    station.unplug(2);
    await runTo(62);
    assert.equal((await transactions.list({ state: 'active' })).length, 0);
  } finally {
    await station.close();
    await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
