/**
 * Energy of charge-only vehicles over slots, as a flow that can be extended slot by slot and re-routed.
 *
 * Symbols (all energies Wh at the plug):
 *   u(n,t)   most vehicle n can take in slot t (power x slot length; 0 outside its window)
 *   f(n,t)   energy vehicle n takes in slot t, 0 <= f <= u
 *   unmet(n) what vehicle n still waits for; starts as its whole demand, and counts as taken "before arrival"
 *   D(n,k)   energy vehicle n must have by the end of slot e(n,k) - 1 (its earlier deadlines)
 *   slack(n,k) = unmet(n) + sum of f(n,t) over t < e(n,k)  -  D(n,k) >= 0
 *
 * Invariants: f + unmet of a vehicle is constant; every slack stays >= 0, because unmet counts as the earliest slot,
 * so a deadline can only be broken by moving energy later past it, which is refused where the slack is used up.
 *
 * Why extending slots one after the other is exact: the slot totals that some f can reach are the independent
 * vectors of a polymatroid (a transportation network with inventory arcs between deadlines); hence the greedy over
 * slots in order of cost is optimal (Federgruen & Groenevelt 1986). "Each slot as far as a maximum flow allows" is done
 * by shortest augmenting paths with distance labels (Ahuja & Orlin 1991): a path goes from the slot s to be extended to a
 * vehicle with room there, which releases a slot z it uses, to a vehicle with room in z, ..., to a vehicle with unmet energy.
 *
 *   label(s) <= vehicles that must release a slot on the shortest path from s to unmet energy
 *
 * Labels never fall, because augmenting along a shortest path shortens nothing, and they survive from one slot's extension to
 * the next, because only the path's beginning changes. So all extensions together scan each slot's vehicles a few times. Where a
 * label is missing below some others, those slots cannot reach unmet energy any more: they are dead for good.
 *
 * Sets of slots are bit masks of 32-bit words: a vehicle's part in a scan is a handful of AND operations.
 */

/** Energies below this are nothing, Wh. */
export const NOTHING_WH = 1e-7;

const DEAD = 1 << 30;

export interface FlowVehicle {
  /** Window [firstSlot, endSlot). */
  firstSlot: number;
  endSlot: number;
  powerW: number;
  /** W by slot, where it is not `powerW` in all of them. */
  limitW: Float64Array | null;
  /** Wh to be taken in all, the private slot included. */
  demandWh: number;
  /** Deadlines before departure in ascending order, Wh to be taken by the end of slot endSlot - 1. */
  deadlines: readonly { endSlot: number; demandWh: number }[];
  /** Room in a slot of its own after departure, Wh: what goes there is not taken at all. */
  privateWh: number;
}

/** Everything that changes while slots are extended. */
interface FlowState {
  takenWh: Float64Array;
  unmetWh: Float64Array;
  slackWh: Float64Array;
  room: Uint32Array;
  taken: Uint32Array;
  label: Int32Array;
  atLabel: Uint32Array;
  next: Int32Array;
}

export class EnergyFlow {
  readonly vehicles: number;
  /** Slots of the grid, and one more where some vehicle has a private slot. */
  readonly slots: number;
  /** f(n,t) at n * slots + t. */
  readonly takenWh: Float64Array;
  readonly unmetWh: Float64Array;
  /** Words per mask; slot t of vehicle n is bit t & 31 of word n * words + (t >> 5). */
  readonly words: number;
  /** Where a vehicle could take more, and where it takes something. */
  readonly room: Uint32Array;
  readonly taken: Uint32Array;

  readonly #hours: Float64Array;
  readonly #powerW: Float64Array;
  readonly #limitW: (Float64Array | null)[];
  readonly #privateWh: Float64Array;
  /** What all vehicles together can take in a slot, Wh: bounds an unlimited segment. */
  readonly #slotCapacityWh: Float64Array;
  /** Vehicles whose window contains the slot, least laxity first: vehicles #bySlot[#slotStart[t]..#slotStart[t+1]). */
  readonly #bySlot: Int32Array;
  readonly #slotStart: Int32Array;
  readonly #deadlineStart: Int32Array;
  readonly #deadlineSlot: Int32Array;
  readonly #slackWh: Float64Array;
  readonly #hasDeadlines: boolean;

  readonly #label: Int32Array;
  /** Slots with label k, as a mask at k * words. */
  readonly #atLabel: Uint32Array;
  /** Where the scan of a slot's vehicles goes on: what stands before has nothing to offer at this label. */
  readonly #next: Int32Array;
  /** The path under construction: vehicle i takes more in slot i, and less in slot i + 1. */
  readonly #pathSlot: Int32Array;
  readonly #pathVehicle: Int32Array;

