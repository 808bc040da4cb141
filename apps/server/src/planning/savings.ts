import { addMetered, type MeteredSession, meteredEnergy } from './metered-energy.ts';
import { maximumPowers } from './plan-store.ts';
import type { Savings } from './planning.ts';
import { resample } from './resample.ts';
import { siteEffects } from './site-effects.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Savings so far: the metered energy at the prices of its slots, against the same energy of the same sessions charged uncontrolled,
 * at full power from the first reading on and shared equally under the same limit (SMC_012). Prices that are not known count
 * as 0 on both sides; base load is not counted; import below the base load's surplus is free on both sides.
 */
export async function savings(
  around: Surroundings,
  contextId: string,
  fromMs: number,
  toMs: number,
): Promise<Savings> {
  const { sites, store, policy } = around;
  const context = await sites.context(contextId);
  const statics = context?.statics;
  const slotMs = (statics?.slotMinutes ?? policy.slotMinutes) * 60_000;
  const startMs = Math.floor(fromMs / slotMs) * slotMs;
  const slots = Math.max(0, Math.ceil((toMs - startMs) / slotMs));
  const grid = { startMs, slotMs, slots, nowMs: toMs };
  const series = await sites.series(contextId, startMs - 24 * 3_600_000, toMs);
  const price = resample(series.price, grid).map((value) => value ?? 0);
  const demand = resample(series.demand, grid);
  const generation = resample(series.generation, grid);
  const co2 = resample(series.co2, grid);
  const flex = resample(series.flex, grid);
  const baseW = demand.map((w, slot) => (w ?? 0) - (generation[slot] ?? 0));
  const actual = meteredEnergy(await sites.readings(contextId, startMs, toMs), {
    fromMs: startMs,
    slotMs,
    slots,
  });
  const maximumW = await maximumPowers(store, contextId, startMs - slotMs, toMs);
  const limitW = baseW.map((base) => Math.max(0, (statics?.maxImportW ?? Infinity) - base));
  const uncontrolled = uncontrolledEnergy(actual, maximumW, limitW, slotMs);
  const hours = slotMs / 3_600_000;
  const costOf = (evWh: Float64Array) =>
    evWh.reduce((sum, wh, slot) => {
      const withEvsWh = Math.max(0, baseW[slot]! * hours + wh);
      const withoutWh = Math.max(0, baseW[slot]! * hours);
      return sum + ((withEvsWh - withoutWh) / 1000) * price[slot]!;
    }, 0);
  const actualWh = total(actual.values(), slots);
  const plannedCost = costOf(actualWh);
  const baselineCost = costOf(uncontrolled);
  return {
    currency: statics?.currency ?? 'EUR',
    fromMs: startMs,
    toMs,
    plannedCost,
    baselineCost,
    saving: baselineCost - plannedCost,
    energyWh: actualWh.reduce((sum, wh) => sum + wh, 0),
    peakEvW: highest(actualWh) / hours,
    baselinePeakEvW: highest(uncontrolled) / hours,
    ...siteEffects(
      baseW.map((base, slot) => ({
        actualWh: actualWh[slot]!,
        uncontrolledWh: uncontrolled[slot]!,
        baseW: base,
        co2GPerKwh: co2[slot],
        flexW: flex[slot] ?? 0,
      })),
      hours,
    ),
  };
}

const highest = (slotsWh: Float64Array) => slotsWh.reduce((most, wh) => Math.max(most, wh), 0);

function total(rows: Iterable<MeteredSession>, slots: number): Float64Array {
  const sum = new Float64Array(slots);
  for (const row of rows) addMetered(sum, row);
  return sum;
}

/** Each session's metered energy again, as early as its maximum and an equal share of the limit allow. */
function uncontrolledEnergy(
  actual: ReadonlyMap<string, MeteredSession>,
  maximumW: ReadonlyMap<string, number>,
  limitW: readonly number[],
  slotMs: number,
): Float64Array {
  const hours = slotMs / 3_600_000;
  const coming = [...actual]
    .map(([id, { wh: row, firstSlot }]) => ({
      leftWh: row.reduce((sum, wh) => sum + wh, 0),
      firstSlot,
      maxWh: (maximumW.get(id) ?? Math.max(...row) / hours) * hours,
    }))
    .sort((a, b) => a.firstSlot - b.firstSlot);
  let next = 0;
  let there: typeof coming = [];
  return Float64Array.from(limitW, (limit, slot) => {
    const come = next;
    while (next < coming.length && coming[next]!.firstSlot <= slot) next += 1;
    there = [...there, ...coming.slice(come, next)].filter(({ leftWh }) => leftWh > 0);
    let roomWh = limit * hours;
    let usedWh = 0;
    const waiting = there.toSorted((a, b) => a.maxWh - b.maxWh);
    for (const [done, session] of waiting.entries()) {
      const wh = Math.min(session.maxWh, session.leftWh, roomWh / (waiting.length - done));
      session.leftWh -= wh;
      roomWh -= wh;
      usedWh += wh;
    }
    return usedWh;
  });
}
