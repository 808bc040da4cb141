/**
 * What one report makes of a transaction. Pure: the same reports in any order, some of them twice, end in the same transaction, whatever
 * the link did to them (offline replay, lost answers, gaps).
 */
import { believed, doubtsOf, type MeterReading } from '../metering/index.ts';
import type { TransactionReport } from './report.ts';
import type { TransactionState } from './state.ts';

export interface Advanced {
  readonly state: TransactionState;
  /** Nothing new: it was here before, acknowledge it again. */
  readonly duplicate: boolean;
  /** Readings as they are to be stored, doubts flagged. */
  readonly readings: readonly MeterReading[];
}

/** Gaps further back than this are not waited for. */
const MOST_MISSING = 1_000;

/** The transaction a report tells of for the first time; one whose start never came is provisioned, not refused. */
export function begun(
  report: TransactionReport,
  identity: { readonly id: string; readonly stationRef: string },
): TransactionState {
  const isStart = report.kind === 'Started';
  return {
    ...identity,
    stationId: report.stationId,
    version: report.version,
    evseId: report.evseId ?? 0,
    connectorId: report.connectorId ?? 1,
    state: 'active',
    startMs: report.atMs,
    lastSeq: report.seq === undefined ? 0 : report.seq - 1,
    missingSeq: isStart || report.seq === undefined ? [] : counted(0, report.seq),
    flags: isStart ? [] : ['start-missing'],
    updatedMs: report.receivedMs,
  };
}

/** Ends the station itself did not tell; its own one takes their place. */
export const ENDED_BY_US = ['superseded', 'abandoned'] as const;

/** @param before the transaction without this report */
export function advance(before: TransactionState, report: TransactionReport): Advanced {
  const { seq } = report;
  const isCounted = seq !== undefined && seq <= before.lastSeq && !before.missingSeq.includes(seq);
  // A station that lost its count may use a number again: the end of what still runs is nothing that was heard before.
  const isEndOfRunning = report.kind === 'Ended' && before.state === 'active';
  if (isCounted && !isEndOfRunning) return { state: before, duplicate: true, readings: [] };
  const flags = new Set([...before.flags, ...report.flags]);
  if (isCounted) flags.add('seq-reused');
  if (report.kind === 'Started') flags.delete('start-missing');
  if (report.kind === 'Ended') for (const flag of ENDED_BY_US) flags.delete(flag);
  const metered = meterAfter(before, report, flags);
  const isLatest = seq === undefined || seq > before.lastSeq;
  const ended = report.kind === 'Ended';
  return {
    duplicate: false,
    readings: metered.readings,
    state: {
      ...before,
      ...metered.columns,
      ...sequenceAfter(before, seq),
      ...tokenAfter(before, report),
      evseId: before.evseId === 0 ? (report.evseId ?? 0) : before.evseId,
      connectorId: report.connectorId ?? before.connectorId,
      // Only where the start itself never came may what was heard later move it: a sample or a status from before the start does not.
      startMs:
        report.kind === 'Started'
          ? report.atMs
          : before.flags.includes('start-missing')
            ? Math.min(before.startMs, report.atMs)
            : before.startMs,
      ...(ended ? { state: 'ended' as const, endMs: report.atMs } : {}),
      ...(ended && report.stopReason !== undefined ? { stopReason: report.stopReason } : {}),
      ...(isLatest && report.chargingState !== undefined ? { chargingState: report.chargingState } : {}),
      ...(report.remoteStartId === undefined ? {} : { remoteStartId: report.remoteStartId }),
      ...(report.reservationId === undefined ? {} : { reservationId: report.reservationId }),
      flags: [...flags].sort(),
      updatedMs: report.receivedMs,
    },
  };
}

/** The station began another transaction at the same EVSE and said nothing of this one's end; a late end will correct it. */
export const superseded = (before: TransactionState, atMs: number, receivedMs: number) =>
  endedByUs(before, 'superseded', atMs, receivedMs);

/** The station is gone for good, or for so long that nobody waits: the card and the power are free again; a late end will correct it. */
export const abandoned = (before: TransactionState, nowMs: number) =>
  endedByUs(before, 'abandoned', before.meteredMs ?? before.updatedMs, nowMs);

function endedByUs(
  before: TransactionState,
  flag: 'superseded' | 'abandoned',
  atMs: number,
  receivedMs: number,
): TransactionState {
  return {
    ...before,
    state: 'ended',
    endMs: Math.max(before.startMs, Math.min(atMs, receivedMs)),
    powerW: 0,
    stopReason: 'Other',
    flags: [...new Set([...before.flags, flag])].sort(),
    updatedMs: receivedMs,
  };
}

