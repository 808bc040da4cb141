import { CsvError, parse } from 'csv-parse/sync';
import type { Problems } from './loaded.ts';

/** One row of a CSV file by column name, with the line it ends on. */
export interface Row {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** A CSV text with a header row. A row with too many or too few cells is a problem, not an exception. */
export function readTable(text: string, problems: Problems, delimiter = ','): Table {
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      delimiter,
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as typeof records;
  } catch (error) {
    const line = error instanceof CsvError && typeof error.lines === 'number' ? error.lines : 0;
    problems.add(line, 'row', `is not CSV (${(error as Error).message}); check the quotes`);
    return { columns: [], rows: [] };
  }
  const [header, ...body] = records;
  if (header === undefined) {
    problems.add(0, 'header', 'the file is empty; it needs a header row and data rows');
    return { columns: [], rows: [] };
  }
  const columns = header.record;
  const rows: Row[] = [];
  for (const { record, info } of body) {
    if (record.length !== columns.length) {
      problems.add(
        info.lines,
        'row',
        `has ${record.length} cells, the header has ${columns.length}; complete the row`,
      );
      continue;
    }
    rows.push({ line: info.lines, cells: Object.fromEntries(columns.map((name, k) => [name, record[k]!])) });
  }
  if (rows.length === 0) problems.add(0, 'rows', 'the file has no data rows');
  return { columns, rows };
}

/** Reports every wanted column that is missing; true when all are there. */
export function hasColumns(table: Table, wanted: readonly string[], problems: Problems): boolean {
  const missing = wanted.filter((name) => !table.columns.includes(name));
  for (const name of missing) {
    problems.add(1, name, `this column is missing; the file has: ${table.columns.join(', ') || 'none'}`);
  }
  return missing.length === 0;
}

/** A finite number of a cell within bounds, or undefined with a problem reported. */
export function numberIn(
  row: Row,
  column: string,
  problems: Problems,
  bounds: { readonly min?: number; readonly max?: number; readonly unit: string },
): number | undefined {
  const text = row.cells[column] ?? '';
  const value = text === '' ? Number.NaN : Number(text);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, unit } = bounds;
  if (!Number.isFinite(value)) {
    problems.add(row.line, column, `must be a number in ${unit}, got "${text}"`);
  } else if (value < min || value > max) {
    problems.add(row.line, column, `must be between ${min} and ${max} ${unit}, got ${value}; check the unit`);
  } else {
    return value;
  }
  return undefined;
}
