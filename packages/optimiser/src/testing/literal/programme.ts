/** A mixed-integer programme written down row by row and handed to HiGHS as it stands. */
import loader, { type Highs } from 'highs';

// The package's types describe its CommonJS face; the ES module's default export is the loader itself.
const loadHighs = loader as unknown as () => Promise<Highs>;
const highs = await loadHighs();

/** Factor x variable. */
export type Term = readonly [variable: number, factor: number];

const INFINITE = Number.POSITIVE_INFINITY;

/** Prices below this are rounding, and so are distances from a bound. */
const HAS_PRICE = 1e-8;
const AT_BOUND = 1e-7;

export interface Optimum {
  value: number;
  values: Float64Array;
  columnDuals: Float64Array;
  rowDuals: Float64Array;
}

/** A held level was missed by rounding. */
export class HeldTooTightly extends Error {}

export class Programme {
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #integer: number[] = [];
  readonly #rows: { terms: readonly Term[]; lower: number; upper: number }[] = [];
  readonly #relaxed: boolean;

  /** @param relaxed binaries may take any value from 0 to 1: a linear programme whose optima are lower bounds */
  constructor(relaxed: boolean) {
    this.#relaxed = relaxed;
  }

  variable(lower: number, upper: number): number {
    this.#integer.push(0);
    this.#lower.push(lower);
    return this.#upper.push(upper) - 1;
  }

  binary(): number {
    const variable = this.variable(0, 1);
    if (!this.#relaxed) this.#integer[variable] = 1;
    return variable;
  }

  atLeast(terms: readonly Term[], lower: number): void {
    this.#rows.push({ terms, lower, upper: INFINITE });
  }

  atMost(terms: readonly Term[], upper: number): void {
    this.#rows.push({ terms, lower: -INFINITE, upper });
  }

  equal(terms: readonly Term[], value: number): void {
    this.#rows.push({ terms, lower: value, upper: value });
  }

  /**
   * Keeps the optima of a linear programme and nothing else, without slack: what has a price stays at its bound. Slack of a billionth in one level
   * can move the next by a millionth.
   */
  holdFace({ values, columnDuals, rowDuals }: Optimum): void {
    columnDuals.forEach((dual, variable) => {
      if (Math.abs(dual) <= HAS_PRICE) return;
      const bound = dual > 0 ? this.#lower[variable]! : this.#upper[variable]!;
      if (Math.abs(values[variable]! - bound) < AT_BOUND) {
        this.#lower[variable] = bound;
        this.#upper[variable] = bound;
      }
    });
    rowDuals.forEach((dual, index) => {
      if (Math.abs(dual) <= HAS_PRICE) return;
      const row = this.#rows[index]!;
      const bound = dual > 0 ? row.lower : row.upper;
      if (Number.isFinite(bound)) {
        row.lower = bound;
        row.upper = bound;
      }
    });
  }

  /** Solves to the limits of floating point; a programme of the reference always has a solution. */
  minimise(objective: readonly Term[]): Optimum {
    const numCols = this.#lower.length;
    const colCost = new Float64Array(numCols);
    for (const [variable, factor] of objective) colCost[variable]! += factor;
    const starts = [0];
    const indices: number[] = [];
    const values: number[] = [];
    for (const { terms } of this.#rows) {
      const merged = new Map<number, number>();
      for (const [variable, factor] of terms) merged.set(variable, (merged.get(variable) ?? 0) + factor);
      for (const [variable, factor] of merged) {
        if (factor === 0) continue;
        indices.push(variable);
        values.push(factor);
      }
      starts.push(indices.length);
    }
    const numRows = this.#rows.length;
    return highs.withModel(
      {
        numCols,
        numRows,
        colCost,
        colLower: Float64Array.from(this.#lower),
        colUpper: Float64Array.from(this.#upper),
        rowLower: Float64Array.from(this.#rows, (row) => row.lower),
        rowUpper: Float64Array.from(this.#rows, (row) => row.upper),
        matrix: {
          format: 'csr',
          numRows,
          numCols,
          starts: Int32Array.from(starts),
          indices: Int32Array.from(indices),
          values: Float64Array.from(values),
        },
        ...(this.#integer.includes(1) ? { integrality: Int32Array.from(this.#integer) } : {}),
      },
      (model) => {
        model.options.set({
          output_flag: false,
          primal_feasibility_tolerance: 1e-9,
          dual_feasibility_tolerance: 1e-9,
          mip_feasibility_tolerance: 1e-9,
          mip_rel_gap: 0,
          mip_abs_gap: 1e-9,
        });
        const { modelStatus } = model.run();
        const { infeasible } = highs.constants.modelStatus;
        if (modelStatus === infeasible) throw new HeldTooTightly('no solution within the slack');
        if (modelStatus !== highs.constants.modelStatus.optimal) {
          throw new Error(`the literal programme ended with HiGHS status ${modelStatus}`);
        }
        const { colValue, colDual, rowDual } = model.getSolution();
        return {
          value: model.getObjectiveValue(),
          values: colValue,
          columnDuals: colDual,
          rowDuals: rowDual,
        };
      },
    );
  }
}
