/**
 * What the last plan knows, for planning again: what a kWh was worth in each slot, and who charged when. It saves time and never changes
 * the cost, so nothing about it is trusted: a plan of another time or currency, or something that is no plan, is left aside with a reason.
 */
import type { Problem } from '../contract/index.ts';
import type { EngineOptions } from '../engine/index.ts';
import type { NormalProblem, NormalSite } from '../grid/index.ts';

/** The useful part of a plan, small enough to be handed to another thread with every task. */
export interface LastPlan {
  startMs: number;
  slotMs: number;
  slots: number;
  /** Currency per kWh and slot, NaN where there was none; absent when there was none at all. */
  marginalPrice?: Float64Array;
  /** Net power of the site, the part of it that charges cars, and the limit (Infinity where there was none), W per slot; NaN where unknown. */
  netW: Float64Array;
  evW: Float64Array;
  limitW: Float64Array;
  sessions: PowersById;
  stores: PowersById;
}

interface PowersById {
  ids: string[];
  /** W, entry i at [i * slots, (i + 1) * slots). */
  powerW: Float64Array;
}

/**
 * Reads a plan that may be of use for a problem.
 *
 * @param plan what is said to be the last plan; only its times, currency, prices and powers are looked at
 * @returns why it is of no use, in words, when it is none
 */
export function readLastPlan(plan: unknown, problem: Problem): LastPlan | { useless: string } {
  if (!isRecord(plan)) return { useless: 'it is not a plan' };
  const startMs = typeof plan.start === 'string' ? Date.parse(plan.start) : Number.NaN;
  const slotMs = Number(plan.slot_minutes) * 60_000;
  const site = isRecord(plan.site) ? plan.site : {};
  const prices = site.marginal_price;
  if (Number.isNaN(startMs) || !(slotMs > 0) || !Array.isArray(prices) || prices.length === 0) {
    return { useless: 'it does not say its start, slot_minutes and site.marginal_price' };
  }
  const currency = problem.currency ?? 'EUR';
  if (plan.currency !== currency) {
    return { useless: `its currency is ${plan.currency ?? 'not known'}, not ${currency}` };
  }
  const slots = prices.length;
  const { fromMs, toMs } = horizonOf(problem);
  if (startMs + slots * slotMs <= fromMs || startMs >= toMs) {
    return { useless: 'it has no slot in common with this problem' };
  }
  return {
    startMs,
    slotMs,
    slots,
    ...(prices.some(isNumber) ? { marginalPrice: numbers(prices, slots, Number.NaN) } : {}),
    netW: numbers(site.net_w, slots, Number.NaN),
    evW: numbers(site.ev_w, slots, Number.NaN),
    limitW: numbers(site.limit_w, slots, Number.POSITIVE_INFINITY),
    sessions: powersById(plan.sessions, slots),
    stores: powersById(plan.stores, slots),
  };
}

/** The last plan on the slots of a problem: each takes what held in its middle. */
export function startFrom(
  last: LastPlan,
  normal: NormalProblem,
): Pick<EngineOptions, 'priceGuess' | 'lastPowers' | 'roomMoved' | 'pricesMoved'> {
  const { startMs, slotMs, slots } = normal;
  const before = Int32Array.from({ length: slots }, (_, t) => {
    const slot = Math.floor((startMs + (t + 0.5) * slotMs - last.startMs) / last.slotMs);
    return slot >= 0 && slot < last.slots ? slot : -1;
  });
  return {
    ...(last.marginalPrice === undefined
      ? {}
      : { priceGuess: shiftedPrices(last, last.marginalPrice, before, normal.site) }),
    roomMoved: roomMoved(last, before, normal.site),
    pricesMoved: pricesMoved(last, before, normal.site),
    lastPowers: {
      sessions: shiftedPowers(last.sessions, last.slots, before, normal.sessions),
      stores: shiftedPowers(last.stores, last.slots, before, normal.stores),
    },
  };
}

/**
 * Where the last plan says nothing, a kWh costs what importing it costs; so it does where there was import and room for more, whatever importing
 * cost then. (With a price for the peak the marginal price has a part of that, which the last plan knows better.)
 */
