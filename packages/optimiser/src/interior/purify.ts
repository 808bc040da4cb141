/**
 * From the middle of the optimal face to (nearly) a vertex: the same cost and slot totals with few powers strictly between their bounds.
 *
 * An interior point spreads a slot's energy over everybody for whom it makes no difference: thousands of trickles. Take the graph whose nodes
 * are slots and devices and whose edges are the powers strictly between their bounds. Around a cycle energy can be shifted, + - + -, so that
 * no slot total and no device's energy changes; at an optimum that costs nothing, for all these powers have reduced cost 0. It is shifted until
 * one edge reaches a bound and leaves the graph. What remains is a forest: at most one edge per device, and one per slot.
 *
 * Edges are added device by device. A device with one edge cannot lie on a cycle, so a path is sought only over slots and devices with two
 * edges, at most 2 x slots nodes. Charging and discharging of one device are two nodes: they do not exchange energy one to one. Between two
 * slots of a chain the content must keep inside its own bounds; where that, not a power, stops a shift, the edge is left as it is.
 */
import type { Block } from './block.ts';
import type { BlockArrowProgram } from './program.ts';

/** Powers closer to a bound than this share of their range are at the bound. */
const AT_BOUND = 1e-7;
const NOTHING_KWH = 1e-10;

/** Changes `x` in place. */
export function purify(program: BlockArrowProgram, x: Float64Array): void {
  snap(program, x);
  refreshContents(program, x);
  new Purifier(program, x).run();
  refreshContents(program, x);
}

interface Node {
  block: Block;
  /** First variable of the node's powers. */
  first: number;
  /** +1 charging raises the slot total, -1 discharging lowers it. */
  sign: 1 | -1;
  /** Slots, counted from the window's start, whose edges stand in the forest. */
  edges: number[];
}

interface Step {
  node: number;
  /** Entered from this slot, left to that one (absolute). */
  from: number;
  to: number;
}

class Purifier {
  readonly #program: BlockArrowProgram;
  readonly #x: Float64Array;
  readonly #nodes: Node[] = [];
  /** Per slot the nodes with two edges or more that stand on it. */
  readonly #atSlot: Set<number>[];
  readonly #cameFromNode: Int32Array;
  readonly #cameFromSlot: Int32Array;

  constructor(program: BlockArrowProgram, x: Float64Array) {
    this.#program = program;
    this.#x = x;
    this.#atSlot = Array.from({ length: program.slots }, () => new Set<number>());
    this.#cameFromNode = new Int32Array(program.slots);
    this.#cameFromSlot = new Int32Array(program.slots);
  }

  run(): void {
    for (const block of this.#program.blocks) {
      this.#addNode({ block, first: block.charge, sign: 1, edges: [] });
      if (block.discharge >= 0) this.#addNode({ block, first: block.discharge, sign: -1, edges: [] });
    }
  }

  #addNode(node: Node): void {
    const index = this.#nodes.push(node) - 1;
    for (let k = 0; k < node.block.window; k++) {
      while (this.#isBetween(node.first + k)) {
        const cycle = this.#cycleThrough(index, node.block.firstSlot + k);
        if (cycle === undefined) {
          this.#link(index, k);
          break;
        }
        if (!this.#cancel(cycle)) break;
      }
    }
  }

