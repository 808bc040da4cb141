import type { ExportColumn } from './exported.ts';

type SpreadsheetCell =
  | { readonly value: string; readonly type: typeof String; readonly fontWeight?: 'bold' }
  | { readonly value: number; readonly type: typeof Number }
  | { readonly value: Date; readonly type: typeof Date; readonly format: string }
  | null;

/** A cell of a spreadsheet knows no zone: times are UTC, and the head says so. */
const TIME_FORMAT = 'yyyy-mm-dd hh:mm:ss';
const WIDTH_OF_TIMES = 20;
const MOST_WIDTH = 40;

/** Heads and rows as cells: numbers and times stay what they are, texts are never run as formulas. */
export function sheetOf<Row>(
  columns: readonly ExportColumn<Row>[],
  rows: readonly Row[],
): SpreadsheetCell[][] {
  const heads = columns.map(
    ({ key, kind }): SpreadsheetCell => ({
      value: kind === 'time' ? `${key} (UTC)` : key,
      type: String,
      fontWeight: 'bold',
    }),
  );
  return [heads, ...rows.map((row) => columns.map((column) => cellOf(column, row)))];
}

function cellOf<Row>({ kind, value }: ExportColumn<Row>, row: Row): SpreadsheetCell {
  const is = value(row);
  if (is === null || is === '') return null;
  if (typeof is === 'string') return { value: is, type: String };
  return kind === 'time'
    ? { value: new Date(is), type: Date, format: TIME_FORMAT }
    : { value: is, type: Number };
}

/** The rows as an Office Open XML workbook. What writes it is loaded when the first one is asked for. */
export async function spreadsheet<Row>(
  columns: readonly ExportColumn<Row>[],
  rows: readonly Row[],
): Promise<Blob> {
  // The variant without workers: the content policy allows no workers made of text.
  const { default: write } = await import('write-excel-file/universal');
  const cells = sheetOf(columns, rows);
  return write(cells, {
    stickyRowsCount: 1,
    columns: columns.map(({ kind }, n) => ({ width: kind === 'time' ? WIDTH_OF_TIMES : widthOf(cells, n) })),
  }).toBlob();
}

const widthOf = (cells: readonly SpreadsheetCell[][], n: number) =>
  Math.min(MOST_WIDTH, 2 + Math.max(...cells.map((line) => String(line[n]?.value ?? '').length)));
