/**
 * A lower bound by slot prices (Lagrange), with occupancy, discharge and price inversion as they are.
 *
 * Let every device buy its energy at prices pi(t) from the site, and the site buy it from the grid. For any pi
 *
 *   L(pi) = sum_t min over net in [lo, hi] of C_t(net) - pi(t) (net - base)  +  sum_n least cost of device n at prices pi
 *
 * is at most what the best plan costs: it only forgets that both must mean the same energy. C_t is linear on either side of 0, so its minimum is
 * at lo, 0 or hi, whatever its shape; the device's is `CheapestStay`, exact for every finish. Minimum power, groups, phases and the
 * capacity price (never negative) are left out, which can only lower the bound.
 *
 * L is concave; a subgradient is what devices take beyond what the site buys. Ascent in the direction of the averaged subgradients with
 * Polyak's step, factor x (best plan - L) / |g|^2; the factor grows while L rises and is halved when it stops rising
 * (Held, Wolfe and Crowder 1974; Camerini, Fratta and Maffioli 1975).
 */
import { chargeLimitOf, type NormalProblem } from '../grid/index.ts';
import { CheapestStay, StayCosts } from './cheapest-stay.ts';
import type { Device } from './device.ts';
import { netRange } from './relaxation.ts';

export interface SlotPrices {
  /** Valid lower bound of level 3; -Infinity when some device cannot meet its needs at all. */
  bound: number;
  /** The prices that gave it, currency per kWh. */
  pricePerKwh: Float64Array;
  /** Slot of the window in which each device finished, on average over the last rounds. */
  finish: Float64Array;
}

export interface Ascent {
  start: Float64Array;
  /** Cost of the best plan known. */
  upper: number;
  rounds: number;
  /** True when it is time to stop. */
  late: () => boolean;
}

/** Share of the new subgradient in the direction. */
const NEW_SHARE = 0.35;
const PATIENCE = 12;
const GROWTH = 1.05;
const MOST_FACTOR = 8;
const CLOSE = 1e-7;
/** Charge, discharge. */
const PIECES = 2;
const FINISH_SHARE = 0.1;

export function ascend(normal: NormalProblem, devices: readonly Device[], ascent: Ascent): SlotPrices {
  const lagrangian = new Lagrangian(normal, devices);
  const { slots } = normal;
  const price = ascent.start.slice();
  const direction = new Float64Array(slots);
  const finish = new Float64Array(devices.length);
  let best = { bound: Number.NEGATIVE_INFINITY, pricePerKwh: price.slice() };
  let factor = 1;
  let idle = 0;
  lagrangian.clamp(price);
  for (let round = 0; round < ascent.rounds && !ascent.late(); round++) {
    const value = lagrangian.at(price);
    if (value === Number.NEGATIVE_INFINITY) return { ...best, finish };
    for (let d = 0; d < finish.length; d++) {
      finish[d]! += (round === 0 ? 1 : FINISH_SHARE) * (lagrangian.finish[d]! - finish[d]!);
    }
    if (value > best.bound + CLOSE * Math.abs(value)) {
      idle = 0;
      factor = Math.min(MOST_FACTOR, factor * GROWTH);
    } else if (++idle >= PATIENCE) {
      idle = 0;
      factor /= 2;
      price.set(best.pricePerKwh);
      direction.fill(0);
    }
    if (value > best.bound) best = { bound: value, pricePerKwh: price.slice() };
    const aim = ascent.upper - value;
    if (aim <= CLOSE * Math.max(1, Math.abs(ascent.upper)) || factor < 1e-3) break;
    let squared = 0;
    for (let t = 0; t < slots; t++) {
      direction[t]! += (round === 0 ? 1 : NEW_SHARE) * (lagrangian.excessKwh[t]! - direction[t]!);
      squared += direction[t]! * direction[t]!;
    }
    if (squared < 1e-12) break;
    for (let t = 0; t < slots; t++) price[t]! += (factor * aim * direction[t]!) / squared;
    lagrangian.clamp(price);
  }
  return { ...best, finish };
}

