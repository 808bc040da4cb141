import type { Answer } from '../api/client.ts';

export type SitePicture = Answer<'GET /api/contexts/{contextId}/picture'>;

/** The slots of a picture. */
export type SiteGrid = Pick<SitePicture, 'now' | 'start' | 'slotMinutes' | 'timeZone'>;

export type DrawnEvse = Pick<
  SitePicture['evses'][number],
  'label' | 'status' | 'meteredW' | 'plannedW' | 'session'
>;

/** What a chart needs of a site: plan against reality, or a plan as it was known then. */
export interface DrawnSite
  extends SiteGrid,
    Pick<
      SitePicture,
      | 'name'
      | 'currency'
      | 'limitW'
      | 'baseLoadW'
      | 'generationW'
      | 'meteredNetW'
      | 'plannedNetW'
      | 'importPrice'
    > {
  readonly evses: readonly DrawnEvse[];
}

/** Less power is told as none, W. */
export const LEAST_TOLD_W = 100;

/** One quarter hour of a site: what was where it is over, what is planned otherwise. Powers in W. */
export interface SiteSlot {
  readonly startMs: number;
  readonly endMs: number;
  readonly isOver: boolean;
  readonly limitW: number | null;
  readonly baseLoadW: number | null;
  readonly generationW: number | null;
  /** Of all cars. */
  readonly evW: number;
  /** By EVSE, in the order of the picture. */
  readonly byEvseW: readonly number[];
  readonly netW: number | null;
  /** What was planned then, beside what was. */
  readonly plannedNetW: number | null;
  readonly price: number | null;
}

export function slotsOf(picture: DrawnSite): SiteSlot[] {
  const startMs = Date.parse(picture.start);
  const nowMs = Date.parse(picture.now);
  const slotMs = picture.slotMinutes * 60_000;
  return picture.limitW.map((limitW, slot) => {
    const from = startMs + slot * slotMs;
    const isOver = from + slotMs <= nowMs;
    const byEvseW = picture.evses.map(({ meteredW, plannedW }) => (isOver ? meteredW : plannedW)[slot] ?? 0);
    const evW = byEvseW.reduce((sum, w) => sum + w, 0);
    const baseLoadW = picture.baseLoadW[slot] ?? null;
    const generationW = picture.generationW[slot] ?? null;
    const plannedNetW = picture.plannedNetW[slot] ?? null;
    return {
      startMs: from,
      endMs: from + slotMs,
      isOver,
      limitW,
      baseLoadW,
      generationW,
      evW,
      byEvseW,
      netW: isOver
        ? (picture.meteredNetW[slot] ?? null)
        : (plannedNetW ??
          (baseLoadW === null && evW === 0 ? null : (baseLoadW ?? 0) - (generationW ?? 0) + evW)),
      plannedNetW,
      price: picture.importPrice[slot] ?? null,
    };
  });
}

/** Index of the slot that contains `atMs`; -1 outside. */
export function slotAt(slots: readonly SiteSlot[], atMs: number): number {
  return slots.findIndex(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
}

/** A band of the stack: W from, W to, per slot. */
export interface Layer {
  /** Which EVSE; -1: the base load, -2: generation. */
  readonly evse: number;
  readonly fromW: readonly number[];
  readonly toW: readonly number[];
}

export const BASE_LOAD = -1;
export const GENERATION = -2;

/**
 * What the site draws itself beyond its own generation, from zero up; generation, from zero down; and the cars stacked on what
 * remains of both, so that the top of the stack is the net power a limit is about, and cars reach into what the sun gives. EVSEs
 * that neither draw nor give are left out.
 */
export function layersOf(slots: readonly SiteSlot[]): Layer[] {
  const restW = slots.map(({ baseLoadW, generationW }) => (baseLoadW ?? 0) - (generationW ?? 0));
  const zero = slots.map(() => 0);
  const layers: Layer[] = [
    { evse: GENERATION, fromW: zero, toW: slots.map(({ generationW }) => -(generationW ?? 0)) },
    { evse: BASE_LOAD, fromW: zero, toW: restW.map((w) => Math.max(0, w)) },
  ];
  const upW = [...restW];
  const downW = [...restW];
  const evses = slots[0]?.byEvseW.length ?? 0;
  for (let evse = 0; evse < evses; evse += 1) {
    const powers = slots.map(({ byEvseW }) => byEvseW[evse] ?? 0);
    if (!powers.some((w) => Math.abs(w) >= 1)) continue;
    const fromW: number[] = [];
    const toW = powers.map((w, slot) => {
      const stack = w < 0 ? downW : upW;
      fromW.push(stack[slot]!);
      stack[slot]! += w;
      return stack[slot]!;
    });
    layers.push({ evse, fromW, toW });
  }
  return layers;
}

/**
 * Lowest and highest power that is drawn, widened to even numbers of kW, with the step between lines.
 * @param otherNetW what is drawn beside them, W per slot
 */
export function powerScale(
  slots: readonly SiteSlot[],
  layers: readonly Layer[],
  otherNetW: readonly (number | null)[] = [],
): { readonly lowW: number; readonly highW: number; readonly stepW: number } {
  const all = [
    0,
    // A picture of nothing still has even numbers at its lines.
    4000,
    ...slots.flatMap(({ limitW, netW, plannedNetW, baseLoadW }) =>
      [limitW, netW, plannedNetW, baseLoadW].map((w) => w ?? 0),
    ),
    ...otherNetW.map((w) => w ?? 0),
  ];
  let low = 0;
  let high = 0;
  const widen = (w: number) => {
    low = Math.min(low, w);
    high = Math.max(high, w);
  };
  all.forEach(widen);
  for (const { toW } of layers) toW.forEach(widen);
  const stepW = evenStep((high - low) / 4);
  return { lowW: Math.floor(low / stepW) * stepW, highW: Math.ceil((high * 1.04) / stepW) * stepW, stepW };
}

/** The next 1, 2, 2.5 or 5 times a power of ten. */
export function evenStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(atLeast, 1e-9)));
  return (([1, 2, 2.5, 5].find((one) => one * power >= atLeast) ?? 10) as number) * power;
}
