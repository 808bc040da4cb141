/**
 * From the middle of the optimal face to (nearly) a vertex: the same cost and slot totals with few powers strictly between their bounds.
 *
 * An interior point spreads a slot's energy over everybody for whom it makes no difference: thousands of trickles. Take the graph whose nodes
 * are slots and devices and whose edges are the powers strictly between their bounds. Around a cycle energy can be shifted, + - + -, so that
 * no slot total and no device's energy changes; at an optimum that costs nothing, for all these powers have reduced cost 0. It is shifted until
 * one edge reaches a bound and leaves the graph. What remains is a forest: fewer such powers than there are slots and devices.
 *
 * The forest is kept by parent pointers; a new edge either joins two trees (one of them is turned round to hang from its end) or closes a
 * cycle along the two ways to the common ancestor. Charging and discharging of one device are two nodes: they do not exchange energy one to
 * one. Between two slots of a chain the content must keep inside its own bounds; where that, not a power, stops a shift, the edge stays out.
 */
import type { Block } from './block.ts';
import { takeOneDirection } from './one-direction.ts';
import type { BlockArrowProgram } from './program.ts';

/** Powers closer to a bound than this share of their range are at the bound. */
const AT_BOUND = 1e-7;
const NOTHING_KWH = 1e-10;
/** Relative rounding of a sum of costs. */
const TIE = 1e-13;

/** Changes `x` in place; the supply's variables are left as they are. */
export function purify(program: BlockArrowProgram, x: Float64Array): void {
  snap(program, x);
  refreshContents(program, x);
  takeOneDirection(program, x);
  new Purifier(program, x).run();
  refreshContents(program, x);
}

class Purifier {
  readonly #slots: number;
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;
  readonly #cost: Float64Array;
  readonly #x: Float64Array;
  /** Per device node (after the slots): its block, first power, and +1 when the power raises the slot total. */
  readonly #block: Block[] = [];
  readonly #first: Int32Array;
  readonly #sign: Int8Array;
  /** Per node, -1 at a root. */
  readonly #parent: Int32Array;
  readonly #mark: Int32Array;
  #stamp = 0;
  /** Cycle at hand: slot, device node, slot, ... ending with the device node that the new edge leaves from. */
  readonly #cycle: Int32Array;
  #length = 0;

  constructor(program: BlockArrowProgram, x: Float64Array) {
    this.#slots = program.slots;
    this.#lower = program.lower;
    this.#upper = program.upper;
    this.#cost = program.cost;
    this.#x = x;
    const most = program.slots + 2 * program.blocks.length;
    this.#first = new Int32Array(most);
    this.#sign = new Int8Array(most);
    this.#parent = new Int32Array(most).fill(-1);
    this.#mark = new Int32Array(most);
    this.#cycle = new Int32Array(most + 1);
    for (const block of program.blocks) {
      this.#addNode(block, block.charge, 1);
      if (block.discharge >= 0) this.#addNode(block, block.discharge, -1);
    }
  }

