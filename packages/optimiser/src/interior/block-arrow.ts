/**
 * Mehrotra's predictor-corrector interior point for a block-arrow programme (program.ts), all variables boxed.
 *
 *   min c'x   s.t.  A x = b,  l <= x <= u
 *   multipliers y (rows), zl, zu >= 0 (bounds);  c - A'y - zl + zu = 0 at the optimum
 *
 * Each round solves  (A Theta A') dy = r + A Theta q,  dx = Theta (A'dy - q)  (normal-equations.ts) with
 *   theta = 1 / (zl/(x-l) + zu/(u-x)),  r = b - A x,  q = (c - A'y) - zl + zu - al + au,
 *   dzl = al - zl/(x-l) dx,  dzu = au + zu/(u-x) dx,
 * first for the predictor (al = -zl, au = -zu), then for the corrector (al = (sigma mu - dx dzl)/(x-l) - zl, au alike), then up to
 * MOST_CENTRALITY_CORRECTIONS times for products (x-l) zl that a longer step would leave far from the target (Gondzio 1996); such a
 * correction is kept only when it lengthens the step. One more right-hand side costs a fraction of a factorisation.
 *
 * Sources: Mehrotra 1992; Gondzio 1996; Wright, Primal-Dual Interior-Point Methods, 1997, chapters 10 and 11.
 */
import { NormalEquations } from './normal-equations.ts';
import type { BlockArrowProgram } from './program.ts';

export interface InteriorSolution {
  /** Values of all variables, in the layout of the programme. */
  x: Float64Array;
  /** Multiplier of every balance row: currency per kWh of more base load. */
  balancePrice: Float64Array;
  /** Dual objective: a lower bound of the cost up to the dual residual. */
  dualObjective: number;
  primalObjective: number;
  rounds: number;
}

const MOST_ROUNDS = 150;
const MOST_CENTRALITY_CORRECTIONS = 2;
/** Gain in step length that makes one more correction worth its price. */
const WORTH_ANOTHER = 0.02;
const RELATIVE_GAP = 1e-9;
/** Boxes narrower than this hold a constant, kWh. */
const CONSTANT_KWH = 1e-11;
/** Part of the way to the boundary that a step goes. */
const DAMPING = 0.9995;

/** undefined when the iteration does not converge: the programme is infeasible or numerically out of reach. */
export function solveBlockArrow(program: BlockArrowProgram): InteriorSolution | undefined {
  return new InteriorPoint(program).run();
}

class InteriorPoint {
  readonly #program: BlockArrowProgram;
  readonly #equations: NormalEquations;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #zl: Float64Array;
  readonly #zu: Float64Array;
  readonly #al: Float64Array;
  readonly #au: Float64Array;
  readonly #q: Float64Array;
  readonly #reduced: Float64Array;
  readonly #dzl: Float64Array;
  readonly #dzu: Float64Array;
  /** The variables that are not constant. */
  readonly #free: Int32Array;
  #primalStep = 0;
  #dualStep = 0;

  constructor(program: BlockArrowProgram) {
    const { variables, multipliers, lower, upper } = program;
    this.#program = program;
    this.#equations = new NormalEquations(program);
    const perVariable = () => new Float64Array(variables);
    this.#x = Float64Array.from(lower);
    this.#y = new Float64Array(multipliers);
    this.#zl = perVariable();
    this.#zu = perVariable();
    this.#al = perVariable();
    this.#au = perVariable();
    this.#q = perVariable();
    this.#reduced = perVariable();
    this.#dzl = perVariable();
    this.#dzu = perVariable();
    const free: number[] = [];
    for (let j = 0; j < variables; j++) if (upper[j]! - lower[j]! >= CONSTANT_KWH) free.push(j);
    this.#free = Int32Array.from(free);
    this.#start();
  }

