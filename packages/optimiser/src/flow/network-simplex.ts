/**
 * Primal network simplex for the flow of `flow-program.ts`, shaped by its structure: many vehicles, few slots.
 *
 * Nodes: slots, vehicles, and the site as root. Every arc outside the spanning tree is empty or full; those in the tree take what
 * is left. Potentials (prices): price(site) = 0, and price(head) = price(tail) + cost along every tree arc, so price(slot) is what
 * one more kWh in the slot costs. Reduced cost of an arc = price(tail) + cost - price(head); the flow is optimal when it is
 * >= 0 on every arc with room and <= 0 on every arc with flow.
 *
 * Almost every vehicle is a leaf that hangs on one slot by its only partly used arc. So only slots carry a stored price; a vehicle's is
 * read off its tree arc: price(n) = price(slot) + cost. A pivot that moves a leaf costs a few operations whatever the fleet's size;
 * one that re-hangs a subtree passes over the slots once.
 *
 * Start: given any slot prices, every vehicle takes its cheapest slots, and every slot fills its segments from the cheapest on. That is
 * a spanning tree of depth two with a flow, no first phase needed. How many pivots remain depends on how good the prices are: they come
 * from the optimum of a sample of the fleet (`sample.ts`), and those of the sample from a sample of it. Slots may leave their guessed
 * price only step by step (`price-steps.ts`), and the simplex goes on from the tree it has.
 *
 * Longer than other files because the steps of a pivot share a dozen arrays and nothing else uses them.
 *
 * Cycling is excluded by strongly feasible trees (Cunningham 1976): some flow can always be sent from the root to every
 * node along the tree. Of the arcs that block a pivot, the first one from the apex in the direction of the cycle leaves.
 */
import { CheapestSlots } from './cheapest-slots.ts';
import { type FlowProgram, largestCost, SEGMENTS_PER_SLOT, vehicleArcs } from './flow-program.ts';
import { lowerFreePrices } from './free-prices.ts';
import { PriceSteps } from './price-steps.ts';
import { sampleOf } from './sample.ts';

/** Reduced costs below this share of the largest cost are rounding. */
const ROUNDING = 1e-12;
/** Fleets up to this size start from the bare prices. */
const SMALLEST_SAMPLED = 48;
const SAMPLE_STRIDE = 2;
/** Guesses beyond this many times the largest cost say only that the slot was scarce, and are a long way back from. */
const MOST_GUESSED = 2;
/** Pivots per node before the search is given up; about 50 were the most ever seen, and some hundred from absurd guesses. */
const MOST_PIVOTS_PER_NODE = 2000;

export interface OptimalFlow {
  /** Energy of every arc and segment, Wh, as `program.cost` is laid out. */
  flowWh: Float64Array;
  /** What one more kWh costs in a slot: optimal duals of the slots' balances. */
  slotPrice: Float64Array;
  /** Energy that no slot has room for; above 0 not everything fits, and the costs of what does are not least. */
  overflowWh: number;
  pivots: number;
}

/** @param guess slot prices to start from, e.g. those of the last plan */
export function minimumCostFlow(program: FlowProgram, guess?: Float64Array): OptimalFlow | undefined {
  const most = MOST_GUESSED * largestCost(program);
  const start = (guess ?? guessPrices(program)).map((price) => Math.max(-most, Math.min(most, price)));
  return new NetworkSimplex(program).solve(start);
}

function guessPrices(program: FlowProgram): Float64Array {
  if (program.vehicles >= SMALLEST_SAMPLED) {
    const sample = minimumCostFlow(sampleOf(program, SAMPLE_STRIDE));
    if (sample !== undefined) return sample.slotPrice;
  }
  const arcs = vehicleArcs(program);
  return Float64Array.from({ length: program.slots }, (_, t) => {
    const first = arcs + t * SEGMENTS_PER_SLOT;
    return program.cost[program.capacityWh[first]! > 0 ? first : first + 1]!;
  });
}

class NetworkSimplex {
  readonly #program: FlowProgram;
  readonly #slots: number;
  readonly #vehicles: number;
  readonly #arcs: number;
  readonly #root: number;
  readonly #arcStart: Int32Array;
  readonly #arcSlot: Int32Array;
  readonly #demandWh: Float64Array;
  readonly #cost: Float64Array;
  readonly #capacityWh: Float64Array;
  readonly #flowWh: Float64Array;
  /** Where flow may go on an arc outside the tree: 1 up from empty, -1 down from full, 0 nowhere (in the tree, or without capacity). */
  readonly #side: Int8Array;
  /** Node t < slots is a slot, slots + n a vehicle. Vehicles with all or nothing to take stand outside: parent -1. */
  readonly #parent: Int32Array;
  readonly #parentArc: Int32Array;
  /** Slots that hang on the vehicle. */
  readonly #children: Int32Array;
  readonly #price: Float64Array;
  readonly #tolerance: number;
  readonly #mark: Int32Array;
  #stamp = 0;
  readonly #path: Int32Array;

