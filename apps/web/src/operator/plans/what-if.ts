import type { DrawnSite, SitePicture } from '../../charts/site-slots.ts';

/** The parts of a plan record that a trial needs; names are the planning problem's. */
export interface Problem {
  readonly start: string;
  /** When it was made, within the first slot. */
  readonly now?: string;
  readonly slot_minutes?: number;
  readonly site?: {
    readonly max_import_w?: number | readonly number[];
    readonly import_price?: readonly number[];
    readonly opportunity_cost?: number;
    readonly demand_w?: readonly number[];
    readonly generation_w?: readonly number[];
    readonly [name: string]: unknown;
  };
  readonly [name: string]: unknown;
}

export interface Plan {
  readonly cost: { readonly total: number };
  readonly shortfall_wh: number;
  readonly site: { readonly net_w: readonly number[]; readonly limit_w: readonly (number | null)[] };
  readonly sessions: readonly { readonly id: string; readonly power_w: readonly number[] }[];
}

export interface PlanRecord {
  readonly number: number;
  readonly problem: Problem;
  /** Room kept free below the limit, W per slot. */
  readonly reservedW?: readonly number[];
  readonly plan: Plan;
}

export interface Trial {
  /** Import limit, W; undefined: as it is. */
  readonly limitW?: number;
  /** All prices of imported energy by so many per cent. */
  readonly pricePercent?: number;
  /** Cost of an occupied connector, currency per hour squared. */
  readonly opportunityPerHour2?: number;
}

/** What a trial is solved with. */
export interface Tried {
  readonly problem: Problem;
  /** Room that is kept free for cars yet to come below the limit, W per slot: the limit in the problem is lower by it. */
  readonly reservedW: readonly number[];
}

/** The problem of the last plan with other inputs; everything else is as it was known then. */
export function tried(record: PlanRecord, trial: Trial): Tried {
  const { problem, reservedW = [] } = record;
  const hours = (problem.slot_minutes ?? 15) / 60;
  const { limitW, pricePercent, opportunityPerHour2 } = trial;
  const limited = limitW === undefined ? { site: {}, reservedW } : underLimit(record, limitW);
  return {
    problem: {
      ...problem,
      site: {
        ...problem.site,
        ...limited.site,
        ...(pricePercent === undefined || problem.site?.import_price === undefined
          ? {}
          : { import_price: problem.site.import_price.map((price) => price * (1 + pricePercent / 100)) }),
        // X36: one slot of h hours costs k x h x h more per slot of occupancy.
        ...(opportunityPerHour2 === undefined
          ? {}
          : { opportunity_cost: opportunityPerHour2 * hours * hours }),
      },
    },
    reservedW: limited.reservedW,
  };
}

/**
 * Another limit at the supply point: a lower one like a cap, beside flex orders that are lower still; a higher one raises what is in force.
 * The room for cars yet to come stays the same share of what is left.
 */
function underLimit({ problem, plan, reservedW }: PlanRecord, limitW: number) {
  const { site } = problem;
  const contractW = site?.max_import_w === undefined ? limitW : Math.max(...[site.max_import_w].flat());
  const each = plan.site.limit_w.map((loweredW, slot) => {
    const keptW = reservedW?.[slot] ?? 0;
    const baseW = (site?.demand_w?.[slot] ?? 0) - (site?.generation_w?.[slot] ?? 0);
    const beforeW = loweredW === null ? null : loweredW + keptW;
    const afterW =
      beforeW === null
        ? limitW
        : limitW <= contractW
          ? Math.min(beforeW, limitW)
          : beforeW + limitW - contractW;
    const roomW = beforeW === null ? 0 : Math.max(0, beforeW - baseW);
    const share = roomW === 0 ? 0 : keptW / roomW;
    return { afterW, keptW: share * Math.max(0, afterW - baseW) };
  });
  return {
    site: { max_import_w: limitW, flex_w: each.map(({ afterW, keptW }) => afterW - keptW - limitW) },
    reservedW: each.map(({ keptW }) => keptW),
  };
}

export interface Outcome {
  readonly cost: number;
  readonly shortfallWh: number;
  readonly highestW: number;
}

export function outcomeOf({ cost, shortfall_wh, site }: Plan): Outcome {
  return { cost: cost.total, shortfallWh: shortfall_wh, highestW: Math.max(0, ...site.net_w) };
}

/** The net power of a plan that was tried, on the slots of its problem. */
export interface TriedNet {
  readonly problem: Problem;
  readonly netW: readonly number[];
}

/** Net power of a plan on the slots of the picture; null where the plan says nothing. */
export function onPictureSlots(
  picture: Pick<SitePicture, 'start' | 'slotMinutes' | 'limitW'>,
  { problem, netW }: TriedNet,
): (number | null)[] {
  const slotMs = picture.slotMinutes * 60_000;
  const planSlotMs = (problem.slot_minutes ?? 15) * 60_000;
  const aheadMs = Date.parse(picture.start) - Date.parse(problem.start);
  return picture.limitW.map((_, slot) => netW[Math.floor((aheadMs + slot * slotMs) / planSlotMs)] ?? null);
}

/** A plan that was tried, for the chart: what it was tried with, and a band for every car that is there. */
export function drawnTrial(picture: SitePicture, { problem, reservedW }: Tried, plan: Plan): DrawnSite {
  const { start, now = start, slot_minutes, site } = problem;
  const slots = plan.site.net_w.length;
  const perSlot = (values: readonly number[] | undefined) =>
    Array.from({ length: slots }, (_, slot) => values?.[slot] ?? null);
  const powersW = new Map(plan.sessions.map(({ id, power_w }) => [id, power_w]));
  return {
    name: picture.name,
    currency: picture.currency,
    now,
    timeZone: picture.timeZone,
    start,
    slotMinutes: slot_minutes ?? 15,
    limitW: plan.site.limit_w.map((w, slot) => (w === null ? null : w + (reservedW[slot] ?? 0))),
    baseLoadW: perSlot(site?.demand_w),
    generationW: perSlot(site?.generation_w),
    meteredNetW: [],
    plannedNetW: [...plan.site.net_w],
    importPrice: perSlot(site?.import_price),
    evses: picture.evses.flatMap(({ label, status, session }) => {
      const powerW = session && powersW.get(`${session.key.peerId}/${session.key.sessionId}`);
      return powerW ? [{ label, status, meteredW: [], plannedW: [...powerW], session: null }] : [];
    }),
  };
}
