/**
 * One HiGHS model that is solved several times: same columns, another objective, tighter bounds, a few more
 * rows. Bounds are mirrored here, so that callers can read what they set. Dispose it always.
 */
import type { Highs, Model } from 'highs';
import type { Objective } from '../../model/layout.ts';
import type { SparseModel } from '../../model/sparse-model.ts';

export type RunStatus = 'optimal' | 'infeasible' | 'timeLimit' | 'failed';

export interface RunOutcome {
  status: RunStatus;
  /** A feasible point was found (always with `optimal`, perhaps with `timeLimit`). */
  feasible: boolean;
  value: number;
  /** Valid lower bound of the objective; -Infinity when unknown. */
  bound: number;
  columns: Float64Array;
  columnDuals: Float64Array;
  rowDuals: Float64Array;
}

/** Slack of a held level of a linear model that does without faces, in the level's unit (kWh, kg): HiGHS works to 1e-7 by default. */
const LINEAR_SLACK = 1e-7;
/** The same with integers. */
const INTEGER_SLACK = 1e-8;
const RELATIVE_SLACK = 1e-9;
/** Feasibility of rows, of prices and of what is held. */
const EXACT = 1e-9;
/** Gap at which an integer search ends; levels before money are held, so theirs is narrower. */
const MONEY_GAP = 1e-7;
const LEVEL_GAP = 1e-9;
/** Nearer to a bound than this is at it. */
const AT_BOUND = 1e-6;
/** Prices below this are rounding. */
const HAS_PRICE = 1e-8;

/** Seconds below which starting another solve makes no sense. */
const LEAST_TIME_S = 0.005;

export class HighsProgram {
  readonly #model: Model;
  readonly #exact: boolean;
  readonly #highs: Highs;
  readonly #deadlineMs: number;
  readonly #now: () => number;
  readonly integer: number[];
  readonly lower: number[];
  readonly upper: number[];
  readonly #rowLower: number[];
  readonly #rowUpper: number[];
  /** Values that earlier levels reached and later ones must keep. */
  readonly #held: { readonly row: number; readonly value: number; slack: number }[] = [];

