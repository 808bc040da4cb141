/** Dense Cholesky of a symmetric positive definite matrix, lower triangle, row by row. */

/** Lower-triangular factor in place; a pivot that vanished is replaced by a huge one, which freezes its multiplier. */
export function choleskyInPlace(matrix: Float64Array, n: number): void {
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

/** Solves L L' x = values in place. */
export function choleskySolve(factor: Float64Array, n: number, values: Float64Array): void {
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
