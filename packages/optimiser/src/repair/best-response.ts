/**
 * One device planned anew against all others: the move every search here is made of.
 *
 * The others fix how much room each slot has and where its cost staircase has its steps. Without minimum power that is a convex problem,
 * solved exactly by `CheapestStay`. With it, slots whose power comes out between 0 and the minimum are settled one by one, the nearest to
 * the minimum first: once with "at least the minimum", once with "not at all", whichever is cheaper stays. At most W rounds, mostly one.
 *
 * Where exporting earns more than importing costs, the staircase is not convex at 0. Then the piece of a slot is its chord, and a device that
 * could do both keeps to one direction; the cost is recomputed exactly afterwards, so a bad guess is refused, never believed.
 */
import { chargeLimitOf } from '../grid/index.ts';
import { CheapestStay, StayCosts } from './cheapest-stay.ts';
import type { FleetState } from './fleet-state.ts';

/** Discharge: export, import, above the peak. Charge: the same. One for room that is not there. */
const MOST_PIECES = 7;
/** A power this far below the minimum is rounding, W. */
const ROUNDING_W = 1e-6;
/** Room smaller than this is none, W. */
const NO_ROOM_W = 1e-6;

const FREE = 0;
const FORCED = 1;
const FORBIDDEN = 2;

export interface Wish {
  /** Currency per kWh on top of the price of every slot (by slot), e.g. what its scarcity costs others. */
  surchargePerKwh?: Float64Array;
  /** Room that is not there may be taken at this price per kWh: the others then have to give way. */
  overflowPerKwh?: number;
}

export class BestResponse {
  /** The powers of the last `plan`, per slot of the window, W. */
  readonly powerW: Float64Array;
  readonly #state: FleetState;
  readonly #costs: StayCosts;
  readonly #stay: CheapestStay;
  readonly #mode: Uint8Array;
  readonly #highestW: Float64Array;
  readonly #lowestW: Float64Array;
  readonly #roomW: Float64Array;
  readonly #neededW: Float64Array;
  #peakW = 0;
  #wish: Wish = {};

  constructor(state: FleetState) {
    const { slots } = state.normal;
    this.#state = state;
    this.#costs = new StayCosts(slots, MOST_PIECES);
    this.#stay = new CheapestStay(slots, this.#costs);
    this.#mode = new Uint8Array(slots);
    this.#highestW = new Float64Array(slots);
    this.#lowestW = new Float64Array(slots);
    this.#roomW = new Float64Array(slots);
    this.#neededW = new Float64Array(slots);
    this.powerW = new Float64Array(slots);
  }

  /**
   * Plans device d beside the others, into `powerW`.
   * @returns false when its needs do not fit into the room that is left
   */
  plan(d: number, wish: Wish = {}): boolean {
    const state = this.#state;
    const device = state.devices[d]!;
    const window = device.endSlot - device.firstSlot;
    this.#wish = wish;
    this.#peakW = state.normal.site.capacityPricePerKw > 0 ? state.peakWithout(d) : Number.POSITIVE_INFINITY;
    this.#costs.earliestFinish = -1;
    for (let k = 0; k < window; k++) {
      const t = device.firstSlot + k;
      const roomW = state.highestW(d, t);
      const limitW = chargeLimitOf(device, t);
      this.#roomW[k] = roomW;
      const neededW = Math.min(limitW, roomW, state.lowestW(d, t));
      this.#neededW[k] = neededW > NO_ROOM_W ? neededW : 0;
      const givesBack = roomW < -NO_ROOM_W && device.maxDischargeW > 0;
      if (givesBack || neededW > NO_ROOM_W) this.#costs.earliestFinish = k;
      const highestW = roomW < NO_ROOM_W ? 0 : Math.min(limitW, roomW);
      const usable = wish.overflowPerKwh === undefined ? highestW : limitW;
      this.#highestW[k] = highestW;
      this.#lowestW[k] = Math.max(-device.maxDischargeW, Math.min(0, state.lowestW(d, t)));
      this.#mode[k] = usable < device.minChargeW - ROUNDING_W ? FORBIDDEN : FREE;
      this.#describe(d, k);
    }
    let cost = this.#stay.plan(window, device, device.occupancyCost);
    while (cost < Number.POSITIVE_INFINITY) {
      const k = device.minChargeW > 0 ? this.#nearMinimum(d, window) : -1;
      if (k < 0) {
        this.#read(d, window);
        return this.#takesWhatIsNeeded(window);
      }
      const forced = this.#with(d, k, FORCED);
      const forbidden = this.#with(d, k, FORBIDDEN);
      // The last run was the one that forbids.
      cost = forced <= forbidden ? this.#with(d, k, FORCED) : forbidden;
    }
    return false;
  }

