import { type Actor, bindingLimit } from '../dispatch/index.ts';
import type { ContextSnapshot, SeriesKind, StoredSlot } from '../sites/index.ts';
import { isPriceDue } from './day-ahead.ts';
import type { Degradation } from './plan-record.ts';
import { lowest, resample } from './resample.ts';
import { gridEnd, type SlotGrid, slotStart } from './slot-grid.ts';

const DAY_MS = 24 * 3_600_000;

/** The dynamic inputs of a site on the grid of a plan. Undefined = nothing is known or wanted. */
export interface SiteInputs {
  readonly demandW: readonly number[];
  readonly generationW: readonly number[];
  readonly importPrice: readonly number[];
  readonly exportPrice: readonly number[] | undefined;
  readonly flexW: readonly number[] | undefined;
  readonly co2GPerKwh: readonly number[] | undefined;
  /** Hard caps; undefined in slots without one. */
  readonly capW: readonly (number | undefined)[];
  /** What the grid operator lets out, W; undefined in slots of which nothing is said. */
  readonly exportCapW: readonly (number | undefined)[] | undefined;
  readonly degraded: readonly Degradation[];
}

type Series = Readonly<Record<SeriesKind, readonly StoredSlot[]>>;

/**
 * Dynamic inputs with the rules for what is missing: demand by persistence (a day earlier, then the last value), generation only as
 * forecast (an expired forecast counts for nothing: sun that may not shine lifts no limit), price by persistence then flat; flex
 * and caps are orders and limits: they hold for their slots only, and the lowest of a slot counts. Every replacement is flagged (D4.2-T1.01,
 * D4.2-T1.02, F6); prices that the day-ahead auction has not decided yet in words of their own, as nobody is late with them.
 */
export function siteInputs(series: Series, grid: SlotGrid, maxForecastAgeMs: number): SiteInputs {
  const degraded: Degradation[] = [];
  const demand = withPersistence(layered(series.demand, grid), series.demand, grid, degraded, {
    code: 'demand_persistence',
    what: 'demand',
  });
  const price = withPersistence(layered(series.price, grid), series.price, grid, degraded, {
    code: 'price_persistence',
    what: 'price',
    notOut: 'price_not_out',
  });
  const exported = withPersistence(layered(series.export_price, grid), series.export_price, grid, degraded, {
    code: 'export_price_persistence',
    what: 'export price',
    notOut: 'export_price_not_out',
  });
  const co2 = withPersistence(layered(series.co2, grid), series.co2, grid, degraded, {
    code: 'co2_persistence',
    what: 'CO2 intensity',
  });
  const flex = lowest(inForce(series.flex, grid), grid, 0);
  return {
    demandW: demand.map((w) => Math.max(0, w ?? 0)),
    generationW: generation(series.generation, grid, maxForecastAgeMs, degraded),
    importPrice: flatPrice(price, degraded),
    exportPrice: exported.some((p) => p !== undefined) ? exported.map((p) => p ?? 0) : undefined,
    flexW: flex.some((w) => w !== undefined) ? flex.map((w) => w ?? 0) : undefined,
    co2GPerKwh: co2.some((g) => g !== undefined) ? filledWithMean(co2) : undefined,
    capW: capPerSlot(series, grid),
    exportCapW:
      series.grid_export_cap.length === 0 ? undefined : lowest(series.grid_export_cap, grid, Infinity),
    degraded,
  };
}

/** Values of the base layer, replaced where a manual override is in force (X17). */
function layered(slots: readonly StoredSlot[], grid: SlotGrid, shiftMs = 0): (number | undefined)[] {
  const valid = inForce(slots, grid);
  const base = resample(
    valid.filter((slot) => slot.layer === 'base'),
    grid,
    shiftMs,
  );
  const overrides = valid.filter((slot) => slot.layer === 'override');
  if (overrides.length === 0) return base;
  return resample(overrides, grid, shiftMs).map((value, slot) => value ?? base[slot]);
}

/** What is given for the site and what grid operators allow are limits of different actors: the lower one binds (D1.5-R4-2). */
function capPerSlot(series: Series, grid: SlotGrid): (number | undefined)[] {
  const given = lowest(inForce(series.cap, grid), grid, Infinity);
  const grids = lowest(series.grid_cap, grid, Infinity);
  if (given.length === 0 || grids.length === 0) return given.length === 0 ? grids : given;
  return given.map((w, slot) => bindingLimit([claim('cpo', w), claim('dso', grids[slot])])?.limitW);
}

function claim(actor: Actor, limitW: number | undefined) {
  return { actor, limitW: limitW ?? Infinity };
}

function inForce(slots: readonly StoredSlot[], grid: SlotGrid): StoredSlot[] {
  return slots.filter((slot) => (slot.validUntilMs ?? Infinity) > grid.nowMs);
}