  run(): InteriorSolution | undefined {
    const { cost, baseKwh, slots } = this.#program;
    const equations = this.#equations;
    const sizeOfBase = 1 + largest(baseKwh);
    const sizeOfCost = 1 + largest(cost);
    let best = Number.POSITIVE_INFINITY;
    let stalled = 0;
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
      const primalResidual = equations.updateResidual(this.#x);
      const { dualResidual, complementarity, primalObjective, dualObjective } = this.#judge();
      const gap = Math.abs(primalObjective - dualObjective) / (1 + Math.abs(primalObjective));
      if (gap < RELATIVE_GAP && primalResidual < 1e-8 * sizeOfBase && dualResidual < 1e-8 * sizeOfCost) {
        const balancePrice = this.#y.slice(0, slots);
        return { x: this.#x, balancePrice, dualObjective, primalObjective, rounds };
      }
      const merit = gap + primalResidual / sizeOfBase + dualResidual / sizeOfCost;
      if (!Number.isFinite(merit)) return undefined;
      stalled = merit < best * 0.9 ? 0 : stalled + 1;
      best = Math.min(best, merit);
      if (stalled > 25) return undefined;
      this.#round(complementarity / (2 * this.#free.length));
    }
    return undefined;
  }

  #start(): void {
    const { lower, upper, cost, slots } = this.#program;
    const z = Math.max(largest(cost), 1e-3);
    for (const j of this.#free) {
      const range = upper[j]! - lower[j]!;
      const isExport = j >= slots && j < 2 * slots;
      this.#x[j] = lower[j]! + (isExport ? Math.min(range / 2, Math.max(1, range / 100)) : range / 2);
      this.#zl[j] = z;
      this.#zu[j] = z;
    }
  }

  /** Writes c - A'y; returns how far the point is from optimal. */
  #judge() {
    const { lower, upper, cost, variables } = this.#program;
    const reduced = this.#reduced;
    let dualObjective = this.#equations.reducedCosts(this.#y, reduced);
    let primalObjective = 0;
    for (let j = 0; j < variables; j++) {
      primalObjective += cost[j]! * this.#x[j]!;
      if (upper[j]! - lower[j]! < CONSTANT_KWH) dualObjective += reduced[j]! * lower[j]!;
    }
    let dualResidual = 0;
    let complementarity = 0;
    const free = this.#free;
    for (let i = 0; i < free.length; i++) {
      const j = free[i]!;
      const zl = this.#zl[j]!;
      const zu = this.#zu[j]!;
      dualResidual = Math.max(dualResidual, Math.abs(reduced[j]! - zl + zu));
      complementarity += (this.#x[j]! - lower[j]!) * zl + (upper[j]! - this.#x[j]!) * zu;
      dualObjective += lower[j]! * zl - upper[j]! * zu;
    }
    return { dualResidual, complementarity, primalObjective, dualObjective };
  }

