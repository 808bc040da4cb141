import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalise } from '../grid/index.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import type { ProblemClass } from '../testing/problem-classes.ts';
import { seededRandom } from '../testing/random.ts';
import { NormalEquations } from './normal-equations.ts';
import { type BlockArrowProgram, blockArrowProgram } from './program.ts';

const CLASSES: ProblemClass[] = ['v2g', 'charge-only-limited', 'stores', 'several-targets', 'capacity'];
const SIZE = { slots: [2, 9], sessions: [1, 5] } as const;

/** A as dense columns: what a unit of each variable takes off the residual. */
function denseColumns(program: BlockArrowProgram, equations: NormalEquations): Float64Array[] {
  const zero = new Float64Array(program.multipliers);
  return Array.from({ length: program.variables }, (_, j) => {
    const unit = new Float64Array(program.variables);
    unit[j] = 1;
    equations.updateResidual(unit, zero);
    return equations.residual.map((value) => -value);
  });
}

/** Gaussian elimination with the largest pivot; rows without one get 0. */
function solveDense(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  const a = matrix.map((row, i) => [...row, right[i]!]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j <= n; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = a[i]![n]!;
    for (let j = i + 1; j < n; j++) sum -= a[i]![j]! * x[j]!;
    x[i] = sum / a[i]![i]!;
  }
  return x;
}

const values = (length: number, value: () => number) => Float64Array.from({ length }, () => value());

for (const kind of [...CLASSES, 'green'] as const) {
  for (const shortfalls of [false, true]) {
    test(`D4.2-§5.3-LP ${kind}${shortfalls ? ' with shortfalls' : ''}: eliminating blocks gives the direction that dense algebra gives`, () => {
      for (let seed = 1; seed <= 12; seed++) {
        const random = seededRandom(seed);
        const program = blockArrowProgram(normalise(generateProblem(kind, random, SIZE)), {
          shortfalls,
          apart: kind === 'green' ? [0] : [],
        });
        const { variables, multipliers } = program;
        const equations = new NormalEquations(program);
        const columns = denseColumns(program, equations);
        const theta = values(variables, () => 10 ** (4 * random.next() - 2));
        const q = values(variables, () => random.next() - 0.5);
        const x = values(variables, () => random.next());
        equations.updateResidual(x, program.rightHandSide);
        const r = equations.residual.slice();
        const matrix = Array.from({ length: multipliers }, (_, i) =>
          Array.from({ length: multipliers }, (_, k) =>
            columns.reduce((sum, column, j) => sum + column[i]! * theta[j]! * column[k]!, 0),
          ),
        );
        const right = Array.from(r, (value, i) =>
          columns.reduce((sum, column, j) => sum + column[i]! * theta[j]! * q[j]!, value),
        );
        const expected = solveDense(matrix, right);
        const dx = new Float64Array(variables);
        equations.factorise(theta);
        equations.solve(theta, q, dx);
        const scale = Math.max(...expected.map(Math.abs), 1);
        expected.forEach((value, i) => {
          assert.ok(Math.abs(equations.dy[i]! - value) < 1e-8 * scale, `seed ${seed}: dy(${i})`);
        });
        columns.forEach((column, j) => {
          const priced = expected.reduce((sum, value, i) => sum + value * column[i]!, 0);
          assert.ok(Math.abs(dx[j]! - theta[j]! * (priced - q[j]!)) < 1e-6 * scale, `seed ${seed}: dx(${j})`);
        });
      }
    });
  }
}

test('D4.2-§5.3-LP elimination keeps its accuracy when the weights span ten decades: A dx = r to 1e-6', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seededRandom(seed);
    const program = blockArrowProgram(normalise(generateProblem('v2g', random, SIZE)));
    const equations = new NormalEquations(program);
    // Every variable is either at a bound or well inside, as near an optimum; the supply always has room.
    const theta = values(program.variables, () => 10 ** (random.chance(0.5) ? -5 : 5));
    for (let t = 0; t < 2 * program.slots; t++) theta[t] = 1;
    const x = values(program.variables, () => random.next());
    equations.updateResidual(x, program.rightHandSide);
    const r = equations.residual.slice();
    const dx = new Float64Array(program.variables);
    equations.factorise(theta);
    equations.solve(theta, new Float64Array(program.variables), dx);
    const moved = x.map((value, j) => value + dx[j]!);
    equations.updateResidual(moved, program.rightHandSide);
    const scale = Math.max(...r.map(Math.abs), ...dx.map(Math.abs), 1);
    const left = Math.max(...equations.residual.map(Math.abs));
    assert.ok(left <= 1e-6 * scale, `seed ${seed}: ${left} of ${scale} is left`);
  }
});
