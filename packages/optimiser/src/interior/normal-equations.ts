/**
 * The normal equations  (A Theta A') dy = r + A Theta q,  dx = Theta (A'dy - q)  of a block-arrow programme.
 *
 * Blocks meet only in the slots' balance rows. Each is eliminated (row-block.ts, chain-block.ts) into the slots x slots Schur matrix S, whose
 * row t reaches back to the first slot of the earliest window that covers t. Factorising costs the sum over blocks of window^2/2 multiply-adds
 * plus slots^3/6 at most; a further right-hand side only the sum of windows plus slots^2.
 */
import { type Block, FACTORS, type Factors } from './block.ts';
import {
  ChainElimination,
  chainDirection,
  chainReducedCosts,
  chainResidual,
  chainRightHandSide,
} from './chain-block.ts';
import { choleskyInPlace, choleskySolve } from './cholesky.ts';
import type { BlockArrowProgram } from './program.ts';
import { eliminateRow, rowDirection, rowReducedCosts, rowResidual, rowRightHandSide } from './row-block.ts';
import { SupplyRows } from './supply-rows.ts';

/** What is done with a range of variables, one block after the other, just before or after the block's own work: its numbers are near then. */
export type Pass = (from: number, to: number) => void;

export class NormalEquations {
  readonly #slots: number;
  /** Number of variables of the supply. */
  readonly #ofSupply: number;
  readonly #blocks: readonly Block[];
  readonly #supply: SupplyRows;
  readonly #chains: ChainElimination;
  readonly #schur: Float64Array;
  readonly #first: Int32Array;
  readonly #right: Float64Array;
  readonly #factors: Factors;
  /** r = b - A x per multiplier. */
  readonly residual: Float64Array;
  readonly dy: Float64Array;

  constructor(program: BlockArrowProgram) {
    const { multipliers, slots, blocks } = program;
    this.#slots = slots;
    this.#ofSupply = program.peak < 0 ? 3 * slots : program.peak + 1;
    this.#blocks = blocks;
    this.#supply = new SupplyRows(program);
    this.#chains = new ChainElimination(slots);
    this.#schur = new Float64Array(slots * slots);
    // The capacity price joins all slots.
    this.#first = Int32Array.from({ length: slots }, (_, t) => (program.peak < 0 ? t : 0));
    for (const { firstSlot, window } of blocks) {
      for (let t = firstSlot; t < firstSlot + window; t++) {
        if (firstSlot < this.#first[t]!) this.#first[t] = firstSlot;
      }
    }
    const { gridSlots } = program;
    for (let t = gridSlots; t < slots; t++) this.#first[t] = Math.min(this.#first[t]!, t - gridSlots);
    this.#right = new Float64Array(slots);
    const perMultiplier = () => new Float64Array(multipliers);
    this.#factors = new Float64Array(FACTORS * multipliers);
    this.residual = perMultiplier();
    this.dy = perMultiplier();
  }

  /** Writes b - A x into `residual` and c - A'y into `reduced`. */
  update(
    x: Float64Array,
    b: Float64Array,
    y: Float64Array,
    cost: Float64Array,
    reduced: Float64Array,
    before?: Pass,
    after?: Pass,
  ): void {
    const r = this.residual;
    before?.(0, this.#ofSupply);
    this.#supply.residual(x, b, r);
    this.#supply.reducedCosts(y, cost, reduced);
    after?.(0, this.#ofSupply);
    for (const block of this.#blocks) {
      before?.(block.charge, block.end);
      if (block.kind === 'row') {
        rowResidual(block, x, b, r);
        rowReducedCosts(block, y, cost, reduced);
      } else {
        chainResidual(block, x, b, r);
        chainReducedCosts(block, y, cost, reduced);
      }
      after?.(block.charge, block.end);
    }
  }

  /** Writes b - A x into `residual`. */
  updateResidual(x: Float64Array, b: Float64Array): void {
    const r = this.residual;
    this.#supply.residual(x, b, r);
    for (const block of this.#blocks) {
      if (block.kind === 'row') rowResidual(block, x, b, r);
      else chainResidual(block, x, b, r);
    }
  }

  /** Eliminates every block into S and factorises it, for the diagonal Theta; 0 stands for a constant variable. */
  factorise(theta: Float64Array): void {
    const slots = this.#slots;
    const schur = this.#schur.fill(0);
    this.#supply.eliminate(theta, schur);
    for (const block of this.#blocks) {
      if (block.kind === 'row') eliminateRow(block, theta, schur, slots, this.#factors);
      else this.#chains.eliminate(block, theta, schur, this.#factors);
    }
    choleskyInPlace(schur, slots, this.#first);
  }

  /** Writes `dy` and `dx` for the q at hand, with the factors of the last `factorise`; `before` may yet write q, `after` reads dx. */
  solve(theta: Float64Array, q: Float64Array, dx: Float64Array, before?: Pass, after?: Pass): void {
    const right = this.#right;
    const r = this.residual;
    before?.(0, this.#ofSupply);
    this.#supply.rightHandSide(theta, q, r, right);
    for (const block of this.#blocks) {
      before?.(block.charge, block.end);
      if (block.kind === 'row') rowRightHandSide(block, theta, q, r, right, this.#factors);
      else chainRightHandSide(block, theta, q, r, right, this.#factors);
    }
    choleskySolve(this.#schur, this.#slots, this.#first, right);
    const dy = this.dy;
    dy.set(right);
    this.#supply.direction(theta, q, dy, dx);
    after?.(0, this.#ofSupply);
    for (const block of this.#blocks) {
      if (block.kind === 'row') rowDirection(block, theta, q, dy, dx, this.#factors);
      else chainDirection(block, theta, q, dy, dx, this.#factors);
      after?.(block.charge, block.end);
    }
  }

  /**
   * One step of iterative refinement: what rounding left of A dx = r is solved for again and added. Worth its price only near the end, when
   * S is nearly singular.
   */
  refine(theta: Float64Array, dx: Float64Array): void {
    const r = this.residual.slice();
    const dy = this.dy.slice();
    const left = new Float64Array(dx.length);
    this.updateResidual(dx, r);
    this.solve(theta, left, left);
    for (let j = 0; j < dx.length; j++) dx[j]! += left[j]!;
    for (let i = 0; i < dy.length; i++) this.dy[i]! += dy[i]!;
    this.residual.set(r);
  }
}
