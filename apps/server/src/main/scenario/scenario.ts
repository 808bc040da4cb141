import {
  addDays,
  createRandom,
  type EvseConfig,
  epochOfWall,
  generateLoad,
  generatePrices,
  generatePv,
  generateVisits,
  type Loaded,
  loadFile,
  mapSeries,
  maxMainsW,
  parseAcnSessions,
  parseCo2Csv,
  parseEntsoeA44,
  parsePriceCsv,
  parsePvwatts,
  parseSimbenchLoad,
  problemText,
  type Random,
  type RecordedSession,
  relocatedSeries,
  runUncontrolled,
  type Series,
  type SupplyPoint,
  seriesOfYear,
  slotsOf,
  type Visit,
  visitsFromRecorded,
  wallOfEpoch,
} from '@smac/simulator';
import { CannotStart } from '../../config/index.ts';
import type { ScenarioOptions } from './options.ts';

/** Everything that happens at one car park, and what its operator knows about its supply point. */
export interface Scenario {
  readonly timeZone: string;
  /** Local midnights that bound the days, one more than there are days. */
  readonly midnightsMs: readonly number[];
  readonly visits: readonly Visit[];
  readonly evses: readonly EvseConfig[];
  readonly supply: SupplyPoint;
  /** Demand minus generation as it really is; absent = no base load. */
  readonly baseW?: Series;
  readonly limitW: number;
  readonly random: Random;
  /** Where things come from, one line each. */
  readonly sources: readonly string[];
}

const DAY_MS = 86_400_000;
const SLOT_MS = 900_000;
/** Everything is played on a German calendar: that is where the day-ahead prices at hand are from. */
const TIME_ZONE = 'Europe/Berlin';
/** The year of the prices of the repeatable benchmark. */
const PRICE_YEAR = 2024;
const PV_FILE_RATING_W = 220_000;

/** Loads or makes what the options ask for. @throws CannotStart naming file, line, field and fix. */
export async function openScenario(
  options: ScenarioOptions,
  place = { timeZone: TIME_ZONE },
): Promise<Scenario> {
  const { timeZone } = place;
  const random = createRandom(options.seed);
  const sources: string[] = [];
  const recorded =
    options.sessionsFile === undefined ? undefined : await recordedSessions(options, options.sessionsFile);
  const firstDay = options.from ?? (recorded === undefined ? `${PRICE_YEAR}-05-06` : dayOf(recorded[0]!));
  const [, month, day] = firstDay.split('-').map(Number);
  const startMs = epochOfWall(
    { year: PRICE_YEAR, month: month!, day: day!, hour: 0, minute: 0, second: 0 },
    timeZone,
  );
  const midnightsMs = Array.from({ length: options.days + 1 }, (_, n) => addDays(startMs, n, timeZone));
  const endMs = midnightsMs.at(-1)!;
  // Cars that come on the last day may stay; what they need to know reaches two days further.
  const range = { startMs: startMs - DAY_MS, endMs: endMs + 3 * DAY_MS, timeZone };

  const everything = visitsOf(options, recorded, { startMs, timeZone }, random, sources);
  const visits = everything.filter((visit) => visit.plugInMs >= startMs && visit.plugInMs < endMs);
  if (visits.length === 0) {
    throw new CannotStart(
      `No session begins in the ${options.days} days from ${firstDay}: choose another --from.`,
    );
  }
  const evses = evsesOf(options, visits);
  const prices = await pricesOf(options, range, random, sources);
  const demandW = await demandOf(options, range, random, sources);
  const generationW = await generationOf(options, range, random, sources);
  const co2 = await co2Of(options, range, sources);
  const baseW =
    demandW === undefined && generationW === undefined ? undefined : netOf(demandW, generationW, range);
  const limitW = (options.limitKw ?? 0) * 1000 || bindingLimitW(visits, evses, baseW, random);
  return {
    timeZone,
    midnightsMs,
    visits,
    evses,
    limitW,
    random,
    sources,
    supply: {
      limitW,
      importPrice: prices,
      forecastError: options.forecastError,
      ...(demandW === undefined ? {} : { demandW }),
      ...(generationW === undefined ? {} : { generationW }),
      ...(co2 === undefined ? {} : { co2GramsPerKwh: co2 }),
    },
    ...(baseW === undefined ? {} : { baseW }),
  };
}

interface Range {
  readonly startMs: number;
  readonly endMs: number;
  readonly timeZone: string;
}

function taken<T>(loaded: Loaded<T>): T {
  if (loaded.ok) return loaded.value;
  throw new CannotStart(loaded.problems.map(problemText).join('\n'));
}

async function recordedSessions(options: ScenarioOptions, file: string): Promise<readonly RecordedSession[]> {
  const sessions = taken(await loadFile(file, parseAcnSessions));
  if (options.from !== undefined && !sessions.some((session) => dayOf(session) >= options.from!)) {
    throw new CannotStart(`${file} has no session on or after ${options.from}: choose an earlier --from.`);
  }
  return sessions;
}

function dayOf({ arrival }: RecordedSession): string {
  return `${arrival.year}-${String(arrival.month).padStart(2, '0')}-${String(arrival.day).padStart(2, '0')}`;
}