  /** @param hours length of each slot of the grid */
  constructor(hours: Float64Array, vehicles: readonly FlowVehicle[]) {
    const count = vehicles.length;
    const grid = hours.length;
    const slots = vehicles.some((vehicle) => vehicle.privateWh > NOTHING_WH) ? grid + 1 : grid;
    const words = Math.ceil(slots / 32);
    this.vehicles = count;
    this.slots = slots;
    this.words = words;
    this.#hours = hours;
    this.takenWh = new Float64Array(count * slots);
    this.unmetWh = new Float64Array(count);
    this.#powerW = new Float64Array(count);
    this.#limitW = vehicles.map(({ limitW }) => limitW);
    this.#privateWh = new Float64Array(count);
    this.#slotCapacityWh = new Float64Array(slots);
    this.room = new Uint32Array(count * words);
    this.taken = new Uint32Array(count * words);
    this.#slotStart = new Int32Array(slots + 1);
    this.#label = new Int32Array(slots);
    this.#atLabel = new Uint32Array((slots + 2) * words);
    this.#pathSlot = new Int32Array(slots + 1);
    this.#pathVehicle = new Int32Array(slots + 1);

    const laxity = new Float64Array(count);
    for (let n = 0; n < count; n++) laxity[n] = this.#enter(n, vehicles[n]!);
    for (let t = 0; t < slots; t++) {
      if (this.#slotCapacityWh[t]! > NOTHING_WH) this.#atLabel[t >> 5]! |= 1 << (t & 31);
      else this.#label[t] = DEAD;
    }
    this.#deadlineStart = new Int32Array(count + 1);
    for (let n = 0; n < count; n++) {
      this.#deadlineStart[n + 1] = this.#deadlineStart[n]! + vehicles[n]!.deadlines.length;
    }
    const deadlines = this.#deadlineStart[count]!;
    this.#hasDeadlines = deadlines > 0;
    this.#deadlineSlot = new Int32Array(deadlines);
    this.#slackWh = new Float64Array(deadlines);
    for (let n = 0, k = 0; n < count; n++) {
      for (const deadline of vehicles[n]!.deadlines) {
        this.#deadlineSlot[k] = deadline.endSlot;
        this.#slackWh[k++] = vehicles[n]!.demandWh - deadline.demandWh;
      }
    }
    for (let t = 0; t < slots; t++) this.#slotStart[t + 1]! += this.#slotStart[t]!;
    this.#bySlot = this.#listBySlot(laxity);
    this.#next = this.#slotStart.slice(0, slots);
  }

  /** Vehicle n with its room; returns its laxity: earliest departure first, then the fuller stay. */
  #enter(n: number, vehicle: FlowVehicle): number {
    const { firstSlot, endSlot, powerW, limitW, demandWh, privateWh } = vehicle;
    const grid = this.#hours.length;
    this.unmetWh[n] = demandWh;
    this.#powerW[n] = powerW;
    this.#privateWh[n] = privateWh;
    let stayWh = 0;
    for (let t = firstSlot; t < endSlot; t++) {
      stayWh += this.#open(n, t, (limitW === null ? powerW : limitW[t]!) * this.#hours[t]!);
    }
    if (this.slots > grid) this.#open(n, grid, privateWh);
    return (stayWh + privateWh - demandWh) / Math.max(stayWh, NOTHING_WH) + endSlot;
  }

