import type { CellValue } from '../table/column.ts';
import type { ExportColumn } from './exported.ts';

/** Times leave as RFC 3339 in UTC, so that no reader has to guess a zone; everything else as it is. */
function exported<Row>({ kind, value }: ExportColumn<Row>, row: Row): CellValue {
  const is = value(row);
  return kind === 'time' && typeof is === 'number' ? new Date(is).toISOString() : is;
}

/** RFC 4180: the keys of the columns, then one line per row. */
export function csvText<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => exported(column, row)));
  return [columns.map(({ key }) => key), ...lines]
    .map((line) => `${line.map(csvCell).join(',')}\r\n`)
    .join('');
}

/** A text that a spreadsheet would run as a formula gets an apostrophe in front (CWE-1236); numbers stay numbers. */
function csvCell(cell: CellValue): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One object per row, by the keys of the columns. */
export function jsonText<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column.key, exported(column, row)])),
  );
  return `${JSON.stringify(objects, null, 1)}\n`;
}