function shiftedPrices(
  last: LastPlan,
  prices: Float64Array,
  before: Int32Array,
  { importPricePerKwh, capacityPricePerKw }: NormalSite,
): Float64Array {
  return importPricePerKwh.map((importPrice, t) => {
    const slot = before[t]!;
    if (slot < 0 || Number.isNaN(prices[slot]!)) return importPrice;
    return hadRoom(last, slot) && capacityPricePerKw === 0 ? importPrice : prices[slot]!;
  });
}

/** There was import and could have been more: its price was the marginal one. */
const hadRoom = ({ netW, limitW }: LastPlan, slot: number) =>
  netW[slot]! > AT_LIMIT_W && netW[slot]! < limitW[slot]! - AT_LIMIT_W;

/** With a price for the peak the marginal price shows no import price, and nothing is known to have moved. */
function pricesMoved(
  last: LastPlan,
  slotBefore: Int32Array,
  { importPricePerKwh, capacityPricePerKw }: NormalSite,
): number {
  if (last.marginalPrice === undefined || capacityPricePerKw > 0) return 0;
  let moved = 0;
  let all = 0;
  for (let t = 0; t < slotBefore.length; t++) {
    const slot = slotBefore[t]!;
    const price = slot < 0 || !hadRoom(last, slot) ? Number.NaN : last.marginalPrice[slot]!;
    const before = Number.isNaN(price) ? importPricePerKwh[t]! : price;
    moved += Math.abs(importPricePerKwh[t]! - before);
    all += Math.abs(before);
  }
  return all > 0 ? moved / all : moved;
}

/** Within this of the limit counts as full, W. */
const AT_LIMIT_W = 1;

function roomMoved({ netW, evW, limitW }: LastPlan, before: Int32Array, site: NormalSite): number {
  let movedW = 0;
  let chargedW = 0;
  for (let t = 0; t < before.length; t++) {
    const slot = before[t]!;
    if (slot < 0 || Number.isNaN(netW[slot]! + evW[slot]!)) continue;
    const roomW = site.netCeilingW[t]! - site.baseW[t]!;
    const usedW = Math.max(0, evW[slot]!);
    chargedW += usedW;
    const wasFull = netW[slot]! >= limitW[slot]! - AT_LIMIT_W;
    movedW += wasFull ? Math.abs(roomW - usedW) : Math.max(0, usedW - roomW);
  }
  return chargedW > 0 ? movedW / chargedW : 0;
}

function shiftedPowers(
  { ids, powerW }: PowersById,
  lastSlots: number,
  before: Int32Array,
  still: readonly { id: string }[],
): Map<string, Float64Array> {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const shifted = new Map<string, Float64Array>();
  const buffer = new Float64Array(still.length * before.length);
  for (const { id } of still) {
    const row = rowOf.get(id);
    if (row === undefined) continue;
    const first = shifted.size * before.length;
    const now = buffer.subarray(first, first + before.length);
    for (let t = 0; t < now.length; t++) now[t] = before[t]! < 0 ? 0 : powerW[row * lastSlots + before[t]!]!;
    shifted.set(id, now);
  }
  return shifted;
}

/** Entries that are none are left out; a power that is none counts as 0. */
function powersById(entries: unknown, slots: number): PowersById {
  const sound = (Array.isArray(entries) ? entries : []).filter(
    (entry): entry is { id: string; power_w: unknown[] } =>
      isRecord(entry) &&
      typeof entry.id === 'string' &&
      Array.isArray(entry.power_w) &&
      entry.power_w.length === slots,
  );
  const powerW = new Float64Array(sound.length * slots);
  let at = 0;
  for (const { power_w } of sound) {
    for (let t = 0; t < slots; t++, at++) {
      const power = power_w[t];
      if (isNumber(power)) powerW[at] = power;
    }
  }
  return { ids: sound.map(({ id }) => id), powerW };
}

function horizonOf({ start, slot_minutes: minutes = 15, slots = 96 }: Problem): {
  fromMs: number;
  toMs: number;
} {
  const fromMs = Date.parse(start);
  return { fromMs, toMs: fromMs + slots * minutes * 60_000 };
}

const numbers = (values: unknown, slots: number, otherwise: number): Float64Array =>
  Float64Array.from({ length: slots }, (_, t) => {
    const value = Array.isArray(values) ? values[t] : undefined;
    return isNumber(value) ? value : otherwise;
  });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
