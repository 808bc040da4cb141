/**
 * Powers of all devices together, and what follows from their sums: net power, phases, groups, the room that is left, the cost.
 *
 * A move takes one device out, plans it against the others and puts it back, so every figure here is about "the others" of one device.
 * The cost of a slot is a staircase in the net power: export price below 0, import price above 0, and above the highest slot of the
 * others the capacity price on top.
 */
import type { NormalProblem } from '../grid/index.ts';
import { type Device, devicesOf } from './device.ts';

const PHASES = [0, 1, 2] as const;
/** As the plan counts it (plan/cost.ts): less than this is no use of the connector, W. */
const IN_USE_W = 0.1;
const IN_USE_SHARE = 1e-6;
/** Half of what the checker allows, W. */
const LEEWAY_W = 0.05;
const NOTHING_W = 1e-5;

export class FleetState {
  readonly normal: NormalProblem;
  readonly devices: readonly Device[];
  /** Per device one entry per slot: charging positive, discharging negative, W. */
  readonly powerW: Float64Array[];
  readonly netW: Float64Array;
  readonly #groupW: Float64Array[];
  /** Per group and phase. */
  readonly #groupPhaseW: Float64Array[][];
  readonly #phaseW: Float64Array[] | null;

  constructor(normal: NormalProblem) {
    const { slots, site, groups } = normal;
    const none = () => new Float64Array(slots);
    this.normal = normal;
    this.devices = devicesOf(normal);
    this.powerW = this.devices.map(none);
    this.netW = site.baseW.slice();
    this.#groupW = groups.map(none);
    this.#groupPhaseW = groups.map(() => PHASES.map(none));
    this.#phaseW = site.phaseRoomW.some(Number.isFinite) ? PHASES.map(none) : null;
  }

  /** Puts the powers of a device in place of its present ones. `powerW[k]` is slot k of its window. */
  put(d: number, powerW: Float64Array): void {
    const { firstSlot, endSlot } = this.devices[d]!;
    const own = this.powerW[d]!;
    for (let t = firstSlot; t < endSlot; t++) {
      const change = powerW[t - firstSlot]! - own[t]!;
      if (change === 0) continue;
      own[t] = powerW[t - firstSlot]!;
      this.#add(this.devices[d]!, t, change);
    }
  }

  /** Moves energy of one device from a slot to another, Wh at the plug. */
  move(d: number, from: number, to: number, energyWh: number): void {
    const { hours } = this.normal;
    const own = this.powerW[d]!;
    const emptied = Math.abs(own[from]! - energyWh / hours[from]!) <= NOTHING_W;
    const less = emptied ? -own[from]! : -energyWh / hours[from]!;
    const more = energyWh / hours[to]!;
    own[from]! += less;
    own[to]! += more;
    this.#add(this.devices[d]!, from, less);
    this.#add(this.devices[d]!, to, more);
  }

  #add({ phaseShare, groups }: Device, t: number, change: number): void {
    this.netW[t]! += change;
    for (const phase of PHASES) {
      const share = phaseShare[phase]!;
      if (share === 0) continue;
      if (this.#phaseW !== null) this.#phaseW[phase]![t]! += change * share;
      for (const g of groups) this.#groupPhaseW[g]![phase]![t]! += change * share;
    }
    for (const g of groups) this.#groupW[g]![t]! += change;
  }

