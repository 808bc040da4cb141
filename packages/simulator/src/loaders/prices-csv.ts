import type { Series } from '../series/series.ts';
import { epochOfWall } from '../series/wall-time.ts';
import { readInstant } from './instants.ts';
import { type Loaded, Problems } from './loaded.ts';
import { numberIn, type Row, readTable } from './table.ts';
import { type Point, uniformSeries } from './uniform.ts';

/** How the numbers of a price file are meant; the result is always currency per kWh. */
export type PriceUnit = 'per_kwh' | 'ct_per_kwh' | 'per_mwh';

const PER_KWH: Readonly<Record<PriceUnit, number>> = { per_kwh: 1, ct_per_kwh: 0.01, per_mwh: 0.001 };

export interface PriceFileOptions {
  /** Unit of the price column. Default: told by a header that ends in `_ct_per_kWh`, `_per_MWh` or `_per_kWh`. */
  readonly unit?: PriceUnit;
  /** IANA zone of times without an offset. Default: such times are refused. */
  readonly timeZone?: string;
}

/**
 * Day-ahead prices as CSV: first column the start of the step, second the price. Knows the form
 * `2024-03-31 03:00:00 CEST,7.57` (netztransparenz.de export, days of 23 and 25 rows) and RFC 3339 starts.
 */
export function parsePriceCsv(text: string, file: string, options: PriceFileOptions = {}): Loaded<Series> {
  const problems = new Problems(file);
  const table = readTable(text, problems);
  const [startColumn, priceColumn] = table.columns;
  if (startColumn === undefined || priceColumn === undefined) {
    problems.add(1, 'header', 'needs two columns: the start of the step and the price');
    return problems.finish(EMPTY);
  }
  const unit = options.unit ?? unitOf(priceColumn);
  if (unit === undefined) {
    problems.add(
      1,
      priceColumn,
      'does not say its unit; name it price_ct_per_kWh, price_per_MWh or price_per_kWh',
    );
    return problems.finish(EMPTY);
  }
  const points: Point[] = [];
  for (const row of table.rows) {
    const startMs = startOf(row, startColumn, problems, options.timeZone);
    const price = numberIn(row, priceColumn, problems, { unit });
    if (startMs !== undefined && price !== undefined) {
      points.push({ line: row.line, startMs, value: price * PER_KWH[unit] });
    }
  }
  return problems.finish(uniformSeries(points, startColumn, problems));
}

const EMPTY: Series = { startMs: 0, stepMs: 3_600_000, values: [] };

function unitOf(column: string): PriceUnit | undefined {
  const name = column.toLowerCase();
  if (name.endsWith('ct_per_kwh')) return 'ct_per_kwh';
  if (name.endsWith('per_mwh')) return 'per_mwh';
  return name.endsWith('per_kwh') ? 'per_kwh' : undefined;
}

function startOf(row: Row, column: string, problems: Problems, timeZone?: string): number | undefined {
  const text = row.cells[column] ?? '';
  const read = readInstant(text);
  if (read?.epochMs !== undefined) return read.epochMs;
  if (read !== undefined && timeZone !== undefined) return epochOfWall(read.wall, timeZone);
  const fix =
    read === undefined ? 'write it like 2024-01-01T00:00:00Z' : 'add an offset, or name the time zone';
  problems.add(row.line, column, `must be the start of a step, got "${text}"; ${fix}`);
  return undefined;
}