  #open(n: number, slot: number, capacityWh: number): number {
    if (capacityWh <= NOTHING_WH) return 0;
    this.#slotCapacityWh[slot]! += capacityWh;
    this.room[n * this.words + (slot >> 5)]! |= 1 << (slot & 31);
    this.#slotStart[slot + 1]! += 1;
    return capacityWh;
  }

  #listBySlot(laxity: Float64Array): Int32Array {
    const { words, slots } = this;
    const order = Int32Array.from(laxity, (_, n) => n).sort((a, b) => laxity[a]! - laxity[b]! || a - b);
    const list = new Int32Array(this.#slotStart[slots]!);
    const next = this.#slotStart.slice();
    for (const n of order) {
      for (let w = 0; w < words; w++) {
        for (let open = this.room[n * words + w]!; open !== 0; open &= open - 1) {
          list[next[lowestBit(open, w)]!++] = n;
        }
      }
    }
    return list;
  }

  /** u(n,t), Wh, of a slot inside the vehicle's window. */
  capacityOf(n: number, slot: number): number {
    if (slot >= this.#hours.length) return this.#privateWh[n]!;
    const limitW = this.#limitW[n]!;
    return (limitW === null ? this.#powerW[n]! : limitW[slot]!) * this.#hours[slot]!;
  }

  /** Raises the total of `slot` by up to `wh`, all other totals unchanged, as far as any flow can; returns by how much. */
  extend(slot: number, wh: number): number {
    const mostWh = Math.min(wh, this.#slotCapacityWh[slot]!);
    let leftWh = mostWh;
    while (leftWh > NOTHING_WH && this.#label[slot] !== DEAD) leftWh -= this.#augment(slot, leftWh);
    return mostWh - leftWh;
  }

  /** Could the total of this slot perhaps still be raised? */
  isOpen(slot: number): boolean {
    return this.#label[slot] !== DEAD;
  }

  /** One shortest path from `start`, filled up; returns the energy, 0 when the slot turned out dead. */
  #augment(start: number, mostWh: number): number {
    const { words, taken } = this;
    let depth = 0;
    let slot = start;
    for (;;) {
      const n = this.#advance(slot);
      if (n < 0) {
        this.#relabel(slot);
        if (this.#label[start] === DEAD) return 0;
        if (depth > 0) slot = this.#pathSlot[--depth]!;
        continue;
      }
      this.#pathSlot[depth] = slot;
      this.#pathVehicle[depth] = n;
      const label = this.#label[slot]!;
      if (label === 0) return this.#pushAlong(depth, mostWh);
      const barrier = this.#hasDeadlines ? this.#usedUpDeadline(n, slot) : 0;
      let w = barrier >> 5;
      let released = taken[n * words + w]! & this.#atLabel[(label - 1) * words + w]! & (-1 << (barrier & 31));
      while (released === 0) {
        w++;
        released = taken[n * words + w]! & this.#atLabel[(label - 1) * words + w]!;
      }
      slot = lowestBit(released, w);
      depth++;
    }
  }

  /** A vehicle with room in the slot that leads one label down, or -1. */
  #advance(slot: number): number {
    const { words, room, taken, unmetWh } = this;
    const label = this.#label[slot]!;
    const word = slot >> 5;
    const bit = 1 << (slot & 31);
    const end = this.#slotStart[slot + 1]!;
    const below = (label - 1) * words;
    // Moves past deadlines can become possible again at the same label, so nothing may be skipped then.
    let i = this.#hasDeadlines ? this.#slotStart[slot]! : this.#next[slot]!;
    for (; i < end; i++) {
      const n = this.#bySlot[i]!;
      const row = n * words;
      if ((room[row + word]! & bit) === 0) continue;
      if (label === 0) {
        if (unmetWh[n]! <= NOTHING_WH) continue;
        if (this.#hasDeadlines && this.#usedUpDeadline(n, slot) > 0) continue;
        break;
      }
      const barrier = this.#hasDeadlines ? this.#usedUpDeadline(n, slot) : 0;
      let w = barrier >> 5;
      let released = taken[row + w]! & this.#atLabel[below + w]! & (-1 << (barrier & 31));
      while (released === 0 && ++w < words) released = taken[row + w]! & this.#atLabel[below + w]!;
      if (released !== 0) break;
    }
    this.#next[slot] = i;
    return i < end ? this.#bySlot[i]! : -1;
  }

  /** No vehicle leads down from the slot, so its label was too low. */
  #relabel(slot: number): void {
    const { words, slots } = this;
    const label = this.#label[slot]!;
    const word = slot >> 5;
    const bit = 1 << (slot & 31);
    this.#atLabel[label * words + word]! &= ~bit;
    let others = 0;
    for (let w = 0; w < words; w++) others |= this.#atLabel[label * words + w]!;
    if (others !== 0) {
      this.#label[slot] = label + 1;
      this.#atLabel[(label + 1) * words + word]! |= bit;
      this.#next[slot] = this.#slotStart[slot]!;
      return;
    }
    this.#label[slot] = DEAD;
    for (let t = 0; t < slots; t++) {
      const of = this.#label[t]!;
      if (of <= label || of === DEAD) continue;
      this.#atLabel[of * words + (t >> 5)]! &= ~(1 << (t & 31));
      this.#label[t] = DEAD;
    }
  }

  /** Fills the path up: the last vehicle takes of its unmet energy, each other one moves energy one slot up the path. */
  #pushAlong(depth: number, mostWh: number): number {
    const last = this.#pathVehicle[depth]!;
    let wh = Math.min(mostWh, this.unmetWh[last]!, this.#roomBetween(last, -1, this.#pathSlot[depth]!));
    for (let i = 0; i < depth; i++) {
      const n = this.#pathVehicle[i]!;
      const from = this.#pathSlot[i + 1]!;
      wh = Math.min(wh, this.takenWh[n * this.slots + from]!, this.#roomBetween(n, from, this.#pathSlot[i]!));
    }
    this.#move(last, -1, this.#pathSlot[depth]!, wh);
    for (let i = 0; i < depth; i++) {
      this.#move(this.#pathVehicle[i]!, this.#pathSlot[i + 1]!, this.#pathSlot[i]!, wh);
    }
    return wh;
  }

  /** Moves energy of vehicle n from slot `from` (-1: from unmet) to slot `to`. */
  #move(n: number, from: number, to: number, wh: number): void {
    const row = n * this.slots;
    if (from < 0) this.unmetWh[n]! -= wh;
    else this.#set(n, from, this.takenWh[row + from]! - wh);
    this.#set(n, to, this.takenWh[row + to]! + wh);
    if (!this.#hasDeadlines) return;
    for (let k = this.#deadlineStart[n]!; k < this.#deadlineStart[n + 1]!; k++) {
      const deadline = this.#deadlineSlot[k]!;
      if (from < deadline && to >= deadline) this.#slackWh[k]! -= wh;
      else if (to < deadline && from >= deadline) this.#slackWh[k]! += wh;
    }
  }

  #set(n: number, slot: number, wh: number): void {
    const word = n * this.words + (slot >> 5);
    const bit = 1 << (slot & 31);
    this.takenWh[n * this.slots + slot] = wh <= NOTHING_WH ? Math.max(0, wh) : wh;
    if (wh > NOTHING_WH) this.taken[word]! |= bit;
    else this.taken[word]! &= ~bit;
    if (this.capacityOf(n, slot) - wh > NOTHING_WH) this.room[word]! |= bit;
    else this.room[word]! &= ~bit;
  }

  #roomBetween(n: number, from: number, to: number): number {
    const roomWh = this.capacityOf(n, to) - this.takenWh[n * this.slots + to]!;
    if (!this.#hasDeadlines) return roomWh;
    let leastWh = roomWh;
    for (let k = this.#deadlineStart[n]!; k < this.#deadlineStart[n + 1]!; k++) {
      const deadline = this.#deadlineSlot[k]!;
      if (from < deadline && to >= deadline) leastWh = Math.min(leastWh, this.#slackWh[k]!);
    }
    return leastWh;
  }

  /** Latest deadline at or before `slot` whose slack is used up: energy from before it cannot come here; 0 when there is none. */
  #usedUpDeadline(n: number, slot: number): number {
    let barrier = 0;
    for (let k = this.#deadlineStart[n]!; k < this.#deadlineStart[n + 1]!; k++) {
      const deadline = this.#deadlineSlot[k]!;
      if (deadline <= slot && this.#slackWh[k]! <= NOTHING_WH) barrier = deadline;
    }
    return barrier;
  }

  /** First deadline after `slot` whose slack is used up: energy taken in the slot cannot go there or later; `slots` when there is none. */
  barrierAfter(n: number, slot: number): number {
    for (let k = this.#deadlineStart[n]!; k < this.#deadlineStart[n + 1]!; k++) {
      const deadline = this.#deadlineSlot[k]!;
      if (deadline > slot && this.#slackWh[k]! <= NOTHING_WH) return deadline;
    }
    return this.slots;
  }

  /** Latest used-up deadline at or before `slot`, as seen from the slot that energy would come to. */
  barrierBefore(n: number, slot: number): number {
    return this.#hasDeadlines ? this.#usedUpDeadline(n, slot) : 0;
  }

  /** Remembers the flow; the returned function brings it back (once). */
  checkpoint(): () => void {
    const state = this.#state();
    const copy: FlowState = {
      takenWh: state.takenWh.slice(),
      unmetWh: state.unmetWh.slice(),
      slackWh: state.slackWh.slice(),
      room: state.room.slice(),
      taken: state.taken.slice(),
      label: state.label.slice(),
      atLabel: state.atLabel.slice(),
      next: state.next.slice(),
    };
    return () => {
      for (const key of Object.keys(copy) as (keyof FlowState)[]) state[key].set(copy[key]);
    };
  }

  #state(): FlowState {
    return {
      takenWh: this.takenWh,
      unmetWh: this.unmetWh,
      slackWh: this.#slackWh,
      room: this.room,
      taken: this.taken,
      label: this.#label,
      atLabel: this.#atLabel,
      next: this.#next,
    };
  }
}

/** Slot of the lowest set bit of word `w`. */
export const lowestBit = (bits: number, w: number) => (w << 5) + 31 - Math.clz32(bits & -bits);
