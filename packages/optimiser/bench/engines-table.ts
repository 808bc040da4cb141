/** The rows of `npm run bench:engine` as a Markdown table, and its place in docs/benchmarks.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Variant } from './fleet.ts';
import { HIGHS_LIMIT_S, type Mode } from './plain-highs.ts';

export interface Timed {
  medianMs: number;
  leastMs: number;
  mostMs: number;
  runs: number;
}

export interface Row {
  variant: Variant;
  sessions: number;
  engine: string;
  smacCold: Timed;
  smacWarm: Timed;
  smacMemoryMb: number;
  gap: number | undefined;
  /** Undefined when HiGHS did not end within its limit, or was not asked. */
  highs: { mode: Mode; cold: Timed; warm: Timed; memoryMb: number } | undefined;
  /** False when HiGHS was left out on purpose. */
  highsAsked: boolean;
  difference: number | undefined;
}

const HEAD = [
  'class',
  'cars x 96',
  'SMAC engine',
  'SMAC cold',
  'SMAC warm',
  'HiGHS',
  'HiGHS cold',
  'HiGHS warm',
  'cold ratio',
  'warm ratio',
  'memory SMAC / HiGHS',
  'gap',
  'cost against HiGHS',
];

export const headOfTable = () => `${line(HEAD)}\n${line(HEAD.map((_, i) => (i === 0 ? '---' : '--:')))}`;

export function rowOfTable(row: Row): string {
  const { highs, smacCold, smacWarm } = row;
  const none = row.highsAsked ? `> ${HIGHS_LIMIT_S} s` : '-';
  return line([
    row.variant,
    row.sessions.toLocaleString('en'),
    row.engine,
    timed(smacCold),
    timed(smacWarm),
    highs?.mode ?? (row.highsAsked ? 'none ended' : '-'),
    highs === undefined ? none : timed(highs.cold),
    highs === undefined ? none : timed(highs.warm),
    highs === undefined ? '' : ratio(highs.cold.medianMs / smacCold.medianMs),
    highs === undefined ? '' : ratio(highs.warm.medianMs / smacWarm.medianMs),
    `${row.smacMemoryMb.toFixed(0)} / ${highs === undefined ? '-' : highs.memoryMb.toFixed(0)} MB`,
    row.gap === undefined ? 'no bound' : share(row.gap),
    row.difference === undefined ? '' : share(row.difference),
  ]);
}

const line = (cells: string[]) => `| ${cells.join(' | ')} |`;

/** "12.3 (11.0 to 14.2) ms" */
function timed({ medianMs, leastMs, mostMs, runs }: Timed): string {
  const digits = medianMs < 10 ? 2 : medianMs < 100 ? 1 : 0;
  const middle = medianMs.toFixed(digits);
  return runs === 1
    ? `${middle} ms`
    : `${middle} (${leastMs.toFixed(digits)} to ${mostMs.toFixed(digits)}) ms`;
}

const ratio = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)}x`;

/** In percent where it can be seen there, else as a power of ten. */
function share(value: number): string {
  if (Math.abs(value) < 1e-12) return '0';
  return Math.abs(value) >= 1e-5 ? `${(100 * value).toFixed(3)} %` : value.toExponential(0);
}

/**
 * Puts the text between the markers of its section; makes file, section and markers where they are missing.
 *
 * @param command what writes the section, named in its first marker
 */
export function writeSection(file: URL, section: string, command: string, text: string): void {
  const name = section.toLowerCase();
  const begin = `<!-- ${name}: written by ${command} -->`;
  const end = `<!-- /${name} -->`;
  const block = `${begin}\n${text}\n${end}`;
  let page = readOr(file, '# Benchmarks\n');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from >= 0 && to > from) page = page.slice(0, from) + block + page.slice(to + end.length);
  else page = `${page.trimEnd()}\n\n## ${section}\n\n${block}\n`;
  writeFileSync(file, page);
}

function readOr(file: URL, absent: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return absent;
    throw error;
  }
}
