import { BEHAVIOURS, type BehaviourName } from '../ev/behaviour.ts';
import { PROFILE_QUIRKS } from '../station/profiles/limits.ts';
import { Reader, ScenarioError } from './reader.ts';
import {
  type BatteryScenario,
  DC_EFFICIENCY,
  type EvseScenario,
  type FaultScenario,
  type Quirk,
  type Scenario,
  type SiteScenario,
  type StationScenario,
  type StrategyScenario,
  type TrafficScenario,
} from './scenario.ts';

const KW = 1_000;
const MOST_STATIONS = 20_000;
/** Three phases at 230 V: W per A. */
const MAINS_V = 690;

/**
 * Reads a scenario file. Default of every optional field: nothing of the kind.
 * @throws ScenarioError naming the field and the fix
 */
export function readScenario(json: string): Scenario {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ScenarioError(
      `the file is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const reader = new Reader(value, '');
  const scenario: Scenario = reader.done({
    name: reader.text('name', undefined, /^[a-z0-9-]{1,40}$/, 'small letters, digits and -'),
    title: reader.text('title'),
    hours: reader.number('hours', [0.1, 24 * 31], 24),
    startHour: reader.number('startHour', [0, 24], 6),
    day: reader.text('day', '2026-06-01', /^\d{4}-\d{2}-\d{2}$/, 'a day like 2026-06-01'),
    seed: reader.text('seed', '1'),
    sites: reader.list('sites', siteIn, 1),
    faults: reader.object('faults', faultsIn, {}),
  });
  agrees(scenario);
  return scenario;
}

function siteIn(reader: Reader): SiteScenario {
  return {
    id: reader.text('id', undefined, /^[A-Za-z0-9-]{1,36}$/, 'at most 36 letters, digits and -'),
    name: reader.text('name'),
    address: reader.text('address', '-'),
    city: reader.text('city'),
    country: reader.text('country', undefined, /^[A-Z]{3}$/, 'three letters, like FIN'),
    latitude: reader.number('latitude', [-90, 90]),
    longitude: reader.number('longitude', [-180, 180]),
    timeZone: zoneIn(reader),
    limitW: reader.number('limitKw', [1, 100_000]) * KW,
    fuseA: reader.maybe('fuseA', () => reader.number('fuseA', [6, 100_000])),
    maxExportW: reader.number('maxExportKw', [0, 100_000], 0) * KW,
    currency: reader.text('currency', 'EUR', /^[A-Z]{3}$/, 'three letters, like EUR'),
    baseLoadW: reader.number('baseLoadKw', [0, 100_000], 0) * KW,
    pvW: reader.number('pvKw', [0, 100_000], 0) * KW,
    battery: reader.maybe('battery', () => reader.object('battery', batteryIn)),
    prices: reader.object(
      'prices',
      (prices) => ({
        perEur: prices.number('perEur', [0.001, 100_000], 1),
        adder: prices.number('adder', [0, 100_000], 0.12),
        exportShare: prices.number('exportShare', [0, 1], 0),
      }),
      {},
    ),
    stations: reader.list('stations', stationIn, 1),
    traffic: reader.list('traffic', trafficIn),
    strategy: reader.list('strategy', strategyIn),
  };
}

function zoneIn(reader: Reader): string {
  const timeZone = reader.text('timeZone');
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw reader.refuse('timeZone', 'write an IANA zone like Europe/Helsinki');
  }
  return timeZone;
}

function batteryIn(reader: Reader): BatteryScenario {
  return {
    capacityWh: reader.number('capacityKwh', [0.1, 100_000]) * KW,
    powerW: reader.number('powerKw', [0.1, 100_000]) * KW,
    policy: reader.one('policy', ['self-consumption', 'peak-shaving'], 'self-consumption'),
  };
}

function stationIn(reader: Reader): StationScenario {
  return {
    prefix: reader.text('prefix', undefined, /^[A-Za-z0-9-]{1,30}$/, 'at most 30 letters, digits and -'),
    count: reader.whole('count', [1, MOST_STATIONS], 1),
    version: reader.one('version', ['1.6', '2.0.1', '2.1']),
    evses: reader.list('evses', evseIn, 1),
    fuseA: reader.maybe('fuseA', () => reader.number('fuseA', [6, 10_000])),
    quirk: reader.maybe('quirk', () => reader.one('quirk', Object.keys(PROFILE_QUIRKS) as Quirk[])),
    joinsAfterH: reader.number('joinsAfterH', [0, 24 * 31], 0),
  };
}

function evseIn(reader: Reader): EvseScenario {
  const standard = reader.one('standard', ['IEC_62196_T2', 'IEC_62196_T2_COMBO', 'CHADEMO'], 'IEC_62196_T2');
  const isDc = standard !== 'IEC_62196_T2';
  const maxW = reader.maybe('maxKw', () => reader.number('maxKw', [1, 2_000]) * KW);
  if (isDc && maxW === undefined) throw reader.refuse('maxKw', `write the power of the ${standard} plug`);
  return {
    currentType: isDc ? 'DC' : 'AC',
    standard,
    phases: reader.whole('phases', [1, 3], 3) === 1 ? 1 : 3,
    maxCurrentA: isDc ? Math.ceil(maxW! / DC_EFFICIENCY / MAINS_V) : reader.number('maxA', [6, 80], 16),
    maxW,
    dischargeW: reader.number('dischargeKw', [0, 1_000], 0) * KW,
    group: reader.text('group', isDc ? 'dc' : 'ac'),
  };
}

function trafficIn(reader: Reader): TrafficScenario {
  return {
    place: reader.one('place', ['workplace', 'public', 'home', 'fast']),
    group: reader.text('group', 'ac'),
    sessionsPerDay: reader.number('sessionsPerDay', [0, 1_000_000]),
    behaviours: reader.weights('behaviours', Object.keys(BEHAVIOURS) as BehaviourName[]),
    v2gShare: reader.number('v2gShare', [0, 1], 0),
    announceShare: reader.number('announceShare', [0, 1], 0.7),
    firmShare: reader.number('firmShare', [0, 1], 0),
  };
}

function strategyIn(reader: Reader): StrategyScenario {
  return {
    group: reader.text('group'),
    fromHour: reader.number('fromHour', [0, 24]),
    toHour: reader.number('toHour', [0, 24]),
    minW: reader.maybe('minKw', () => reader.number('minKw', [0, 1_000]) * KW),
    maxW: reader.maybe('maxKw', () => reader.number('maxKw', [0, 1_000]) * KW),
    maxStayMinutes: reader.maybe('maxStayMinutes', () => reader.number('maxStayMinutes', [1, 10_080])),
  };
}

function faultsIn(reader: Reader): FaultScenario {
  return {
    linkLossPercent: reader.number('linkLossPercent', [0, 50], 0),
    outageS: reader.number('outageS', [1, 86_400], 120),
    latencyMs: reader.number('latencyMs', [0, 10_000], 0),
    halfOpenPerDay: reader.number('halfOpenPerDay', [0, 100], 0),
    stormsPerDay: reader.number('stormsPerDay', [0, 100], 0),
    powerCutsPerDay: reader.number('powerCutsPerDay', [0, 100], 0),
    limitCuts: reader.list('limitCuts', (cut) => ({
      atHour: cut.number('atHour', [0, 24]),
      minutes: cut.number('minutes', [1, 1_440]),
      toShare: cut.number('toShare', [0, 1]),
    })),
  };
}

/** What no field can know alone. */
function agrees(scenario: Scenario): void {
  const ids = scenario.sites.map(({ id }) => id.toLowerCase());
  if (new Set(ids).size < ids.length) throw new ScenarioError('sites: two have the same id; rename one');
  const prefixes = scenario.sites.flatMap(({ stations }) => stations.map(({ prefix }) => prefix));
  const twice = prefixes.find((prefix, n) => prefixes.indexOf(prefix) !== n);
  if (twice !== undefined) {
    throw new ScenarioError(`sites.stations: the prefix ${twice} comes twice; station ids must be unique`);
  }
  for (const [n, site] of scenario.sites.entries()) {
    const groups = new Set(site.stations.flatMap(({ evses }) => evses.map(({ group }) => group)));
    for (const [k, { group }] of site.traffic.entries()) {
      if (!groups.has(group)) {
        throw new ScenarioError(
          `sites[${n}].traffic[${k}].group: no EVSE of this site is in group "${group}"; use ${[...groups].join(', ')}`,
        );
      }
    }
  }
}
