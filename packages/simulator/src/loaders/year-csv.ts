import { minuteOfYear, type YearProfile } from '../series/year-profile.ts';
import { type Loaded, Problems } from './loaded.ts';
import { numberIn, readTable } from './table.ts';

const MINUTES_OF_DAY = 24 * 60;
const MINUTES_OF_YEAR = 365 * MINUTES_OF_DAY;

interface YearPoint {
  readonly line: number;
  /** Of the year, or of the day where the file's dates do not count. */
  readonly minute: number;
  readonly value: number;
}

/**
 * A SimBench load profile: `time;G0_0_pload` with `01.01.2018 00:15;0.1413`, one year in quarter hours, in parts of the
 * annual maximum (multiply by the site's maximum power). Format: SimBench data set, LoadProfile.csv. Its dates mix years
 * (2016 with its leap day behind a 1 January of 2018), so the order of the rows and their times of day count, not the dates.
 */
export function parseSimbenchLoad(text: string, file: string): Loaded<YearProfile> {
  const problems = new Problems(file);
  const table = readTable(text, problems, ';');
  const [timeColumn, valueColumn] = table.columns;
  if (timeColumn === undefined || valueColumn === undefined) {
    problems.add(1, 'header', 'needs two columns separated by a semicolon: time and the load per unit');
    return problems.finish({ stepMinutes: 15, values: [] });
  }
  const points: YearPoint[] = [];
  for (const row of table.rows) {
    const text = row.cells[timeColumn]!;
    const match = /^\d{2}\.\d{2}\.\d{4} (\d{2}):(\d{2})$/.exec(text);
    const value = numberIn(row, valueColumn, problems, { min: 0, max: 2, unit: 'parts of the maximum' });
    if (match === null) problems.add(row.line, timeColumn, `must look like 31.12.2018 23:45, got "${text}"`);
    if (match === null || value === undefined) continue;
    points.push({ line: row.line, value, minute: Number(match[1]) * 60 + Number(match[2]) });
  }
  return problems.finish(yearOf(points, timeColumn, problems, MINUTES_OF_DAY));
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A PVWatts typical year: `"Jan 1, 12:30 am",0` with the array's power in kW. The result is in W; divide by the array's
 * rating to scale it to another one. Format: NREL PVWatts hourly or half-hourly export.
 */
export function parsePvwatts(text: string, file: string): Loaded<YearProfile> {
  const problems = new Problems(file);
  const table = readTable(text, problems);
  const [timeColumn, valueColumn] = table.columns;
  if (timeColumn === undefined || valueColumn === undefined) {
    problems.add(1, 'header', 'needs two columns: the time stamp and the power in kW');
    return problems.finish({ stepMinutes: 30, values: [] });
  }
  const points: YearPoint[] = [];
  for (const row of table.rows) {
    const text = row.cells[timeColumn]!;
    const match = /^([a-z]{3}) (\d{1,2}), (\d{1,2}):(\d{2}) (am|pm)$/i.exec(text);
    const powerKw = numberIn(row, valueColumn, problems, { min: -1, max: 100_000, unit: 'kW' });
    const month = MONTHS.indexOf(match?.[1]?.toLowerCase() ?? '') + 1;
    if (match === null || month === 0) {
      problems.add(row.line, timeColumn, `must look like "Jan 1, 12:30 am", got "${text}"`);
    } else if (powerKw !== undefined) {
      const hour = (Number(match[3]) % 12) + (match[5]!.toLowerCase() === 'pm' ? 12 : 0);
      const minute = minuteOfYear({ month, day: Number(match[2]), hour, minute: Number(match[4]) });
      points.push({ line: row.line, minute, value: Math.max(0, powerKw) * 1000 });
    }
  }
  return problems.finish(yearOf(points, timeColumn, problems));
}

/** `cycle`: minutes after which the rows' `minute` starts again, a day or the whole year. */
function yearOf(
  points: readonly YearPoint[],
  field: string,
  problems: Problems,
  cycle = MINUTES_OF_YEAR,
): YearProfile {
  const stepMinutes = points.length > 1 ? points[1]!.minute - points[0]!.minute : 60;
  const count = MINUTES_OF_YEAR / stepMinutes;
  const values = points.map((point) => point.value);
  for (const [k, point] of points.entries()) {
    if (point.minute === (k * stepMinutes) % cycle) continue;
    problems.add(
      point.line,
      field,
      `step ${k + 1} of the year is expected here; rows must start on 1 January 00:00, be equally spaced and without gaps`,
    );
    return { stepMinutes: 15, values };
  }
  if (values.length !== count && points.length > 0) {
    problems.add(
      points.at(-1)!.line,
      field,
      `the year has ${values.length} steps of ${stepMinutes} min, expected ${count}; add the missing rows`,
    );
  }
  return { stepMinutes, values };
}
