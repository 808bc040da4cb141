/** A scenario at a time and with a seed: every station, plug, car, load and fault of it. The same seed gives the same world. */

import type { OcppVersion } from '@smac/ocpp';
import { generateLoad } from '../generators/load.ts';
import { generatePrices } from '../generators/prices.ts';
import { generatePv } from '../generators/pv.ts';
import { createRandom, type Random } from '../random/random.ts';
import { mapSeries, type Series } from '../series/series.ts';
import { type EvseOptions, rotationOf } from '../station/evse-options.ts';
import { PROFILE_QUIRKS, usualLimits } from '../station/profiles/limits.ts';
import type { StationOptions } from '../station/station-options.ts';
import type { Visit } from '../visits/visit.ts';
import { presentSince } from './present.ts';
import {
  DC_EFFICIENCY,
  type EvseScenario,
  type Scenario,
  type SiteScenario,
  type StationScenario,
} from './scenario.ts';
import { type Plug, recordedStays, type Stay, staysOf } from './traffic.ts';

const PRESENT_WITHIN_MS = [60_000, 180_000] as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface World {
  readonly scenario: Scenario;
  readonly random: Random;
  readonly startMs: number;
  readonly endMs: number;
  readonly sites: readonly SiteWorld[];
}

export interface SiteWorld {
  readonly site: SiteScenario;
  readonly stations: readonly StationWorld[];
  readonly plugs: readonly Plug[];
  readonly stays: readonly Stay[];
  /** W; the load besides cars and the generation. */
  readonly baseW: Series | undefined;
  readonly pvW: Series | undefined;
  /** Currency of the site per kWh. */
  readonly importPrice: Series;
  readonly exportPrice: Series | undefined;
}

export interface StationWorld {
  readonly id: string;
  readonly version: OcppVersion;
  /** Stations of one model behave alike: a back office may learn of one what it needs to know of the others. */
  readonly model: string;
  readonly joinsMs: number;
  readonly options: StationOptions;
  readonly plugs: readonly Plug[];
  /** Line of the grid at its L1. */
  readonly firstPhase: 1 | 2 | 3;
}

export interface WorldOptions {
  readonly startMs: number;
  readonly hours?: number;
  readonly seed?: string;
  /** Stations of every site, at most. */
  readonly stations?: number;
  /** These come to the first site instead of the traffic of the file. */
  readonly visits?: readonly Visit[] | undefined;
  /** Who is there already at the start plugs in between so many ms after it; default one to three minutes. */
  readonly presentWithinMs?: readonly [number, number];
  /** Who is there already got its share of the energy before, instead of coming anew with all it needs. */
  readonly presentHaveCharged?: boolean;
  /** People live by the clock of this zone, while sun, prices and load stay those of the place; default the zone of each site. */
  readonly peoplesTimeZone?: string;
}

export function buildWorld(scenario: Scenario, options: WorldOptions): World {
  const random = createRandom(`${scenario.name} ${options.seed ?? scenario.seed}`);
  const { startMs } = options;
  const endMs = startMs + (options.hours ?? scenario.hours) * HOUR_MS;
  const sites = scenario.sites.map((site) =>
    siteWorld(site, startMs, endMs, random.stream(site.id), options),
  );
  return { scenario, random, startMs, endMs, sites };
}

function siteWorld(
  site: SiteScenario,
  startMs: number,
  endMs: number,
  random: Random,
  options: WorldOptions,
): SiteWorld {
  const stations = stationsOf(site, startMs, random, options.stations ?? Number.POSITIVE_INFINITY);
  const plugs = stations.flatMap((station) => station.plugs);
  const days = Math.ceil((endMs - startMs) / DAY_MS) + 1;
  const joinsMs = new Map(stations.map((station) => [station.id, station.joinsMs]));
  const { visits } = options;
  const coming =
    visits === undefined
      ? site.traffic.flatMap((traffic, n) =>
          staysOf({
            traffic,
            plugs,
            startMs: startMs - DAY_MS,
            days: days + 1,
            timeZone: options.peoplesTimeZone ?? site.timeZone,
            random: random.stream(`traffic ${n}`),
            prefix: `${site.id}${n}-`,
          }),
        )
      : recordedStays(visits, plugs, `${site.id}-`);
  const stays = coming
    // Who came before the beginning and is still there arrives in its first minutes.
    .flatMap((stay): Stay[] => {
      const fromMs = Math.max(startMs, joinsMs.get(stay.plug.stationId) ?? startMs);
      if (stay.unplugMs <= fromMs + 30 * 60_000 || stay.plugInMs >= endMs) return [];
      if (stay.plugInMs >= fromMs) return [stay];
      const [earlyMs, lateMs] = options.presentWithinMs ?? PRESENT_WITHIN_MS;
      const afterMs = Math.floor(random.stream(stay.id).between(earlyMs, lateMs));
      const plugInMs = fromMs + afterMs;
      return [options.presentHaveCharged ? presentSince(stay, fromMs, plugInMs) : { ...stay, plugInMs }];
    })
    .sort((a, b) => a.plugInMs - b.plugInMs || (a.id < b.id ? -1 : 1));
  const { timeZone, latitude, longitude, baseLoadW, pvW, prices } = site;
  const fromMs = startMs - DAY_MS;
  const untilMs = endMs + 2 * DAY_MS;
  const quarter = Math.floor(fromMs / 900_000) * 900_000;
  const market = generatePrices({ startMs: fromMs, days: days + 3, timeZone, random });
  const importPrice = mapSeries(market, (value) => value * prices.perEur + prices.adder);
  return {
    site,
    stations,
    plugs,
    stays,
    baseW:
      baseLoadW === 0
        ? undefined
        : generateLoad({ startMs: quarter, endMs: untilMs, timeZone, peakW: baseLoadW, random }),
    pvW:
      pvW === 0
        ? undefined
        : generatePv({ startMs: quarter, endMs: untilMs, timeZone, peakW: pvW, latitude, longitude, random }),
    importPrice,
    exportPrice:
      prices.exportShare === 0 ? undefined : mapSeries(importPrice, (value) => value * prices.exportShare),
  };
}

