import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../testing/random.ts';
import { choleskyInPlace, choleskySolve } from './cholesky.ts';

/** B B' + I of a random lower triangle B inside the envelope: positive definite, zero left of `first`. */
function randomMatrix(n: number, seed: number): { matrix: Float64Array; first: Int32Array } {
  const random = seededRandom(seed);
  const first = Int32Array.from({ length: n }, (_, i) => random.integer(0, i));
  const half = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let k = first[i]!; k <= i; k++) half[i * n + k] = random.next() - 0.5;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 1 : 0;
      for (let k = 0; k < n; k++) sum += half[i * n + k]! * half[j * n + k]!;
      matrix[i * n + j] = sum;
    }
  }
  return { matrix, first };
}

test('D4.2-§5.3-LP a Schur matrix is factorised inside its envelope: L L^T x = b holds to rounding for sizes 1 to 40', () => {
  for (let n = 1; n <= 40; n++) {
    const { matrix, first } = randomMatrix(n, n);
    const factor = matrix.slice();
    choleskyInPlace(factor, n, first);
    const right = Float64Array.from({ length: n }, (_, i) => Math.sin(i + 1));
    const x = right.slice();
    choleskySolve(factor, n, first, x);
    for (let i = 0; i < n; i++) {
      let product = 0;
      for (let j = 0; j < n; j++) product += matrix[i * n + j]! * x[j]!;
      assert.ok(Math.abs(product - right[i]!) < 1e-12, `size ${n}, row ${i}: ${product} is not ${right[i]}`);
    }
  }
});

test('D4.2-§5.3-LP a slot that nothing can move has no pivot and keeps its price, the others are solved', () => {
  const matrix = Float64Array.from([4, 0, 0, 0, 0, 0, 0, 0, 9]);
  const first = Int32Array.from([0, 0, 0]);
  choleskyInPlace(matrix, 3, first);
  const x = Float64Array.from([8, 1, 27]);
  choleskySolve(matrix, 3, first, x);
  assert.equal(x[0], 2);
  assert.ok(Math.abs(x[1]!) < 1e-100);
  assert.equal(x[2], 3);
});
