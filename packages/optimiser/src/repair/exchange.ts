/**
 * Room in a cheap slot, filled through a chain of devices.
 *
 * Planning one device anew cannot use room in slot t when everybody who uses t is at full power there or has nothing to bring from a dearer slot.
 * A chain can: device a moves energy from u to t, device b from s to u, and so on; only the totals of t and of the last slot change.
 * These are the augmenting paths of a transport problem in which every device keeps the slots it uses, between minimum and maximum power:
 *
 *   t <- u    when some device is below its maximum in t and above its minimum in u
 *
 * A breadth-first search from the slots with room, the cheapest first, labels every slot that can give with the cheapest slot it can give to. A
 * device is expanded once, in the first labelled slot where it can take more, so one search costs as many steps as there are energies. Where
 * a labelled slot is dearer than its root, the chain is worth moving; many chains of one search are, as long as they are still open.
 *
 * With a fixed energy E slots may also come into use and be left: a device may take E in a slot it does not use when that is at least its
 * minimum, and may leave a slot where it has just E. The energies worth trying are a slot at minimum, at full power, and between them.
 * A slot after the last one in use is not taken where that would cost occupancy. With a capacity price no slot is filled above the present peak.
 * Groups and phases are not looked at: with them there is no exchange.
 */
import { chargeLimitOf } from '../grid/index.ts';
import type { Device } from './device.ts';
import type { FleetState } from './fleet-state.ts';

/** Less than this is not worth a step, Wh and currency per kWh. */
const NOTHING_WH = 1e-3;
const NO_GAIN = 1e-9;
/** Energies this close are the same, Wh. */
const ROUNDING_WH = 1e-6;
const MOST_ENERGIES = 12;
/** Searches per energy, so that rounding cannot go on for ever. */
const MOST_SEARCHES = 100;

/** @returns how many chains were moved */
export function exchange(state: FleetState, late: () => boolean): number {
  const { site, groups } = state.normal;
  if (groups.length > 0 || site.phaseRoomW.some(Number.isFinite)) return 0;
  const search = new ChainSearch(state);
  let moved = 0;
  for (const energyWh of [0, ...search.energiesWh()]) {
    for (let round = 0; round < MOST_SEARCHES && !late(); round++) {
      const chains = search.moveChains(energyWh);
      if (chains === 0) break;
      moved += chains;
    }
  }
  return moved;
}

class ChainSearch {
  readonly #state: FleetState;
  /** Devices that take part. */
  readonly #members: readonly number[];
  /** Per device: energy may only come earlier, because there is a target on the way. */
  readonly #onlyEarlier: readonly boolean[];
  readonly #expanded: Uint8Array;
  /** Per slot: the slot its energy would go to and the device that moves it, and the slot it would end in; -1 where not labelled. */
  readonly #towards: Int32Array;
  readonly #by: Int32Array;
  readonly #root: Int32Array;
  readonly #queue: Int32Array;
  /** Energy of the chains, Wh; 0 for as much as goes. */
  #fixedWh = 0;
  #peakW = Number.POSITIVE_INFINITY;

  constructor(state: FleetState) {
    const { slots } = state.normal;
    this.#state = state;
    this.#members = state.devices.flatMap((device, d) => (canTakePart(device) ? [d] : []));
    this.#onlyEarlier = state.devices.map((device) => hasEarlyTarget(device.askedWh));
    this.#expanded = new Uint8Array(state.devices.length);
    this.#towards = new Int32Array(slots);
    this.#by = new Int32Array(slots);
    this.#root = new Int32Array(slots);
    this.#queue = new Int32Array(slots);
  }