  constructor(program: FlowProgram) {
    const { slots, vehicles } = program;
    const arcs = vehicleArcs(program);
    const segments = slots * SEGMENTS_PER_SLOT;
    this.#program = program;
    this.#slots = slots;
    this.#vehicles = vehicles;
    this.#arcs = arcs;
    this.#root = slots + vehicles;
    this.#arcStart = program.arcStart;
    this.#arcSlot = program.arcSlot;
    this.#demandWh = program.demandWh;
    this.#cost = program.cost.slice();
    this.#capacityWh = program.capacityWh;
    this.#flowWh = new Float64Array(arcs + segments);
    this.#side = new Int8Array(arcs + segments);
    this.#parent = new Int32Array(this.#root + 1).fill(-1);
    this.#parentArc = new Int32Array(this.#root).fill(-1);
    this.#children = new Int32Array(vehicles);
    this.#price = new Float64Array(slots);
    this.#mark = new Int32Array(this.#root + 1);
    this.#path = new Int32Array(slots);
    this.#tolerance = largestCost(program) * ROUNDING;
  }

  solve(guess: Float64Array): OptimalFlow | undefined {
    const steps = new PriceSteps(this.#program, this.#cost, this.#flowWh, guess);
    this.#start(guess);
    let pivots = 0;
    do {
      const used = this.#optimise(this.#root * MOST_PIVOTS_PER_NODE);
      if (used < 0) return undefined;
      pivots += used;
    } while (steps.takeNext());
    steps.restoreCosts();
    lowerFreePrices({
      program: this.#program,
      cost: this.#cost,
      flowWh: this.#flowWh,
      price: this.#price,
      treeArc: this.#parentArc.subarray(this.#slots),
      top: this.#topsOnOverflow(),
    });
    return {
      flowWh: this.#flowWh,
      slotPrice: this.#price,
      overflowWh: this.#overflowWh(),
      pivots,
    };
  }

  #overflowWh(): number {
    let sumWh = 0;
    for (let a = this.#arcs + 2; a < this.#cost.length; a += SEGMENTS_PER_SLOT) sumWh += this.#flowWh[a]!;
    return sumWh;
  }

  #start(guess: Float64Array): void {
    const capacityWh = this.#capacityWh;
    const flowWh = this.#flowWh;
    const loadWh = new Float64Array(this.#slots);
    let longest = 1;
    for (let n = 0; n < this.#vehicles; n++) {
      longest = Math.max(longest, this.#arcStart[n + 1]! - this.#arcStart[n]!);
    }
    const cheapest = new CheapestSlots(longest);
    for (let n = 0; n < this.#vehicles; n++) {
      const from = this.#arcStart[n]!;
      const to = this.#arcStart[n + 1]!;
      let mostWh = 0;
      for (let a = from; a < to; a++) mostWh += capacityWh[a]!;
      if (this.#demandWh[n]! >= mostWh) {
        for (let a = from; a < to; a++) flowWh[a] = capacityWh[a]!;
      } else if (this.#demandWh[n]! > 0) {
        const arc = cheapest.fill(
          from,
          to,
          this.#demandWh[n]!,
          guess,
          this.#arcSlot,
          this.#cost,
          capacityWh,
          flowWh,
        );
        this.#parent[this.#slots + n] = this.#arcSlot[arc]!;
        this.#parentArc[this.#slots + n] = arc;
      }
      for (let a = from; a < to; a++) {
        loadWh[this.#arcSlot[a]!]! += flowWh[a]!;
        this.#side[a] = a === this.#parentArc[this.#slots + n] ? 0 : this.#sideOf(a);
      }
    }
    for (let t = 0; t < this.#slots; t++) {
      let arc = this.#arcs + t * SEGMENTS_PER_SLOT;
      let leftWh = loadWh[t]!;
      while (leftWh >= capacityWh[arc]!) {
        flowWh[arc] = capacityWh[arc]!;
        leftWh -= capacityWh[arc]!;
        arc++;
      }
      flowWh[arc] = leftWh;
      this.#parent[t] = this.#root;
      this.#parentArc[t] = arc;
    }
  }

  /** Pivots until no arc can lower the cost; returns their number, -1 when there were more than `most`. */
  #optimise(most: number): number {
    let pivots = 0;
    for (;;) {
      this.#pricesFromTree();
      const before = pivots;
      pivots += this.#enterSegments();
      for (let n = 0; n < this.#vehicles; n++) {
        while (this.#enterBest(n)) pivots++;
        if ((n & 63) === 0) pivots += this.#enterSegments();
        if (pivots > most) return -1;
      }
      if (pivots === before) return pivots;
    }
  }

  /** The most promising arc of the vehicle enters; false when there is none. */
  #enterBest(vehicle: number): boolean {
    const treeArc = this.#parentArc[this.#slots + vehicle]!;
    if (treeArc < 0) return false;
    const price = this.#price;
    const cost = this.#cost;
    const arcSlot = this.#arcSlot;
    const side = this.#side;
    const own = price[arcSlot[treeArc]!]! + cost[treeArc]!;
    const to = this.#arcStart[vehicle + 1]!;
    let best = this.#tolerance;
    let bestArc = -1;
    for (let a = this.#arcStart[vehicle]!; a < to; a++) {
      const gain = side[a]! * (own - price[arcSlot[a]!]! - cost[a]!);
      if (gain <= best) continue;
      best = gain;
      bestArc = a;
    }
    if (bestArc < 0) return false;
    const slot = arcSlot[bestArc]!;
    if (side[bestArc]! > 0) this.#pivot(bestArc, slot, this.#slots + vehicle, true, -best);
    else this.#pivot(bestArc, this.#slots + vehicle, slot, false, -best);
    return true;
  }

  /** Segments other than overflow that are cheaper than their slot's price and not full, or dearer and not empty; returns the pivots. */
  #enterSegments(): number {
    let pivots = 0;
    for (let t = 0; t < this.#slots; t++) {
      const first = this.#arcs + t * SEGMENTS_PER_SLOT;
      for (let a = first; a < first + SEGMENTS_PER_SLOT; a++) {
        const reduced = this.#cost[a]! - this.#price[t]!;
        const isOverflow = a === first + SEGMENTS_PER_SLOT - 1;
        if (reduced < -this.#tolerance && !isOverflow && this.#flowWh[a]! < this.#capacityWh[a]!) {
          this.#pivot(a, this.#root, t, true, reduced);
          pivots++;
        } else if (reduced > this.#tolerance && this.#flowWh[a]! > 0) {
          this.#pivot(a, t, this.#root, false, -reduced);
          pivots++;
        }
      }
    }
    return pivots;
  }

  /**
   * Sends as much as fits around the cycle apex -> from -> to -> apex, and lets the arc that blocks it leave the tree.
   *
   * @param raises the entering arc's flow rises (its tail is `from`), or falls (its tail is `to`)
   * @param reduced of the cycle, negative
   */
  #pivot(entering: number, from: number, to: number, raises: boolean, reduced: number): void {
    const parent = this.#parent;
    const mark = this.#mark;
    this.#stamp += 2;
    const stamp = this.#stamp;
    const root = this.#root;
    for (let node = from; node !== root; node = parent[node]!) mark[node] = stamp;
    mark[root] = stamp;
    let apex = to;
    while (mark[apex] !== stamp) apex = parent[apex]!;

    let mostWh = Number.POSITIVE_INFINITY;
    let leaving = -1;
    let leavesBelowFrom = false;
    for (let node = from; node !== apex; node = parent[node]!) {
      const roomWh = this.#roomDown(node);
      if (roomWh > mostWh) continue;
      mostWh = roomWh;
      leaving = node;
      leavesBelowFrom = true;
    }
    const ownWh = raises ? this.#capacityWh[entering]! - this.#flowWh[entering]! : this.#flowWh[entering]!;
    if (ownWh < mostWh) {
      mostWh = ownWh;
      leaving = -1;
    }
    for (let node = to; node !== apex; node = parent[node]!) {
      const roomWh = this.#roomUp(node);
      if (roomWh >= mostWh) continue;
      mostWh = roomWh;
      leaving = node;
      leavesBelowFrom = false;
    }

    if (mostWh > 0) {
      for (let node = from; node !== apex; node = parent[node]!) this.#send(node, mostWh);
      this.#flowWh[entering]! += raises ? mostWh : -mostWh;
      for (let node = to; node !== apex; node = parent[node]!) this.#send(node, -mostWh);
    }
    if (leaving < 0) {
      this.#side[entering] = this.#sideOf(entering);
      return;
    }
    this.#side[entering] = 0;
    this.#side[this.#parentArc[leaving]!] = this.#sideOf(this.#parentArc[leaving]!);
    const inside = leavesBelowFrom ? from : to;
    this.#rehang(inside, leaving, leavesBelowFrom ? to : from, entering);
    // The subtree's prices move so that the entering arc's reduced cost becomes 0.
    if (inside < this.#slots || this.#children[inside - this.#slots]! > 0) {
      const rises = leavesBelowFrom ? -reduced : reduced;
      this.#movePrices(inside, rises);
    }
  }

