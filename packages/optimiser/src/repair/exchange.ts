/**
 * Room in a cheap slot, filled through a chain of devices.
 *
 * Planning one device anew cannot use room in slot t when everybody who uses t is at full power there or has nothing to bring from a dearer slot.
 * A chain can: device a moves energy from u to t, device b from s to u, and so on; only the totals of t and of the last slot change.
 * These are the augmenting paths of a transport problem in which every device keeps the slots it uses, between minimum and maximum power:
 *
 *   t <- u    when some device is below its maximum in t and above its minimum in u
 *
 * A breadth-first search from t labels the slots that can give; a device is expanded once, in the first labelled slot where it can take more,
 * so one search costs as many steps as there are energies. The dearest labelled slot gives. No slot comes into use and none is left,
 * so minimum power and occupancy stay as they are. Groups, phases and the capacity price are not looked at: with them there is no exchange.
 */
import type { Device } from './device.ts';
import type { FleetState } from './fleet-state.ts';

/** Less than this is not worth a step, Wh and currency per kWh. */
const NOTHING_WH = 1e-3;
const NO_GAIN = 1e-9;
/** Steps per slot, so that rounding cannot go on for ever. */
const MOST_STEPS = 200;

/** @returns how many chains were moved */
export function exchange(state: FleetState): number {
  const { site, slots, groups } = state.normal;
  const limited = groups.length > 0 || site.phaseRoomW.some(Number.isFinite);
  if (limited || site.capacityPricePerKw > 0) return 0;
  const search = new ChainSearch(state);
  const cheapest = Array.from({ length: slots }, (_, t) => t).sort(
    (a, b) => site.importPricePerKwh[a]! - site.importPricePerKwh[b]! || a - b,
  );
  let moved = 0;
  for (const t of cheapest) {
    for (let step = 0; step < MOST_STEPS && search.fill(t); step++) moved++;
  }
  return moved;
}

class ChainSearch {
  readonly #state: FleetState;
  /** Devices that take part. */
  readonly #members: readonly number[];
  readonly #expanded: Uint8Array;
  /** Per slot: the slot its energy would go to and the device that moves it; -1 where not labelled. */
  readonly #towards: Int32Array;
  readonly #by: Int32Array;

  constructor(state: FleetState) {
    this.#state = state;
    this.#members = state.devices.flatMap((device, d) => (canTakePart(device) ? [d] : []));
    this.#expanded = new Uint8Array(state.devices.length);
    this.#towards = new Int32Array(state.normal.slots);
    this.#by = new Int32Array(state.normal.slots);
  }

  /** Moves one chain into slot t; false when none is worth it. */
  fill(t: number): boolean {
    const state = this.#state;
    const { site, hours, slots } = state.normal;
    const netW = state.netW[t]!;
    const roomWh = (site.netCeilingW[t]! - netW) * hours[t]!;
    if (roomWh <= NOTHING_WH) return false;
    const importing = netW >= 0;
    const costs = importing ? site.importPricePerKwh[t]! : site.exportPricePerKwh[t]!;
    this.#label(t);
    let from = -1;
    let most = costs + NO_GAIN;
    for (let s = 0; s < slots; s++) {
      if (this.#towards[s]! < 0 || s === t || this.#gain(s) <= most) continue;
      most = this.#gain(s);
      from = s;
    }
    if (from < 0) return false;
    const stepWh = importing ? roomWh : Math.min(roomWh, -netW * hours[t]!);
    const fromNetW = state.netW[from]!;
    const givingWh =
      fromNetW > 0 ? fromNetW * hours[from]! : Math.max(0, fromNetW - site.netFloorW[from]!) * hours[from]!;
    const movedWh = Math.min(stepWh, givingWh, this.#narrowest(from, t));
    if (movedWh <= NOTHING_WH) return false;
    for (let s = from; s !== t; s = this.#towards[s]!) {
      state.move(this.#by[s]!, s, this.#towards[s]!, movedWh);
    }
    return true;
  }

  /** What a kWh less in slot s saves. */
  #gain(s: number): number {
    const { site } = this.#state.normal;
    return this.#state.netW[s]! > 0 ? site.importPricePerKwh[s]! : site.exportPricePerKwh[s]!;
  }

  #label(t: number): void {
    const state = this.#state;
    this.#expanded.fill(0);
    this.#towards.fill(-1);
    this.#towards[t] = t;
    const queue = [t];
    for (const u of queue) {
      for (const d of this.#members) {
        if (this.#expanded[d] === 1 || this.#moreWh(d, u) <= NOTHING_WH) continue;
        this.#expanded[d] = 1;
        const { firstSlot, endSlot, askedWh } = state.devices[d]!;
        // With a target on the way, energy may only come earlier.
        const first = hasEarlyTarget(askedWh) ? Math.max(firstSlot, u + 1) : firstSlot;
        for (let s = first; s < endSlot; s++) {
          if (this.#towards[s]! >= 0 || this.#lessWh(d, s) <= NOTHING_WH) continue;
          this.#towards[s] = u;
          this.#by[s] = d;
          queue.push(s);
        }
      }
    }
  }

  #narrowest(from: number, t: number): number {
    let leastWh = Number.POSITIVE_INFINITY;
    for (let s = from; s !== t; s = this.#towards[s]!) {
      leastWh = Math.min(
        leastWh,
        this.#lessWh(this.#by[s]!, s),
        this.#moreWh(this.#by[s]!, this.#towards[s]!),
      );
    }
    return leastWh;
  }

  /** What device d could take more in slot u without a new slot coming into use, Wh. */
  #moreWh(d: number, u: number): number {
    const powerW = this.#state.powerW[d]![u]!;
    return powerW <= 0 ? 0 : (this.#state.devices[d]!.maxChargeW - powerW) * this.#state.normal.hours[u]!;
  }

  /** What device d could give of slot s without leaving it, Wh. */
  #lessWh(d: number, s: number): number {
    const powerW = this.#state.powerW[d]![s]!;
    return powerW <= 0 ? 0 : (powerW - this.#state.devices[d]!.minChargeW) * this.#state.normal.hours[s]!;
  }
}

const canTakePart = (device: Device) => device.maxDischargeW === 0 && device.chargeCostPerKwh === null;

const hasEarlyTarget = (askedWh: Float64Array) =>
  askedWh.some((asked, k) => asked > 0 && k < askedWh.length - 1);