  #addNode(block: Block, first: number, sign: 1 | -1): void {
    const node = this.#slots + this.#block.push(block) - 1;
    this.#first[node] = first - block.firstSlot;
    this.#sign[node] = sign;
  }

  run(): void {
    this.#block.forEach(({ firstSlot, window }, i) => {
      const node = this.#slots + i;
      for (let slot = firstSlot; slot < firstSlot + window; slot++) this.#addEdge(node, slot);
    });
  }

  #addEdge(node: number, slot: number): void {
    while (this.#isBetween(this.#first[node]! + slot)) {
      if (!this.#findCycle(node, slot)) {
        this.#turnRound(node);
        this.#parent[node] = slot;
        return;
      }
      if (!this.#cancel()) return;
    }
  }

  #isBetween(variable: number): boolean {
    const least = this.#lower[variable]!;
    const most = this.#upper[variable]!;
    const margin = (most - least) * AT_BOUND + NOTHING_KWH;
    const value = this.#x[variable]!;
    return value > least + margin && value < most - margin;
  }

  /** Makes `node` the root of its tree. */
  #turnRound(node: number): void {
    const parent = this.#parent;
    let below = -1;
    for (let at = node; at >= 0; ) {
      const above = parent[at]!;
      parent[at] = below;
      below = at;
      at = above;
    }
  }

  /** Writes the way from the slot to the node; false when they stand in different trees. */
  #findCycle(node: number, slot: number): boolean {
    const parent = this.#parent;
    const mark = this.#mark;
    const cycle = this.#cycle;
    const stamp = ++this.#stamp;
    for (let at = slot; at >= 0; at = parent[at]!) mark[at] = stamp;
    let common = node;
    let below = 0;
    for (; common >= 0 && mark[common] !== stamp; common = parent[common]!) below++;
    if (common < 0) return false;
    let length = 0;
    for (let at = slot; at !== common; at = parent[at]!) cycle[length++] = at;
    cycle[length++] = common;
    length += below;
    let place = length;
    for (let at = node; at !== common; at = parent[at]!) cycle[--place] = at;
    this.#length = length;
    return true;
  }

  /**
   * Shifts energy along the cycle: every device node of it moves the same amount from the slot before it to the slot after it, or the other
   * way round. Where one way is cheaper, for an interior point is never quite at the optimum, it goes that way; else where there is more
   * room. Returns whether an edge reached a bound.
   */
  #cancel(): boolean {
    const cycle = this.#cycle;
    const length = this.#length;
    let forth = Number.POSITIVE_INFINITY;
    let back = Number.POSITIVE_INFINITY;
    let slope = 0;
    let weight = 0;
    for (let i = 0; i < length; i += 2) {
      const slot = cycle[i]!;
      const node = cycle[i + 1]!;
      const next = i + 2 < length ? cycle[i + 2]! : cycle[0]!;
      forth = Math.min(forth, this.#room(node, slot, next));
      back = Math.min(back, this.#room(node, next, slot));
      const first = this.#first[node]!;
      slope += this.#sign[node]! * (this.#cost[first + next]! - this.#cost[first + slot]!);
      weight += Math.abs(this.#cost[first + next]!) + Math.abs(this.#cost[first + slot]!);
    }
    const isTie = Math.abs(slope) <= TIE * weight;
    const goesForth = isTie ? forth >= back : slope < 0;
    if ((goesForth ? forth : back) <= NOTHING_KWH) return false;
    let freed = false;
    for (let i = 0; i < length; i += 2) {
      const slot = cycle[i]!;
      const node = cycle[i + 1]!;
      const next = i + 2 < length ? cycle[i + 2]! : cycle[0]!;
      if (goesForth) this.#shift(node, slot, next, forth);
      else this.#shift(node, next, slot, back);
      if (this.#cutAtBound(node, slot)) freed = true;
      if (this.#cutAtBound(node, next)) freed = true;
    }
    return freed;
  }

  #cutAtBound(node: number, slot: number): boolean {
    if (this.#isBetween(this.#first[node]! + slot)) return false;
    if (this.#parent[node] === slot) this.#parent[node] = -1;
    else if (this.#parent[slot] === node) this.#parent[slot] = -1;
    return true;
  }

  /** Slot total that the node can move: charging less in `from` and more in `to`, or discharging the other way. */
  #room(node: number, from: number, to: number): number {
    const block = this.#block[node - this.#slots]!;
    const charges = this.#sign[node]! > 0;
    const less = this.#first[node]! + (charges ? from : to);
    const more = this.#first[node]! + (charges ? to : from);
    const power = Math.min(this.#x[less]! - this.#lower[less]!, this.#upper[more]! - this.#x[more]!);
    return block.kind === 'row' ? power : this.#contentRoom(block, from, to, charges, power);
  }

  /** Moving slot total later lowers the content in between, moving it earlier raises it; by eta_c, or by 1/eta_d for discharge. */
  #contentRoom(block: Block, from: number, to: number, charges: boolean, power: number): number {
    const perKwh = charges ? block.chargeEfficiency : 1 / block.dischargeEfficiency;
    const end = block.content + Math.max(from, to) - block.firstSlot;
    let room = power * perKwh;
    for (let j = block.content + Math.min(from, to) - block.firstSlot; j < end; j++) {
      const slack = from < to ? this.#x[j]! - this.#lower[j]! : this.#upper[j]! - this.#x[j]!;
      if (slack < room) room = slack;
    }
    return room / perKwh;
  }

  #shift(node: number, from: number, to: number, amount: number): void {
    const block = this.#block[node - this.#slots]!;
    const sign = this.#sign[node]!;
    this.#x[this.#first[node]! + from]! -= sign * amount;
    this.#x[this.#first[node]! + to]! += sign * amount;
    if (block.kind === 'row') return;
    const perKwh = sign > 0 ? block.chargeEfficiency : 1 / block.dischargeEfficiency;
    const change = (from < to ? -1 : 1) * amount * perKwh;
    const end = block.content + Math.max(from, to) - block.firstSlot;
    for (let j = block.content + Math.min(from, to) - block.firstSlot; j < end; j++) this.#x[j]! += change;
  }
}

/** Powers that are 0 up to the solver's accuracy become 0. Those at full power stay a trace below it: a fleet's traces would add up above a limit. */
function snap({ blocks, lower, upper }: BlockArrowProgram, x: Float64Array): void {
  for (const { charge, content } of blocks) {
    for (let j = charge; j < content; j++) {
      if (x[j]! <= lower[j]! + (upper[j]! - lower[j]!) * AT_BOUND) x[j] = lower[j]!;
    }
  }
}

function refreshContents({ blocks, rightHandSide }: BlockArrowProgram, x: Float64Array): void {
  for (const block of blocks) {
    const { charge, discharge, content, window, multiplier, chargeEfficiency, dischargeEfficiency } = block;
    if (block.kind === 'row') continue;
    let stored = rightHandSide[multiplier]!;
    for (let k = 0; k < window; k++) {
      stored += chargeEfficiency * x[charge + k]!;
      if (discharge >= 0) stored -= x[discharge + k]! / dischargeEfficiency;
      x[content + k] = stored;
    }
  }
}
