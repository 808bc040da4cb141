import type { CellValue } from '../table/column.ts';

/** One column of a file: a table's column is one, and so is a line of a chart. */
export interface ExportColumn<Row> {
  /** Head of the column, with the unit: `energyKwh`, `P3-1 (W)`. */
  readonly key: string;
  readonly kind: 'text' | 'number' | 'time' | 'choice';
  readonly value: (row: Row) => CellValue;
}

/** What is drawn, as rows. */
export interface Exported<Row> {
  readonly columns: readonly ExportColumn<Row>[];
  readonly rows: readonly Row[];
}
