import { callFailure } from './failure.ts';
import type { AnyCallHandler, CallContext } from './handlers.ts';
import type { Problem } from './outcome.ts';
import type { Clock } from './surroundings.ts';

/** A call of the peer whose payload may be used. */
export interface PeerCall {
  readonly id: string;
  readonly action: string;
  readonly payload: unknown;
  readonly receivedMs: number;
  readonly deviations: readonly Problem[];
  /** Hands the answer to the wire; for an unanswered message it does nothing. */
  answer(answer: unknown): void;
  /** The connection ended before anybody worked on it. */
  dropped(): void;
}

export interface CallsInOptions {
  readonly clock: Clock;
  readonly handlerMs: number;
  /** Calls that may wait for a handler to be set. */
  readonly most: number;
  /** Told when the number of waiting calls changes. */
  changed(waiting: number): void;
  /** A handler threw or took too long. */
  defect(call: PeerCall, what: string, error: unknown): void;
}

/**
 * The peer's calls of one connection, handled one after the other in the order of arrival, so that the end of a
 * transaction never overtakes its beginning. Calls that come before there is a handler wait.
 */
export class CallsIn {
  readonly #options: CallsInOptions;
  readonly #waiting: PeerCall[] = [];
  #handler: AnyCallHandler | null = null;
  #working = false;
  #ended = false;

  constructor(options: CallsInOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  handleBy(handler: AnyCallHandler): void {
    this.#handler = handler;
    this.#next();
  }

  add(call: PeerCall): void {
    if (this.#ended) {
      call.dropped();
      return;
    }
    if (this.#handler === null && this.#waiting.length >= this.#options.most) {
      // Stopping to read would keep our own answers from us as well.
      call.answer(callFailure('InternalError', 'not ready for calls yet'));
      return;
    }
    this.#waiting.push(call);
    this.#next();
    if (this.#waiting.length > 0) this.#options.changed(this.#waiting.length);
  }

  /** Nothing more is begun; what is in work ends, and its answer is kept for the next connection. */
  end(): void {
    this.#ended = true;
    for (const call of this.#waiting.splice(0)) call.dropped();
  }

  #next(): void {
    if (this.#working || this.#ended || this.#handler === null) return;
    const call = this.#waiting.shift();
    if (call === undefined) return;
    this.#working = true;
    this.#options.changed(this.#waiting.length);
    this.#work(call, this.#handler);
  }

  #work(call: PeerCall, handler: AnyCallHandler): void {
    const after: (() => void)[] = [];
    let settled = false;
    const settle = (answer: unknown): void => {
      if (settled) return;
      settled = true;
      stopTimer();
      call.answer(answer);
      for (const fire of after) this.#guarded(call, fire);
      this.#working = false;
      this.#next();
    };
    const failed = (what: string, error: unknown): void => {
      if (!settled) this.#options.defect(call, what, error);
      settle(callFailure('InternalError', 'the message could not be processed'));
    };
    const stopTimer = this.#options.clock.after(this.#options.handlerMs, () =>
      failed(`no answer was made within ${this.#options.handlerMs} ms`, null),
    );
    const context: CallContext = {
      messageId: call.id,
      receivedMs: call.receivedMs,
      deviations: call.deviations,
      afterAnswer: (fire) => {
        if (settled) this.#guarded(call, fire);
        else after.push(fire);
      },
    };
    try {
      const answer = handler(call.action, call.payload, context);
      if (answer instanceof Promise) {
        answer.then(settle, (error: unknown) => failed('the handler failed', error));
      } else settle(answer);
    } catch (error) {
      failed('the handler failed', error);
    }
  }

  #guarded(call: PeerCall, fire: () => void): void {
    try {
      fire();
    } catch (error) {
      this.#options.defect(call, 'what was to follow the answer failed', error);
    }
  }
}
