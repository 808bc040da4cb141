import type { Plan, Problem } from '@smac/optimiser';
import type { SessionRef, TriggerCause } from '../sites/index.ts';

/** What was wrong with the inputs of a plan (F6, D4.2-T1.01, D4.2-T1.02). */
export interface Degradation {
  readonly code:
    | 'price_persistence'
    | 'price_flat'
    | 'price_not_out'
    | 'demand_persistence'
    | 'demand_missing'
    | 'generation_expired'
    | 'generation_missing'
    | 'export_price_persistence'
    | 'export_price_not_out'
    | 'co2_persistence'
    | 'solver_failed'
    | 'inputs_unplannable';
  readonly detail: string;
}

/** What is so every day until the auction: told with the plan, and nobody has to do anything. */
const EVERY_DAY: ReadonlySet<Degradation['code']> = new Set(['price_not_out', 'export_price_not_out']);

/** What somebody should see to. */
export const inputsToMend = (degraded: readonly Degradation[]): readonly Degradation[] =>
  degraded.filter(({ code }) => !EVERY_DAY.has(code));

/** One session as it went into a plan: the row that links session, driver inputs and plan (UC-005). */
export interface PlannedFor {
  readonly ref: SessionRef;
  /** Id of the session in problem and plan. */
  readonly id: string;
  /** false = stored only: booked or not started (X20), not profile-capable (SMC_005). */
  readonly sent: boolean;
  readonly lastUpdatedMs: number;
  readonly profileType: string;
  readonly departureMs: number | null;
  readonly departureFirm: boolean;
  /** By when the need is planned to be met; null = at once. */
  readonly dueMs: number | null;
  /** The car leaves then for certain and takes no energy afterwards; null = it may stay. */
  readonly leavesMs: number | null;
  readonly needKnown: boolean;
  /** What was left of the need, supply side, Wh. */
  readonly remainingWh: number;
  readonly soc: number | null;
  readonly dischargeAllowed: boolean;
  /** In words: which rule gave need and deadline. */
  readonly policy: string;
  /** Charging is 0 or at least this, W. */
  readonly minPowerW: number;
  /** Drawn at most where nothing controls the session, W. */
  readonly maxPowerW: number;
  /** What the car was relied on to draw, W: seen, told, or what is common. */
  readonly believedMaxW: number;
}

/** A plan with everything it was made from; never changed once stored. */
export interface PlanRecord {
  /** Ascending over all contexts. */
  readonly number: number;
  readonly contextId: string;
  readonly contextVersion: number;
  readonly causes: readonly TriggerCause[];
  readonly createdMs: number;
  /** Time of the snapshot of the inputs. */
  readonly snapshotMs: number;
  readonly shadow: boolean;
  readonly problem: Problem;
  /** Room below the limit kept for cars yet to come, W per slot; the limit in `problem` is lower by this. Absent = none. */
  readonly reservedW?: readonly number[];
  readonly plan: Plan;
  readonly sessions: readonly PlannedFor[];
  readonly degraded: readonly Degradation[];
}

/** A plan without its bulk, for lists. */
export type PlanSummary = Omit<PlanRecord, 'problem' | 'plan' | 'sessions'> & {
  readonly status: Plan['status'];
  readonly solver: string;
  readonly solveMs: number;
  readonly cost: number;
  readonly saving: number;
  readonly shortfallWh: number;
};
