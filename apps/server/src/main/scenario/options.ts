import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { OcpiVersion } from '@smac/ocpi';
import { CannotStart } from '../../config/index.ts';

/** What a demo or a replay plays: whose sessions, which prices, which limit. */
export interface ScenarioOptions {
  readonly sessionsFile?: string;
  readonly pricesFile?: string;
  readonly loadFile?: string;
  readonly pvFile?: string;
  readonly co2File?: string;
  readonly days: number;
  /** First day, `2019-05-02`; default the first day of the sessions. */
  readonly from?: string;
  /** Limit of the supply point, kW; default half of the peak of uncontrolled charging above the base load. */
  readonly limitKw?: number;
  readonly departures: 'true' | 'announced';
  readonly ocpi?: OcpiVersion;
  readonly seed: string;
  /** Annual maximum of the base load, kW. */
  readonly loadKw: number;
  /** Rating of the photovoltaic array, kW. */
  readonly pvKw: number;
  /** Taxes and grid fees on top of the day-ahead price, per kWh. */
  readonly priceAdder: number;
  /** Standard deviation of a load or PV forecast a day ahead, as a share. */
  readonly forecastError: number;
  /** Sessions of a generated working day, and sockets they share. */
  readonly sessionsPerDay: number;
  readonly evses: number;
}

const FLAGS = {
  sessions: { type: 'string' },
  prices: { type: 'string' },
  load: { type: 'string' },
  pv: { type: 'string' },
  co2: { type: 'string' },
  days: { type: 'string' },
  from: { type: 'string' },
  'limit-kw': { type: 'string' },
  departures: { type: 'string' },
  ocpi: { type: 'string' },
  seed: { type: 'string' },
  'load-kw': { type: 'string' },
  'pv-kw': { type: 'string' },
  'price-adder': { type: 'string' },
  'forecast-error': { type: 'string' },
  'sessions-per-day': { type: 'string' },
  evses: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

export const SCENARIO_HELP = `  --sessions FILE         ACN-Data sessions (.csv or .csv.gz); default seeded sessions of a workplace
  --prices FILE           day-ahead prices (CSV or ENTSO-E XML); default seeded prices
  --load FILE             SimBench load profile; default seeded commercial load
  --pv FILE               PVWatts year; default seeded clear sky and clouds
  --co2 FILE              emission intensity (CSV), for the figures in kg
  --days N                days to play (10)
  --from YYYY-MM-DD       first day, as the sessions file writes it (its first day)
  --limit-kw KW           limit of the supply point (half of the uncontrolled peak above the base load)
  --departures WHICH      true | announced: what drivers say about when they leave (true)
  --ocpi VERSION          2.2.1 | 2.3.0 (newest both sides speak)
  --seed TEXT             same seed, same run (1)
  --load-kw KW            yearly maximum of the site's other load (0 = none)
  --pv-kw KW              rating of the photovoltaic array (0 = none)
  --price-adder PRICE     taxes and fees per kWh on top of the day-ahead price (0.12)
  --forecast-error SHARE  error of load and PV forecasts a day ahead, 0.1 = 10 % (0)
  --sessions-per-day N    generated sessions of a working day (40)
  --evses N               sockets for generated sessions (30)
`;

/** Reads the flags. @throws CannotStart with one sentence on the first flag that is not what it must be. */
export function readScenarioOptions(args: readonly string[]): ScenarioOptions | 'help' {
  let values: Partial<Record<keyof typeof FLAGS, string | boolean>>;
  try {
    values = parseArgs({ args: [...args], options: FLAGS, allowPositionals: false }).values;
  } catch (error) {
    throw new CannotStart(`${(error as Error).message.split('\n')[0]} Try --help.`);
  }
  if (values.help === true) return 'help';
  const text = (name: keyof typeof FLAGS) => values[name] as string | undefined;
  const number = (name: keyof typeof FLAGS, fallback: number, least: number, most: number) => {
    const value = Number(text(name) ?? fallback);
    if (!(value >= least && value <= most)) {
      throw new CannotStart(`--${name} must be a number from ${least} to ${most}, got "${text(name)}".`);
    }
    return value;
  };
  const choice = <T extends string>(name: keyof typeof FLAGS, allowed: readonly T[]): T | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined)
      throw new CannotStart(`--${name} must be one of ${allowed.join(', ')}, got "${value}".`);
    return found;
  };
  const from = text('from');
  if (from !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(from)) {
    throw new CannotStart(`--from must look like 2019-05-02, got "${from}".`);
  }
  const given = <K extends string, V>(key: K, value: V | undefined) =>
    value === undefined ? {} : { [key]: value };
  return {
    ...given('sessionsFile', text('sessions')),
    ...given('pricesFile', text('prices')),
    ...given('loadFile', text('load')),
    ...given('pvFile', text('pv')),
    ...given('co2File', text('co2')),
    ...given('from', from),
    ...given('limitKw', text('limit-kw') === undefined ? undefined : number('limit-kw', 0, 1, 1e6)),
    ...given('ocpi', choice('ocpi', ['2.2.1', '2.3.0'] as const)),
    days: Math.floor(number('days', 10, 1, 366)),
    departures: choice('departures', ['true', 'announced'] as const) ?? 'true',
    seed: text('seed') ?? '1',
    loadKw: number('load-kw', text('load') === undefined ? 0 : 60, 0, 1e6),
    pvKw: number('pv-kw', text('pv') === undefined ? 0 : 60, 0, 1e6),
    priceAdder: number('price-adder', 0.12, -1, 5),
    forecastError: number('forecast-error', 0, 0, 1),
    sessionsPerDay: number('sessions-per-day', 40, 1, 2000),
    evses: Math.floor(number('evses', 30, 1, 2000)),
  };
}
