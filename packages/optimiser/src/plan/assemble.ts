/** Powers in, the plan document out: the same figures for every engine, the heuristic and the baseline. */
import type { Baseline, Plan, PlannedSession, PlannedStore, Reason } from '../contract/index.ts';
import type { NormalProblem, NormalSession, NormalStore, PowerMatrix } from '../grid/index.ts';
import { cleanPowers } from './clean-powers.ts';
import { costOf } from './cost.ts';
import { contentTrace, energyWh, shortfallWh } from './ledger.ts';
import { plannedTimes } from './planned-times.ts';
import { sitePower } from './site-power.ts';

/** Largest gap that still counts as proved. */
export const PROVED_GAP = 1e-6;

/** What is known about powers beside themselves. */
export interface Origin {
  solver: string;
  solveMs: number;
  fallback: boolean;
  levelsProved: boolean;
  bound: number | null;
  marginalPrice: Float64Array | null;
  warm?: boolean;
}

export interface PlanInputs {
  normal: NormalProblem;
  powers: PowerMatrix;
  baselinePowers: PowerMatrix;
  origin: Origin;
  /** Reasons per session, in order. */
  explain(powers: PowerMatrix): Reason[][];
}

export function assemblePlan({ normal, powers, baselinePowers, origin, explain }: PlanInputs): Plan {
  const cleanedPowers = cleanPowers(powers);
  const site = sitePower(normal, cleanedPowers);
  const cost = costOf(normal, cleanedPowers, site.netW);
  const reasons = explain(cleanedPowers);
  const trace = new Float64Array(normal.slots);
  const sessions = normal.sessions.map((session, i) =>
    plannedSession(normal, session, cleanedPowers.powerW[i]!, reasons[i] ?? [], trace),
  );
  const { baseline, co2G } = assembleBaseline(normal, baselinePowers, cost.total);
  const bound = origin.bound === null ? null : Math.min(origin.bound, cost.total);
  const gap = bound === null ? null : (cost.total - bound) / Math.max(1, Math.abs(cost.total));
  const proved = origin.levelsProved && gap !== null && gap <= PROVED_GAP;
  const { problem } = normal;
  return {
    start: problem.start,
    slot_minutes: problem.slot_minutes ?? 15,
    currency: problem.currency ?? 'EUR',
    status: origin.fallback ? 'fallback' : proved ? 'optimal' : 'feasible',
    solver: origin.solver,
    solve_ms: origin.solveMs,
    ...(origin.warm ? { warm_start: true } : {}),
    bound,
    gap,
    cost,
    shortfall_wh: total(sessions.map((session) => session.shortfall_wh)),
    over_limit_wh: site.overLimitWh,
    site: {
      net_w: listOf(site.netW),
      ev_w: listOf(site.evW),
      limit_w: Array.from(normal.site.importLimitW, (limit) => (Number.isFinite(limit) ? limit : null)),
      marginal_price: Array.from({ length: normal.slots }, (_, t) => finiteOrNull(origin.marginalPrice?.[t])),
    },
    sessions,
    stores: normal.stores.map((store, i) =>
      plannedStore(normal, store, cleanedPowers.storePowerW[i]!, trace),
    ),
    baseline,
    co2_g: { plan: site.co2G, baseline: co2G },
  };
}

function plannedSession(
  normal: NormalProblem,
  session: NormalSession,
  powerW: Float64Array,
  reasons: Reason[],
  trace: Float64Array,
): PlannedSession {
  const contentWh = contentTrace(session, powerW, normal.hours, trace);
  return {
    id: session.id,
    power_w: listOf(powerW),
    soc: session.hasBattery ? listOf(contentWh, session.capacityWh) : null,
    energy_wh: energyWh(normal, powerW),
    shortfall_wh: shortfallWh(session, contentWh),
    ...plannedTimes(normal, powerW),
    reasons,
  };
}

function plannedStore(
  normal: NormalProblem,
  store: NormalStore,
  powerW: Float64Array,
  trace: Float64Array,
): PlannedStore {
  const contentWh = contentTrace(store, powerW, normal.hours, trace);
  return {
    id: store.id,
    power_w: listOf(powerW),
    soc: listOf(contentWh, store.capacityWh),
  };
}

function assembleBaseline(
  normal: NormalProblem,
  powers: PowerMatrix,
  planTotal: number,
): { baseline: Baseline; co2G: number | null } {
  const cleanedPowers = cleanPowers(powers);
  const site = sitePower(normal, cleanedPowers);
  const cost = costOf(normal, cleanedPowers, site.netW);
  const trace = new Float64Array(normal.slots);
  const sessions = normal.sessions.map((session, i) => {
    const powerW = cleanedPowers.powerW[i]!;
    return {
      id: session.id,
      power_w: listOf(powerW),
      energy_wh: energyWh(normal, powerW),
      shortfall_wh: shortfallWh(session, contentTrace(session, powerW, normal.hours, trace)),
    };
  });
  const baseline: Baseline = {
    cost,
    shortfall_wh: total(sessions.map((session) => session.shortfall_wh)),
    over_limit_wh: site.overLimitWh,
    site: { net_w: listOf(site.netW), ev_w: listOf(site.evW) },
    sessions,
    saving: cost.total - planTotal,
  };
  return { baseline, co2G: site.co2G };
}

/** Shares of `of`. One by one on purpose: `Array.from` takes five times as long, and a list with a length but holes is copied slowly between threads. */
function listOf(values: Float64Array, of = 1): number[] {
  const list: number[] = [];
  for (let t = 0; t < values.length; t++) list.push(values[t]! / of);
  return list;
}

const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
const finiteOrNull = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? value : null;