function withPersistence(
  values: (number | undefined)[],
  slots: readonly StoredSlot[],
  grid: SlotGrid,
  degraded: Degradation[],
  name: {
    readonly code: Degradation['code'];
    readonly what: string;
    /** Said instead where only what the next auction decides is missing. */
    readonly notOut?: Degradation['code'];
  },
): (number | undefined)[] {
  const missing = values.filter((value) => value === undefined).length;
  if (missing === 0 || slots.length === 0) return values;
  const dayBefore = layered(slots, grid, DAY_MS);
  const twoBefore = layered(slots, grid, 2 * DAY_MS);
  let last = lastKnownBefore(slots, grid.startMs);
  const slotsPerDay = DAY_MS / grid.slotMs;
  const filled: (number | undefined)[] = [];
  for (const [slot, value] of values.entries()) {
    filled.push(value ?? dayBefore[slot] ?? twoBefore[slot] ?? filled[slot - slotsPerDay] ?? last);
    if (value !== undefined) last = value;
  }
  const slotsMissing = `missing in ${missing} of ${values.length} slots: the value of a day before counts`;
  const isMissed = values.some(
    (value, slot) => value === undefined && isPriceDue(slotStart(grid, slot), grid.nowMs),
  );
  degraded.push(
    name.notOut === undefined || isMissed
      ? { code: name.code, detail: `${name.what} is ${slotsMissing}` }
      : { code: name.notOut, detail: `the day-ahead auction has not decided it yet: ${slotsMissing}` },
  );
  return filled;
}

function lastKnownBefore(slots: readonly StoredSlot[], atMs: number): number | undefined {
  return slots.findLast((slot) => slot.startMs < atMs && slot.layer === 'base')?.value;
}

function generation(
  slots: readonly StoredSlot[],
  grid: SlotGrid,
  maxForecastAgeMs: number,
  degraded: Degradation[],
): number[] {
  const fresh = slots.filter((slot) => grid.nowMs - slot.receivedMs <= maxForecastAgeMs);
  const ahead = slots.filter((slot) => slot.startMs + slot.durationMs > grid.startMs);
  const values = layered(fresh, grid);
  const known = values.filter((value) => value !== undefined).length;
  const everKnown = slots.length > 0;
  if (everKnown && known === 0) {
    degraded.push({
      code: 'generation_expired',
      detail: `the generation forecast is ${ahead.length === 0 ? 'over' : 'too old'}: it is ignored`,
    });
  } else if (everKnown && known < values.length) {
    degraded.push({
      code: 'generation_missing',
      detail: `generation is missing in ${values.length - known} of ${values.length} slots: 0 W counts`,
    });
  }
  return values.map((value) => Math.max(0, value ?? 0));
}

function flatPrice(values: readonly (number | undefined)[], degraded: Degradation[]): number[] {
  const known = values.filter((value) => value !== undefined);
  if (known.length === values.length) return known;
  if (known.length > 0) {
    degraded.push({ code: 'price_flat', detail: 'price is missing: the average of what is known counts' });
  }
  const mean = known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : 0;
  return values.map((value) => value ?? mean);
}

function filledWithMean(values: readonly (number | undefined)[]): number[] {
  const known = values.filter((value) => value !== undefined);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return values.map((value) => value ?? mean);
}

/**
 * Import cap per slot that the limits above leave to this context: its share of what their own base load leaves (X44). Infinity
 * where nothing binds.
 */
export function capFromAbove(
  snapshot: ContextSnapshot,
  own: SiteInputs,
  grid: SlotGrid,
  maxForecastAgeMs: number,
): number[] {
  const cap = new Array<number>(grid.slots).fill(Infinity);
  for (const parent of snapshot.parents) {
    const isSelf = parent.contextId === snapshot.context.id;
    const above = isSelf ? own : siteInputs(parentSeries(parent.series), grid, maxForecastAgeMs);
    for (let slot = 0; slot < grid.slots; slot += 1) {
      const limitW = Math.min(parent.maxImportW + (above.flexW?.[slot] ?? 0), above.capW[slot] ?? Infinity);
      const baseW = above.demandW[slot]! - above.generationW[slot]!;
      const shareW = Math.max(0, limitW - baseW) * parent.share;
      cap[slot] = Math.min(cap[slot]!, isSelf ? Math.max(0, baseW + shareW) : shareW);
    }
  }
  return cap;
}

function parentSeries(series: Readonly<Partial<Record<SeriesKind, readonly StoredSlot[]>>>): Series {
  const none: readonly StoredSlot[] = [];
  return {
    demand: series.demand ?? none,
    generation: series.generation ?? none,
    price: none,
    export_price: none,
    flex: series.flex ?? none,
    co2: none,
    cap: series.cap ?? none,
    grid_cap: series.grid_cap ?? none,
    grid_export_cap: none,
    grid_phase_cap: none,
  };
}

/** Whether any known slot still reaches into the horizon; for ages on a status page. */
export function reaches(slots: readonly StoredSlot[], grid: SlotGrid): boolean {
  return slots.some((slot) => slot.startMs + slot.durationMs > grid.nowMs && slot.startMs < gridEnd(grid));
}