function sequenceAfter(before: TransactionState, seq: number | undefined) {
  if (seq === undefined) return {};
  if (seq <= before.lastSeq) return { missingSeq: before.missingSeq.filter((missing) => missing !== seq) };
  const gap = counted(before.lastSeq + 1, seq);
  return { lastSeq: seq, missingSeq: [...before.missingSeq, ...gap].slice(-MOST_MISSING) };
}

const counted = (from: number, to: number) => {
  const first = Math.max(from, to - MOST_MISSING);
  return Array.from({ length: Math.max(0, to - first) }, (_, n) => first + n);
};

/** The driver who began it stays its driver: whoever stops it with another card of the group does not become the payer. */
function tokenAfter(before: TransactionState, report: TransactionReport) {
  const { token } = report;
  const keeps = token === undefined || (before.tokenUid !== undefined && report.kind === 'Ended');
  if (keeps || (before.tokenUid !== undefined && before.tokenUid !== token.uid)) return {};
  return {
    tokenUid: token.uid,
    tokenType: token.type,
    ...(report.groupUid === undefined ? {} : { groupUid: report.groupUid }),
    ...(report.tokenStatus === undefined ? {} : { tokenStatus: report.tokenStatus }),
  };
}

type Columns = Partial<
  Pick<
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
    | 'phases'
    | 'meteredMs'
  >
>;

/** Registers only move on; a reading that is older than the last one is kept in the history and changes no total. */
function meterAfter(before: TransactionState, report: TransactionReport, flags: Set<string>) {
  let columns: Columns = {
    ...pick('importStartWh', before.importStartWh),
    ...pick('exportStartWh', before.exportStartWh),
    ...pick('importWh', before.importWh),
    ...pick('importReadMs', before.importReadMs),
    ...pick('exportWh', before.exportWh),
    ...pick('exportReadMs', before.exportReadMs),
    ...pick('powerReadMs', before.powerReadMs),
    ...pick('meteredMs', before.meteredMs),
    ...pick('phases', before.phases),
  };
  const readings: MeterReading[] = [];
  for (const reading of [...report.readings].sort((a, b) => a.atMs - b.atMs)) {
    const doubts = doubtsOf(reading, columns);
    for (const doubt of doubts) flags.add(doubt);
    for (const flag of reading.flags) flags.add(flag);
    readings.push(
      doubts.length === 0 ? reading : { ...reading, flags: [...reading.flags, ...doubts].sort() },
    );
    columns = { ...columns, ...columnsAfter(columns, believed(reading, doubts), report.kind === 'Started') };
  }
  if (report.kind === 'Ended') columns = { ...columns, powerW: 0 };
  return { columns, readings };
}

function columnsAfter(columns: Columns, reading: MeterReading, isStart: boolean): Columns {
  const isBegin = isStart || reading.context === 'Transaction.Begin';
  const isNewest = (knownMs: number | undefined) => knownMs === undefined || reading.atMs >= knownMs;
  const start = {
    ...startOf('importStartWh', columns.importStartWh, reading.importWh, isBegin),
    ...startOf('exportStartWh', columns.exportStartWh, reading.exportWh, isBegin),
  };
  const { atMs, importWh, exportWh, importPowerW, exportPowerW } = reading;
  const hasPower = importPowerW !== undefined || exportPowerW !== undefined;
  const moved = {
    ...start,
    ...(importWh !== undefined && isNewest(columns.importReadMs) ? { importWh, importReadMs: atMs } : {}),
    ...(exportWh !== undefined && isNewest(columns.exportReadMs) ? { exportWh, exportReadMs: atMs } : {}),
    ...(hasPower && isNewest(columns.powerReadMs)
      ? { powerW: (importPowerW ?? 0) - (exportPowerW ?? 0), powerReadMs: atMs }
      : {}),
  };
  if (!isNewest(columns.meteredMs)) return moved;
  return {
    ...moved,
    ...pick('soc', reading.soc),
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

/** The register at the start: what the begin says, else the first (lowest) value seen. */
function startOf(
  name: 'importStartWh' | 'exportStartWh',
  known: number | undefined,
  value: number | undefined,
  isBegin: boolean,
) {
  if (value === undefined) return {};
  if (isBegin || known === undefined || value < known) return { [name]: value };
  return {};
}

const pick = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [N in K]?: V };
