import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DC_CARS, GENEROUS } from '@smac/simulator';
import { exportedWh as toldExportWh } from '../transactions/index.ts';
import { atSimulatedSite } from './testing/simulated-site.ts';

const T0 = Date.parse('2026-06-01T16:00:00Z');
const HOUR_MS = 3_600_000;

test(
  'F15 D1.5-APP-V2G SMC_003 on 2.1 a plan with a negative setpoint feeds back and the export register rises; consent revoked, discharging ends within 60 s',
  {
    timeout: 300_000,
  },
  () =>
    atSimulatedSite(
      {
        version: '2.1',
        startMs: T0,
        supply: { maxImportW: 40_000, maxExportW: 20_000, currency: 'EUR' },
        stations: [{ id: 'S1', evses: [{ phases: 3, maxCurrentA: 16, dischargeW: 11_000 }] }],
      },
      async (site) => {
        const { server, stations } = site;
        const station = stations.get('S1')!;
        await site.runTo(1);
        station.plug(1, { vehicle: DC_CARS.v2g, soc: 0.8, discharge: GENEROUS });
        await station.present(1, 'CARDS11');
        await site.runTo(2);
        const session = await site.session('S1', 1);
        const contextId = await site.contextId();
        const hours = (prices: readonly number[]) =>
          prices.map((value, n) => ({ startMs: T0 + n * HOUR_MS, durationMs: HOUR_MS, value }));
        const dear = [0.9, 0.9, ...Array<number>(22).fill(0.05)];
        await server.sites.putSeries(contextId, 'price', hours(dear), { source: 'test' });
        await server.sites.putSeries(contextId, 'export_price', hours(dear), { source: 'test' });
        const preferences = {
          ...session.preferences,
          departureMs: T0 + 20 * HOUR_MS,
          departureFirm: true,
          targetSoc: 0.8,
          reserveSoc: 0.3,
          dischargeAllowed: true,
        };
        assert.ok((await server.sites.setVehicle(session, { batteryWh: 60_000, maxDischargeW: 11_000 })).ok);
        assert.ok((await server.sites.setPreferences(session, preferences)).ok);
        await site.runTo(10);
        const powerW = () => station.act((now) => now.powerW());
        const exportedWh = () => station.act((now) => now.evse(1).meter.exportWh);
        assert.ok(powerW() < -5_000, `${powerW()} W`);
        const before = exportedWh();
        await site.runTo(20);
        assert.ok(exportedWh() > before + 500, `${exportedWh() - before} Wh in 10 min`);
        const [transaction] = await server.backOffice.transactions.list({ state: 'active' });
        assert.ok(transaction);
        await server.sites.setPreferences(session, { ...preferences, dischargeAllowed: false });
        await site.runTo(21);
        assert.ok(powerW() >= 0, `${powerW()} W a minute after consent was taken back`);
        const after = exportedWh();
        await site.runTo(25);
        assert.equal(exportedWh(), after);
        const told = await server.backOffice.transactions.get(transaction.id);
        assert.ok(told && toldExportWh(told) > 500, 'the back office has the export, not netted');
      },
    ),
);
