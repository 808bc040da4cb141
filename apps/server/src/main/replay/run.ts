import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlanner } from '@smac/optimiser';
import {
  type CpoCounterpart,
  createCpoCounterpart,
  runUncontrolled,
  settled,
  VirtualClock,
} from '@smac/simulator';
import type { Log, RandomBytes } from '../../dispatch/index.ts';
import type { Store } from '../../store/index.ts';
import type { ScenarioOptions } from '../scenario/options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type Clairvoyant, clairvoyantFigures, clairvoyantProblem } from './clairvoyant.ts';
import { type DayFigures, figuresOfDay, type Observed, totalOf, visitsOfDay } from './figures.ts';
import { openPlatform, type Platform } from './platform.ts';

export interface ReplayReport {
  /** Called when a day is over. */
  day(figures: DayFigures): void;
  /** Called now and then: virtual time, plans so far. */
  progress(atMs: number, plans: number): void;
}

export interface ReplayOptions {
  readonly scenario: Scenario;
  readonly options: ScenarioOptions;
  /** Empty; closed at the end. */
  readonly store: Store;
  readonly log: Log;
  readonly stopwatch: () => number;
  readonly report: ReplayReport;
}

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;

/** Plays a scenario through the real loop over real HTTP, as fast as it goes, and returns the totals. */
export async function replay(run: ReplayOptions): Promise<DayFigures> {
  const { scenario, options } = run;
  const { midnightsMs, visits } = scenario;
  const clock = new VirtualClock(midnightsMs[0]! - HOUR_MS);
  const dataDir = await mkdtemp(join(tmpdir(), 'smac-replay-'));
  const bytes = seededBytes(scenario);
  const platform = await openPlatform({
    clock,
    dataDir,
    random: bytes,
    log: run.log,
    trustDepartures: options.departures === 'true',
    store: run.store,
  });
  const cpo = await counterpart(run, clock);
  try {
    await register(platform, cpo);
    const observed = observe(platform, cpo, clock);
    const idle = () => settled([platform.activity, cpo.activity]);
    await cpo.start();
    const uncontrolled = runUncontrolled({
      visits,
      evses: scenario.evses,
      limitW: scenario.limitW,
      random: scenario.random.stream('site'),
      ...(scenario.baseW === undefined ? {} : { baseW: scenario.baseW }),
    });
    const lastMs = Math.max(midnightsMs.at(-1)!, ...visits.map((visit) => visit.unplugMs)) + QUARTER_MS;
    const optima = await clairvoyants(scenario);
    const days: DayFigures[] = [];
    const days0 = midnightsMs.length - 1;
    for (let at = midnightsMs[0]!; at < lastMs; ) {
      at = Math.min(lastMs, at + HOUR_MS);
      await clock.runUntil(at, idle);
      run.report.progress(at, observed.plansAtMs.length);
      while (days.length < days0 && isOver(scenario, days.length, at)) {
        const isLast = days.length === days0 - 1;
        const figures = figuresOfDay(
          scenario,
          days.length,
          observed,
          uncontrolled,
          optima[days.length]!,
          isLast ? lastQuarter(lastMs) : 0,
        );
        days.push(figures);
        run.report.day(figures);
      }
    }
    return totalOf(days);
  } finally {
    await cpo.close();
    await platform.close();
    await rm(dataDir, { recursive: true });
  }
}

const lastQuarter = (ms: number) => Math.ceil(ms / QUARTER_MS) * QUARTER_MS;

/** A day is told when it has passed and every car that came on it has left. */
function isOver(scenario: Scenario, day: number, atMs: number): boolean {
  const isLast = day === scenario.midnightsMs.length - 2;
  const cars = isLast ? scenario.visits : visitsOfDay(scenario, day);
  const leftMs = Math.max(scenario.midnightsMs[day + 1]!, ...cars.map((visit) => visit.unplugMs));
  return isLast ? atMs > leftMs : atMs >= leftMs;
}

async function counterpart(
  { scenario, options, log, stopwatch }: ReplayOptions,
  clock: VirtualClock,
): Promise<CpoCounterpart> {
  return createCpoCounterpart({
    clock,
    log,
    stopwatch,
    random: scenario.random,
    identity: {
      party: { countryCode: 'DE', partyId: 'SIM' },
      name: 'Simulated car park',
      locationId: 'car-park',
      timeZone: scenario.timeZone,
      currency: 'EUR',
    },
    evses: scenario.evses,
    visits: scenario.visits,
    supply: scenario.supply,
    departures: options.departures,
    meterIntervalMs: QUARTER_MS,
    // Clock-aligned values reach the platform shortly before the slot in which they are used.
    meterShiftMs: -20_000,
    forecastIntervalMs: scenario.baseW === undefined ? 0 : HOUR_MS,
    ...(options.ocpi === undefined ? {} : { versions: [options.ocpi] }),
  });
}

async function register(platform: Platform, cpo: CpoCounterpart): Promise<void> {
  const invited = await platform.scsp.parties.invite({ role: 'CPO', country: 'DE', party: 'SIM' });
  if (!invited.ok) throw new Error(invited.detail);
  await cpo.register({ token: invited.data.token, versions_url: invited.data.versionsUrl });
}

function observe(platform: Platform, cpo: CpoCounterpart, clock: VirtualClock): Observed {
  const observed = {
    record: cpo.site.record,
    deliveredWh: new Map<string, number>(),
    storedWh: new Map<string, number>(),
    plansAtMs: [] as number[],
    latencies: [] as { atMs: number; wallMs: number }[],
  };
  platform.planning.onPlan(() => observed.plansAtMs.push(clock.now()));
  cpo.listen((event) => {
    if (event.kind === 'unplugged') {
      observed.deliveredWh.set(event.visit.id, event.deliveredWh);
      observed.storedWh.set(event.visit.id, event.storedWh);
    }
    if (event.kind === 'first-profile') observed.latencies.push({ atMs: clock.now(), wallMs: event.wallMs });
  });
  return observed;
}

async function clairvoyants(scenario: Scenario): Promise<readonly Clairvoyant[]> {
  const planner = createPlanner({ threads: 1 });
  try {
    const optima: Clairvoyant[] = [];
    for (let day = 0; day + 1 < scenario.midnightsMs.length; day++) {
      const visits = visitsOfDay(scenario, day);
      if (visits.length === 0) {
        optima.push({ cost: 0, energyWh: 0 });
        continue;
      }
      const problem = clairvoyantProblem(scenario, visits, scenario.midnightsMs[day]!);
      optima.push(clairvoyantFigures(problem, await planner.plan(problem, { timeLimitS: 60 })));
    }
    return optima;
  } finally {
    await planner.close();
  }
}

/** Bytes from the seed: a replay talks to itself only, and the same seed must give the same run. */
function seededBytes(scenario: Scenario): RandomBytes {
  const random = scenario.random.stream('bytes');
  return (count) => Uint8Array.from({ length: count }, () => random.below(256));
}
