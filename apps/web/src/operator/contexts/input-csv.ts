/** Files of dynamic inputs: `start,value` or `start,value,minutes`, one slot a line. */

export interface CsvSlot {
  readonly startMs: number;
  readonly value: number;
  readonly minutes?: number;
}

export type CsvField = 'start' | 'value' | 'minutes' | 'line';
export type CsvReason =
  | 'time'
  | 'no_such_time'
  | 'number'
  | 'negative'
  | 'length'
  | 'twice'
  | 'columns'
  | 'empty';

export interface CsvProblem {
  /** From 1, as an editor counts. */
  readonly line: number;
  readonly field: CsvField;
  readonly reason: CsvReason;
  /** What stands there. */
  readonly found: string;
}

export interface CsvReading {
  readonly slots: readonly CsvSlot[];
  readonly problems: readonly CsvProblem[];
}

/** Kinds whose values may lie below zero. */
export const SIGNED: ReadonlySet<string> = new Set(['price', 'export_price', 'flex']);
const LONGEST_MINUTES = 1440;

/**
 * Commas, semicolons or tabs between fields (with the latter two a comma may stand in a number). A time with a zone is that moment, one
 * without is the clock on the wall of the site.
 */
export function readCsv(text: string, kind: string, timeZone: string): CsvReading {
  const slots: CsvSlot[] = [];
  const problems: CsvProblem[] = [];
  const seen = new Set<number>();
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1;
    if (raw.trim() === '' || raw.startsWith('#') || (line === 1 && /^\s*"?start/i.test(raw))) continue;
    const note = (field: CsvField, reason: CsvReason, found: string) =>
      problems.push({ line, field, reason, found });
    const separator = [';', '\t'].find((one) => raw.includes(one)) ?? ',';
    const cells = raw.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    const [start = '', value = '', minutes] = cells;
    if (cells.length < 2 || cells.length > 3) {
      note('line', 'columns', raw);
      continue;
    }
    const startMs = momentOf(start, timeZone);
    const number = numberOf(value, separator);
    const length = minutes === undefined || minutes === '' ? undefined : numberOf(minutes, separator);
    if (typeof startMs === 'string') note('start', startMs, start);
    if (number === undefined) note('value', 'number', value);
    else if (number < 0 && !SIGNED.has(kind)) note('value', 'negative', value);
    if (minutes && (length === undefined || !(length > 0 && length <= LONGEST_MINUTES)))
      note('minutes', 'length', minutes);
    if (typeof startMs === 'number') {
      if (seen.has(startMs)) note('start', 'twice', start);
      seen.add(startMs);
      if (number !== undefined)
        slots.push({ startMs, value: number, ...(length === undefined ? {} : { minutes: length }) });
    }
  }
  if (slots.length === 0 && problems.length === 0)
    problems.push({ line: 1, field: 'line', reason: 'empty', found: '' });
  return { slots: slots.sort((a, b) => a.startMs - b.startMs), problems };
}

function numberOf(text: string, separator: string): number | undefined {
  const plain = separator === ',' ? text : text.replace(',', '.');
  const value = Number(plain);
  return plain.trim() === '' || !Number.isFinite(value) ? undefined : value;
}

function momentOf(text: string, timeZone: string): number | 'time' | 'no_such_time' {
  if (/(Z|[+-]\d\d:\d\d)$/.test(text)) {
    const ms = Date.parse(text.replace(' ', 'T'));
    return Number.isNaN(ms) ? 'time' : ms;
  }
  const parts = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::\d\d)?$/.exec(text);
  if (parts === null) return 'time';
  const [year, month, day, hour, minute] = parts.slice(1).map(Number);
  return wallTimeMs(`${year}`, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, timeZone) ?? 'no_such_time';
}

/** The moment at which the clock on the wall of a zone shows this; undefined where it never does (the night clocks go forward). */
function wallTimeMs(
  year: string,
  month: number,
  day: number,
  hour: number,
  minute: number,
  timeZone: string,
): number | undefined {
  const wantedMs = Date.UTC(Number(year), month - 1, day, hour, minute);
  let ms = wantedMs;
  for (let turn = 0; turn < 2; turn += 1) ms += wantedMs - shownMs(ms, timeZone);
  return shownMs(ms, timeZone) === wantedMs ? ms : undefined;
}

/** What the clock of a zone shows, as if it were UTC. */
function shownMs(ms: number, timeZone: string): number {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
    ms,
  );
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}

/** A day of a kind to begin with, in quarters of an hour from the next midnight of UTC. */
export function sampleCsv(kind: string, nowMs: number): string {
  const DAY_MS = 24 * 3_600_000;
  const startMs = Math.ceil(nowMs / DAY_MS) * DAY_MS;
  const at = (hour: number) => {
    const day = Math.sin(((hour - 6) / 12) * Math.PI);
    if (kind.endsWith('price')) return (0.18 + 0.08 * Math.cos(((hour - 19) / 12) * Math.PI)).toFixed(3);
    if (kind === 'co2') return (220 - 60 * day).toFixed(0);
    if (kind === 'flex') return hour >= 18 && hour < 20 ? '-10000' : '0';
    return Math.max(0, Math.round(8000 + 6000 * day)).toFixed(0);
  };
  const rows = Array.from(
    { length: 96 },
    (_, n) => `${new Date(startMs + n * 900_000).toISOString()},${at(n / 4)}`,
  );
  return `start,value\n${rows.join('\n')}\n`;
}
