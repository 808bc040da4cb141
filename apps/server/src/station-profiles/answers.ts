/** What a station's answer to a profile means for dispatch, per version as a table. */
import { describeOutcome } from '@smac/ocpp';
import type { TargetAnswer } from '../dispatch/index.ts';
import type { StationCallOutcome } from '../stations/index.ts';

/** `next`: the station does not take this purpose or form; try the next carrier. */
export type Meaning = { readonly answer: TargetAnswer; readonly next: boolean };

const STATUS: Readonly<
  Record<string, { readonly result: 'ACCEPTED' | 'REJECTED' | 'NOT_SUPPORTED'; readonly next: boolean }>
> = {
  Accepted: { result: 'ACCEPTED', next: false },
  Rejected: { result: 'REJECTED', next: true },
  NotSupported: { result: 'NOT_SUPPORTED', next: true },
};

/** CALLERROR codes that say "I cannot do this", in the spellings of all versions (TC_K_15: survivable). */
const CANNOT = new Set([
  'NotSupported',
  'NotImplemented',
  'FormationViolation',
  'FormatViolation',
  'PropertyConstraintViolation',
]);

/** 2.x reason codes that name the transaction, not the profile. */
const NO_TRANSACTION = new Set(['TxNotFound', 'NoTransaction', 'UnknownTransaction']);

export function meaningOf(outcome: StationCallOutcome): Meaning {
  switch (outcome.kind) {
    case 'result': {
      const { status, statusInfo } = outcome.payload as {
        readonly status: string;
        readonly statusInfo?: { readonly reasonCode: string; readonly additionalInfo?: string };
      };
      const known = STATUS[status] ?? { result: 'REJECTED' as const, next: true };
      if (known.result === 'ACCEPTED') return { answer: { result: 'ACCEPTED' }, next: false };
      const reason = statusInfo
        ? ` (${statusInfo.reasonCode}${statusInfo.additionalInfo ? `: ${statusInfo.additionalInfo}` : ''})`
        : '';
      const detail = `The station answered ${status}${reason}.`;
      if (statusInfo && NO_TRANSACTION.has(statusInfo.reasonCode)) {
        return { answer: { result: 'UNKNOWN_SESSION', detail }, next: false };
      }
      return { answer: { result: known.result, detail }, next: known.next };
    }
    case 'error': {
      const detail = `The station answered ${describeOutcome(outcome)}.`;
      return CANNOT.has(outcome.code)
        ? { answer: { result: 'NOT_SUPPORTED', detail }, next: true }
        : { answer: { result: 'REJECTED', detail }, next: false };
    }
    case 'offline':
      return { answer: { result: 'UNKNOWN', detail: 'The station is offline.' }, next: false };
    case 'unknown-station':
      return { answer: { result: 'UNKNOWN_SESSION', detail: 'There is no such station.' }, next: false };
    case 'refused':
      return { answer: { result: 'REJECTED', detail: outcome.detail }, next: false };
    default:
      return { answer: { result: 'UNKNOWN', detail: describeOutcome(outcome) }, next: false };
  }
}
