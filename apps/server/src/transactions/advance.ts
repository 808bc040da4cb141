/**
 * What one report makes of a transaction. Pure: the same reports in any order, some of them twice, end in the same transaction, whatever
 * the link did to them (offline replay, lost answers, gaps).
 */
import type { MeterReading } from '../metering/index.ts';
import { cardKey } from './card-uses.ts';
import { meterAfter } from './meter-after.ts';
import type { TransactionReport } from './report.ts';
import { ENDED_BY_US, isEndedByUs, type TransactionState } from './state.ts';

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

/** Whether something was heard under the number of a report before: nothing, the same, or something else. */
export type Heard = 'nothing' | 'same' | 'other';

/** @param before the transaction without this report */
export function advance(
  before: TransactionState,
  report: TransactionReport,
  heard: Heard = 'nothing',
): Advanced {
  if (heard === 'same') return { state: before, duplicate: true, readings: [] };
  const { seq } = report;
  const flags = new Set([...before.flags, ...report.flags]);
  if (heard === 'other') flags.add('seq-reused');
  if (report.kind === 'Started') flags.delete('start-missing');
  if (report.kind === 'Ended') for (const flag of ENDED_BY_US) flags.delete(flag);
  const metered = meterAfter(before, report, flags);
  const charging = chargingAfter(before, report);
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
      startMs: startAfter(before, report),
      ...endAfter(before, report),
      ...charging.columns,
      ...(report.remoteStartId === undefined ? {} : { remoteStartId: report.remoteStartId }),
      ...(report.reservationId === undefined ? {} : { reservationId: report.reservationId }),
      flags: [...flags].sort(),
      updatedMs: report.receivedMs,
      fold: { ...metered.memory, ...charging.memory },
    },
  };
}

/** Only where the start itself never came may what was heard later move it: a sample or a status from before the start does not. */
function startAfter(before: TransactionState, { kind, atMs, readings }: TransactionReport): number {
  const isMissing = before.flags.includes('start-missing');
  if (kind === 'Started') return isMissing ? atMs : Math.min(before.startMs, atMs);
  if (!isMissing) return before.startMs;
  const begins = readings.filter(({ context }) => context === 'Transaction.Begin');
  return Math.min(before.startMs, atMs, ...begins.map((reading) => reading.atMs));
}

/** A station that ends a transaction twice ended it when it said so last. */
function endAfter(before: TransactionState, report: TransactionReport): Partial<TransactionState> {
  if (report.kind !== 'Ended') return {};
  const isOver = before.state === 'ended' && !isEndedByUs(before);
  if (isOver && (before.endMs ?? 0) > report.atMs) return {};
  return {
    state: 'ended',
    endMs: report.atMs,
    ...(report.stopReason === undefined ? {} : { stopReason: report.stopReason }),
  };
}

/** By the station's clock: numbers may begin again, and come in any order. */
function chargingAfter(before: TransactionState, { chargingState, atMs, seq = 0 }: TransactionReport) {
  const { chargingAtMs = -Infinity, chargingSeq = 0 } = before.fold ?? {};
  const isNewest = atMs > chargingAtMs || (atMs === chargingAtMs && seq >= chargingSeq);
  if (chargingState !== undefined && isNewest) {
    return { columns: { chargingState }, memory: { chargingAtMs: atMs, chargingSeq: seq } };
  }
  return {
    columns: {},
    memory: before.fold?.chargingAtMs === undefined ? {} : { chargingAtMs, chargingSeq },
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
  if (keeps || (before.tokenUid !== undefined && cardKey({ uid: before.tokenUid }) !== cardKey(token)))
    return {};
  return {
    tokenUid: before.tokenUid ?? token.uid,
    tokenType: token.type,
    ...(report.groupUid === undefined ? {} : { groupUid: report.groupUid }),
    ...(report.tokenStatus === undefined ? {} : { tokenStatus: report.tokenStatus }),
  };
}