function visitsOf(
  options: ScenarioOptions,
  recorded: readonly RecordedSession[] | undefined,
  first: { readonly startMs: number; readonly timeZone: string },
  random: Random,
  sources: string[],
): readonly Visit[] {
  if (recorded !== undefined) {
    sources.push(
      `sessions: ${options.sessionsFile}, each on the same month, day and wall time of ${PRICE_YEAR}`,
    );
    return visitsFromRecorded(recorded, { year: PRICE_YEAR, timeZone: first.timeZone });
  }
  sources.push(`sessions: generated for a workplace, ${options.sessionsPerDay} on a working day`);
  return generateVisits({
    place: 'workplace',
    startMs: first.startMs,
    days: options.days,
    timeZone: first.timeZone,
    sessionsPerDay: options.sessionsPerDay,
    evseUids: Array.from({ length: options.evses }, (_, n) => `EVSE-${String(n + 1).padStart(2, '0')}`),
    random: random.stream('visits'),
    socketW: SOCKET.maxCurrentA * SOCKET.voltageV * SOCKET.phases,
  });
}

const SOCKET = { phases: 3, voltageV: 230, maxCurrentA: 16 } as const;

function evsesOf(options: ScenarioOptions, visits: readonly Visit[]): readonly EvseConfig[] {
  const uids = new Set(visits.map((visit) => visit.evseUid));
  const charger = options.sessionsFile === undefined ? SOCKET : visits[0]!.model.charger;
  return [...uids].sort().map((uid) => ({
    uid,
    connectorId: '1',
    phases: charger.phases,
    voltageV: charger.voltageV,
    maxCurrentA: charger.maxCurrentA,
    dischargeW: Math.max(0, ...visits.filter((v) => v.evseUid === uid).map((v) => v.model.maxDischargeW)),
  }));
}

async function pricesOf(
  options: ScenarioOptions,
  range: Range,
  random: Random,
  sources: string[],
): Promise<Series> {
  const adder = (price: number) => price + options.priceAdder;
  if (options.pricesFile === undefined) {
    sources.push(`prices: generated, plus ${options.priceAdder} EUR/kWh`);
    const days = Math.ceil((range.endMs - range.startMs) / DAY_MS);
    return mapSeries(
      generatePrices({
        startMs: range.startMs,
        days,
        timeZone: range.timeZone,
        random: random.stream('prices'),
      }),
      adder,
    );
  }
  sources.push(`prices: ${options.pricesFile}, plus ${options.priceAdder} EUR/kWh`);
  const series = options.pricesFile.endsWith('.xml')
    ? taken(await loadFile(options.pricesFile, parseEntsoeA44)).prices
    : taken(
        await loadFile(options.pricesFile, (text, file) =>
          parsePriceCsv(text, file, { timeZone: range.timeZone }),
        ),
      );
  return mapSeries(series, adder);
}

async function demandOf(options: ScenarioOptions, range: Range, random: Random, sources: string[]) {
  if (options.loadKw === 0) return undefined;
  sources.push(`load: ${options.loadFile ?? 'generated'}, ${options.loadKw} kW at most`);
  if (options.loadFile === undefined) {
    return generateLoad({ ...range, peakW: options.loadKw * 1000, random: random.stream('load') });
  }
  return seriesOfYear(
    taken(await loadFile(options.loadFile, parseSimbenchLoad)),
    range,
    options.loadKw * 1000,
  );
}

async function generationOf(options: ScenarioOptions, range: Range, random: Random, sources: string[]) {
  if (options.pvKw === 0) return undefined;
  sources.push(`PV: ${options.pvFile ?? 'generated'}, ${options.pvKw} kW`);
  if (options.pvFile === undefined) {
    return generatePv({ ...range, peakW: options.pvKw * 1000, random: random.stream('pv') });
  }
  const year = taken(await loadFile(options.pvFile, parsePvwatts));
  return seriesOfYear(year, range, (options.pvKw * 1000) / PV_FILE_RATING_W);
}

async function co2Of(options: ScenarioOptions, range: Range, sources: string[]): Promise<Series | undefined> {
  if (options.co2File === undefined) return undefined;
  const series = taken(await loadFile(options.co2File, parseCo2Csv));
  sources.push(`CO2: ${options.co2File}`);
  return relocatedSeries(series, range, PRICE_YEAR);
}

function netOf(demandW: Series | undefined, generationW: Series | undefined, range: Range): Series {
  const values: number[] = [];
  const at = (series: Series | undefined, ms: number) =>
    series?.values[Math.floor((ms - series.startMs) / series.stepMs)] ?? 0;
  for (let ms = range.startMs; ms < range.endMs; ms += SLOT_MS)
    values.push(at(demandW, ms) - at(generationW, ms));
  return { startMs: range.startMs, stepMs: SLOT_MS, values };
}

/** A limit that binds: half of what uncontrolled charging would peak at, above the largest base load. */
function bindingLimitW(
  visits: readonly Visit[],
  evses: readonly EvseConfig[],
  baseW: Series | undefined,
  random: Random,
): number {
  const free = runUncontrolled({ visits, evses, random: random.stream('site') });
  const fromMs = Math.floor(Math.min(...visits.map((v) => v.plugInMs)) / SLOT_MS) * SLOT_MS;
  const toMs = Math.ceil(Math.max(...visits.map((v) => v.unplugMs)) / SLOT_MS) * SLOT_MS;
  const nothing: Series = { startMs: fromMs, stepMs: SLOT_MS, values: [] };
  const peakW = Math.max(
    ...slotsOf(free.record, fromMs, toMs, SLOT_MS, { importPrice: nothing }).map((slot) => slot.netW),
  );
  const strongestW = Math.max(...visits.map((visit) => maxMainsW(visit.model.charger)));
  return Math.ceil((Math.max(0, ...(baseW?.values ?? [])) + Math.max(peakW / 2, strongestW)) / 1000) * 1000;
}

/** `2024-05-03`, the day a midnight of the scenario begins. */
export function dayName(midnightMs: number, timeZone: string): string {
  const { year, month, day } = wallOfEpoch(midnightMs, timeZone);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