function stationsOf(site: SiteScenario, startMs: number, random: Random, most: number): StationWorld[] {
  const stations: StationWorld[] = [];
  for (const kind of site.stations) {
    const digits = Math.max(2, String(kind.count).length);
    for (let n = 1; n <= kind.count && stations.length < most; n++) {
      const id = `${kind.prefix}-${String(n).padStart(digits, '0')}`;
      stations.push(stationWorld(site, kind, id, stations.length, startMs, random));
    }
  }
  return stations;
}

function stationWorld(
  site: SiteScenario,
  kind: StationScenario,
  id: string,
  position: number,
  startMs: number,
  random: Random,
): StationWorld {
  const rotation = rotationOf(position);
  const limits = usualLimits(kind.version, kind.quirk === undefined ? {} : limitsOf(kind.quirk));
  return {
    id,
    version: kind.version,
    // OCPP 1.6 has 20 characters for it.
    model: kind.quirk === undefined ? 'Simulated' : `Sim ${kind.quirk}`,
    joinsMs: startMs + kind.joinsAfterH * HOUR_MS,
    firstPhase: rotation[0],
    plugs: kind.evses.map((evse, n) => plugOf(id, n + 1, evse)),
    options: {
      id,
      evses: kind.evses.map((evse, n) => ({ ...evseOptions(evse, n + 1), rotation })),
      limits,
      random: random.stream(id),
      startMs,
      timeZone: site.timeZone,
      ...(kind.fuseA === undefined ? {} : { fuseA: kind.fuseA }),
    },
  };
}

type Limits = Parameters<typeof usualLimits>[1];
const limitsOf = (quirk: NonNullable<StationScenario['quirk']>): Limits => PROFILE_QUIRKS[quirk];

function plugOf(stationId: string, evseId: number, evse: EvseScenario): Plug {
  const maxW = evse.maxW ?? evse.maxCurrentA * 230 * evse.phases;
  const { group, currentType, phases, maxCurrentA, dischargeW } = evse;
  const uid = `${stationId}-${evseId}`;
  return { stationId, evseId, uid, group, currentType, phases, maxCurrentA, maxW, dischargeW };
}

function evseOptions(evse: EvseScenario, evseId: number): EvseOptions {
  const { currentType, phases, maxCurrentA, standard, dischargeW, maxW } = evse;
  return {
    evseId,
    currentType,
    phases,
    maxCurrentA,
    connectorType: standard,
    speaksIso15118: dischargeW > 0,
    wakesSleepers: true,
    ...(maxW === undefined || currentType === 'AC'
      ? {}
      : {
          dcCharger: {
            maxW,
            maxCurrentA: 500,
            efficiency: DC_EFFICIENCY,
            maxDischargeW: dischargeW,
            rampAPerS: 25,
            cableCheckS: 15,
            preChargeS: 4,
          },
        }),
  };
}

/** The same world so much later: a Friday's cars on a Saturday. */
export function shiftedWorld(world: World, byMs: number): World {
  const series = <S extends Series | undefined>(each: S): S =>
    each === undefined ? each : { ...each, startMs: each.startMs + byMs };
  return {
    ...world,
    startMs: world.startMs + byMs,
    endMs: world.endMs + byMs,
    sites: world.sites.map((site) => ({
      ...site,
      baseW: series(site.baseW),
      pvW: series(site.pvW),
      importPrice: series(site.importPrice),
      exportPrice: series(site.exportPrice),
      stations: site.stations.map((station) => ({ ...station, joinsMs: station.joinsMs + byMs })),
      stays: site.stays.map((stay) => shiftedStay(stay, byMs)),
    })),
  };
}

function shiftedStay(stay: Stay, byMs: number): Stay {
  const { said, arrival } = stay;
  const { settings } = arrival;
  return {
    ...stay,
    plugInMs: stay.plugInMs + byMs,
    unplugMs: stay.unplugMs + byMs,
    ...(said === undefined ? {} : { said: { ...said, departureMs: said.departureMs + byMs } }),
    ...(settings?.departureMs === undefined
      ? {}
      : { arrival: { ...arrival, settings: { ...settings, departureMs: settings.departureMs + byMs } } }),
  };
}
