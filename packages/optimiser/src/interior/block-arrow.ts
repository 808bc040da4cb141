/**
 * Mehrotra's predictor-corrector interior point for a block-arrow programme (program.ts), all variables boxed.
 *
 *   min c'x   s.t.  A x = b,  0 <= x <= range (shifted by the lower bounds)
 *   multipliers y (rows), zl, zu >= 0 (bounds);  c - A'y - zl + zu = 0 at the optimum
 *
 * Each round solves  (A Theta A') dy = r + A Theta q,  dx = Theta (A'dy - q)  (normal-equations.ts; r = b - A x, q and Theta: iterate.ts) for
 * the predictor, with the same factors for the corrector, and once more for a centrality correction where steps are short.
 *
 * For any y,  b'y + sum of min(0, (c - A'y)(j)) range(j)  is a lower bound of the optimum, because every variable is boxed. So the bound that
 * is reported holds whatever rounding did, and a bound above the dearest point of the box proves that there is no feasible point.
 *
 * Sources: Mehrotra 1992; Gondzio 1996; Wright, Primal-Dual Interior-Point Methods, 1997, chapters 10 and 11.
 */
import { Iterate, type StepLengths } from './iterate.ts';
import { NormalEquations, type Pass } from './normal-equations.ts';
import type { BlockArrowProgram } from './program.ts';
import { everyRowInReach } from './row-ranges.ts';
import { placeStart } from './start.ts';

export interface InteriorSolution {
  /** Values of all variables, in the layout of the programme. */
  x: Float64Array;
  /** Multipliers of the bounds, where the box is not a constant. */
  lowerMultiplier: Float64Array;
  upperMultiplier: Float64Array;
  /** Multiplier of every row. The first `slots`: currency per kWh of more base load. */
  y: Float64Array;
  /** Valid lower bound of the optimum. */
  bound: number;
  primalObjective: number;
  /** Sum of (x - l) zl + (u - x) zu over the size of the objective: the relative gap, at most 1e-7. */
  gap: number;
  rounds: number;
}

/** Relative sum of products and residuals. */
export interface Exactness {
  gap: number;
  primal: number;
  dual: number;
}

const MOST_ROUNDS = 100;
/** At which to stop at once ... */
const ENOUGH: Exactness = { gap: 1e-9, primal: 1e-8, dual: 1e-8 };
/** ... and with which to be content when rounding allows no more. */
const CONTENT: Exactness = { gap: 1e-7, primal: 1e-7, dual: 1e-7 };
/** A relative primal residual above this is no rounding of x itself. */
const LOST_RESIDUAL = 1e-11;
/** Relative rounding of a bound. */
const ROUNDING = 1e-12;
/** Rounds without progress before giving up. */
const PATIENCE = 12;
/**
 * Step lengths that need no further correction. For a fleet one more solve costs a quarter of a round and saves less; in small programmes, those of
 * shortages among them, it brings some to their end that rounding would stop.
 */
const LONG_ENOUGH = { few: 0.9, fleet: 0.2 };
const FLEET_VARIABLES = 5000;
/** Steps that a centrality correction aims to be longer by. */
const LONGER = 0.2;
/** Part of the way to the boundary that a step goes. */
const DAMPING = 0.9995;

/** `infeasible` comes with a proof; `failed` means that rounding, or the programme's clock, stopped the iteration before the gap was closed. */
export function solveBlockArrow(
  program: BlockArrowProgram,
  content: Exactness = CONTENT,
): InteriorSolution | 'infeasible' | 'failed' {
  return new InteriorPoint(program).run(content);
}

class InteriorPoint {
  readonly #program: BlockArrowProgram;
  readonly #equations: NormalEquations;
  readonly #point: Iterate;
  readonly #y: Float64Array;
  /** dy of the direction that a correction may yet give back. */
  readonly #dy: Float64Array;
  readonly #passes: Record<'advance' | 'judge' | 'predict' | 'correct' | 'centre' | 'measure', Pass>;
  /** Right-hand side for x = 0 at the lower bounds, and the cost there. */
  readonly #b: Float64Array;
  #costAtLower = 0;
  /** S has become so nearly singular that steps no longer reduce A x - b. */
  #refines = false;

