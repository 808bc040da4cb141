/**
 * Cholesky factorisation S = L L' of a symmetric positive definite matrix inside its envelope.
 *
 * Only the lower triangle is read and written, row by row. `first[i]` is the column of row i's first entry that may differ from 0; what
 * stands left of it stays 0 in L too (George and Liu, Computer Solution of Large Sparse Positive Definite Systems, 1981, chapter 4), so
 * slots that no vehicle joins cost nothing.
 *
 *   L(i,j) = (S(i,j) - sum over k < j of L(i,k) L(j,k)) / L(j,j),   L(i,i) = sqrt(S(i,i) - sum over k < i of L(i,k)^2)
 *
 * A pivot that rounding has eaten up belongs to a row that depends on others; it becomes infinite in effect, which leaves that row's unknown 0.
 */

/** Share of the diagonal entry below which a pivot is rounding. */
const LOST = 1e-15;
const INFINITE_PIVOT = 1e64;

/** Replaces the lower triangle by its factor. */
export function choleskyInPlace(matrix: Float64Array, n: number, first: Int32Array): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    const start = first[i]!;
    for (let j = start; j < i; j++) {
      const begin = Math.max(start, first[j]!);
      const sum = matrix[row + j]! - dot(matrix, row + begin, matrix, j * n + begin, j - begin);
      matrix[row + j] = sum / matrix[j * n + j]!;
    }
    const diagonal = matrix[row + i]!;
    const pivot = diagonal - dot(matrix, row + start, matrix, row + start, i - start);
    matrix[row + i] = pivot > LOST * diagonal && pivot > 1e-200 ? Math.sqrt(pivot) : INFINITE_PIVOT;
  }
}

/** Four sums at a time: a single one would wait for each addition. */
function dot(left: Float64Array, a: number, right: Float64Array, b: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    s0 += left[a + k]! * right[b + k]!;
    s1 += left[a + k + 1]! * right[b + k + 1]!;
    s2 += left[a + k + 2]! * right[b + k + 2]!;
    s3 += left[a + k + 3]! * right[b + k + 3]!;
  }
  for (; k < length; k++) s0 += left[a + k]! * right[b + k]!;
  return s0 + s1 + (s2 + s3);
}

/** Solves L L' x = values in place; `offset` is where the n values start. */
export function choleskySolve(
  factor: Float64Array,
  n: number,
  first: Int32Array,
  values: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    const start = first[i]!;
    const sum = values[i]! - dot(factor, row + start, values, start, i - start);
    values[i] = sum / factor[row + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const value = values[i]! / factor[row + i]!;
    values[i] = value;
    for (let k = first[i]!; k < i; k++) values[k]! -= factor[row + k]! * value;
  }
}
