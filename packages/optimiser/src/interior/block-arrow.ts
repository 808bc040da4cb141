/**
 * Mehrotra's predictor-corrector interior point for a block-arrow programme (program.ts), all variables boxed.
 *
 *   min c'x   s.t.  A x = b,  l <= x <= u
 *   multipliers y (rows), zl, zu >= 0 (bounds);  c - A'y - zl + zu = 0 at the optimum
 *
 * Each round solves  (A Theta A') dy = r + A Theta q,  dx = Theta (A'dy - q)  with
 *   theta = 1 / (zl/(x-l) + zu/(u-x)),  r = b - A x,  q = c - A'y - zl + zu - al + au,
 *   predictor: al = -zl, au = -zu (so q = c - A'y);  corrector: al = (sigma mu - dx dzl)/(x-l) - zl, au alike.
 *
 * A Theta A' is block-arrow: blocks meet only in the slots' balance rows. Every block is eliminated into a dense slots x slots Schur
 * matrix S: a row block by a rank-one term, a chain by its tridiagonal L D L', whose inverse columns follow the recurrence
 *   Z(j,j) = 1/d(j) + l(j+1)^2 Z(j+1,j+1),   Z(i,j) = -l(i+1) Z(i+1,j)  for i < j.
 * Cost per round: sum over blocks of window^2/2 multiply-adds, plus slots^3/6 for the Cholesky factor of S.
 *
 * Sources: Mehrotra 1992; Wright, Primal-Dual Interior-Point Methods, 1997, chapters 10 and 11.
 */
import type { Block, BlockArrowProgram } from './program.ts';

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

const MOST_ROUNDS = 120;
const GAP = 1e-9;
/** Boxes narrower than this hold a constant, kWh. */
const FIXED_KWH = 1e-11;

/** undefined when the iteration does not converge: the programme is infeasible or numerically out of reach. */
export function solveBlockArrow(program: BlockArrowProgram): InteriorSolution | undefined {
  return new BlockArrowSolver(program).run();
}

class BlockArrowSolver {
  readonly program: BlockArrowProgram;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #zl: Float64Array;
  readonly #zu: Float64Array;
  readonly #theta: Float64Array;
  readonly #q: Float64Array;
  readonly #dx: Float64Array;
  readonly #dzl: Float64Array;
  readonly #dzu: Float64Array;
  readonly #dy: Float64Array;
  /** r = b - A x, same layout as y. */
  readonly #residual: Float64Array;
  readonly #schur: Float64Array;
  readonly #right: Float64Array;
  /** Per multiplier of a block: pivot d(k) and l(k) of L D L' (row block: d alone), and v = M^-1 w. */
  readonly #pivot: Float64Array;
  readonly #link: Float64Array;
  readonly #v: Float64Array;
  /** Coupling of a chain's row k with its slot. */
  readonly #coupling: Float64Array;
  readonly #free: number;

  constructor(program: BlockArrowProgram) {
    const { variables, multipliers, slots } = program;
    this.program = program;
    this.#x = new Float64Array(variables);
    this.#y = new Float64Array(multipliers);
    this.#zl = new Float64Array(variables);
    this.#zu = new Float64Array(variables);
    this.#theta = new Float64Array(variables);
    this.#q = new Float64Array(variables);
    this.#dx = new Float64Array(variables);
    this.#dzl = new Float64Array(variables);
    this.#dzu = new Float64Array(variables);
    this.#dy = new Float64Array(multipliers);
    this.#residual = new Float64Array(multipliers);
    this.#schur = new Float64Array(slots * slots);
    this.#right = new Float64Array(slots);
    this.#pivot = new Float64Array(multipliers);
    this.#link = new Float64Array(multipliers);
    this.#v = new Float64Array(multipliers);
    this.#coupling = new Float64Array(multipliers);
    this.#free = this.#start();
  }

