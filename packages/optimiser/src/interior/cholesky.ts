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
  let i = 0;
  for (; i + 1 < n; i += 2) {
    // Two rows and two columns at a time: four sums from four numbers, where one sum needs two.
    const start = Math.min(first[i]!, first[i + 1]!) & ~1;
    for (let j = start; j < i; j += 2)
      fillFour(matrix, n, i, j, Math.max(start, Math.min(first[j]!, first[j + 1]!)));
    factoriseDiagonal(matrix, n, i, start);
    matrix[(i + 1) * n + i] = entry(matrix, n, i + 1, i, start);
    factoriseDiagonal(matrix, n, i + 1, start);
  }
  if (i === n) return;
  for (let j = first[i]!; j < i; j++) matrix[i * n + j] = entry(matrix, n, i, j, first[i]!);
  factoriseDiagonal(matrix, n, i, first[i]!);
}

/** L(i,j), L(i,j+1), L(i+1,j) and L(i+1,j+1) from the columns `begin` on. */
function fillFour(matrix: Float64Array, n: number, i: number, j: number, begin: number): void {
  const i0 = i * n;
  const i1 = i0 + n;
  const j0 = j * n;
  const j1 = j0 + n;
  let s00 = matrix[i0 + j]!;
  let s01 = matrix[i0 + j + 1]!;
  let s10 = matrix[i1 + j]!;
  let s11 = matrix[i1 + j + 1]!;
  for (let k = begin; k < j; k++) {
    const a0 = matrix[i0 + k]!;
    const a1 = matrix[i1 + k]!;
    const b0 = matrix[j0 + k]!;
    const b1 = matrix[j1 + k]!;
    s00 -= a0 * b0;
    s01 -= a0 * b1;
    s10 -= a1 * b0;
    s11 -= a1 * b1;
  }
  const below = matrix[j1 + j]!;
  const l00 = s00 / matrix[j0 + j]!;
  const l10 = s10 / matrix[j0 + j]!;
  matrix[i0 + j] = l00;
  matrix[i1 + j] = l10;
  matrix[i0 + j + 1] = (s01 - l00 * below) / matrix[j1 + j + 1]!;
  matrix[i1 + j + 1] = (s11 - l10 * below) / matrix[j1 + j + 1]!;
}

function entry(matrix: Float64Array, n: number, i: number, j: number, begin: number): number {
  const sum = matrix[i * n + j]! - dot(matrix, i * n + begin, matrix, j * n + begin, j - begin);
  return sum / matrix[j * n + j]!;
}

function factoriseDiagonal(matrix: Float64Array, n: number, i: number, begin: number): void {
  const row = i * n;
  const diagonal = matrix[row + i]!;
  const pivot = diagonal - dot(matrix, row + begin, matrix, row + begin, i - begin);
  matrix[row + i] = pivot > LOST * diagonal && pivot > 1e-200 ? Math.sqrt(pivot) : INFINITE_PIVOT;
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

/** Solves L L' x = values in place. */
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
