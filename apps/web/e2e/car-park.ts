import assert from 'node:assert/strict';
import { CATALOGUE, vehicleOf } from '@smac/simulator';
import { atSimulatedSite, type SimulatedSite } from '../../server/src/main/testing/simulated-site.ts';

/** A Monday at midnight in Turku, where the car park stands. */
export const T0 = Date.parse('2026-05-31T21:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const QUARTERS = 4 * 48;

const car = vehicleOf(
  CATALOGUE.find(({ model }) => model.charger.phases === 3 && model.charger.maxCurrentA >= 16)!.model,
);

interface Visit {
  readonly evse: number;
  readonly atHour: number;
  readonly leavesHour: number;
  readonly needWh: number;
  readonly profileType?: 'CHEAP' | 'FAST' | 'GREEN' | 'REGULAR';
  readonly soc: number;
}

/** Residents at night, people at work by day: some left, some are there at two in the afternoon. */
const VISITS: readonly Visit[] = [
  { evse: 1, atHour: 0.2, leavesHour: 7, needWh: 32_000, soc: 0.3 },
  { evse: 2, atHour: 0.5, leavesHour: 7.5, needWh: 18_000, soc: 0.5 },
  { evse: 1, atHour: 8.1, leavesHour: 17, needWh: 26_000, soc: 0.4 },
  { evse: 2, atHour: 8.25, leavesHour: 16.5, needWh: 30_000, soc: 0.35, profileType: 'FAST' },
  { evse: 3, atHour: 9, leavesHour: 18, needWh: 22_000, soc: 0.5 },
  { evse: 4, atHour: 12.5, leavesHour: 22, needWh: 34_000, soc: 0.2 },
  { evse: 5, atHour: 13.5, leavesHour: 31, needWh: 40_000, soc: 0.15 },
];

/** Where the clock stands when the pages are looked at: two in the afternoon. */
export const NOW_HOUR = 14;

/** What a spot market looks like with sun at noon and people at home in the evening, per kWh. */
const priceAt = (hour: number) =>
  0.18 +
  0.09 * Math.cos(((hour - 19.5) / 24) * 2 * Math.PI) +
  0.05 * Math.cos(((hour - 8) / 12) * 2 * Math.PI);
const baseAt = (hour: number) =>
  4_000 + 5_000 * Math.max(0, Math.sin(((hour - 6) / 14) * Math.PI)) + 600 * Math.sin(hour * 2.1);
const sunAt = (hour: number) => Math.max(0, 12_000 * Math.sin(((hour - 5) / 16) * Math.PI));

/** A car park of six sockets at a workplace with people living above it, at two in the afternoon of a sunny Monday. */
export function atCarPark(
  work: (site: SimulatedSite) => Promise<void>,
  /** Local hour at which the simulation begins; what came before is left out. */
  fromHour = 12,
): Promise<void> {
  const startMs = T0 + fromHour * HOUR_MS;
  const minutes = (atMs: number) => (atMs - startMs) / MINUTE_MS;
  return atSimulatedSite(
    {
      version: '2.0.1',
      startMs,
      supply: { maxImportW: 30_000, capW: 43_000, currency: 'EUR' },
      stations: Array.from({ length: 3 }, (_, n) => ({
        id: `P${n + 1}`,
        evses: [
          { phases: 3, maxCurrentA: 16 },
          { phases: 3, maxCurrentA: 16 },
        ],
      })),
      sampleIntervalS: 900,
    },
    async (site) => {
      await site.runTo(1);
      const contextId = await site.contextId();
      const series = async (kind: 'price' | 'demand' | 'generation', at: (hour: number) => number) => {
        const slots = Array.from({ length: QUARTERS }, (_, n) => ({
          startMs: T0 + n * 15 * MINUTE_MS,
          durationMs: 15 * MINUTE_MS,
          value: at((n / 4) % 24),
        }));
        assert.ok(
          (await site.server.sites.putSeries(contextId, kind, slots, { source: 'energy manager' })).ok,
        );
      };
      await series('price', (hour) => Math.round(priceAt(hour) * 1000) / 1000);
      await series('demand', (hour) => Math.round(baseAt(hour)));
      await series('generation', (hour) => Math.round(sunAt(hour)));
      for (const { atMs, act } of diary(site, startMs + MINUTE_MS)) {
        await site.runTo(minutes(atMs));
        await act();
      }
      await site.runTo(minutes(T0 + NOW_HOUR * HOUR_MS));
      await work(site);
    },
  );
}

const stationOf = (evse: number) => `P${Math.ceil(evse / 2)}`;
const socketOf = (evse: number) => ((evse - 1) % 2) + 1;

/** Arrivals and departures in the order of time; wishes come two minutes after the card. */
function diary(
  site: SimulatedSite,
  fromMs: number,
): { readonly atMs: number; readonly act: () => Promise<void> }[] {
  return VISITS.filter(({ atHour }) => T0 + atHour * HOUR_MS >= fromMs)
    .flatMap((visit) => {
      const station = site.stations.get(stationOf(visit.evse))!;
      const socket = socketOf(visit.evse);
      const atMs = T0 + visit.atHour * HOUR_MS;
      return [
        {
          atMs,
          act: async () => {
            station.plug(socket, { vehicle: car, soc: visit.soc });
            await station.present(socket, `CARD${stationOf(visit.evse)}${socket}`);
          },
        },
        { atMs: atMs + 2 * MINUTE_MS, act: () => wish(site, visit) },
        { atMs: T0 + visit.leavesHour * HOUR_MS, act: async () => station.unplug(socket) },
      ];
    })
    .filter(({ atMs }) => atMs < T0 + NOW_HOUR * HOUR_MS)
    .sort((a, b) => a.atMs - b.atMs);
}

async function wish(site: SimulatedSite, visit: Visit): Promise<void> {
  const session = await site.session(stationOf(visit.evse), socketOf(visit.evse));
  const { sites } = site.server;
  assert.ok((await sites.setVehicle(session, { batteryWh: 58_000 })).ok);
  const atMs = T0 + visit.atHour * HOUR_MS;
  assert.ok((await sites.reportSoc(session, { soc: visit.soc, source: 'driver', atMs })).ok);
  const wished = await sites.setPreferences(session, {
    departureMs: T0 + visit.leavesHour * HOUR_MS,
    departureFirm: true,
    energyNeedWh: visit.needWh,
    dischargeAllowed: false,
    profileType: visit.profileType ?? 'CHEAP',
  });
  assert.ok(wished.ok);
}
