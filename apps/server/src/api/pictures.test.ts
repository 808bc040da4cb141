import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATALOGUE, vehicleOf } from '@smac/simulator';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { signedIn } from '../main/testing/signed-in.ts';
import { atSimulatedSite } from '../main/testing/simulated-site.ts';
import { OverviewAnswer, PlanPictureAnswer, SitePictureAnswer } from './routes/picture-schemas.ts';

const T0 = Date.parse('2026-06-01T16:00:00Z');
const HOUR_MS = 3_600_000;
const car = vehicleOf(
  CATALOGUE.find(({ model }) => model.charger.phases === 3 && model.charger.maxCurrentA >= 16)!.model,
);

test(
  'US-D(i)-1 SMC_012-CPO a site is told as plan against reality by EVSE, the overview says state, power, limit, cost and what is wrong',
  { timeout: 300_000 },
  () =>
    atSimulatedSite(
      {
        version: '2.0.1',
        startMs: T0,
        supply: { maxImportW: 15_000, currency: 'EUR' },
        stations: [
          {
            id: 'S1',
            evses: [
              { phases: 3, maxCurrentA: 16 },
              { phases: 3, maxCurrentA: 16 },
            ],
          },
        ],
      },
      async ({ server, stations, runTo, session, contextId }) => {
        const read = async <T>(path: string): Promise<T> => {
          const answer = await fetch(`${server.url}${path}`);
          assert.equal(answer.status, 200, path);
          return (await answer.json()) as T;
        };
        const station = stations.get('S1')!;
        await runTo(1);
        station.plug(1, { vehicle: car, soc: 0.2 });
        await station.present(1, 'CARDS11');
        await runTo(3);
        const id = await contextId();
        const price = Array.from({ length: 24 }, (_, n) => ({
          startMs: T0 + n * HOUR_MS,
          durationMs: HOUR_MS,
          value: n < 4 ? 0.4 : 0.1,
        }));
        await server.sites.putSeries(id, 'price', price, { source: 'test' });
        await server.sites.setVehicle(await session('S1', 1), { batteryWh: 60_000 });
        await server.sites.setPreferences(await session('S1', 1), {
          departureMs: T0 + 12 * HOUR_MS,
          departureFirm: true,
          energyNeedWh: 30_000,
          dischargeAllowed: false,
          profileType: 'CHEAP',
        });
        await runTo(31);
        const picture = await read<Static<typeof SitePictureAnswer>>(
          `/api/contexts/${encodeURIComponent(id)}/picture`,
        );
        assert.deepEqual(Value.Errors(SitePictureAnswer, picture), []);
        assert.equal(picture.timeZone, 'Europe/Helsinki');
        assert.equal(picture.slotMinutes, 15);
        const slots = (2 * 24 * 60) / 15 + 1;
        for (const row of [
          picture.limitW,
          picture.plannedNetW,
          ...picture.evses.map((evse) => evse.plannedW),
        ])
          assert.equal(row.length, slots);
        const nowSlot = Math.floor((Date.parse(picture.now) - Date.parse(picture.start)) / 900_000);
        const [taken, free] = picture.evses;
        assert.ok(taken && free);
        assert.equal(free.session, null);
        assert.equal(taken.status, 'CHARGING');
        assert.ok(taken.session);
        assert.ok(
          taken.meteredW.slice(0, nowSlot + 1).some((w) => (w ?? 0) > 0),
          'it drew something at first',
        );
        assert.ok(
          taken.meteredW.slice(nowSlot + 1).every((w) => w === null),
          'nobody knows the future',
        );
        assert.ok(taken.plannedW.slice(0, nowSlot).every((w) => w === null));
        const dearSlot = nowSlot + 1;
        const cheapSlot = Math.floor((T0 + 5 * HOUR_MS - Date.parse(picture.start)) / 900_000);
        assert.equal(taken.plannedW[dearSlot], 0, 'it waits while energy is dear');
        const cheap = taken.plannedW.slice(cheapSlot).reduce<number>((sum, w) => sum + (w ?? 0) / 4, 0);
        assert.ok(cheap > 25_000, `${cheap} Wh planned when it is cheap`);
        assert.equal(picture.importPrice[dearSlot], 0.4);
        assert.equal(picture.limitW[cheapSlot], 15_000);

        const { expected } = taken.session;
        assert.equal(expected?.at, new Date(T0 + 12 * HOUR_MS).toISOString());
        assert.ok(expected.energyWh >= 29_000 && expected.energyWh <= 31_500, `${expected.energyWh} Wh`);

        assert.ok(picture.plan);
        const viewer = await signedIn(server, 'viewer', T0 + 31 * 60_000);
        const { status, json: then } = await viewer.call<Static<typeof PlanPictureAnswer>>(
          'GET',
          `/api/plans/${picture.plan.number}/picture`,
        );
        assert.equal(status, 200);
        assert.deepEqual(Value.Errors(PlanPictureAnswer, then), []);
        assert.deepEqual([then.contextId, then.timeZone, then.slotMinutes], [id, 'Europe/Helsinki', 15]);
        const [inPlan] = then.cars;
        assert.equal(inPlan?.evse, taken.label);
        const ahead = (Date.parse(picture.start) + cheapSlot * 900_000 - Date.parse(then.start)) / 900_000;
        assert.equal(Math.round(inPlan?.powerW[ahead] ?? 0), taken.plannedW[cheapSlot]);
        assert.deepEqual(
          [then.importPrice[ahead], then.limitW[ahead], inPlan?.remainingWh !== null],
          [0.1, 15_000, true],
        );
        assert.ok(then.causes.length > 0 && (inPlan?.energyWh ?? 0) > 25_000);

        const overview = await read<Static<typeof OverviewAnswer>>('/api/overview');
        assert.deepEqual(Value.Errors(OverviewAnswer, overview), []);
        const [line] = overview.sites;
        assert.ok(line);
        assert.equal(line.contextId, id);
        assert.deepEqual([line.evses, line.sessions, line.state, line.city], [2, 1, 'occupied', 'Turku']);
        assert.equal(line.limitW, 15_000);
        assert.ok(Date.parse(overview.now) - Date.parse(line.lastMessage ?? '') < HOUR_MS);
        assert.deepEqual(
          line.alerts.filter(({ code }) => code !== 'inputs'),
          [],
        );
      },
    ),
);
