import type { Problem } from './outcome.ts';
import type { Log } from './surroundings.ts';

/** One frame, for a message log. Called before anything is done with it, so it should be quick. */
export interface JournalEntry {
  readonly direction: 'in' | 'out';
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly kind: 'CALL' | 'CALLRESULT' | 'CALLERROR' | 'CALLRESULTERROR' | 'SEND' | 'unreadable';
  readonly messageId: string | null;
  /** Of CALL and SEND, and of answers the action they belong to. */
  readonly action: string | null;
  /** The frame as it was on the wire. May hold personal data and keys: the log decides what to keep. */
  readonly text: string;
}

/** Something a peer did against the rules, or a defect of ours. The connection has dealt with it already. */
export interface Fault {
  readonly kind: /** Not JSON, not an array, wrong arity, unreadable id, unknown message type, binary frame. */
    | 'malformed'
    /** A CALLRESULT or CALLERROR that belongs to no call in flight: late, foreign or invented. Ignored. */
    | 'unmatched-answer'
    /** A call that was answered with an error because of its action or payload. */
    | 'refused-call'
    /** A payload beside its schema that was forgiven. */
    | 'forgiven'
    /** A message id that came again: answered from the cache, or (other content) treated as a new message. */
    | 'repeated-id'
    /** An answer of the peer that breaks its schema. */
    | 'bad-answer'
    /** The peer says that our answer broke its schema (2.1, type 5). */
    | 'answer-refused'
    /** Frames come faster than they are dealt with, or are not read. */
    | 'overload'
    /** A handler threw, took too long or gave a payload that breaks its schema. */
    | 'defect';
  readonly messageId: string | null;
  readonly action: string | null;
  /** One line without payload values. */
  readonly what: string;
  readonly problems: readonly Problem[];
}

/** Who watches a connection. Both callbacks are optional. */
export interface Observer {
  frame?(entry: JournalEntry): void;
  fault?(fault: Fault): void;
}

/** The same observer, for whose defects neither a frame nor a connection has to pay. */
export function guarded(observer: Observer, log: Log): Observer {
  const guard =
    <T>(watch: (seen: T) => void) =>
    (seen: T): void => {
      try {
        watch.call(observer, seen);
      } catch (error) {
        log.error({ err: error }, 'an observer of OCPP connections failed');
      }
    };
  return {
    ...(observer.frame === undefined ? {} : { frame: guard(observer.frame) }),
    ...(observer.fault === undefined ? {} : { fault: guard(observer.fault) }),
  };
}
