import type { Answer } from '../../api/client.ts';
import type { DrawnSite } from '../../charts/site-slots.ts';

/** A plan as it was when it was made. Powers in W, energies in Wh. */
export type PlanPicture = Answer<'GET /api/plans/{number}/picture'>;
export type CarInPlan = PlanPicture['cars'][number];

/** A plan for the chart: nothing is measured yet, every car has a band. */
export function drawnPlan(plan: PlanPicture): DrawnSite {
  const { name, currency, now, start, slotMinutes, timeZone } = plan;
  const { limitW, baseLoadW, generationW, plannedNetW, importPrice } = plan;
  return {
    name,
    currency,
    now,
    start,
    slotMinutes,
    timeZone,
    limitW,
    baseLoadW,
    generationW,
    meteredNetW: [],
    plannedNetW,
    importPrice,
    evses: plan.cars.map((car) => ({
      label: nameOf(car),
      status: 'CHARGING',
      meteredW: [],
      plannedW: car.powerW,
      session: null,
    })),
  };
}

/** What stands on the socket, or the session where that is not known any more. */
export const nameOf = ({ evse, id }: Pick<CarInPlan, 'evse' | 'id'>): string =>
  evse ?? id.slice(id.indexOf('/') + 1, id.indexOf('/') + 9);

/** The net power of one plan on the slots of another; null where it says nothing. */
export function onSlotsOf(plan: PlanPicture, other: PlanPicture): (number | null)[] {
  const startMs = Date.parse(plan.start);
  const slotMs = plan.slotMinutes * 60_000;
  return other.plannedNetW.map((_, slot) => {
    const atMs = Date.parse(other.start) + slot * other.slotMinutes * 60_000;
    return plan.plannedNetW[Math.floor((atMs - startMs) / slotMs)] ?? null;
  });
}

/** One car in two plans; null where the plan does not know it. */
export interface CarInBoth {
  readonly id: string;
  readonly name: string;
  readonly one: CarInPlan | null;
  readonly other: CarInPlan | null;
}

/** Cars of both plans, in the order of the first; those that only the other knows come last. */
export function carsOfBoth(one: PlanPicture, other: PlanPicture): CarInBoth[] {
  const others = new Map(other.cars.map((car) => [car.id, car]));
  const known = new Set(one.cars.map(({ id }) => id));
  return [
    ...one.cars.map((car) => ({
      id: car.id,
      name: nameOf(car),
      one: car,
      other: others.get(car.id) ?? null,
    })),
    ...other.cars
      .filter(({ id }) => !known.has(id))
      .map((car) => ({ id: car.id, name: nameOf(car), one: null, other: car })),
  ];
}

/** Lowest and highest of what is known; undefined where nothing is. */
export function spanOf(values: readonly (number | null)[]): readonly [number, number] | undefined {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? undefined : [Math.min(...known), Math.max(...known)];
}

/** Highest power at the supply point, W. */
export const highestW = ({ plannedNetW }: PlanPicture): number =>
  Math.max(0, ...plannedNetW.map((w) => w ?? 0));
