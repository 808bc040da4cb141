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
 * slots in order of cost is optimal (Federgruen & Groenevelt 1986). "Each slot as far as a maximum flow allows" is the
 * layered search below: from the slot to be extended to vehicles with room there, from a vehicle to the slots it could
 * release, until a vehicle with unmet energy ends the path. A search that finds none has visited a set closed in the
 * residual network; by max-flow/min-cut no later path can leave it, so its slots are dead for good.
 *
 * Sets of slots are bit masks of 32-bit words: a search touches a vehicle with a handful of AND operations.
 */

/** Energies below this are nothing, Wh. */
export const NOTHING_WH = 1e-7;

export interface FlowVehicle {
  /** Window [firstSlot, endSlot). */
  firstSlot: number;
  endSlot: number;
  /** Wh by departure. */
  demandWh: number;
  /** Deadlines before departure in ascending order, Wh to be taken by the end of slot endSlot - 1. */
  deadlines: readonly { endSlot: number; demandWh: number }[];
  /** Most energy per slot, Wh; `capacityWh[t]` for every slot. */
  capacityWh: (slot: number) => number;
}

export class EnergyFlow {
  readonly vehicles: number;
  readonly slots: number;
  /** f(n,t) at n * slots + t. */
  readonly takenWh: Float64Array;
  readonly unmetWh: Float64Array;

  readonly #words: number;
  readonly #capacityWh: Float64Array;
  /** What all vehicles together can take in a slot, Wh: bounds an unlimited segment. */
  readonly #slotCapacityWh: Float64Array;
  readonly #room: Uint32Array;
  readonly #taken: Uint32Array;
  /** Vehicles whose window contains the slot, least laxity first: vehicles #bySlot[#slotStart[t]..#slotStart[t+1]). */
  readonly #bySlot: Int32Array;
  readonly #slotStart: Int32Array;
  readonly #deadlineStart: Int32Array;
  readonly #deadlineSlot: Int32Array;
  readonly #slackWh: Float64Array;
  readonly #dead: Uint32Array;
  #alive: Int32Array;
  #aliveCount: number;

  // Scratch of one search; kept to spare allocations.
  readonly #visited: Uint32Array;
  readonly #fresh: Uint32Array;
  #rest: Int32Array;
  readonly #entered: Int32Array;
  readonly #parentVehicle: Int32Array;
  readonly #parentEnter: Int32Array;
  readonly #sinkVehicle: Int32Array;
  readonly #sinkEnter: Int32Array;

