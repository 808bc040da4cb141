/** A linear or mixed-integer model as sparse arrays, and the builder that fills it column by column. */

export interface SparseModel {
  columns: number;
  rows: number;
  columnLower: Float64Array;
  columnUpper: Float64Array;
  rowLower: Float64Array;
  rowUpper: Float64Array;
  /** Compressed sparse columns. */
  starts: Int32Array;
  indices: Int32Array;
  values: Float64Array;
  /** 1 for an integer column, else 0. */
  integer: Int32Array;
}

export class SparseModelBuilder {
  readonly columnLower: number[] = [];
  readonly columnUpper: number[] = [];
  readonly rowLower: number[] = [];
  readonly rowUpper: number[] = [];
  readonly integer: number[] = [];
  readonly #entryRow: number[] = [];
  readonly #entryColumn: number[] = [];
  readonly #entryValue: number[] = [];

  column(lower: number, upper: number): number {
    this.integer.push(0);
    this.columnLower.push(lower);
    return this.columnUpper.push(upper) - 1;
  }

  binary(): number {
    const column = this.column(0, 1);
    this.integer[column] = 1;
    return column;
  }

  row(lower: number, upper: number): number {
    this.rowLower.push(lower);
    return this.rowUpper.push(upper) - 1;
  }

  entry(row: number, column: number, value: number): void {
    if (value === 0) return;
    this.#entryRow.push(row);
    this.#entryColumn.push(column);
    this.#entryValue.push(value);
  }

  build(): SparseModel {
    const columns = this.columnLower.length;
    const starts = new Int32Array(columns + 1);
    for (const column of this.#entryColumn) starts[column + 1]!++;
    for (let j = 0; j < columns; j++) starts[j + 1]! += starts[j]!;
    const next = starts.slice();
    const indices = new Int32Array(this.#entryRow.length);
    const values = new Float64Array(this.#entryRow.length);
    for (let k = 0; k < this.#entryRow.length; k++) {
      const place = next[this.#entryColumn[k]!]!++;
      indices[place] = this.#entryRow[k]!;
      values[place] = this.#entryValue[k]!;
    }
    return {
      columns,
      rows: this.rowLower.length,
      columnLower: Float64Array.from(this.columnLower),
      columnUpper: Float64Array.from(this.columnUpper),
      rowLower: Float64Array.from(this.rowLower),
      rowUpper: Float64Array.from(this.rowUpper),
      starts,
      indices,
      values,
      integer: Int32Array.from(this.integer),
    };
  }
}
