/**
 * The master of the column generation: the whole model, with every guided session replaced by a mixture of
 * schedules. Which rows couple sessions with the site is read off the model itself, so groups, phases, stores,
 * peaks and prices of any kind come along without a word about them here.
 */
import type { Model } from '../../../model/build.ts';
import { type SparseModel, SparseModelBuilder } from '../../../model/sparse-model.ts';
import type { Stay } from './schedule.ts';

export interface Master {
  matrix: SparseModel;
  /** Column of the model to column of the master; -1 for columns of guided sessions. */
  columnOf: Int32Array;
  /** Per stay, per slot of its window: rows of the master that its charging enters, with coefficients. */
  coupling: { row: number; coefficient: number }[][][];
  /** Per stay: the row that says its schedules add up to one. */
  convexityRow: number[];
}

export function buildMaster(model: Model, stays: readonly Stay[], lower: number[], upper: number[]): Master {
  const { matrix, layout } = model;
  const ownerOf = columnOwners(model, stays);
  const rowUsed = rowsBeyond(matrix, ownerOf);
  const builder = new SparseModelBuilder();
  const rowOf = Int32Array.from(rowUsed, (used, row) =>
    used ? builder.row(matrix.rowLower[row]!, matrix.rowUpper[row]!) : -1,
  );
  const columnOf = Int32Array.from(ownerOf, (owner, column) =>
    owner === SITE ? builder.column(lower[column]!, upper[column]!) : -1,
  );
  const each = (column: number, use: (row: number, value: number) => void) => {
    for (let k = matrix.starts[column]!; k < matrix.starts[column + 1]!; k++) {
      const row = rowOf[matrix.indices[k]!]!;
      if (row >= 0) use(row, matrix.values[k]!);
    }
  };
  columnOf.forEach((target, column) => {
    if (target >= 0) each(column, (row, value) => builder.entry(row, target, value));
  });
  const coupling = stays.map((stay) =>
    Array.from(stay.mostKwh, (_, k) => {
      const entries: { row: number; coefficient: number }[] = [];
      each(layout.sessions[stay.session]!.charge + k, (row, coefficient) =>
        entries.push({ row, coefficient }),
      );
      return entries;
    }),
  );
  const convexityRow = stays.map(() => builder.row(1, 1));
  return { matrix: builder.build(), columnOf, coupling, convexityRow };
}

/** Marks columns and rows that do not belong to one guided session alone. */
const SITE = -1;
const UNTOUCHED = -2;

/** Charge, occupied, charging and shortfall columns belong to their guided session, all others to the site. */
function columnOwners(model: Model, stays: readonly Stay[]): Int32Array {
  const { layout } = model;
  const owner = new Int32Array(model.matrix.columns).fill(SITE);
  for (const { session, mostKwh } of stays) {
    const occupancy = layout.occupancies.find((one) => one.session === session)!;
    for (const first of [layout.sessions[session]!.charge, occupancy.occupied, occupancy.charging]) {
      if (first >= 0) owner.fill(session, first, first + mostKwh.length);
    }
    for (const shortfall of layout.shortfalls) {
      if (shortfall.session === session) owner[shortfall.column] = session;
    }
  }
  return owner;
}

/** Rows that couple sessions with the site or with each other; a schedule keeps the others by itself. */
function rowsBeyond(matrix: SparseModel, ownerOf: Int32Array): Uint8Array {
  const rowOwner = new Int32Array(matrix.rows).fill(UNTOUCHED);
  for (let column = 0; column < matrix.columns; column++) {
    for (let k = matrix.starts[column]!; k < matrix.starts[column + 1]!; k++) {
      const row = matrix.indices[k]!;
      rowOwner[row] =
        rowOwner[row] === UNTOUCHED || rowOwner[row] === ownerOf[column] ? ownerOf[column]! : SITE;
    }
  }
  return Uint8Array.from(rowOwner, (owner) => (owner === SITE ? 1 : 0));
}
