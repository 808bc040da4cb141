import type { Plan, Problem } from '@smac/optimiser';
import type { PlanRecord } from '../planning/index.ts';

const HOUR_MS = 3_600_000;

/** What a plan means for one charge, from now to its last planned quarter hour. Powers in W, discharging negative. */
export interface ChargeOutlook {
  readonly startMs: number;
  /** Slot 0 lasts from now to its end. */
  readonly nowMs: number;
  readonly slotMinutes: number;
  readonly powerW: readonly number[];
  /** Energy price of the site by which the plan was made, per kWh. */
  readonly pricePerKwh: readonly (number | null)[];
  readonly co2GPerKwh: readonly (number | null)[];
  /** At the end of each slot, 0..1; null where battery or state of charge are not known. */
  readonly soc: readonly number[] | null;
  /** First and end of the last slot in which it charges; null: no more. */
  readonly startsMs: number | null;
  readonly endsMs: number | null;
  /** By when the wish is to be met; null: nobody said. */
  readonly dueMs: number | null;
  readonly profileType: string;
  readonly chargedWh: number;
  readonly dischargedWh: number;
  readonly co2G: number | null;
  readonly shortfallWh: number;
  readonly reasons: readonly { readonly code: string; readonly sentence: string }[];
}

/** The part of a plan that is one session's; undefined where the plan does not know it. */
export function chargeOutlook(
  { problem, sessions }: Pick<PlanRecord, 'problem' | 'sessions'>,
  plan: Plan,
  id: string,
): ChargeOutlook | undefined {
  const planned = plan.sessions.find((session) => session.id === id);
  const inputs = sessions.find((session) => session.id === id);
  if (planned === undefined || inputs === undefined) return undefined;
  const { startMs, nowMs, slotMs } = gridOf(problem);
  const last = planned.power_w.findLastIndex((w) => Math.abs(w) >= 1);
  const dueSlot = inputs.dueMs === null ? 0 : Math.ceil((inputs.dueMs - startMs) / slotMs);
  const slots = Math.min(planned.power_w.length, Math.max(last + 1, dueSlot));
  const powerW = planned.power_w.slice(0, slots);
  const wh = powerW.map((w, slot) => w * hoursOf(problem, slot));
  const first = powerW.findIndex((w) => w >= 1);
  const co2 = problem.site?.co2_g_per_kwh;
  return {
    startMs,
    nowMs,
    slotMinutes: slotMs / 60_000,
    powerW,
    pricePerKwh: powerW.map((_, slot) => problem.site?.import_price?.[slot] ?? null),
    co2GPerKwh: powerW.map((_, slot) => co2?.[slot] ?? null),
    // Where only energy is known, the plan counts in shares of the need, which are none of the battery.
    soc: inputs.soc === null ? null : (planned.soc?.slice(0, slots) ?? null),
    startsMs: first < 0 ? null : Math.max(nowMs, startMs + first * slotMs),
    endsMs: first < 0 ? null : startMs + (powerW.findLastIndex((w) => w >= 1) + 1) * slotMs,
    dueMs: inputs.dueMs,
    profileType: inputs.profileType,
    chargedWh: wh.reduce((sum, one) => sum + Math.max(0, one), 0),
    dischargedWh: wh.reduce((sum, one) => sum + Math.max(0, -one), 0),
    co2G: co2 === undefined ? null : wh.reduce((sum, one, slot) => sum + (one * (co2[slot] ?? 0)) / 1000, 0),
    shortfallWh: planned.shortfall_wh,
    reasons: planned.reasons,
  };
}

/** The same problem with one car charging as fast as it can: what a boost would do to everybody. */
export function boosted(problem: Problem, id: string): Problem {
  return {
    ...problem,
    sessions: (problem.sessions ?? []).map((session) =>
      session.id === id ? { ...session, preference: 'FAST' as const } : session,
    ),
  };
}

function gridOf(problem: Problem) {
  const startMs = Date.parse(problem.start);
  return {
    startMs,
    nowMs: problem.now === undefined ? startMs : Date.parse(problem.now),
    slotMs: (problem.slot_minutes ?? 15) * 60_000,
  };
}

function hoursOf(problem: Problem, slot: number): number {
  const { startMs, nowMs, slotMs } = gridOf(problem);
  return (startMs + (slot + 1) * slotMs - Math.max(nowMs, startMs + slot * slotMs)) / HOUR_MS;
}