  /** Energies that some device needs to enter or to leave a slot, Wh. */
  energiesWh(): number[] {
    const { slotHours } = this.#state.normal;
    const powersW = this.#members.flatMap((d) => {
      const { minChargeW, maxChargeW } = this.#state.devices[d]!;
      return minChargeW > 0 ? [minChargeW, maxChargeW - minChargeW, maxChargeW] : [maxChargeW];
    });
    const distinct = [...new Set(powersW)].sort((a, b) => a - b).slice(0, MOST_ENERGIES);
    return distinct.map((powerW) => powerW * slotHours).filter((wh) => wh > NOTHING_WH);
  }

  /**
   * Moves every chain of one search that is worth it and still open when its turn comes, the dearest slots first.
   * @param energyWh 0: as much as goes between slots in use. Otherwise just this much, and slots may come into use or be left
   * @returns how many
   */
  moveChains(energyWh: number): number {
    this.#fixedWh = energyWh;
    const withCapacity = this.#state.normal.site.capacityPricePerKw > 0;
    this.#peakW = withCapacity ? this.#state.peakWithout(-1) : Number.POSITIVE_INFINITY;
    this.#label();
    const { slots } = this.#state.normal;
    const gains = Float64Array.from({ length: slots }, (_, s) => this.#gain(s));
    const giving = Array.from({ length: slots }, (_, s) => s)
      .filter((s) => this.#root[s]! >= 0 && gains[s]! > this.#price(this.#root[s]!) + NO_GAIN)
      .sort((a, b) => gains[b]! - gains[a]! || a - b);
    let moved = 0;
    for (const from of giving) if (this.#moveChain(from)) moved++;
    return moved;
  }

  #moveChain(from: number): boolean {
    const state = this.#state;
    const root = this.#root[from]!;
    if (root === from || this.#gain(from) <= this.#price(root) + NO_GAIN) return false;
    const movedWh = Math.min(this.#roomWh(root), this.#givingWh(from), this.#narrowest(from, root));
    if (movedWh <= NOTHING_WH || movedWh < this.#fixedWh - ROUNDING_WH) return false;
    for (let s = from; s !== root; s = this.#towards[s]!) {
      state.move(this.#by[s]!, s, this.#towards[s]!, this.#fixedWh > 0 ? this.#fixedWh : movedWh);
    }
    return true;
  }

  /** What a kWh more in slot t costs, and a kWh less in slot s saves. */
  #price(t: number): number {
    const { site } = this.#state.normal;
    return this.#state.netW[t]! >= 0 ? site.importPricePerKwh[t]! : site.exportPricePerKwh[t]!;
  }

  #gain(s: number): number {
    const { site } = this.#state.normal;
    return this.#state.netW[s]! > 0 ? site.importPricePerKwh[s]! : site.exportPricePerKwh[s]!;
  }

  /** Room of slot t at its price, Wh. */
  #roomWh(t: number): number {
    const { site, hours, slotHours } = this.#state.normal;
    const netW = this.#state.netW[t]!;
    const usedWh = t === 0 ? site.slot0ImportWh : 0;
    const peakNetW = (this.#peakW * slotHours - usedWh) / hours[t]!;
    const roomW = Math.min(site.netCeilingW[t]!, peakNetW) - netW;
    return (netW >= 0 ? roomW : Math.min(roomW, -netW)) * hours[t]!;
  }

  /** What slot s can give at its gain, Wh. */
  #givingWh(s: number): number {
    const { site, hours } = this.#state.normal;
    const netW = this.#state.netW[s]!;
    return Math.max(0, netW > 0 ? netW : netW - site.netFloorW[s]!) * hours[s]!;
  }

  #label(): void {
    const { slots } = this.#state.normal;
    this.#expanded.fill(0);
    this.#towards.fill(-1);
    this.#root.fill(-1);
    const leastWh = Math.max(NOTHING_WH, this.#fixedWh - ROUNDING_WH);
    const roots = Array.from({ length: slots }, (_, t) => t)
      .filter((t) => this.#roomWh(t) > leastWh)
      .sort((a, b) => this.#price(a) - this.#price(b) || a - b);
    for (const t of roots) if (this.#root[t]! < 0) this.#spread(t);
  }

  #spread(root: number): void {
    const state = this.#state;
    this.#root[root] = root;
    let last = 0;
    this.#queue[0] = root;
    for (let first = 0; first <= last; first++) {
      const u = this.#queue[first]!;
      for (const d of this.#members) {
        if (this.#expanded[d] === 1 || this.#moreWh(d, u) <= NOTHING_WH) continue;
        this.#expanded[d] = 1;
        const { firstSlot, endSlot } = state.devices[d]!;
        for (let s = this.#onlyEarlier[d]! ? u + 1 : firstSlot; s < endSlot; s++) {
          if (this.#root[s]! >= 0 || this.#lessWh(d, s) <= NOTHING_WH) continue;
          this.#root[s] = root;
          this.#towards[s] = u;
          this.#by[s] = d;
          this.#queue[++last] = s;
        }
      }
    }
  }

  #narrowest(from: number, root: number): number {
    let leastWh = Number.POSITIVE_INFINITY;
    for (let s = from; s !== root; s = this.#towards[s]!) {
      const d = this.#by[s]!;
      leastWh = Math.min(leastWh, this.#lessWh(d, s), this.#moreWh(d, this.#towards[s]!));
    }
    return leastWh;
  }

  /** What device d could take more in slot u, Wh. */
  #moreWh(d: number, u: number): number {
    const device = this.#state.devices[d]!;
    if (u < device.firstSlot || u >= device.endSlot) return 0;
    const hours = this.#state.normal.hours[u]!;
    const powerW = this.#state.powerW[d]![u]!;
    const roomWh = (chargeLimitOf(device, u) - powerW) * hours;
    if (this.#fixedWh === 0) return powerW <= 0 ? 0 : roomWh;
    if (roomWh < this.#fixedWh - ROUNDING_WH) return 0;
    const reachesMinimum = powerW > 0 || this.#fixedWh >= device.minChargeW * hours - ROUNDING_WH;
    return reachesMinimum && (powerW > 0 || !this.#isLast(d, u)) ? roomWh : 0;
  }

  /** What device d could give of slot s, Wh. */
  #lessWh(d: number, s: number): number {
    const hours = this.#state.normal.hours[s]!;
    const powerW = this.#state.powerW[d]![s]!;
    if (powerW <= 0) return 0;
    const aboveMinimumWh = (powerW - this.#state.devices[d]!.minChargeW) * hours;
    if (this.#fixedWh === 0) return aboveMinimumWh;
    if (Math.abs(powerW * hours - this.#fixedWh) <= ROUNDING_WH) return this.#fixedWh;
    return aboveMinimumWh >= this.#fixedWh ? aboveMinimumWh : 0;
  }

  /** Would slot u be the last in use, and does that cost anything? */
  #isLast(d: number, u: number): boolean {
    const { occupancyCost, endSlot } = this.#state.devices[d]!;
    if (occupancyCost === null) return false;
    for (let t = u + 1; t < endSlot; t++) if (this.#state.powerW[d]![t]! !== 0) return false;
    return true;
  }
}

const canTakePart = (device: Device) => device.maxDischargeW === 0 && device.chargeCostPerKwh === null;

const hasEarlyTarget = (askedWh: Float64Array) =>
  askedWh.some((asked, k) => asked > 0 && k < askedWh.length - 1);
