import type { Plan, Problem } from '@smac/optimiser';
import { maxMainsW, meanOver, type Visit } from '@smac/simulator';
import type { Scenario } from '../scenario/scenario.ts';

const SLOT_MS = 900_000;
const HOUR_MS = 3_600_000;

/** Cost and energy of the cheapest charging of one day's visits with everything known beforehand. */
export interface Clairvoyant {
  readonly cost: number;
  readonly energyWh: number;
}

/**
 * The problem of one day with perfect foresight. It is a bound, not a plan anybody could carry out: arrivals count from the start
 * of their slot and departures to the end of theirs, cars have no smallest power, and days do not share the limit.
 */
export function clairvoyantProblem(
  scenario: Scenario,
  visits: readonly Visit[],
  dayStartMs: number,
): Problem {
  const endMs = Math.max(...visits.map((visit) => ceil(visit.unplugMs)));
  const slots = Math.round((endMs - dayStartMs) / SLOT_MS);
  const grid = Array.from({ length: slots }, (_, n) => dayStartMs + n * SLOT_MS);
  const mean = (series: Parameters<typeof meanOver>[0] | undefined, at: number) =>
    series === undefined ? 0 : (meanOver(series, at, at + SLOT_MS) ?? 0);
  const { supply, limitW } = scenario;
  return {
    start: iso(dayStartMs),
    slot_minutes: SLOT_MS / 60_000,
    slots,
    site: {
      max_import_w: limitW,
      import_price: grid.map((at) => mean(supply.importPrice, at)),
      demand_w: grid.map((at) => mean(supply.demandW, at)),
      generation_w: grid.map((at) => mean(supply.generationW, at)),
    },
    sessions: visits.map((visit) => ({
      id: visit.id,
      arrival: iso(Math.floor(visit.plugInMs / SLOT_MS) * SLOT_MS),
      departure: iso(ceil(visit.unplugMs)),
      max_charge_w: maxMainsW(visit.model.charger),
      energy_need_wh: Math.min(
        visit.needWh,
        (maxMainsW(visit.model.charger) * (visit.unplugMs - visit.plugInMs)) / HOUR_MS,
      ),
    })),
  };
}

/** What the plan costs beyond the base load, by the same arithmetic as everything else in the report. */
export function clairvoyantFigures(problem: Problem, plan: Plan): Clairvoyant {
  const site = problem.site!;
  let cost = 0;
  let energyWh = 0;
  for (let k = 0; k < problem.slots!; k++) {
    const evW = plan.sessions.reduce((sum, session) => sum + session.power_w[k]!, 0);
    const baseW = site.demand_w![k]! - site.generation_w![k]!;
    const price = site.import_price![k]!;
    const pays = (netW: number) => (Math.max(0, netW) * price) / 4_000;
    cost += pays(baseW + evW) - pays(baseW);
    energyWh += evW / 4;
  }
  return { cost, energyWh };
}

const ceil = (ms: number) => Math.ceil(ms / SLOT_MS) * SLOT_MS;
const iso = (ms: number) => new Date(ms).toISOString();