  #sideOf(arc: number): number {
    if (this.#capacityWh[arc] === 0) return 0;
    return this.#flowWh[arc] === 0 ? 1 : -1;
  }

  /** True where more flow on the node's tree arc goes up towards the root: from a slot to the vehicle above it. */
  #pointsUp(node: number): boolean {
    return node < this.#slots && this.#parentArc[node]! < this.#arcs;
  }

  /** How much more can be sent to the node along its tree arc. */
  #roomDown(node: number): number {
    const arc = this.#parentArc[node]!;
    return this.#pointsUp(node) ? this.#flowWh[arc]! : this.#capacityWh[arc]! - this.#flowWh[arc]!;
  }

  #roomUp(node: number): number {
    const arc = this.#parentArc[node]!;
    return this.#pointsUp(node) ? this.#capacityWh[arc]! - this.#flowWh[arc]! : this.#flowWh[arc]!;
  }

  #send(node: number, downWh: number): void {
    this.#flowWh[this.#parentArc[node]!]! += this.#pointsUp(node) ? -downWh : downWh;
  }

  /** Cuts the tree arc above `leaving` and hangs its subtree, turned over so that `inside` is on top, under `outside`. */
  #rehang(inside: number, leaving: number, outside: number, entering: number): void {
    const slots = this.#slots;
    let node = inside;
    let newParent = outside;
    let newArc = entering;
    for (;;) {
      const oldParent = this.#parent[node]!;
      const oldArc = this.#parentArc[node]!;
      if (node < slots) {
        if (oldParent >= slots && oldParent !== this.#root) this.#children[oldParent - slots]! -= 1;
        if (newParent >= slots && newParent !== this.#root) this.#children[newParent - slots]! += 1;
      }
      this.#parent[node] = newParent;
      this.#parentArc[node] = newArc;
      if (node === leaving) return;
      newParent = node;
      newArc = oldArc;
      node = oldParent;
    }
  }

  /** Adds `rise` to the price of every slot in the subtree of `top`. */
  #movePrices(top: number, rise: number): void {
    const parent = this.#parent;
    const mark = this.#mark;
    this.#stamp += 2;
    const without = this.#stamp;
    const within = without + 1;
    mark[this.#root] = without;
    mark[top] = within;
    for (let t = 0; t < this.#slots; t++) {
      // Most slots hang on the site itself, and are no part of the subtree unless they are its top.
      if (parent[t] === this.#root && t !== top) continue;
      let node = t;
      while (mark[node]! < without) node = parent[node]!;
      const verdict = mark[node]!;
      for (node = t; mark[node]! < without; node = parent[node]!) mark[node] = verdict;
      if (verdict === within) this.#price[t]! += rise;
    }
  }

  /** All slot prices afresh, so that rounding does not add up. */
  #pricesFromTree(): void {
    this.#stamp += 2;
    const known = this.#stamp;
    const slots = this.#slots;
    for (let t = 0; t < slots; t++) {
      let length = 0;
      let slot = t;
      while (this.#mark[slot] !== known) {
        this.#path[length++] = slot;
        const above = this.#parent[slot]!;
        if (above === this.#root) break;
        slot = this.#parent[above]!;
      }
      while (length > 0) {
        slot = this.#path[--length]!;
        const arc = this.#parentArc[slot]!;
        const above = this.#parent[slot]!;
        if (above === this.#root) {
          this.#price[slot] = this.#cost[arc]!;
        } else {
          const arcAbove = this.#parentArc[above]!;
          this.#price[slot] = this.#price[this.#parent[above]!]! + this.#cost[arcAbove]! - this.#cost[arc]!;
        }
        this.#mark[slot] = known;
      }
    }
  }

  /** Per slot the slot at the top of its subtree when that hangs on its overflow, -1 otherwise. */
  #topsOnOverflow(): Int32Array {
    return Int32Array.from({ length: this.#slots }, (_, t) => {
      let slot = t;
      while (this.#parent[slot] !== this.#root) slot = this.#parent[this.#parent[slot]!]!;
      const overflow = this.#arcs + slot * SEGMENTS_PER_SLOT + SEGMENTS_PER_SLOT - 1;
      return this.#parentArc[slot] === overflow ? slot : -1;
    });
  }
}