  run(): InteriorSolution | undefined {
    const { lower, upper, cost, baseKwh } = this.program;
    const sizeOfBase = 1 + largest(baseKwh);
    const sizeOfCost = 1 + largest(cost);
    let best = Number.POSITIVE_INFINITY;
    let stalled = 0;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const primalResidual = this.#primalResidual();
      const { dualResidual, complementarity, primalObjective, dualObjective } = this.#dualSide();
      const gap = Math.abs(primalObjective - dualObjective) / (1 + Math.abs(primalObjective));
      if (gap < GAP && primalResidual < 1e-8 * sizeOfBase && dualResidual < 1e-8 * sizeOfCost) {
        return {
          x: this.#x,
          balancePrice: this.#y.slice(0, this.program.slots),
          dualObjective,
          primalObjective,
          rounds: round,
        };
      }
      const merit = gap + primalResidual / sizeOfBase + dualResidual / sizeOfCost;
      if (!Number.isFinite(merit)) return undefined;
      stalled = merit < best * 0.9 ? 0 : stalled + 1;
      best = Math.min(best, merit);
      if (stalled > 25) return undefined;

      const mu = this.#free === 0 ? 0 : complementarity / (2 * this.#free);
      this.#scale();
      this.#factorise();
      this.#direction();
      const [primalStep, dualStep] = this.#stepLengths();
      const affine = this.#affineMu(primalStep, dualStep);
      const sigma = mu > 0 ? Math.min(1, (affine / mu) ** 3) : 0;
      this.#correct(Math.max(sigma, 1e-8) * mu);
      this.#rightHandSides();
      this.#direction();
      const [primal, dual] = this.#stepLengths();
      this.#advance(Math.min(1, 0.9995 * primal), Math.min(1, 0.9995 * dual), lower, upper);
    }
    return undefined;
  }

  #start(): number {
    const { lower, upper, cost, slots, variables } = this.program;
    const z = Math.max(largest(cost), 1e-3);
    let free = 0;
    for (let j = 0; j < variables; j++) {
      const range = upper[j]! - lower[j]!;
      if (range < FIXED_KWH) {
        this.#x[j] = lower[j]!;
        continue;
      }
      free += 1;
      const isExport = j >= slots && j < 2 * slots;
      this.#x[j] = lower[j]! + (isExport ? Math.min(range / 2, Math.max(1, range / 100)) : range / 2);
      this.#zl[j] = z;
      this.#zu[j] = z;
    }
    return free;
  }

  #isFree(j: number): boolean {
    return this.program.upper[j]! - this.program.lower[j]! >= FIXED_KWH;
  }

  /** Writes r = b - A x; returns its largest entry. */
  #primalResidual(): number {
    const { slots, baseKwh, blocks } = this.program;
    const x = this.#x;
    const r = this.#residual;
    for (let t = 0; t < slots; t++) r[t] = baseKwh[t]! - x[t]! + x[slots + t]!;
    for (const block of blocks) {
      const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency } = block;
      const lost = 1 / block.dischargeEfficiency;
      if (block.kind === 'row') {
        let sum = 0;
        for (let k = 0; k < window; k++) {
          sum += x[charge + k]!;
          r[firstSlot + k]! += x[charge + k]!;
        }
        r[multiplier] = block.rightHandSide - chargeEfficiency * sum + x[content]!;
        continue;
      }
      let before = block.rightHandSide;
      for (let k = 0; k < window; k++) {
        const c = x[charge + k]!;
        const g = discharge < 0 ? 0 : x[discharge + k]!;
        r[firstSlot + k]! += c - g;
        r[multiplier + k] = before - x[content + k]! + chargeEfficiency * c - g * lost;
        before = x[content + k]!;
      }
    }
    return largest(r);
  }

  /** Writes q = c - A'y (the predictor's q); returns residual, complementarity and both objectives. */
  #dualSide() {
    const { lower, upper, cost, slots, baseKwh, blocks, variables } = this.program;
    const y = this.#y;
    const q = this.#q;
    let dualObjective = 0;
    for (let t = 0; t < slots; t++) {
      q[t] = cost[t]! - y[t]!;
      q[slots + t] = cost[slots + t]! + y[t]!;
      dualObjective += y[t]! * baseKwh[t]!;
    }
    for (const block of blocks) {
      const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency } = block;
      const lost = 1 / block.dischargeEfficiency;
      dualObjective += y[multiplier]! * block.rightHandSide;
      if (block.kind === 'row') {
        const priceOfNeed = chargeEfficiency * y[multiplier]!;
        for (let k = 0; k < window; k++) q[charge + k] = cost[charge + k]! - priceOfNeed + y[firstSlot + k]!;
        q[content] = cost[content]! + y[multiplier]!;
        continue;
      }
      for (let k = 0; k < window; k++) {
        const own = y[multiplier + k]!;
        const next = k + 1 < window ? y[multiplier + k + 1]! : 0;
        q[charge + k] = cost[charge + k]! + y[firstSlot + k]! + chargeEfficiency * own;
        if (discharge >= 0) q[discharge + k] = cost[discharge + k]! - y[firstSlot + k]! - own * lost;
        q[content + k] = cost[content + k]! - own + next;
      }
    }
    let dualResidual = 0;
    let complementarity = 0;
    let primalObjective = 0;
    for (let j = 0; j < variables; j++) {
      primalObjective += cost[j]! * this.#x[j]!;
      if (!this.#isFree(j)) {
        dualObjective += q[j]! * lower[j]!;
        continue;
      }
      const zl = this.#zl[j]!;
      const zu = this.#zu[j]!;
      dualResidual = Math.max(dualResidual, Math.abs(q[j]! - zl + zu));
      complementarity += (this.#x[j]! - lower[j]!) * zl + (upper[j]! - this.#x[j]!) * zu;
      dualObjective += lower[j]! * zl - upper[j]! * zu;
    }
    return { dualResidual, complementarity, primalObjective, dualObjective };
  }

  #scale(): void {
    const { lower, upper, variables } = this.program;
    for (let j = 0; j < variables; j++) {
      this.#theta[j] = this.#isFree(j)
        ? 1 / (this.#zl[j]! / (this.#x[j]! - lower[j]!) + this.#zu[j]! / (upper[j]! - this.#x[j]!))
        : 0;
    }
  }

  /** Eliminates every block into S, and writes the predictor's right-hand sides on the way. */
  #factorise(): void {
    const { slots, blocks } = this.program;
    const theta = this.#theta;
    const S = this.#schur.fill(0);
    for (let t = 0; t < slots; t++) S[t * slots + t] = theta[t]! + theta[slots + t]!;
    for (const block of blocks) {
      if (block.kind === 'row') this.#eliminateRow(block);
      else this.#eliminateChain(block);
    }
    this.#rightHandSides();
    choleskyInPlace(S, slots);
  }

  #eliminateRow(block: Block): void {
    const { slots } = this.program;
    const { charge, window, firstSlot, chargeEfficiency: eta } = block;
    const theta = this.#theta;
    const S = this.#schur;
    let sum = 0;
    for (let k = 0; k < window; k++) sum += theta[charge + k]!;
    const d = eta * eta * sum + theta[block.content]!;
    this.#pivot[block.multiplier] = d;
    const share = d > 0 ? (eta * eta) / d : 0;
    for (let k = 0; k < window; k++) {
      const row = (firstSlot + k) * slots + firstSlot;
      const scaled = theta[charge + k]! * share;
      for (let i = 0; i <= k; i++) S[row + i]! -= scaled * theta[charge + i]!;
      S[row + k]! += theta[charge + k]!;
    }
  }

  #eliminateChain(block: Block): void {
    const { slots } = this.program;
    const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
    const lost = 1 / block.dischargeEfficiency;
    const theta = this.#theta;
    const S = this.#schur;
    const pivot = this.#pivot;
    const link = this.#link;
    const G = this.#coupling;
    for (let k = 0; k < window; k++) {
      const c = theta[charge + k]!;
      const g = discharge < 0 ? 0 : theta[discharge + k]!;
      const before = k === 0 ? 0 : theta[content + k - 1]!;
      G[multiplier + k] = eta * c + g * lost;
      let d = theta[content + k]! + before + eta * eta * c + g * lost * lost;
      if (k > 0) {
        const l = -before / pivot[multiplier + k - 1]!;
        link[multiplier + k] = l;
        d += l * before;
      }
      pivot[multiplier + k] = Math.max(d, 1e-300);
      S[(firstSlot + k) * (slots + 1)]! += c + g;
    }
    let diagonal = 0;
    for (let j = window - 1; j >= 0; j--) {
      const next = j + 1 < window ? link[multiplier + j + 1]! : 0;
      diagonal = 1 / pivot[multiplier + j]! + next * next * diagonal;
      const row = (firstSlot + j) * slots + firstSlot;
      const own = G[multiplier + j]!;
      let z = diagonal * own;
      S[row + j]! -= z * own;
      for (let i = j - 1; i >= 0; i--) {
        z *= -link[multiplier + i + 1]!;
        S[row + i]! -= z * G[multiplier + i]!;
      }
    }
  }

  /** R and the blocks' v for the q at hand; the factors stay. */
  #rightHandSides(): void {
    const { slots, blocks } = this.program;
    const theta = this.#theta;
    const q = this.#q;
    const r = this.#residual;
    const R = this.#right;
    const v = this.#v;
    for (let t = 0; t < slots; t++) R[t] = r[t]! + theta[t]! * q[t]! - theta[slots + t]! * q[slots + t]!;
    for (const block of blocks) {
      const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
      const lost = 1 / block.dischargeEfficiency;
      if (block.kind === 'row') {
        let w = r[multiplier]! - theta[content]! * q[content]!;
        for (let k = 0; k < window; k++) w += eta * theta[charge + k]! * q[charge + k]!;
        const value = this.#pivot[multiplier]! > 0 ? w / this.#pivot[multiplier]! : 0;
        v[multiplier] = value;
        for (let k = 0; k < window; k++) {
          R[firstSlot + k]! += theta[charge + k]! * (eta * value - q[charge + k]!);
        }
        continue;
      }
      for (let k = 0; k < window; k++) {
        let w = r[multiplier + k]! + theta[content + k]! * q[content + k]!;
        if (k > 0)
          w -=
            theta[content + k - 1]! * q[content + k - 1]! +
            this.#link[multiplier + k]! * v[multiplier + k - 1]!;
        w -= eta * theta[charge + k]! * q[charge + k]!;
        if (discharge >= 0) w += theta[discharge + k]! * q[discharge + k]! * lost;
        v[multiplier + k] = w;
      }
      this.#solveUpper(block, v);
      for (let k = 0; k < window; k++) {
        R[firstSlot + k]! -=
          theta[charge + k]! * q[charge + k]! + this.#coupling[multiplier + k]! * v[multiplier + k]!;
        if (discharge >= 0) R[firstSlot + k]! += theta[discharge + k]! * q[discharge + k]!;
      }
    }
  }

  /** Second half of M^-1: values hold L^-1 w, become M^-1 w. */
  #solveUpper(block: Block, values: Float64Array): void {
    const { multiplier, window } = block;
    let after = 0;
    for (let k = window - 1; k >= 0; k--) {
      const linked = k + 1 < window ? this.#link[multiplier + k + 1]! * after : 0;
      after = values[multiplier + k]! / this.#pivot[multiplier + k]! - linked;
      values[multiplier + k] = after;
    }
  }

  /** dy, dx, dzl, dzu for the q at hand. al and au are rebuilt from q: q = (c - A'y) - zl + zu - al + au. */
  #direction(): void {
    const { slots, blocks, lower, upper, variables } = this.program;
    const theta = this.#theta;
    const q = this.#q;
    const dx = this.#dx;
    const dy = this.#dy;
    for (let t = 0; t < slots; t++) dy[t] = this.#right[t]!;
    choleskySolve(this.#schur, slots, dy);
    for (let t = 0; t < slots; t++) {
      dx[t] = theta[t]! * (dy[t]! - q[t]!);
      dx[slots + t] = theta[slots + t]! * (-dy[t]! - q[slots + t]!);
    }
    for (const block of blocks) {
      const { charge, discharge, content, window, firstSlot, multiplier, chargeEfficiency: eta } = block;
      const lost = 1 / block.dischargeEfficiency;
      if (block.kind === 'row') {
        let sum = 0;
        for (let k = 0; k < window; k++) sum += theta[charge + k]! * dy[firstSlot + k]!;
        const d = this.#pivot[multiplier]!;
        const own = this.#v[multiplier]! + (d > 0 ? (eta * sum) / d : 0);
        dy[multiplier] = own;
        for (let k = 0; k < window; k++) {
          dx[charge + k] = theta[charge + k]! * (eta * own - dy[firstSlot + k]! - q[charge + k]!);
        }
        dx[content] = theta[content]! * (-own - q[content]!);
        continue;
      }
      for (let k = 0; k < window; k++) {
        let w = this.#coupling[multiplier + k]! * dy[firstSlot + k]!;
        if (k > 0) w -= this.#link[multiplier + k]! * dy[multiplier + k - 1]!;
        dy[multiplier + k] = w;
      }
      this.#solveUpper(block, dy);
      for (let k = 0; k < window; k++) dy[multiplier + k] = this.#v[multiplier + k]! - dy[multiplier + k]!;
      for (let k = 0; k < window; k++) {
        const own = dy[multiplier + k]!;
        const next = k + 1 < window ? dy[multiplier + k + 1]! : 0;
        const slot = dy[firstSlot + k]!;
        dx[charge + k] = theta[charge + k]! * (-slot - eta * own - q[charge + k]!);
        if (discharge >= 0)
          dx[discharge + k] = theta[discharge + k]! * (slot + own * lost - q[discharge + k]!);
        dx[content + k] = theta[content + k]! * (own - next - q[content + k]!);
      }
    }
    for (let j = 0; j < variables; j++) {
      if (!this.#isFree(j)) continue;
      const toLower = this.#x[j]! - lower[j]!;
      const toUpper = upper[j]! - this.#x[j]!;
      this.#dzl[j] = this.#al(j) - (this.#zl[j]! / toLower) * dx[j]!;
      this.#dzu[j] = this.#au(j) + (this.#zu[j]! / toUpper) * dx[j]!;
    }
  }

  // The corrector's targets; NaN-free because free variables stay strictly inside their boxes.
  #target = -1;
  readonly #correctionLower: { values: Float64Array } = { values: new Float64Array(0) };
  readonly #correctionUpper: { values: Float64Array } = { values: new Float64Array(0) };

  #al(j: number): number {
    return this.#target < 0 ? -this.#zl[j]! : this.#correctionLower.values[j]!;
  }

  #au(j: number): number {
    return this.#target < 0 ? -this.#zu[j]! : this.#correctionUpper.values[j]!;
  }

  #correct(target: number): void {
    const { lower, upper, variables } = this.program;
    if (this.#correctionLower.values.length === 0) {
      this.#correctionLower.values = new Float64Array(variables);
      this.#correctionUpper.values = new Float64Array(variables);
    }
    this.#target = target;
    for (let j = 0; j < variables; j++) {
      if (!this.#isFree(j)) continue;
      const al = (target - this.#dx[j]! * this.#dzl[j]!) / (this.#x[j]! - lower[j]!) - this.#zl[j]!;
      const au = (target + this.#dx[j]! * this.#dzu[j]!) / (upper[j]! - this.#x[j]!) - this.#zu[j]!;
      this.#correctionLower.values[j] = al;
      this.#correctionUpper.values[j] = au;
      this.#q[j]! += -this.#zl[j]! + this.#zu[j]! - al + au;
    }
  }

  /** Longest steps that keep x inside its box and z positive, at most 1 / 0.9995. */
  #stepLengths(): [number, number] {
    const { lower, upper, variables } = this.program;
    let primal = 1 / 0.9995;
    let dual = 1 / 0.9995;
    for (let j = 0; j < variables; j++) {
      const dx = this.#dx[j]!;
      if (dx < 0) {
        const step = (lower[j]! - this.#x[j]!) / dx;
        if (step < primal) primal = step;
      } else if (dx > 0) {
        const step = (upper[j]! - this.#x[j]!) / dx;
        if (step < primal) primal = step;
      }
      if (this.#dzl[j]! < 0) {
        const step = -this.#zl[j]! / this.#dzl[j]!;
        if (step < dual) dual = step;
      }
      if (this.#dzu[j]! < 0) {
        const step = -this.#zu[j]! / this.#dzu[j]!;
        if (step < dual) dual = step;
      }
    }
    return [primal, dual];
  }

  #affineMu(primal: number, dual: number): number {
    const { lower, upper, variables } = this.program;
    const p = Math.min(1, primal);
    const d = Math.min(1, dual);
    let sum = 0;
    for (let j = 0; j < variables; j++) {
      if (!this.#isFree(j)) continue;
      const x = this.#x[j]! + p * this.#dx[j]!;
      sum +=
        (x - lower[j]!) * (this.#zl[j]! + d * this.#dzl[j]!) +
        (upper[j]! - x) * (this.#zu[j]! + d * this.#dzu[j]!);
    }
    return this.#free === 0 ? 0 : sum / (2 * this.#free);
  }

  #advance(primal: number, dual: number, lower: Float64Array, upper: Float64Array): void {
    const { variables, multipliers } = this.program;
    for (let j = 0; j < variables; j++) {
      if (!this.#isFree(j)) continue;
      const x = this.#x[j]! + primal * this.#dx[j]!;
      const margin = (upper[j]! - lower[j]!) * 1e-15;
      this.#x[j] = Math.min(upper[j]! - margin, Math.max(lower[j]! + margin, x));
      this.#zl[j] = Math.max(1e-300, this.#zl[j]! + dual * this.#dzl[j]!);
      this.#zu[j] = Math.max(1e-300, this.#zu[j]! + dual * this.#dzu[j]!);
    }
    for (let i = 0; i < multipliers; i++) this.#y[i]! += dual * this.#dy[i]!;
    this.#target = -1;
  }
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > most || Number.isNaN(size)) most = size;
  }
  return most;
}

/** Lower-triangular factor in place; a pivot that vanished is replaced by a huge one, which freezes its multiplier. */
function choleskyInPlace(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j < i; j++) {
      const rowJ = j * n;
      let sum = matrix[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[rowI + k]! * matrix[rowJ + k]!;
      matrix[rowI + j] = sum / matrix[rowJ + j]!;
    }
    let pivot = matrix[rowI + i]!;
    const scale = pivot;
    for (let k = 0; k < i; k++) pivot -= matrix[rowI + k]! * matrix[rowI + k]!;
    matrix[rowI + i] = pivot > 1e-14 * Math.max(scale, 1e-30) && pivot > 0 ? Math.sqrt(pivot) : 1e64;
  }
}

function choleskySolve(factor: Float64Array, n: number, values: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = values[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * values[k]!;
    values[i] = sum / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = values[i]! / factor[i * n + i]!;
    values[i] = value;
    for (let k = 0; k < i; k++) values[k]! -= factor[i * n + k]! * value;
  }
}