  #with(d: number, k: number, mode: number): number {
    const device = this.#state.devices[d]!;
    this.#mode[k] = mode;
    this.#describe(d, k);
    return this.#stay.plan(device.endSlot - device.firstSlot, device, device.occupancyCost);
  }

  /** The slot whose power is between 0 and the minimum and nearest to the minimum, -1 when there is none. */
  #nearMinimum(d: number, window: number): number {
    const { firstSlot, minChargeW, chargeEfficiency } = this.#state.devices[d]!;
    const { hours } = this.#state.normal;
    let nearest = -1;
    let mostW = 0;
    for (let k = 0; k < window; k++) {
      const power = this.#stay.gainWh[k]! / chargeEfficiency / hours[firstSlot + k]!;
      if (power <= ROUNDING_W || power >= minChargeW - ROUNDING_W || power <= mostW) continue;
      mostW = power;
      nearest = k;
    }
    return nearest;
  }

  /** A minimum power can keep a device from taking just what the others export too much; then it must stay as it is. */
  #takesWhatIsNeeded(window: number): boolean {
    for (let k = 0; k < window; k++) {
      const neededW = this.#neededW[k]!;
      if (neededW > 0 && this.powerW[k]! < neededW - NO_ROOM_W) return false;
    }
    return true;
  }

  #read(d: number, window: number): void {
    const { firstSlot, chargeEfficiency, dischargeEfficiency, minChargeW } = this.#state.devices[d]!;
    for (let k = 0; k < window; k++) {
      const gain = this.#stay.gainWh[k]!;
      const supplyWh = gain > 0 ? gain / chargeEfficiency : gain * dischargeEfficiency;
      const power = supplyWh / this.#state.normal.hours[firstSlot + k]!;
      // The rounding of a sum must not undercut the minimum, nor make a power out of nothing.
      this.powerW[k] = Math.abs(power) <= ROUNDING_W ? 0 : power > 0 ? Math.max(power, minChargeW) : power;
    }
  }

  /** Writes the cost pieces of slot k of the window. */
  #describe(d: number, k: number): void {
    const { minChargeW, maxDischargeW, firstSlot, ...device } = this.#state.devices[d]!;
    const { mostPieces, leastWh, leastCost, lengthWh, slope } = this.#costs;
    const t = firstSlot + k;
    const state = this.#state;
    const hours = state.normal.hours[t]!;
    const othersW = state.netW[t]! - state.powerW[d]![t]!;
    const perGain = device.chargeEfficiency;
    const surcharge = this.#wish.surchargePerKwh?.[t] ?? 0;
    const chargeExtra = surcharge + (device.chargeCostPerKwh === null ? 0 : device.chargeCostPerKwh[k]!);
    const dischargeExtra = surcharge - device.wearCostPerKwh;
    lengthWh.fill(0, k * mostPieces, (k + 1) * mostPieces);
    leastWh[k] = 0;
    leastCost[k] = 0;
    let piece = k * mostPieces;
    const mode = this.#mode[k]!;
    // Where the others alone export too much, this one has to take what is too much.
    const neededW = this.#neededW[k]!;
    const lowestW = mode === FORCED ? 0 : this.#lowestW[k]!;
    const highestW = mode === FORBIDDEN ? 0 : this.#highestW[k]!;
    const inverted = state.normal.site.exportPricePerKwh[t]! > state.normal.site.importPricePerKwh[t]!;
    const topW = Math.min(0, Math.max(lowestW, this.#roomW[k]!));
    const mayDischarge =
      topW < 0 ||
      (lowestW < 0 &&
        !(highestW > 0 && inverted && othersW > 0) &&
        this.#costBetween(t, othersW + lowestW, othersW) > 0);
    if (mayDischarge) {
      const perWh = device.dischargeEfficiency / 1000;
      leastWh[k] = (lowestW * hours) / device.dischargeEfficiency;
      leastCost[k] =
        this.#costBetween(t, othersW + lowestW, othersW) * -1 + (lowestW * hours * dischargeExtra) / 1000;
      const add = (fromW: number, toW: number) => {
        if (toW <= fromW) return;
        const price = (this.#costBetween(t, fromW, toW) * 1000) / ((toW - fromW) * hours);
        lengthWh[piece] = ((toW - fromW) * hours) / device.dischargeEfficiency;
        slope[piece++] = (price + dischargeExtra) * perWh;
      };
      // Where the others alone are too many, this one has to give back what is too much.
      this.#steps(t, othersW + lowestW, othersW + topW, inverted, add);
      if (inverted && othersW <= 0) return;
    }
    let fromW = 0;
    if (mode === FORCED || (neededW > 0 && mode === FREE)) {
      fromW = Math.max(neededW, mode === FORCED ? minChargeW : 0);
      const overflow = Math.max(0, fromW - this.#highestW[k]!) * (this.#wish.overflowPerKwh ?? 0);
      leastWh[k] = fromW * hours * perGain;
      leastCost[k] =
        this.#costBetween(t, othersW, othersW + fromW) +
        (fromW * hours * chargeExtra) / 1000 +
        (overflow * hours) / 1000;
    }
    const add = (lowW: number, highW: number, extra = chargeExtra) => {
      if (highW <= lowW) return;
      const price = (this.#costBetween(t, lowW, highW) * 1000) / ((highW - lowW) * hours);
      lengthWh[piece] = (highW - lowW) * hours * perGain;
      slope[piece++] = (price + extra) / perGain / 1000;
    };
    if (highestW > fromW) this.#steps(t, othersW + fromW, othersW + highestW, inverted, add);
    if (this.#wish.overflowPerKwh === undefined || mode === FORBIDDEN) return;
    const extra = chargeExtra + this.#wish.overflowPerKwh;
    add(othersW + Math.max(fromW, highestW), othersW + chargeLimitOf(device, t), extra);
  }

  /** Money between two net powers of slot t, capacity included. */
  #costBetween(t: number, fromW: number, toW: number): number {
    const state = this.#state;
    const money = state.slotCost(t, toW) - state.slotCost(t, fromW);
    const { capacityPricePerKw } = state.normal.site;
    if (capacityPricePerKw === 0) return money;
    const above = (netW: number) => Math.max(0, state.peakOf(t, netW) - this.#peakW);
    return money + (capacityPricePerKw * (above(toW) - above(fromW))) / 1000;
  }

  /** Splits a range of net power at the steps of the staircase: at 0 and at the peak of the others. */
  #steps(
    t: number,
    fromW: number,
    toW: number,
    inverted: boolean,
    add: (fromW: number, toW: number) => void,
  ): void {
    if (inverted) {
      add(fromW, toW);
      return;
    }
    const { site, hours, slotHours } = this.#state.normal;
    const usedWh = t === 0 ? site.slot0ImportWh : 0;
    const peakNetW = Math.max(0, (this.#peakW * slotHours - usedWh) / hours[t]!);
    const zero = Math.min(toW, Math.max(fromW, 0));
    const peak = Math.min(toW, Math.max(zero, peakNetW));
    add(fromW, zero);
    add(zero, peak);
    add(peak, toW);
  }
}