  /** Highest power the device may have in slot t beside the others, W; negative where the others alone are too many. */
  highestW(d: number, t: number): number {
    const { normal } = this;
    const { site } = normal;
    const { phaseShare, groups } = this.devices[d]!;
    const own = this.powerW[d]![t]!;
    let roomW = site.netCeilingW[t]! - this.netW[t]!;
    if (this.#phaseW !== null) {
      for (const phase of PHASES) {
        if (phaseShare[phase]! === 0) continue;
        roomW = Math.min(roomW, (site.phaseRoomW[t]! - this.#phaseW[phase]![t]!) / phaseShare[phase]!);
      }
    }
    for (const g of groups) {
      const { maxW, maxPhaseW } = normal.groups[g]!;
      roomW = Math.min(roomW, maxW - this.#groupW[g]![t]!);
      for (const phase of PHASES) {
        if (phaseShare[phase]! === 0) continue;
        roomW = Math.min(roomW, (maxPhaseW - this.#groupPhaseW[g]![phase]![t]!) / phaseShare[phase]!);
      }
    }
    return roomW + own;
  }

  /** Lowest power the device may have in slot t beside the others, W: at most 0 unless the others alone export too much. */
  lowestW(d: number, t: number): number {
    const { normal } = this;
    const { phaseShare, groups } = this.devices[d]!;
    const own = this.powerW[d]![t]!;
    let roomW = this.netW[t]! - normal.site.netFloorW[t]!;
    for (const g of groups) {
      const { maxW, maxPhaseW } = normal.groups[g]!;
      roomW = Math.min(roomW, maxW + this.#groupW[g]![t]!);
      for (const phase of PHASES) {
        if (phaseShare[phase]! === 0) continue;
        roomW = Math.min(roomW, (maxPhaseW + this.#groupPhaseW[g]![phase]![t]!) / phaseShare[phase]!);
      }
    }
    return own - roomW;
  }

  /** Most by which slot t is above a limit of device d, W; 0 when it is within all. */
  excessW(d: number, t: number): number {
    return Math.max(0, this.powerW[d]![t]! - this.highestW(d, t));
  }

  /** Every device inside the room that the others leave it? */
  isWithinLimits(): boolean {
    return this.devices.every(({ firstSlot, endSlot }, d) => {
      for (let t = firstSlot; t < endSlot; t++) {
        const powerW = this.powerW[d]![t]!;
        if (powerW > this.highestW(d, t) + LEEWAY_W || powerW < this.lowestW(d, t) - LEEWAY_W) return false;
      }
      return true;
    });
  }

  /** Money of a slot at a net power, without capacity. */
  slotCost(t: number, netW: number): number {
    const { site, hours } = this.normal;
    const price = netW > 0 ? site.importPricePerKwh[t]! : site.exportPricePerKwh[t]!;
    return (netW * hours[t]! * price) / 1000;
  }

  /** Slot average that counts for the capacity price, W. */
  peakOf(t: number, netW: number): number {
    const { site, hours, slotHours } = this.normal;
    const usedWh = t === 0 ? site.slot0ImportWh : 0;
    return (usedWh + Math.max(0, netW) * hours[t]!) / slotHours;
  }

  /** Highest slot average of all devices but d, W. */
  peakWithout(d: number): number {
    const own = d < 0 ? null : this.powerW[d]!;
    let peakW = this.normal.site.peakSoFarW;
    for (let t = 0; t < this.netW.length; t++) {
      peakW = Math.max(peakW, this.peakOf(t, this.netW[t]! - (own === null ? 0 : own[t]!)));
    }
    return peakW;
  }

  /** Wear and occupancy of a device at powers per slot of its window. */
  deviceCost(d: number, powerW: Float64Array): number {
    const device = this.devices[d]!;
    const { firstSlot, endSlot, wearCostPerKwh, chargeCostPerKwh, occupancyCost } = device;
    const { hours } = this.normal;
    const inUseW = IN_USE_W + IN_USE_SHARE * Math.max(device.maxChargeW, device.maxDischargeW);
    let cost = 0;
    let last = -1;
    for (let k = 0; k < endSlot - firstSlot; k++) {
      const power = powerW[k]!;
      if (power === 0) continue;
      const kwh = (power * hours[firstSlot + k]!) / 1000;
      if (power < 0) cost -= kwh * wearCostPerKwh;
      else if (chargeCostPerKwh !== null) cost += kwh * chargeCostPerKwh[k]!;
      if (Math.abs(power) > inUseW) last = k;
    }
    return cost + (occupancyCost === null || last < 0 ? 0 : occupancyCost[last]!);
  }

  /** Everything that changes with device d alone: slots of its window, capacity, its own cost. */
  costOf(d: number, powerW: Float64Array, peakWithoutW: number): number {
    const { firstSlot, endSlot } = this.devices[d]!;
    const own = this.powerW[d]!;
    const { capacityPricePerKw } = this.normal.site;
    let cost = this.deviceCost(d, powerW);
    let peakW = peakWithoutW;
    for (let t = firstSlot; t < endSlot; t++) {
      const netW = this.netW[t]! - own[t]! + powerW[t - firstSlot]!;
      cost += this.slotCost(t, netW);
      if (capacityPricePerKw > 0) peakW = Math.max(peakW, this.peakOf(t, netW));
    }
    return cost + (capacityPricePerKw * (peakW - peakWithoutW)) / 1000;
  }

  /** Level 3 of the whole plan. */
  totalCost(): number {
    const { capacityPricePerKw, peakSoFarW } = this.normal.site;
    let cost = (capacityPricePerKw * (this.peakWithout(-1) - peakSoFarW)) / 1000;
    for (let t = 0; t < this.netW.length; t++) cost += this.slotCost(t, this.netW[t]!);
    this.devices.forEach(({ firstSlot, endSlot }, d) => {
      cost += this.deviceCost(d, this.powerW[d]!.subarray(firstSlot, Math.max(firstSlot, endSlot)));
    });
    return cost;
  }
}
