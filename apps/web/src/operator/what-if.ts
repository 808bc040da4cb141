import type { SitePicture } from '../charts/site-slots.ts';

/** The parts of a plan record that a trial needs; names are the planning problem's. */
export interface Problem {
  readonly start: string;
  readonly slot_minutes?: number;
  readonly site?: {
    readonly max_import_w?: number | readonly number[];
    readonly import_price?: readonly number[];
    readonly opportunity_cost?: number;
    readonly [name: string]: unknown;
  };
  readonly [name: string]: unknown;
}

export interface Plan {
  readonly cost: { readonly total: number };
  readonly shortfall_wh: number;
  readonly site: { readonly net_w: readonly number[] };
}

export interface PlanRecord {
  readonly number: number;
  readonly problem: Problem;
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

/** The problem of the last plan with other inputs; everything else is as it was known then. */
export function tried(problem: Problem, trial: Trial): Problem {
  const hours = (problem.slot_minutes ?? 15) / 60;
  const { limitW, pricePercent, opportunityPerHour2 } = trial;
  return {
    ...problem,
    site: {
      ...problem.site,
      ...(limitW === undefined ? {} : { max_import_w: limitW }),
      ...(pricePercent === undefined || problem.site?.import_price === undefined
        ? {}
        : { import_price: problem.site.import_price.map((price) => price * (1 + pricePercent / 100)) }),
      // X36: one slot of h hours costs k x h x h more per slot of occupancy.
      ...(opportunityPerHour2 === undefined ? {} : { opportunity_cost: opportunityPerHour2 * hours * hours }),
    },
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

/** Net power of a plan on the slots of the picture; null where the plan says nothing. */
export function onPictureSlots(
  picture: Pick<SitePicture, 'start' | 'slotMinutes' | 'limitW'>,
  problem: Problem,
  netW: readonly number[],
): (number | null)[] {
  const slotMs = picture.slotMinutes * 60_000;
  const planSlotMs = (problem.slot_minutes ?? 15) * 60_000;
  const aheadMs = Date.parse(picture.start) - Date.parse(problem.start);
  return picture.limitW.map((_, slot) => netW[Math.floor((aheadMs + slot * slotMs) / planSlotMs)] ?? null);
}
