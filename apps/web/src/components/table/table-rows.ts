import { type CellValue, type Column, textOf } from './column.ts';
import { pickedOf, rangeOf, type TableQuery } from './table-query.ts';

/**
 * Rows that fit, in the order that is wished; all of them, whatever page is shown.
 * @param timeZone in which a day of a time filter begins and ends where its column states no zone
 */
export function rowsOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { text, filters, sort }: TableQuery,
  timeZone: string,
): Row[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const tests = columns.flatMap((column) => {
    const filter = filters[column.key];
    return filter === undefined ? [] : [(row: Row) => fits(column, row, filter, timeZone)];
  });
  const found = rows.filter(
    (row) => tests.every((test) => test(row)) && (words.length === 0 || holds(columns, row, words)),
  );
  const column = columns.find(({ key }) => key === sort.replace(/^-/, ''));
  if (column === undefined) return found;
  const sign = sort.startsWith('-') ? -1 : 1;
  return found.sort((a, b) => compare(column.value(a), column.value(b), sign));
}

/** Every word somewhere in the row. */
function holds<Row>(columns: readonly Column<Row>[], row: Row, words: readonly string[]): boolean {
  const all = columns
    .map((column) => `${textOf(column, row)} ${column.kind === 'time' ? '' : (column.value(row) ?? '')}`)
    .join(' ')
    .toLocaleLowerCase();
  return words.every((word) => all.includes(word));
}

function fits<Row>(column: Column<Row>, row: Row, filter: string, timeZone: string): boolean {
  const value = column.value(row);
  switch (column.kind) {
    case 'choice':
      return pickedOf(filter).includes(String(value ?? ''));
    case 'text': {
      const wanted = filter.toLocaleLowerCase();
      return `${textOf(column, row)} ${value ?? ''}`.toLocaleLowerCase().includes(wanted);
    }
    case 'number': {
      const { from, to } = rangeOf(filter);
      return (
        typeof value === 'number' &&
        (from === '' || value >= Number(from)) &&
        (to === '' || value <= Number(to))
      );
    }
    case 'time': {
      const { from, to } = rangeOf(filter);
      if (typeof value !== 'number') return false;
      const day = dayAt(value, column.zone?.(row) ?? timeZone);
      return (from === '' || day >= from) && (to === '' || day <= to);
    }
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-06-01`: the day of a moment (epoch ms) in a zone. */
export function dayAt(ms: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format.format(ms);
}

/** What is not known stands last, whichever end comes first. */
function compare(a: CellValue, b: CellValue, sign: number): number {
  const isUnknown = (value: CellValue) => value === null || value === '';
  if (isUnknown(a) || isUnknown(b)) return Number(isUnknown(a)) - Number(isUnknown(b));
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * String(a).localeCompare(String(b), undefined, { numeric: true, sensitivity: 'base' });
}

/** Values of a `choice` that are there, with the words for them and how many rows have each. */
export function choicesOf<Row>(
  rows: readonly Row[],
  column: Column<Row>,
): { readonly value: string; readonly text: string; readonly count: number }[] {
  const found = new Map<string, { value: string; text: string; count: number }>();
  for (const row of rows) {
    const value = String(column.value(row) ?? '');
    const one = found.get(value);
    if (one === undefined)
      found.set(value, { value, text: column.choice?.(value) ?? textOf(column, row), count: 1 });
    else one.count++;
  }
  return [...found.values()].sort((a, b) => a.text.localeCompare(b.text));
}

/** Above this many rows a table shows pages. */
export const ROWS_AT_ONCE = 200;
export const ROWS_PER_PAGE = 100;
/** What fills a tall screen, and what is drawn then in one task of a few ms. */
export const FIRST_ROWS = 25;
export const NEXT_ROWS = 25;

/** The rows of one page; a page behind the last one is the last one. */
export function pageOf<Row>(
  rows: readonly Row[],
  wanted: number,
): { readonly rows: readonly Row[]; readonly page: number; readonly pages: number } {
  if (rows.length <= ROWS_AT_ONCE) return { rows, page: 1, pages: 1 };
  const pages = Math.ceil(rows.length / ROWS_PER_PAGE);
  const page = Math.min(wanted, pages);
  return { rows: rows.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE), page, pages };
}