class Lagrangian {
  /** What devices take beyond what the site buys, per slot, kWh: a subgradient. */
  readonly excessKwh: Float64Array;
  readonly finish: Float64Array;
  readonly #normal: NormalProblem;
  readonly #devices: readonly Device[];
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #costs: StayCosts;
  readonly #stay: CheapestStay;

  constructor(normal: NormalProblem, devices: readonly Device[]) {
    this.#normal = normal;
    this.#devices = devices;
    const { low, high } = netRange(normal, devices);
    this.#low = low;
    this.#high = high;
    this.#costs = new StayCosts(normal.slots, PIECES);
    this.#stay = new CheapestStay(normal.slots, this.#costs);
    this.excessKwh = new Float64Array(normal.slots);
    this.finish = new Float64Array(devices.length);
  }

  /** A slot whose limit cannot bind is never scarcer than its own price, nor worth less. */
  clamp(price: Float64Array): void {
    const { site, slots } = this.#normal;
    for (let t = 0; t < slots; t++) {
      const importing = site.importPricePerKwh[t]!;
      const exporting = site.exportPricePerKwh[t]!;
      const dearest =
        this.#high[t]! <= 0 ? exporting : this.#low[t]! >= 0 ? importing : Math.max(importing, exporting);
      const cheapest =
        this.#low[t]! >= 0 ? importing : this.#high[t]! <= 0 ? exporting : Math.min(importing, exporting);
      if (this.#high[t]! < site.netCeilingW[t]!) price[t] = Math.min(price[t]!, dearest);
      if (this.#low[t]! > site.netFloorW[t]! || this.#low[t]! === site.baseW[t]!)
        price[t] = Math.max(price[t]!, cheapest);
    }
  }

  at(price: Float64Array): number {
    const { slots, hours, site } = this.#normal;
    let value = 0;
    for (let t = 0; t < slots; t++) {
      const perW = hours[t]! / 1000;
      const cost = (netW: number) =>
        (netW * (netW > 0 ? site.importPricePerKwh[t]! : site.exportPricePerKwh[t]!) -
          price[t]! * (netW - site.baseW[t]!)) *
        perW;
      let netW = this.#low[t]!;
      let least = cost(netW);
      for (const other of [Math.min(Math.max(0, netW), this.#high[t]!), this.#high[t]!]) {
        if (cost(other) >= least) continue;
        least = cost(other);
        netW = other;
      }
      value += least;
      this.excessKwh[t] = (site.baseW[t]! - netW) * perW;
    }
    for (let d = 0; d < this.#devices.length; d++) value += this.#device(d, price);
    return value === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : value;
  }

  #device(d: number, price: Float64Array): number {
    const device = this.#devices[d]!;
    const { hours } = this.#normal;
    const { leastWh, leastCost, lengthWh, slope } = this.#costs;
    const { firstSlot, chargeEfficiency, dischargeEfficiency, wearCostPerKwh, chargeCostPerKwh } = device;
    const window = device.endSlot - firstSlot;
    for (let k = 0; k < window; k++) {
      const t = firstSlot + k;
      const outWh = device.maxDischargeW * hours[t]!;
      const outPrice = (price[t]! - wearCostPerKwh) / 1000;
      leastWh[k] = -outWh / dischargeEfficiency;
      leastCost[k] = -outWh * outPrice;
      lengthWh[2 * k] = outWh / dischargeEfficiency;
      slope[2 * k] = outPrice * dischargeEfficiency;
      lengthWh[2 * k + 1] = chargeLimitOf(device, t) * hours[t]! * chargeEfficiency;
      slope[2 * k + 1] = (price[t]! + (chargeCostPerKwh?.[k] ?? 0)) / chargeEfficiency / 1000;
    }
    const cost = this.#stay.plan(window, device, device.occupancyCost);
    let last = -1;
    for (let k = 0; k < window; k++) {
      const gain = this.#stay.gainWh[k]!;
      if (gain === 0) continue;
      this.excessKwh[firstSlot + k]! +=
        (gain > 0 ? gain / chargeEfficiency : gain * dischargeEfficiency) / 1000;
      last = k;
    }
    this.finish[d] = last;
    return cost;
  }
}
