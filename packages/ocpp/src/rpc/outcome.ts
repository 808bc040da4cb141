/** One departure of a payload from its schema. */
export interface Problem {
  /** Where: `chargingSchedule.chargingSchedulePeriod[0].limit`; empty for the payload itself. */
  readonly field: string;
  /** What, in words, without the value: `must be a number`. */
  readonly what: string;
  /** The schema keyword that was broken: `required`, `type`, `enum`, `maxLength`, ... */
  readonly rule: string;
}

/** What became of a call. Expected ends are values: the promise of `call` never rejects. */
export type CallOutcome<T = unknown> =
  | {
      readonly kind: 'result';
      readonly payload: T;
      /** What the peer wrote beside its schema and was forgiven (tolerant connections only). */
      readonly deviations: readonly Problem[];
    }
  /** The peer answered with a CALLERROR. `code` is as the peer wrote it, unknown codes included. */
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly description: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  /** No answer in time. The peer may have executed the call all the same. */
  | { readonly kind: 'timeout'; readonly afterMs: number }
  /** The connection ended first. `sent`: the frame had left, the peer may have executed the call. */
  | { readonly kind: 'closed'; readonly sent: boolean }
  /** The peer's answer breaks its schema beyond tolerance. It did execute the call. */
  | { readonly kind: 'bad-answer'; readonly payload: unknown; readonly problems: readonly Problem[] }
  /** Not sent: too many calls wait, or the peer does not read. */
  | { readonly kind: 'busy'; readonly queued: number; readonly bufferedBytes: number }
  /** Not sent, a defect of the caller: unknown action, wrong direction or a payload that breaks its schema. */
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** What became of an unanswered message (2.1, type 6). */
export type SendOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'closed'; readonly sent: false }
  | Extract<CallOutcome, { readonly kind: 'busy' | 'invalid' }>;

/** An outcome in one line for people and logs, without payloads: `error NotSupported: no smart charging`. */
export function describeOutcome(outcome: CallOutcome | SendOutcome): string {
  switch (outcome.kind) {
    case 'error':
      return `error ${outcome.code}${outcome.description === '' ? '' : `: ${outcome.description}`}`;
    case 'timeout':
      return `no answer within ${outcome.afterMs / 1000} s`;
    case 'closed':
      return outcome.sent ? 'connection lost before the answer' : 'connection closed, not sent';
    case 'bad-answer':
      return `answer breaks its schema: ${describeProblems(outcome.problems)}`;
    case 'busy':
      return `not sent: ${outcome.queued} calls and ${outcome.bufferedBytes} bytes wait`;
    case 'invalid':
      return `not sent: ${describeProblems(outcome.problems)}`;
    default:
      return outcome.kind;
  }
}

/** Problems in one line: `connectorId: must be present; limit: must be a number`. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ field, what }) => (field === '' ? what : `${field}: ${what}`)).join('; ');
}
