/**
 * The optimum after a small change, from the plan before it.
 *
 * An interior point gains little from a start near the optimum, so this one plans anew only those vehicles that may have to move: who came, whom the
 * old prices no longer make content with its old plan, and who charges strictly between its bounds in several slots (by these a change travels
 * through the fleet). The others are base load. The prices that come out then judge the whole fleet (price-block.ts): whoever could do better is taken
 * in as well, and it goes on until the gap of all is nothing. That is a proof, so the answer is as good as a fresh one.
 */
import type { Block } from './block.ts';
import { type InteriorSolution, solveBlockArrow } from './block-arrow.ts';
import { NormalEquations } from './normal-equations.ts';
import { BlockPricing, gapOver } from './price-block.ts';
import type { BlockArrowProgram } from './program.ts';
import { addPower, rowsOf, someBlocks } from './some-blocks.ts';

/** Relative gap that counts as none. */
const ENOUGH = 5e-9;
/** The last prices are as exact as this at best: a smaller remainder tells nothing about who has to move. */
const ROUGHLY = 1e-7;
/** Of those who can shift energy, at most so many are taken in from the start, as a share of all; the rest where the prices ask for it. */
const MOST_SHIFTERS = 0.08;
const FEWEST_SHIFTERS = 20;
/** Where more than this share of all blocks could do better, only those are taken in who could at prices this part of the way back. */
const FEW = 0.05;
const PART = 0.7;
const MOST_ROUNDS = 6;
/** What all rounds together may plan anew, as a share of all variables: beyond it a fresh solve is no dearer. */
const MOST_WORK = 0.6;
const MOST_AT_ONCE = 0.45;
/** Relative gap at which only few more have to be taken in. */
const NEARLY = 1e-5;
/** Share of its range that a power strictly between its bounds is away from them. */
const BETWEEN = 1e-6;
/** Prices closer than this are the same, currency per kWh. */
const SAME_PRICE = 1e-7;
/** How far a slot's powers may leave its limit: rounding of an interior point, kWh, and what it grows by. */
const LEEWAY_KWH = 1e-7;
const LEEWAY_SHARE = 1e-8;

export interface LastPoint {
  /** Variables of the blocks; of those that `keep` their plan, kept consistent with bounds and rows. */
  x: Float64Array;
  /** By block: it may go on with what is in `x`. */
  keep: readonly boolean[];
  /** Currency per kWh and slot. */
  slotPrice: Float64Array;
}

/** Undefined when the last plan does not help. @param program without shortfalls and capacity price */
export function solveFromLast(program: BlockArrowProgram, last: LastPoint): InteriorSolution | undefined {
  return new Replan(program, last).run();
}

class Replan {
  readonly #program: BlockArrowProgram;
  readonly #x: Float64Array;
  /** Multipliers by row: the slots' are the prices of before, and those that came out. */
  readonly #before: Float64Array;
  readonly #now: Float64Array;
  readonly #reduced: Float64Array;
  readonly #pricing: BlockPricing;
  readonly #equations: NormalEquations;
  readonly #open: boolean[];
  readonly #gaps: Float64Array;

  constructor(program: BlockArrowProgram, { x, keep, slotPrice }: LastPoint) {
    this.#program = program;
    this.#x = x;
    this.#before = new Float64Array(program.multipliers);
    this.#before.set(slotPrice.subarray(0, program.slots));
    this.#now = new Float64Array(program.multipliers);
    this.#reduced = new Float64Array(program.variables);
    this.#pricing = new BlockPricing(program);
    this.#equations = new NormalEquations(program);
    this.#gaps = new Float64Array(program.blocks.length);
    this.#open = program.blocks.map((_, i) => !keep[i]);
  }

