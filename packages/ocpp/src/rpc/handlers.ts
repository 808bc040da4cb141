import type { Action, Request, Response, UnansweredAction } from '../messages/index.ts';
import type { OcppVersion } from '../versions/index.ts';
import type { CallFailure } from './failure.ts';
import type { Problem } from './outcome.ts';

/** What a handler learns about a call beside its payload. */
export interface CallContext {
  readonly messageId: string;
  /** When the frame arrived, epoch milliseconds. */
  readonly receivedMs: number;
  /** What was forgiven in the payload: dropped nulls, unknown fields that were kept, fractions. */
  readonly deviations: readonly Problem[];
  /** Runs once the answer was handed to the socket, e.g. to begin calls of one's own after a boot. */
  afterAnswer(fire: () => void): void;
}

/**
 * The answers of one side by action. An action without handler is answered with NotSupported, one that the version does
 * not know with NotImplemented. What is returned is checked against its schema before it leaves; a payload that breaks
 * it, or an exception, is logged as a defect and answered with InternalError. Calls of a peer are handled one after the
 * other in the order of arrival.
 */
export type CallHandlers<V extends OcppVersion> = {
  readonly [A in Action<V>]?: (
    payload: Request<V, A>,
    context: CallContext,
  ) => Response<V, A> | CallFailure | Promise<Response<V, A> | CallFailure>;
} & (V extends '2.1'
  ? {
      /** Unanswered messages (type 6). Nothing is sent back, whatever happens. */
      readonly [A in UnansweredAction]?: (
        payload: Request<'2.1', A>,
        context: CallContext,
      ) => void | Promise<void>;
    }
  : unknown);

/** Handlers of any version, as one function: for tests, relays and catch-alls. */
export type AnyCallHandler = (
  action: string,
  payload: unknown,
  context: CallContext,
) => unknown | CallFailure | Promise<unknown | CallFailure>;
