/** What the readings of a report make of the meter of a transaction. */
import { doubtsOf, type MeterReading } from '../metering/index.ts';
import { moved, type RegisterLine } from './register-line.ts';
import type { TransactionReport } from './report.ts';
import { type FoldMemory, isEndedByUs, type RegisterMemory, type TransactionState } from './state.ts';

type Columns = Pick<
  TransactionState,
  | 'importStartWh'
  | 'exportStartWh'
  | 'importWh'
  | 'importReadMs'
  | 'exportWh'
  | 'exportReadMs'
  | 'powerW'
  | 'powerReadMs'
  | 'soc'
  | 'batteryWh'
  | 'phases'
  | 'meteredMs'
>;

export interface Metered {
  readonly columns: Partial<Columns>;
  readonly memory: Pick<FoldMemory, 'import' | 'export'>;
  /** Readings as they are to be stored, doubts flagged. */
  readonly readings: readonly MeterReading[];
}

type Lines = { readonly import: RegisterLine | undefined; readonly export: RegisterLine | undefined };

/** @param flags of the transaction; doubts are added to it */
export function meterAfter(before: TransactionState, report: TransactionReport, flags: Set<string>): Metered {
  let columns: Partial<Columns> = {
    ...pick('powerReadMs', before.powerReadMs),
    ...pick('meteredMs', before.meteredMs),
    ...pick('phases', before.phases),
  };
  let lines: Lines = { import: lineOf(before, 'import'), export: lineOf(before, 'export') };
  const readings: MeterReading[] = [];
  for (const reading of [...report.readings].sort((a, b) => a.atMs - b.atMs)) {
    const doubts: string[] = doubtsOf(reading, {});
    if (!doubts.includes('register-absurd') && countsEnergy(before, report, reading)) {
      const step = linesAfter(lines, report, reading);
      lines = step.lines;
      doubts.push(...step.doubts);
    }
    for (const flag of [...doubts, ...reading.flags]) flags.add(flag);
    readings.push(
      doubts.length === 0
        ? reading
        : { ...reading, flags: [...new Set([...reading.flags, ...doubts])].sort() },
    );
    columns = { ...columns, ...stateAfter(columns, reading, doubts) };
  }
  if (report.kind === 'Ended' || before.state === 'ended') columns = { ...columns, powerW: 0 };
  return {
    readings,
    columns: { ...columns, ...totalsOf(lines) },
    memory: { ...memoryOf('import', lines.import), ...memoryOf('export', lines.export) },
  };
}

const END = 'Transaction.End';

/** What a register shows after the station has told the end belongs to nobody here. */
function countsEnergy(before: TransactionState, report: TransactionReport, reading: MeterReading): boolean {
  const isOver = before.state === 'ended' && !isEndedByUs(before);
  return (
    !isOver ||
    report.kind === 'Ended' ||
    reading.context === END ||
    reading.atMs <= (before.endMs ?? Infinity)
  );
}

function linesAfter(lines: Lines, report: TransactionReport, reading: MeterReading) {
  const { atMs, context } = reading;
  const shown = {
    atMs,
    isBegin: report.kind === 'Started' || context === 'Transaction.Begin',
    isEnd: context === END,
  };
  const doubts: string[] = [];
  const after = (line: RegisterLine | undefined, wh: number | undefined) => {
    if (wh === undefined) return line;
    const step = moved(line, { ...shown, wh });
    if (step.verdict !== 'counted' && step.verdict !== 'older') doubts.push(step.verdict);
    return step.line;
  };
  return {
    lines: { import: after(lines.import, reading.importWh), export: after(lines.export, reading.exportWh) },
    doubts,
  };
}

function stateAfter(
  columns: Partial<Columns>,
  reading: MeterReading,
  doubts: readonly string[],
): Partial<Columns> {
  const isNewest = (knownMs: number | undefined) => knownMs === undefined || reading.atMs >= knownMs;
  const { atMs, importPowerW, exportPowerW } = reading;
  const hasPower =
    (importPowerW !== undefined || exportPowerW !== undefined) && !doubts.includes('power-absurd');
  const power =
    hasPower && isNewest(columns.powerReadMs)
      ? { powerW: (importPowerW ?? 0) - (exportPowerW ?? 0), powerReadMs: atMs }
      : {};
  if (!isNewest(columns.meteredMs)) return power;
  return {
    ...power,
    ...(doubts.includes('soc-absurd') ? {} : pick('soc', reading.soc)),
    ...pick('batteryWh', reading.batteryWh),
    ...pick('phases', mostPhases(columns.phases, reading)),
    meteredMs: atMs,
  };
}

/** A car that draws on a phase has that phase; one that draws nothing now has not lost it. */
function mostPhases(known: number | undefined, { currentA }: MeterReading): number | undefined {
  const used = (currentA ?? []).filter((ampere) => ampere !== null && ampere >= LEAST_PHASE_A).length;
  return used === 0 ? known : Math.max(used, known ?? 0);
}

/** Less is a meter's noise, or a filter in the car, A. */
const LEAST_PHASE_A = 2;

function lineOf(state: TransactionState, name: 'import' | 'export'): RegisterLine | undefined {
  const startWh = state[`${name}StartWh`];
  const wh = state[`${name}Wh`];
  const readMs = state[`${name}ReadMs`];
  if (startWh === undefined || wh === undefined || readMs === undefined) return undefined;
  // Of a transaction that began before this was remembered the start is what was stored.
  const memory: RegisterMemory = state.fold?.[name] ?? { startMs: state.startMs, isBegun: true };
  return { ...memory, startWh, wh, readMs };
}

function totalsOf({ import: imported, export: exported }: Lines): Partial<Columns> {
  return {
    ...(imported && {
      importStartWh: imported.startWh,
      importWh: imported.wh,
      importReadMs: imported.readMs,
    }),
    ...(exported && {
      exportStartWh: exported.startWh,
      exportWh: exported.wh,
      exportReadMs: exported.readMs,
    }),
  };
}

function memoryOf(name: 'import' | 'export', line: RegisterLine | undefined) {
  if (line === undefined) return {};
  const { startWh: _start, wh: _wh, readMs: _read, ...memory } = line;
  return { [name]: memory };
}

const pick = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [N in K]?: V };