  run(): InteriorSolution | undefined {
    const { blocks } = this.#program;
    this.#gapAt(this.#before, false);
    for (const i of this.#worst(ROUGHLY)) this.#open[i] = true;
    const shifters = Array.from(blocks.keys()).filter((i) => this.#canShift(blocks[i]!));
    const stride = Math.ceil(shifters.length / Math.max(FEWEST_SHIFTERS, MOST_SHIFTERS * blocks.length));
    for (let n = 0; n < shifters.length; n += stride) this.#open[shifters[n]!] = true;
    let work = 0;
    let gap = Number.POSITIVE_INFINITY;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const share = this.#openShare();
      work += share;
      if (share > MOST_AT_ONCE || (work > MOST_WORK && gap > NEARLY * this.#scale())) return undefined;
      const rounds = this.#solveOpen();
      if (rounds === undefined) return undefined;
      gap = this.#gapAt(this.#now, true);
      if (gap <= ENOUGH * this.#scale()) return this.#solution(this.#now, gap, rounds);
      if (this.#openNext() === 0) return undefined;
    }
    return undefined;
  }

  /** The gap of all at the prices in `y`. @param keepsOpen the multipliers of open blocks are there already */
  #gapAt(y: Float64Array, keepsOpen: boolean): number {
    this.#program.blocks.forEach((block, i) => {
      if (!(keepsOpen && this.#open[i])) this.#pricing.price(block, this.#x, y);
    });
    return this.#judge(y);
  }

  /** Takes in who could do better; returns how many. */
  #openNext(): number {
    let next = this.#worst(ENOUGH / 2);
    if (next.length > FEW * this.#open.length) {
      // Few open blocks move prices further than a whole fleet would.
      const part = this.#now.map((price, i) => price + PART * (this.#before[i]! - price));
      this.#gapAt(part, false);
      const nearer = this.#worst(ROUGHLY);
      if (nearer.length > 0) next = nearer;
    }
    for (const i of next) this.#open[i] = true;
    return next.length;
  }

  /** The blocks that could do better, but for a remainder of so much in all, relative. */
  #worst(remainder: number): number[] {
    const closed = this.#open.flatMap((isOpen, i) => (isOpen ? [] : [i]));
    closed.sort((i, j) => this.#gaps[i]! - this.#gaps[j]!);
    let left = remainder * this.#scale();
    return closed.filter((i) => {
      left -= this.#gaps[i]!;
      return left < 0;
    });
  }

  #openShare(): number {
    const { blocks, variables } = this.#program;
    return (
      blocks.reduce((sum, { charge, end }, i) => sum + (this.#open[i] ? end - charge : 0), 0) / variables
    );
  }

  /**
   * Two powers strictly between their bounds without a content at a bound in between: energy can move from one slot to the other. That matters where
   * one of the slots is scarce, for elsewhere the site has what is needed.
   */
  #canShift({ kind, charge, discharge, content, firstSlot, window }: Block): boolean {
    let count = 0;
    let scarce = false;
    for (let k = 0; k < window; k++) {
      const between = this.#isBetween(charge + k) || (discharge >= 0 && this.#isBetween(discharge + k));
      if (between) {
        count++;
        scarce ||= this.#isScarce(firstSlot + k);
      }
      if (count > 1 && scarce) return true;
      if (kind === 'row' || this.#isBetween(content + k)) continue;
      count = 0;
      scarce = false;
    }
    return false;
  }

  /** Its price is neither that of importing nor that of exporting. */
  #isScarce(t: number): boolean {
    const { cost, slots } = this.#program;
    const price = this.#before[t]!;
    return Math.abs(price - cost[t]!) > SAME_PRICE && Math.abs(price + cost[slots + t]!) > SAME_PRICE;
  }

  #isBetween(j: number): boolean {
    const { lower, upper } = this.#program;
    const margin = (upper[j]! - lower[j]!) * BETWEEN;
    return this.#x[j]! > lower[j]! + margin && this.#x[j]! < upper[j]! - margin;
  }

  /** Plans the open blocks beside the others; returns the rounds that took, undefined when there is no such plan. */
  #solveOpen(): number | undefined {
    const { program, wholes } = someBlocks(this.#program, this.#open, this.#x);
    const solution = solveBlockArrow(program);
    if (typeof solution !== 'object') return undefined;
    const { slots } = this.#program;
    const ofSupply = 3 * slots;
    this.#x.set(solution.x.subarray(0, ofSupply));
    this.#now.set(solution.y.subarray(0, slots));
    program.blocks.forEach((part, i) => {
      const whole = wholes[i]!;
      this.#x.set(solution.x.subarray(part.charge, part.end), whole.charge);
      const rows = solution.y.subarray(part.multiplier, part.multiplier + rowsOf(part));
      this.#now.set(rows, whole.multiplier);
    });
    return solution.rounds;
  }

  /** Gap of every block and, returned, of all with the supply, in the problem's currency; infinite where a limit is not kept. */
  #judge(y: Float64Array): number {
    const program = this.#program;
    const { slots, blocks, lower, upper, rightHandSide } = program;
    const x = this.#x;
    const netKwh = rightHandSide.slice(0, slots);
    let fits = true;
    for (const block of blocks) addPower(block, x, netKwh);
    for (let t = 0; t < slots; t++) {
      x[t] = Math.min(upper[t]!, Math.max(lower[t]!, netKwh[t]!));
      x[slots + t] = Math.min(upper[slots + t]!, Math.max(lower[slots + t]!, -netKwh[t]!));
      x[2 * slots + t] = lower[2 * slots + t]!;
      const off = Math.abs(netKwh[t]! - x[t]! + x[slots + t]! - x[2 * slots + t]!);
      if (off > LEEWAY_KWH + LEEWAY_SHARE * Math.abs(netKwh[t]!)) fits = false;
    }
    this.#equations.update(x, rightHandSide, y, program.cost, this.#reduced);
    let sum = gapOver(program, x, this.#reduced, 0, 3 * slots);
    blocks.forEach(({ charge, end }, i) => {
      const gap = gapOver(program, x, this.#reduced, charge, end);
      this.#gaps[i] = gap;
      sum += gap;
    });
    return fits ? sum : Number.POSITIVE_INFINITY;
  }

  #scale(): number {
    return Math.max(1, Math.abs(this.#cost()));
  }

  #cost(): number {
    const { cost } = this.#program;
    let sum = 0;
    for (let j = 0; j < cost.length; j++) sum += cost[j]! * this.#x[j]!;
    return sum;
  }

  #solution(y: Float64Array, gap: number, rounds: number): InteriorSolution {
    const primalObjective = this.#cost();
    return {
      x: this.#x,
      lowerMultiplier: this.#reduced.map((price) => Math.max(0, price)),
      upperMultiplier: this.#reduced.map((price) => Math.max(0, -price)),
      y: y.slice(),
      bound: primalObjective - gap,
      primalObjective,
      gap: gap / this.#scale(),
      rounds,
    };
  }
}
