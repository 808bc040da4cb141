import { type PlannedFor, type Planning, type PlanRecord, toldPlan } from '../planning/index.ts';
import type { Sites } from '../sites/index.ts';
import { evseName, type Place, placeOf } from './place.ts';
import type { PerSlot } from './site-picture.ts';

const HOUR_MS = 3_600_000;
/** Less is no charging, W. */
const LEAST_W = 1;

/** What one plan meant for one car. Powers in W, discharging negative. */
export interface CarInPlan {
  /** Id of the session in the plan. */
  readonly id: string;
  /** What stands on the socket; null where the session is no longer kept. */
  readonly evse: string | null;
  readonly profileType: string;
  /** What was left of its need, supply side, Wh; null: nobody said how much. */
  readonly remainingWh: number | null;
  readonly departureMs: number | null;
  readonly soc: number | null;
  readonly powerW: readonly number[];
  /** Planned from then to the end of the horizon, Wh. */
  readonly energyWh: number;
  readonly startsMs: number | null;
  readonly endsMs: number | null;
  readonly shortfallWh: number;
  /** Which rule gave need and deadline, in English. */
  readonly policy: string;
  readonly reasons: readonly { readonly code: string; readonly sentence: string }[];
}

/** A plan as it was when it was made: its inputs as known then, and what it gave to every car, on its own slots. */
export interface PlanPicture extends Pick<Place, 'name' | 'timeZone'> {
  readonly number: number;
  readonly contextId: string;
  readonly objectId: string;
  readonly currency: string;
  /** When its inputs were read. */
  readonly nowMs: number;
  readonly startMs: number;
  readonly slotMinutes: number;
  readonly limitW: PerSlot;
  readonly baseLoadW: PerSlot;
  readonly generationW: PerSlot;
  readonly plannedNetW: PerSlot;
  readonly importPrice: PerSlot;
  readonly causes: readonly string[];
  readonly status: string;
  readonly solver: string;
  readonly solveMs: number;
  readonly cost: number;
  readonly shortfallWh: number;
  readonly degraded: PlanRecord['degraded'];
  readonly cars: readonly CarInPlan[];
}

export type PlanPictures = (number: number) => Promise<PlanPicture | undefined>;

export function createPlanPictures({
  sites,
  planning,
}: {
  readonly sites: Pick<Sites, 'context' | 'getLocation' | 'session'>;
  readonly planning: Pick<Planning, 'plan'>;
}): PlanPictures {
  return async (number) => {
    const record = await planning.plan(number);
    const context = record && (await sites.context(record.contextId));
    if (record === undefined || context === undefined) return undefined;
    const place = await placeOf(sites, context);
    const labels = new Map(
      place.evses.map(({ locationId, evseUid, label }) => [evseName(locationId, evseUid), label]),
    );
    const { problem } = record;
    const plan = toldPlan(record, record.plan);
    const slots = plan.site.net_w.length;
    const perSlot = (values: readonly number[] | undefined): PerSlot =>
      Array.from({ length: slots }, (_, slot) => values?.[slot] ?? null);
    const planned = new Map(plan.sessions.map((session) => [session.id, session]));
    const cars = await Promise.all(
      record.sessions.map(async (input): Promise<CarInPlan> => {
        const session = await sites.session(input.ref);
        const label = session && labels.get(evseName(session.locationId, session.evseUid));
        return carOf(record, input, planned.get(input.id), label ?? session?.evseUid ?? null);
      }),
    );
    return {
      number: record.number,
      contextId: record.contextId,
      objectId: context.objectId,
      name: place.name,
      timeZone: place.timeZone,
      currency: problem.currency ?? context.statics.currency,
      nowMs: record.snapshotMs,
      startMs: Date.parse(problem.start),
      slotMinutes: problem.slot_minutes ?? 15,
      limitW: plan.site.limit_w.map((w, slot) => (w === null ? null : w + (record.reservedW?.[slot] ?? 0))),
      baseLoadW: perSlot(problem.site?.demand_w),
      generationW: perSlot(problem.site?.generation_w),
      plannedNetW: plan.site.net_w,
      importPrice: perSlot(problem.site?.import_price),
      causes: record.causes,
      status: plan.status,
      solver: plan.solver,
      solveMs: plan.solve_ms,
      cost: plan.cost.total,
      shortfallWh: plan.shortfall_wh,
      degraded: record.degraded,
      cars,
    };
  };
}

function carOf(
  { problem }: PlanRecord,
  input: PlannedFor,
  planned: PlanRecord['plan']['sessions'][number] | undefined,
  evse: string | null,
): CarInPlan {
  const startMs = Date.parse(problem.start);
  const slotMs = (problem.slot_minutes ?? 15) * 60_000;
  const nowMs = Date.parse(problem.now ?? problem.start);
  const powerW = planned?.power_w ?? [];
  const hoursOf = (slot: number) =>
    (startMs + (slot + 1) * slotMs - Math.max(nowMs, startMs + slot * slotMs)) / HOUR_MS;
  const first = powerW.findIndex((w) => Math.abs(w) >= LEAST_W);
  return {
    id: input.id,
    evse,
    profileType: input.profileType,
    remainingWh: input.needKnown ? input.remainingWh : null,
    departureMs: input.departureMs,
    soc: input.soc,
    powerW,
    energyWh: powerW.reduce((sum, w, slot) => sum + w * hoursOf(slot), 0),
    startsMs: first < 0 ? null : Math.max(nowMs, startMs + first * slotMs),
    endsMs: first < 0 ? null : startMs + (powerW.findLastIndex((w) => Math.abs(w) >= LEAST_W) + 1) * slotMs,
    shortfallWh: planned?.shortfall_wh ?? 0,
    policy: input.policy,
    reasons: planned?.reasons ?? [],
  };
}