  #isBetween(variable: number): boolean {
    const { lower, upper } = this.#program;
    const margin = (upper[variable]! - lower[variable]!) * AT_BOUND + NOTHING_KWH;
    const value = this.#x[variable]!;
    return value > lower[variable]! + margin && value < upper[variable]! - margin;
  }

  #link(index: number, k: number): void {
    const node = this.#nodes[index]!;
    node.edges.push(k);
    if (node.edges.length < 2) return;
    for (const edge of node.edges) this.#atSlot[node.block.firstSlot + edge]!.add(index);
  }

  #unlink(index: number, slot: number): void {
    const node = this.#nodes[index]!;
    const k = slot - node.block.firstSlot;
    if (!node.edges.includes(k)) return;
    node.edges = node.edges.filter((edge) => edge !== k);
    this.#atSlot[slot]!.delete(index);
    if (node.edges.length === 1) this.#atSlot[node.block.firstSlot + node.edges[0]!]!.delete(index);
  }

  /** The steps of the cycle that edge (index, start) would close, or undefined when the forest stays a forest. */
  #cycleThrough(index: number, start: number): Step[] | undefined {
    const goal = this.#nodes[index]!;
    if (goal.edges.length === 0) return undefined;
    const goals = new Set(goal.edges.map((k) => goal.block.firstSlot + k));
    const queue = [start];
    const seen = new Set(queue);
    for (let slot = queue.shift(); slot !== undefined; slot = queue.shift()) {
      if (goals.has(slot)) return this.#stepsTo(slot, start, index);
      for (const other of this.#atSlot[slot]!) {
        if (other === index) continue;
        const node = this.#nodes[other]!;
        for (const edge of node.edges) {
          const next = node.block.firstSlot + edge;
          if (seen.has(next)) continue;
          seen.add(next);
          this.#cameFromNode[next] = other;
          this.#cameFromSlot[next] = slot;
          queue.push(next);
        }
      }
    }
    return undefined;
  }

  #stepsTo(end: number, start: number, index: number): Step[] {
    const steps: Step[] = [{ node: index, from: end, to: start }];
    for (let slot = end; slot !== start; slot = this.#cameFromSlot[slot]!) {
      steps.push({ node: this.#cameFromNode[slot]!, from: this.#cameFromSlot[slot]!, to: slot });
    }
    return steps;
  }

  /**
   * Shifts energy along the cycle: every node of it moves the same amount from slot `from` to slot `to` (the other way round when that
   * has more room). Returns whether an edge reached a bound.
   */
  #cancel(cycle: Step[]): boolean {
    const forth = Math.min(...cycle.map((step) => this.#room(step)));
    const back = Math.min(...cycle.map(({ node, from, to }) => this.#room({ node, from: to, to: from })));
    const [steps, amount] =
      forth >= back
        ? [cycle, forth]
        : [cycle.map(({ node, from, to }) => ({ node, from: to, to: from })), back];
    if (amount > NOTHING_KWH) for (const step of steps) this.#shift(step, amount);
    let freed = false;
    for (const { node, from, to } of steps) {
      for (const slot of [from, to]) {
        const { first, block } = this.#nodes[node]!;
        if (this.#isBetween(first + slot - block.firstSlot)) continue;
        freed = true;
        this.#unlink(node, slot);
      }
    }
    return freed;
  }

  /** Slot total moved from `from` to `to` by this node: charging less there and more here, or discharging the other way. */
  #room({ node, from, to }: Step): number {
    const { lower, upper } = this.#program;
    const { first, block, sign } = this.#nodes[node]!;
    const less = first + (sign > 0 ? from : to) - block.firstSlot;
    const more = first + (sign > 0 ? to : from) - block.firstSlot;
    const power = Math.min(this.#x[less]! - lower[less]!, upper[more]! - this.#x[more]!);
    return block.kind === 'row' ? power : Math.min(power, this.#contentRoom(block, from, to, sign));
  }

  /** Moving slot total later lowers the content in between, moving it earlier raises it; by eta_c, or by 1/eta_d for discharge. */
  #contentRoom(block: Block, from: number, to: number, sign: 1 | -1): number {
    const { lower, upper } = this.#program;
    const perKwh = sign > 0 ? block.chargeEfficiency : 1 / block.dischargeEfficiency;
    let room = Number.POSITIVE_INFINITY;
    for (let slot = Math.min(from, to); slot < Math.max(from, to); slot++) {
      const content = block.content + slot - block.firstSlot;
      const slack = from < to ? this.#x[content]! - lower[content]! : upper[content]! - this.#x[content]!;
      if (slack < room) room = slack;
    }
    return room / perKwh;
  }

  #shift({ node, from, to }: Step, amount: number): void {
    const { first, block, sign } = this.#nodes[node]!;
    this.#x[first + from - block.firstSlot]! -= sign * amount;
    this.#x[first + to - block.firstSlot]! += sign * amount;
    if (block.kind === 'row') return;
    const perKwh = sign > 0 ? block.chargeEfficiency : 1 / block.dischargeEfficiency;
    const change = (from < to ? -1 : 1) * amount * perKwh;
    for (let slot = Math.min(from, to); slot < Math.max(from, to); slot++) {
      this.#x[block.content + slot - block.firstSlot]! += change;
    }
  }
}

/** Powers at a bound up to the solver's accuracy are put there; charging and discharging in one slot are netted at equal content. */
function snap(program: BlockArrowProgram, x: Float64Array): void {
  for (const block of program.blocks) {
    const { charge, discharge, window, chargeEfficiency, dischargeEfficiency } = block;
    for (let k = 0; k < window; k++) {
      snapOne(program, x, charge + k);
      if (discharge < 0) continue;
      snapOne(program, x, discharge + k);
      const roundTrip = chargeEfficiency * dischargeEfficiency;
      const cancelled = Math.min(x[charge + k]! * roundTrip, x[discharge + k]!);
      if (cancelled <= 0) continue;
      x[discharge + k]! -= cancelled;
      x[charge + k]! -= cancelled / roundTrip;
    }
  }
}

function snapOne({ lower, upper }: BlockArrowProgram, x: Float64Array, j: number): void {
  const margin = (upper[j]! - lower[j]!) * AT_BOUND;
  if (x[j]! <= lower[j]! + margin) x[j] = lower[j]!;
  else if (x[j]! >= upper[j]! - margin) x[j] = upper[j]!;
}

function refreshContents(program: BlockArrowProgram, x: Float64Array): void {
  for (const block of program.blocks) {
    const { charge, discharge, content, window, chargeEfficiency, dischargeEfficiency } = block;
    if (block.kind === 'row') continue;
    let stored = program.rightHandSide[block.multiplier]!;
    for (let k = 0; k < window; k++) {
      stored += chargeEfficiency * x[charge + k]!;
      if (discharge >= 0) stored -= x[discharge + k]! / dischargeEfficiency;
      x[content + k] = stored;
    }
  }
}