  /**
   * @param deadlineMs on the clock `now`; every run gets what is left until then
   * @param exact hold levels of a linear model without slack, to the limits of floating point
   */
  constructor(highs: Highs, matrix: SparseModel, now: () => number, deadlineMs: number, exact = false) {
    this.#exact = exact;
    this.#highs = highs;
    this.#now = now;
    this.#deadlineMs = deadlineMs;
    this.integer = Array.from(matrix.integer);
    this.lower = Array.from(matrix.columnLower);
    this.upper = Array.from(matrix.columnUpper);
    this.#rowLower = Array.from(matrix.rowLower);
    this.#rowUpper = Array.from(matrix.rowUpper);
    this.#model = highs.createModel({
      numCols: matrix.columns,
      numRows: matrix.rows,
      colCost: new Float64Array(matrix.columns),
      colLower: matrix.columnLower,
      colUpper: matrix.columnUpper,
      rowLower: matrix.rowLower,
      rowUpper: matrix.rowUpper,
      matrix: {
        format: 'csc',
        numRows: matrix.rows,
        numCols: matrix.columns,
        starts: matrix.starts,
        indices: matrix.indices,
        values: matrix.values,
      },
      ...(this.hasIntegers ? { integrality: matrix.integer } : {}),
    });
    this.#model.options.set({
      output_flag: false,
      mip_rel_gap: MONEY_GAP,
      mip_abs_gap: MONEY_GAP,
      random_seed: 1,
      mip_feasibility_tolerance: EXACT,
    });
    if (exact) {
      this.#model.options.set({ primal_feasibility_tolerance: EXACT, dual_feasibility_tolerance: EXACT });
    }
  }

  /** Linear so far, and not asked for slack: levels are held by their faces. */
  get holdsFaces(): boolean {
    return this.#exact && !this.hasIntegers;
  }

  get hasIntegers(): boolean {
    return this.integer.includes(1);
  }

  get secondsLeft(): number {
    return (this.#deadlineMs - this.#now()) / 1000;
  }

  setOption(name: string, value: number | string | boolean): void {
    this.#model.options.set(name, value);
  }

  setBounds(column: number, lower: number, upper: number): void {
    this.lower[column] = lower;
    this.upper[column] = upper;
    this.#model.changeColBounds(column, lower, upper);
  }

  addColumn(
    lower: number,
    upper: number,
    rows: readonly number[] = [],
    values: readonly number[] = [],
  ): number {
    this.#model.addCol(0, lower, upper, { indices: rows, values });
    this.integer.push(0);
    this.lower.push(lower);
    return this.upper.push(upper) - 1;
  }

  addRow(lower: number, upper: number, columns: readonly number[], values: readonly number[]): number {
    this.#model.addRow(lower, upper, { indices: columns, values });
    this.#rowLower.push(lower);
    return this.#rowUpper.push(upper) - 1;
  }

  /**
   * Keeps a level at its optimum. Slack would be spent: a ten-millionth of a kWh in a sum of shortfalls moves the shares of cars of nearly equal
   * efficiency by a thousand times as much, and money with them. So a linear level is held by its face: everything that has a price stays where it is.
   */
  keepOptimum(objective: Objective, outcome: RunOutcome): void {
    if (this.holdsFaces && outcome.status === 'optimal') this.holdAtPrices(outcome, HAS_PRICE);
    else this.hold(objective, outcome.value);
  }

  /** Keeps an objective at the value its level reached, with the slack that solving in floating point needs. */
  hold(objective: Objective, value: number): void {
    const slack = this.#slackOf(value);
    const row = this.addRow(Number.NEGATIVE_INFINITY, value + slack, objective.columns, objective.weights);
    this.#held.push({ row, value, slack });
  }

  /** Gives every held value more slack, for when rounding made them contradict each other. */
  widen(factor: number): void {
    for (const { row, value, slack } of this.#held) {
      this.setRowBounds(row, Number.NEGATIVE_INFINITY, value + factor * slack);
    }
  }

  /**
   * Gives held values the room that those after them may have taken from theirs. With integers a fixed cost can hang on a level (one more occupied
   * slot): what slack gained there by a millionth would be held at real money.
   *
   * @param slack at least this for everything held so far
   */
  loosen(slack: number): void {
    if (!this.hasIntegers) return;
    for (const held of this.#held) held.slack = Math.max(held.slack, slack);
    this.widen(1);
  }

  #slackOf(value: number): number {
    if (this.holdsFaces) return EXACT * (1 + Math.abs(value));
    const absolute = this.hasIntegers ? INTEGER_SLACK : LINEAR_SLACK;
    return absolute + RELATIVE_SLACK * Math.abs(value);
  }

  setRowBounds(row: number, lower: number, upper: number): void {
    this.#rowLower[row] = lower;
    this.#rowUpper[row] = upper;
    this.#model.changeRowBounds(row, lower, upper);
  }

  /**
   * Narrows the model to the plans as good as this optimum: what has a price stays at its bound.
   * A positive dual means "at the lower bound", a negative one "at the upper bound".
   */
  holdAtPrices(optimum: RunOutcome, hasPrice: number): void {
    optimum.columnDuals.forEach((dual, column) => {
      if (Math.abs(dual) <= hasPrice || this.lower[column] === this.upper[column]) return;
      const bound = dual > 0 ? this.lower[column]! : this.upper[column]!;
      if (Math.abs(optimum.columns[column]! - bound) < AT_BOUND) this.setBounds(column, bound, bound);
    });
    optimum.rowDuals.forEach((dual, row) => {
      if (Math.abs(dual) <= hasPrice || this.#rowLower[row] === this.#rowUpper[row]) return;
      const bound = dual > 0 ? this.#rowLower[row]! : this.#rowUpper[row]!;
      if (Number.isFinite(bound)) this.setRowBounds(row, bound, bound);
    });
  }

  makeInteger(column: number): void {
    this.integer[column] = 1;
    this.#model.changeColIntegrality(column, 1);
  }

  /** Fixes integers where they are and drops integrality: what remains is a linear programme. */
  fixIntegers(columns: Float64Array): void {
    this.integer.forEach((integer, column) => {
      if (integer === 1) {
        const value = Math.round(columns[column]!);
        this.setBounds(column, value, value);
      }
    });
    this.integer.fill(0);
    this.#model.clearIntegrality();
  }

  /** Offers a starting point to the next integer run; HiGHS checks it. */
  suggest(columns: Float64Array): void {
    this.#model.setSolution({ colValue: columns });
  }

  /** How exactly the next integer searches end. */
  searchFor(what: 'level' | 'money'): void {
    const gap = what === 'level' ? LEVEL_GAP : MONEY_GAP;
    this.#model.options.set({ mip_rel_gap: gap, mip_abs_gap: gap });
  }

  minimise(objective: Objective, timeLimitS = Number.POSITIVE_INFINITY): RunOutcome {
    const columns = this.lower.length;
    const cost = new Float64Array(columns);
    objective.columns.forEach((column, i) => {
      cost[column]! += objective.weights[i]!;
    });
    this.#model.changeColsCost({ kind: 'range', from: 0, to: columns - 1 }, cost);
    const seconds = Math.min(this.secondsLeft, timeLimitS);
    if (seconds < LEAST_TIME_S) return nothing('timeLimit');
    this.#model.zeroAllClocks();
    this.#model.options.set('time_limit', seconds);
    return this.#outcome(this.#run());
  }

  /** A run that starts from the last basis can break down numerically where one from scratch does not. */
  #run(): number {
    try {
      return this.#model.run().modelStatus;
    } catch {
      this.#model.clearSolver();
      return this.#model.run().modelStatus;
    }
  }

  #outcome(modelStatus: number): RunOutcome {
    const known = this.#highs.constants.modelStatus;
    if (modelStatus === known.infeasible || modelStatus === known.unboundedOrInfeasible) {
      return nothing('infeasible');
    }
    const optimal = modelStatus === known.optimal || modelStatus === known.empty;
    const feasible = optimal || Number(this.#model.info.get('primal_solution_status')) === 2;
    const stopped = modelStatus === known.timeLimit || modelStatus === known.interrupted;
    if (!feasible) return nothing(stopped ? 'timeLimit' : 'failed');
    const solution = this.#model.getSolution();
    const value = this.#model.getObjectiveValue();
    const bound = this.hasIntegers ? Number(this.#model.info.get('mip_dual_bound')) : value;
    return {
      status: optimal ? 'optimal' : stopped ? 'timeLimit' : 'failed',
      feasible,
      value,
      bound: optimal || this.hasIntegers ? Math.min(bound, value) : Number.NEGATIVE_INFINITY,
      columns: solution.colValue,
      columnDuals: solution.colDual,
      rowDuals: solution.rowDual,
    };
  }

  dispose(): void {
    this.#model.dispose();
  }
}

function nothing(status: RunStatus): RunOutcome {
  const none = new Float64Array(0);
  return {
    status,
    feasible: false,
    value: Number.NaN,
    bound: Number.NEGATIVE_INFINITY,
    columns: none,
    columnDuals: none,
    rowDuals: none,
  };
}
