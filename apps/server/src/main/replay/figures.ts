import type { SiteRecord, SlotTerms, UncontrolledRun } from '@smac/simulator';
import { sampleQuantile, slotsOf, type Visit } from '@smac/simulator';
import { dayName, type Scenario } from '../scenario/scenario.ts';
import type { Clairvoyant } from './clairvoyant.ts';

/** What is printed per day and, summed, for the whole run. Energies at the plug. */
export interface DayFigures {
  readonly day: string;
  readonly sessions: number;
  readonly askedWh: number;
  readonly deliveredWh: number;
  /** What uncontrolled charging under the same limit delivers. */
  readonly uncontrolledWh: number;
  readonly storedWh: number;
  readonly uncontrolledStoredWh: number;
  readonly cost: number;
  readonly uncontrolledCost: number;
  readonly optimum: Clairvoyant;
  readonly peakW: number;
  readonly overLimitSlots: number;
  readonly plans: number;
  /** Wall time from the PUT of a session to its first profile, ms. */
  readonly latenciesMs: readonly number[];
}

/** What is collected while the replay runs. */
export interface Observed {
  readonly record: SiteRecord;
  readonly deliveredWh: ReadonlyMap<string, number>;
  readonly storedWh: ReadonlyMap<string, number>;
  /** Stamped with the virtual time. */
  readonly plansAtMs: readonly number[];
  readonly latencies: readonly { readonly atMs: number; readonly wallMs: number }[];
}

const SLOT_MS = 900_000;

/** Energy belongs to the day its car came; cost, peak and limit to the day they happened. */
export function figuresOfDay(
  scenario: Scenario,
  day: number,
  observed: Observed,
  uncontrolled: UncontrolledRun,
  optimum: Clairvoyant,
  /** The last day reaches until the last car has left. */
  untilMs: number,
): DayFigures {
  const fromMs = scenario.midnightsMs[day]!;
  const nextMs = scenario.midnightsMs[day + 1]!;
  const toMs = Math.max(nextMs, untilMs);
  const visits = visitsOfDay(scenario, day);
  const sum = (wh: ReadonlyMap<string, number>) =>
    visits.reduce((total, visit) => total + (wh.get(visit.id) ?? 0), 0);
  const terms: SlotTerms = {
    limitW: scenario.limitW,
    importPrice: scenario.supply.importPrice,
    ...(scenario.baseW === undefined ? {} : { baseW: scenario.baseW }),
  };
  const slots = slotsOf(observed.record, fromMs, toMs, SLOT_MS, terms);
  const before = slotsOf(uncontrolled.record, fromMs, toMs, SLOT_MS, terms);
  const within = (atMs: number) => atMs >= fromMs && atMs < toMs;
  return {
    day: dayName(fromMs, scenario.timeZone),
    sessions: visits.length,
    askedWh: visits.reduce((total, visit) => total + visit.needWh, 0),
    deliveredWh: sum(observed.deliveredWh),
    uncontrolledWh: sum(uncontrolled.deliveredWh),
    storedWh: sum(observed.storedWh),
    uncontrolledStoredWh: sum(uncontrolled.storedWh),
    cost: slots.reduce((total, slot) => total + slot.cost, 0),
    uncontrolledCost: before.reduce((total, slot) => total + slot.cost, 0),
    optimum,
    peakW: Math.max(0, ...slots.map((slot) => slot.netW)),
    overLimitSlots: slots.filter((slot) => slot.overLimit).length,
    plans: observed.plansAtMs.filter(within).length,
    latenciesMs: observed.latencies.filter(({ atMs }) => within(atMs)).map(({ wallMs }) => wallMs),
  };
}

export function visitsOfDay(scenario: Scenario, day: number): readonly Visit[] {
  const fromMs = scenario.midnightsMs[day]!;
  const toMs = scenario.midnightsMs[day + 1]!;
  return scenario.visits.filter((visit) => visit.plugInMs >= fromMs && visit.plugInMs < toMs);
}

export function totalOf(days: readonly DayFigures[]): DayFigures {
  const sum = (pick: (day: DayFigures) => number) => days.reduce((total, day) => total + pick(day), 0);
  return {
    day: 'total',
    sessions: sum((d) => d.sessions),
    askedWh: sum((d) => d.askedWh),
    deliveredWh: sum((d) => d.deliveredWh),
    uncontrolledWh: sum((d) => d.uncontrolledWh),
    storedWh: sum((d) => d.storedWh),
    uncontrolledStoredWh: sum((d) => d.uncontrolledStoredWh),
    cost: sum((d) => d.cost),
    uncontrolledCost: sum((d) => d.uncontrolledCost),
    optimum: { cost: sum((d) => d.optimum.cost), energyWh: sum((d) => d.optimum.energyWh) },
    peakW: Math.max(0, ...days.map((d) => d.peakW)),
    overLimitSlots: sum((d) => d.overLimitSlots),
    plans: sum((d) => d.plans),
    latenciesMs: days.flatMap((d) => d.latenciesMs),
  };
}

/** Cost per kWh against the optimum's cost per kWh: delivering less must not look cheaper. */
export function costRatio(figures: DayFigures): number {
  const paid = figures.cost / figures.deliveredWh;
  return paid / (figures.optimum.cost / figures.optimum.energyWh);
}

export function latencyMs(figures: DayFigures, probability: number): number | undefined {
  return figures.latenciesMs.length === 0 ? undefined : sampleQuantile(figures.latenciesMs, probability);
}