  constructor(program: BlockArrowProgram) {
    this.#program = program;
    this.#equations = new NormalEquations(program);
    const point = new Iterate(program);
    this.#point = point;
    this.#passes = {
      advance: (from, to) => point.advance(from, to),
      judge: (from, to) => point.judge(from, to),
      predict: (from, to) => point.predict(from, to),
      correct: (from, to) => point.correct(from, to),
      centre: (from, to) => point.centre(from, to),
      measure: (from, to) => point.measure(from, to),
    };
    this.#y = new Float64Array(program.multipliers);
    this.#dy = new Float64Array(program.multipliers);
    this.#equations.updateResidual(program.lower, program.rightHandSide);
    this.#b = this.#equations.residual.slice();
    program.lower.forEach((value, j) => {
      this.#costAtLower += program.cost[j]! * value;
    });
  }

  run(content: Exactness): InteriorSolution | 'infeasible' | 'failed' {
    const point = this.#point;
    const equations = this.#equations;
    if (!everyRowInReach(this.#program, this.#b, point.range)) return 'infeasible';
    const dearest = this.#start();
    const sizeOfBase = 1 + largest(this.#program.rightHandSide);
    const sizeOfCost = largest(this.#program.cost) + 1e-9;
    let kept: InteriorSolution | undefined;
    let keptMerit = Number.POSITIVE_INFINITY;
    let bestMerit = Number.POSITIVE_INFINITY;
    let stalled = 0;
    let lastResidual = Number.POSITIVE_INFINITY;
    point.step = { primal: 0, dual: 0 };
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
      this.#advance();
      const judged = point.judged();
      const value = dot(this.#b, this.#y);
      const bound = value + judged.least;
      const scale = sizeOfCost + Math.abs(judged.primal + this.#costAtLower);
      const gap = judged.products / scale;
      const primalResidual = largest(equations.residual) / sizeOfBase;
      const dualResidual = judged.dualResidual / sizeOfCost;
      const rounding = ROUNDING * sizeOfBase * largest(this.#y);
      if (bound > dearest + 1e-6 * Math.abs(dearest) + rounding) return 'infeasible';
      if (point.step.primal > 0.5 && primalResidual > LOST_RESIDUAL && primalResidual > lastResidual)
        this.#refines = true;
      lastResidual = primalResidual;
      const merit = gap + primalResidual + dualResidual;
      if (!(merit < Number.POSITIVE_INFINITY)) break;
      if (merit < bestMerit * 0.9) stalled = 0;
      else if (++stalled > PATIENCE) break;
      if (merit < bestMerit) bestMerit = merit;
      if (
        gap < content.gap &&
        primalResidual < content.primal &&
        dualResidual < content.dual &&
        merit < keptMerit
      ) {
        kept = this.#solution(bound, judged.primal, gap, rounds);
        keptMerit = merit;
        if (gap < ENOUGH.gap && primalResidual < ENOUGH.primal && dualResidual < ENOUGH.dual) break;
      }
      if (this.#program.late?.()) break;
      point.step = this.#direction(judged.products);
    }
    return kept ?? 'failed';
  }

  /** Returns the cost of the dearest point of the box. */
  #start(): number {
    const { range, cost } = this.#point;
    placeStart(this.#program, this.#b, this.#point);
    let dearest = 0;
    for (let j = 0; j < range.length; j++) if (cost[j]! > 0) dearest += cost[j]! * range[j]!;
    return dearest;
  }

  /** Takes the step and judges the new point. */
  #advance(): void {
    const point = this.#point;
    const y = this.#y;
    const { dy } = this.#equations;
    const { dual } = point.step;
    for (let i = 0; i < y.length; i++) y[i]! += dual * dy[i]!;
    point.startJudging();
    const { advance, judge } = this.#passes;
    this.#equations.update(point.x, this.#b, y, point.cost, point.reduced, advance, judge);
  }

  /** Finds the round's direction; returns how far to go along it. */
  #direction(products: number): StepLengths {
    const point = this.#point;
    const equations = this.#equations;
    const { predict, correct, measure } = this.#passes;
    equations.factorise(point.theta);
    point.startPredicting();
    equations.solve(point.theta, point.reduced, point.dx, undefined, predict);
    const affine = point.predicted(products, dot(equations.dy, equations.residual));
    const mu = products / (2 * point.free);
    const sigma = Math.min(1, Math.max(0, affine.products / products) ** 3);
    point.target = Math.max(sigma, 1e-8) * mu;
    point.startMeasuring(1 / DAMPING);
    if (this.#refines) {
      equations.solve(point.theta, point.q, point.dx, correct);
      equations.refine(point.theta, point.dx);
      measure(0, point.x.length);
      return damped(point.measured());
    }
    equations.solve(point.theta, point.q, point.dx, correct, measure);
    return damped(this.#centred(point.measured()));
  }

  /** Tries one centrality correction; keeps it only when it lengthens the steps, which are returned. */
  #centred(steps: StepLengths): StepLengths {
    const point = this.#point;
    const longEnough = point.x.length < FLEET_VARIABLES ? LONG_ENOUGH.few : LONG_ENOUGH.fleet;
    if (Math.min(steps.primal, steps.dual) > longEnough) return steps;
    const equations = this.#equations;
    this.#dy.set(equations.dy);
    point.wanted = { primal: Math.min(1, steps.primal + LONGER), dual: Math.min(1, steps.dual + LONGER) };
    const { centre, measure } = this.#passes;
    point.swap();
    point.startMeasuring(1 / DAMPING);
    equations.solve(point.theta, point.q, point.dx, centre, measure);
    const centred = point.measured();
    if (centred.primal + centred.dual >= steps.primal + steps.dual) return centred;
    point.swap();
    equations.dy.set(this.#dy);
    return steps;
  }

  #solution(bound: number, primal: number, gap: number, rounds: number): InteriorSolution {
    const { lower } = this.#program;
    const { x, zl, zu } = this.#point;
    return {
      x: x.map((value, j) => value + lower[j]!),
      lowerMultiplier: zl.slice(),
      upperMultiplier: zu.slice(),
      y: this.#y.slice(),
      bound: bound + this.#costAtLower,
      primalObjective: primal + this.#costAtLower,
      gap,
      rounds,
    };
  }
}

const damped = ({ primal, dual }: StepLengths): StepLengths => ({
  primal: Math.min(1, DAMPING * primal),
  dual: Math.min(1, DAMPING * dual),
});

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > most || Number.isNaN(size)) most = size;
  }
  return most;
}