  #round(mu: number): void {
    this.#predict();
    const affine = this.#muAfter(Math.min(1, this.#primalStep), Math.min(1, this.#dualStep));
    const sigma = mu > 0 ? Math.min(1, (affine / mu) ** 3) : 0;
    const target = Math.max(sigma, 1e-8) * mu;
    this.#correct(target);
    for (let k = 0; k < MOST_CENTRALITY_CORRECTIONS; k++) {
      if (Math.min(this.#primalStep, this.#dualStep) > 0.95 || !this.#centre(target)) break;
    }
    this.#advance(Math.min(1, DAMPING * this.#primalStep), Math.min(1, DAMPING * this.#dualStep));
  }

  #predict(): void {
    const { lower, upper } = this.#program;
    const { theta } = this.#equations;
    const free = this.#free;
    for (let i = 0; i < free.length; i++) {
      const j = free[i]!;
      const zl = this.#zl[j]!;
      const zu = this.#zu[j]!;
      theta[j] = 1 / (zl / (this.#x[j]! - lower[j]!) + zu / (upper[j]! - this.#x[j]!));
      this.#al[j] = -zl;
      this.#au[j] = -zu;
    }
    this.#equations.factorise();
    this.#q.set(this.#reduced);
    this.#solve();
  }

  #correct(target: number): void {
    const { lower, upper } = this.#program;
    const { dx } = this.#equations;
    const free = this.#free;
    for (let i = 0; i < free.length; i++) {
      const j = free[i]!;
      this.#al[j] = (target - dx[j]! * this.#dzl[j]!) / (this.#x[j]! - lower[j]!) - this.#zl[j]!;
      this.#au[j] = (target + dx[j]! * this.#dzu[j]!) / (upper[j]! - this.#x[j]!) - this.#zu[j]!;
      this.#q[j] = this.#reduced[j]! - this.#zl[j]! + this.#zu[j]! - this.#al[j]! + this.#au[j]!;
    }
    this.#solve();
  }

  /** Pulls outlying products towards the target; a correction that shortens the step is undone. Returns whether another may pay. */
  #centre(target: number): boolean {
    const { lower, upper } = this.#program;
    const { dx } = this.#equations;
    const primalGoal = Math.min(1, this.#primalStep + 0.2);
    const dualGoal = Math.min(1, this.#dualStep + 0.2);
    const before = this.#primalStep + this.#dualStep;
    const free = this.#free;
    const shiftLower = new Float64Array(free.length);
    const shiftUpper = new Float64Array(free.length);
    for (let i = 0; i < free.length; i++) {
      const j = free[i]!;
      const toLower = this.#x[j]! - lower[j]!;
      const toUpper = upper[j]! - this.#x[j]!;
      const move = primalGoal * dx[j]!;
      const low = outlying((toLower + move) * (this.#zl[j]! + dualGoal * this.#dzl[j]!), target) / toLower;
      const high = outlying((toUpper - move) * (this.#zu[j]! + dualGoal * this.#dzu[j]!), target) / toUpper;
      shiftLower[i] = low;
      shiftUpper[i] = high;
      this.#al[j]! += low;
      this.#au[j]! += high;
      this.#q[j]! += high - low;
    }
    this.#solve();
    const after = this.#primalStep + this.#dualStep;
    if (after >= before) return after >= before + WORTH_ANOTHER;
    for (let i = 0; i < free.length; i++) {
      const j = free[i]!;
      this.#al[j]! -= shiftLower[i]!;
      this.#au[j]! -= shiftUpper[i]!;
      this.#q[j]! -= shiftUpper[i]! - shiftLower[i]!;
    }
    this.#solve();
    return false;
  }

  /** dx, dy, dzl, dzu and the longest steps for the al, au and q at hand. */
  #solve(): void {
    const { lower, upper } = this.#program;
    const equations = this.#equations;
    equations.solve(this.#q);
    const { dx } = equations;
    const free = this.#free;
    let primal = 1 / DAMPING;
    let dual = 1 / DAMPING;
    for (let i = 0; i < free.length; i++) {
      const j = free[i]!;
      const step = dx[j]!;
      const toLower = this.#x[j]! - lower[j]!;
      const toUpper = upper[j]! - this.#x[j]!;
      const dzl = this.#al[j]! - (this.#zl[j]! / toLower) * step;
      const dzu = this.#au[j]! + (this.#zu[j]! / toUpper) * step;
      this.#dzl[j] = dzl;
      this.#dzu[j] = dzu;
      if (step < 0) primal = Math.min(primal, -toLower / step);
      else if (step > 0) primal = Math.min(primal, toUpper / step);
      if (dzl < 0) dual = Math.min(dual, -this.#zl[j]! / dzl);
      if (dzu < 0) dual = Math.min(dual, -this.#zu[j]! / dzu);
    }
    this.#primalStep = primal;
    this.#dualStep = dual;
  }

  #muAfter(primal: number, dual: number): number {
    const { lower, upper } = this.#program;
    const { dx } = this.#equations;
    const free = this.#free;
    let sum = 0;
    for (let i = 0; i < free.length; i++) {
      const j = free[i]!;
      const x = this.#x[j]! + primal * dx[j]!;
      sum += (x - lower[j]!) * (this.#zl[j]! + dual * this.#dzl[j]!);
      sum += (upper[j]! - x) * (this.#zu[j]! + dual * this.#dzu[j]!);
    }
    return sum / (2 * free.length);
  }

  #advance(primal: number, dual: number): void {
    const { lower, upper, multipliers } = this.#program;
    const { dx, dy } = this.#equations;
    const free = this.#free;
    for (let i = 0; i < free.length; i++) {
      const j = free[i]!;
      const margin = (upper[j]! - lower[j]!) * 1e-15;
      const x = this.#x[j]! + primal * dx[j]!;
      this.#x[j] = Math.min(upper[j]! - margin, Math.max(lower[j]! + margin, x));
      this.#zl[j] = Math.max(1e-300, this.#zl[j]! + dual * this.#dzl[j]!);
      this.#zu[j] = Math.max(1e-300, this.#zu[j]! + dual * this.#dzu[j]!);
    }
    for (let i = 0; i < multipliers; i++) this.#y[i]! += dual * dy[i]!;
  }
}

/** What has to be added to a complementarity product to bring it into [target/10, 10 target], bounded from below by -10 target. */
function outlying(product: number, target: number): number {
  if (product < 0.1 * target) return 0.1 * target - product;
  if (product > 10 * target) return Math.max(10 * target - product, -10 * target);
  return 0;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > most || Number.isNaN(size)) most = size;
  }
  return most;
}
