/** What a kWh is worth in each slot: the prices that reasons are told in. */
import type { NormalProblem } from '../grid/index.ts';

/** Differences below this are not told, currency per kWh: they would read as 0.000. */
const NOTICEABLE = 5e-4;

export interface SlotPrices {
  /** Cost of one more kWh per slot: the marginal price, which knows what others would give up; the import price where the engine has none. */
  morePerKwh: Float64Array;
  /** What a kWh costs that is taken in the slot: import, or what one's own surplus would earn. */
  paidPerKwh: Float64Array;
  /** What a kWh given back saves or earns: the import that it takes the place of, more where it makes room for others; else the export. */
  givenPerKwh: Float64Array;
  /**
   * The part of the marginal price that is not for the energy but for the power that brings it, because the limit is used up; 0 where the engine
   * has no marginal prices.
   */
  capacityPerKwh: Float64Array;
}

/** Net power of this size is neither import nor export, W. */
const BALANCED_W = 1;

/**
 * @param netW net power of the plan per slot
 * @param marginalPrice currency per kWh and slot, null where there are integers
 */
export function slotPrices(
  { site, slots }: NormalProblem,
  netW: Float64Array,
  marginalPrice: Float64Array | null,
): SlotPrices {
  const { importPricePerKwh, exportPricePerKwh, importLimitW } = site;
  const prices: SlotPrices = {
    morePerKwh: importPricePerKwh.slice(),
    paidPerKwh: importPricePerKwh.slice(),
    givenPerKwh: importPricePerKwh.slice(),
    capacityPerKwh: new Float64Array(slots),
  };
  for (let slot = 0; slot < slots; slot++) {
    const net = netW[slot]!;
    const price = marginalPrice?.[slot] ?? Number.NaN;
    const isKnown = Number.isFinite(price);
    if (net < -BALANCED_W) {
      prices.paidPerKwh[slot] = exportPricePerKwh[slot]!;
      prices.givenPerKwh[slot] = exportPricePerKwh[slot]!;
    } else if (isKnown) {
      // In balance the next kWh may come from a battery or from the surplus, and cost less than the import that was avoided.
      if (net <= BALANCED_W) prices.paidPerKwh[slot] = Math.min(price, importPricePerKwh[slot]!);
      prices.givenPerKwh[slot] = Math.max(price, importPricePerKwh[slot]!);
    }
    if (!isKnown) continue;
    prices.morePerKwh[slot] = price;
    const isFull = net > BALANCED_W && net >= importLimitW[slot]! - BALANCED_W;
    if (isFull) prices.capacityPerKwh[slot] = Math.max(0, price - importPricePerKwh[slot]!);
  }
  return prices;
}

export const isNoticeable = (perKwh: number): boolean => perKwh >= NOTICEABLE;