  constructor(slots: number, vehicles: readonly FlowVehicle[]) {
    const count = vehicles.length;
    const words = Math.ceil(slots / 32);
    this.vehicles = count;
    this.slots = slots;
    this.#words = words;
    this.takenWh = new Float64Array(count * slots);
    this.#capacityWh = new Float64Array(count * slots);
    this.#slotCapacityWh = new Float64Array(slots);
    this.unmetWh = Float64Array.from(vehicles, (vehicle) => vehicle.demandWh);
    this.#room = new Uint32Array(count * words);
    this.#taken = new Uint32Array(count * words);
    this.#deadlineStart = new Int32Array(count + 1);
    const deadlines = vehicles.flatMap((vehicle) => vehicle.deadlines);
    this.#deadlineSlot = Int32Array.from(deadlines, (deadline) => deadline.endSlot);
    this.#slackWh = new Float64Array(deadlines.length);
    this.#slotStart = new Int32Array(slots + 1);
    this.#dead = new Uint32Array(words);
    this.#alive = Int32Array.from({ length: count }, (_, n) => n);
    this.#aliveCount = count;
    this.#visited = new Uint32Array(words);
    this.#fresh = new Uint32Array(words);
    this.#rest = new Int32Array(count);
    this.#entered = new Int32Array(count);
    this.#parentVehicle = new Int32Array(slots);
    this.#parentEnter = new Int32Array(slots);
    this.#sinkVehicle = new Int32Array(count);
    this.#sinkEnter = new Int32Array(count);

    let at = 0;
    const laxity = new Float64Array(count);
    for (let n = 0; n < count; n++) {
      const vehicle = vehicles[n]!;
      let windowWh = 0;
      for (let t = vehicle.firstSlot; t < vehicle.endSlot; t++) {
        const capacityWh = vehicle.capacityWh(t);
        if (capacityWh <= NOTHING_WH) continue;
        this.#capacityWh[n * slots + t] = capacityWh;
        this.#slotCapacityWh[t]! += capacityWh;
        this.#room[n * words + (t >> 5)]! |= 1 << (t & 31);
        windowWh += capacityWh;
        this.#slotStart[t + 1]! += 1;
      }
      laxity[n] = (windowWh - vehicle.demandWh) / Math.max(windowWh, NOTHING_WH) + vehicle.endSlot;
      for (const deadline of vehicle.deadlines) {
        this.#slackWh[at++] = vehicle.demandWh - deadline.demandWh;
      }
      this.#deadlineStart[n + 1] = at;
    }
    for (let t = 0; t < slots; t++) this.#slotStart[t + 1]! += this.#slotStart[t]!;
    this.#bySlot = new Int32Array(this.#slotStart[slots]!);
    const next = this.#slotStart.slice();
    const order = Array.from(laxity.keys()).sort((a, b) => laxity[a]! - laxity[b]! || a - b);
    for (const n of order) {
      const vehicle = vehicles[n]!;
      for (let t = vehicle.firstSlot; t < vehicle.endSlot; t++) {
        if (this.#capacityWh[n * slots + t]! > 0) this.#bySlot[next[t]!++] = n;
      }
    }
  }

  /** u(n,t), Wh. */
  capacityOf(vehicle: number, slot: number): number {
    return this.#capacityWh[vehicle * this.slots + slot]!;
  }

  /** Raises the total of `slot` by up to `wh`, all other totals unchanged, as far as any flow can; returns by how much. */
  extend(slot: number, wh: number): number {
    if (this.#isDead(slot)) return 0;
    const mostWh = Math.min(wh, this.#slotCapacityWh[slot]!);
    let leftWh = mostWh - this.#serveDirectly(slot, mostWh);
    while (leftWh > NOTHING_WH) {
      const sinks = this.#search(slot);
      if (sinks === 0) {
        this.#close();
        break;
      }
      leftWh -= this.#pushAlong(slot, sinks, leftWh);
    }
    return mostWh - leftWh;
  }

  #isDead(slot: number): boolean {
    return (this.#dead[slot >> 5]! & (1 << (slot & 31))) !== 0;
  }

  #serveDirectly(slot: number, wh: number): number {
    let leftWh = wh;
    const end = this.#slotStart[slot + 1]!;
    for (let i = this.#slotStart[slot]!; i < end && leftWh > NOTHING_WH; i++) {
      const n = this.#bySlot[i]!;
      if (this.unmetWh[n]! <= NOTHING_WH) continue;
      const place = n * this.slots + slot;
      const wantWh = Math.min(this.#capacityWh[place]! - this.takenWh[place]!, this.unmetWh[n]!, leftWh);
      const gotWh = Math.min(wantWh, this.#slackBetween(n, -1, slot));
      if (gotWh <= 0) continue;
      this.#move(n, -1, slot, gotWh);
      leftWh -= gotWh;
    }
    return wh - leftWh;
  }

  /**
   * Layered search from `start`; returns the number of sinks of the first layer that has some. A vehicle without earlier deadlines
   * is entered once; one with deadlines again when a slot before a used-up deadline comes into reach, for then it can release more.
   */
  #search(start: number): number {
    const words = this.#words;
    const visited = this.#visited.fill(0);
    visited[start >> 5]! |= 1 << (start & 31);
    const rest = this.#rest;
    let restCount = this.#aliveCount;
    rest.set(this.#alive.subarray(0, restCount));
    this.#entered.fill(-1);
    for (;;) {
      const fresh = this.#fresh.fill(0);
      let sinks = 0;
      let kept = 0;
      let grew = false;
      for (let i = 0; i < restCount; i++) {
        const n = rest[i]!;
        const enter = this.#lowestCommon(n, visited);
        if (enter < 0) {
          rest[kept++] = n;
          continue;
        }
        const hasDeadlines = this.#deadlineStart[n]! < this.#deadlineStart[n + 1]!;
        const barrier = hasDeadlines ? this.#usedUpDeadline(n, enter) : 0;
        if (hasDeadlines) {
          rest[kept++] = n;
          if (this.#entered[n]! >= 0 && this.#entered[n]! <= barrier) continue;
        }
        this.#entered[n] = barrier;
        if (barrier === 0 && this.unmetWh[n]! > NOTHING_WH) {
          this.#sinkVehicle[sinks] = n;
          this.#sinkEnter[sinks++] = enter;
          continue;
        }
        for (let w = barrier >> 5; w < words; w++) {
          let open = this.#taken[n * words + w]! & ~visited[w]! & ~fresh[w]! & ~this.#dead[w]!;
          if (w === barrier >> 5) open &= -1 << (barrier & 31);
          if (open === 0) continue;
          fresh[w]! |= open;
          grew = true;
          while (open !== 0) {
            const slot = (w << 5) + 31 - Math.clz32(open & -open);
            open &= open - 1;
            this.#parentVehicle[slot] = n;
            this.#parentEnter[slot] = enter;
          }
        }
      }
      restCount = kept;
      if (sinks > 0) return sinks;
      for (let w = 0; w < words; w++) visited[w]! |= fresh[w]!;
      if (!grew) return 0;
    }
  }

  /** Every sink of the layer gets its path, shortest first by construction; one whose path an earlier one used up is skipped. */
  #pushAlong(start: number, sinks: number, wh: number): number {
    let leftWh = wh;
    for (let i = 0; i < sinks && leftWh > NOTHING_WH; i++) {
      const sink = this.#sinkVehicle[i]!;
      const sinkEnter = this.#sinkEnter[i]!;
      let wantWh = Math.min(leftWh, this.unmetWh[sink]!, this.#roomBetween(sink, -1, sinkEnter));
      for (let slot = sinkEnter; slot !== start && wantWh > NOTHING_WH; ) {
        const n = this.#parentVehicle[slot]!;
        const enter = this.#parentEnter[slot]!;
        wantWh = Math.min(wantWh, this.takenWh[n * this.slots + slot]!, this.#roomBetween(n, slot, enter));
        slot = enter;
      }
      if (wantWh <= NOTHING_WH) continue;
      this.#move(sink, -1, sinkEnter, wantWh);
      for (let slot = sinkEnter; slot !== start; ) {
        const n = this.#parentVehicle[slot]!;
        const enter = this.#parentEnter[slot]!;
        this.#move(n, slot, enter, wantWh);
        slot = enter;
      }
      leftWh -= wantWh;
    }
    return wh - leftWh;
  }

  /** The set of the last search is closed: its slots are dead, and its vehicles out of the race unless other deadlines keep them in. */
  #close(): void {
    for (let w = 0; w < this.#words; w++) this.#dead[w]! |= this.#visited[w]!;
    let kept = 0;
    for (let i = 0; i < this.#aliveCount; i++) {
      const n = this.#alive[i]!;
      const gone = this.#entered[n]! >= 0 && this.#deadlineStart[n]! === this.#deadlineStart[n + 1]!;
      if (!gone) this.#alive[kept++] = n;
    }
    this.#aliveCount = kept;
  }

  /** Moves energy of vehicle n from slot `from` (-1: from unmet) to slot `to`. */
  #move(n: number, from: number, to: number, wh: number): void {
    const row = n * this.slots;
    if (from < 0) this.unmetWh[n]! -= wh;
    else this.#set(n, from, this.takenWh[row + from]! - wh);
    this.#set(n, to, this.takenWh[row + to]! + wh);
    for (let k = this.#deadlineStart[n]!; k < this.#deadlineStart[n + 1]!; k++) {
      const deadline = this.#deadlineSlot[k]!;
      if (from < deadline && to >= deadline) this.#slackWh[k]! -= wh;
      else if (to < deadline && from >= deadline) this.#slackWh[k]! += wh;
    }
  }

  #set(n: number, slot: number, wh: number): void {
    const place = n * this.slots + slot;
    const word = n * this.#words + (slot >> 5);
    const bit = 1 << (slot & 31);
    this.takenWh[place] = wh <= NOTHING_WH ? Math.max(0, wh) : wh;
    if (wh > NOTHING_WH) this.#taken[word]! |= bit;
    else this.#taken[word]! &= ~bit;
    if (this.#capacityWh[place]! - wh > NOTHING_WH) this.#room[word]! |= bit;
    else this.#room[word]! &= ~bit;
  }

  #roomBetween(n: number, from: number, to: number): number {
    const place = n * this.slots + to;
    return Math.min(this.#capacityWh[place]! - this.takenWh[place]!, this.#slackBetween(n, from, to));
  }

  /** Least slack of the deadlines that moving energy from `from` to `to` would pass. */
  #slackBetween(n: number, from: number, to: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let k = this.#deadlineStart[n]!; k < this.#deadlineStart[n + 1]!; k++) {
      const deadline = this.#deadlineSlot[k]!;
      if (from < deadline && to >= deadline && this.#slackWh[k]! < least) least = this.#slackWh[k]!;
    }
    return least;
  }

  /** Latest deadline at or before `slot` whose slack is used up: energy before it cannot come to `slot`. 0: none. */
  #usedUpDeadline(n: number, slot: number): number {
    let barrier = 0;
    for (let k = this.#deadlineStart[n]!; k < this.#deadlineStart[n + 1]!; k++) {
      const deadline = this.#deadlineSlot[k]!;
      if (deadline <= slot && this.#slackWh[k]! <= NOTHING_WH) barrier = deadline;
    }
    return barrier;
  }

  /** Earliest slot of `mask` where vehicle n has room, -1 when there is none. */
  #lowestCommon(n: number, mask: Uint32Array): number {
    const row = n * this.#words;
    for (let w = 0; w < this.#words; w++) {
      const common = this.#room[row + w]! & mask[w]!;
      if (common !== 0) return (w << 5) + 31 - Math.clz32(common & -common);
    }
    return -1;
  }
}
