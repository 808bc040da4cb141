import type { CallOptions } from './connection.ts';
import type { CallOutcome } from './outcome.ts';
import type { Clock } from './surroundings.ts';

/** A call of ours on its way. */
export interface OwnCall {
  readonly id: string;
  readonly action: string;
  readonly text: string;
  readonly timeoutMs: number;
  resolve(outcome: CallOutcome): void;
  /** Stops listening to the caller's signal. */
  released: () => void;
}

export interface CallsOutOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly most: number;
  /** Puts a frame on the wire. */
  transmit(call: OwnCall): void;
}

/**
 * Our own calls of one connection: one in flight, the others in the order of asking, urgent ones first. An answer or a
 * timeout lets the next one go (OCPP-J 1.6 section 4.1.1, 2.x part 4 section 4.1.3).
 */
export class CallsOut {
  readonly #options: CallsOutOptions;
  readonly #waiting: OwnCall[] = [];
  #urgentWaiting = 0;
  #flight: OwnCall | null = null;
  #stopTimer: () => void = () => {};
  #ended = false;

  constructor(options: CallsOutOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.length + (this.#flight === null ? 0 : 1);
  }

  /** Urgent calls have room of their own: a long queue must not keep a limit from going down. */
  full(urgent: boolean): boolean {
    return (urgent ? this.#urgentWaiting : this.#waiting.length) >= this.#options.most;
  }

  add(id: string, action: string, text: string, options: CallOptions): Promise<CallOutcome> {
    if (this.#ended || options.signal?.aborted === true) {
      return Promise.resolve({ kind: 'closed', sent: false });
    }
    return new Promise((resolve) => {
      const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs;
      const call: OwnCall = { id, action, text, timeoutMs, resolve, released: () => {} };
      if (options.urgent === true) {
        this.#waiting.splice(this.#urgentWaiting, 0, call);
        this.#urgentWaiting += 1;
      } else this.#waiting.push(call);
      const { signal } = options;
      if (signal !== undefined) {
        const withdraw = (): void => this.#withdraw(call);
        signal.addEventListener('abort', withdraw, { once: true });
        call.released = () => signal.removeEventListener('abort', withdraw);
      }
      this.#next();
    });
  }

  /** The call in flight with this id, or null. */
  inFlight(id: string): OwnCall | null {
    return this.#flight?.id === id ? this.#flight : null;
  }

  /** Ends the call in flight and lets the next one go. */
  settle(call: OwnCall, outcome: CallOutcome): void {
    if (this.#flight !== call) return;
    this.#flight = null;
    this.#stopTimer();
    finish(call, outcome);
    this.#next();
  }

  /** Ends all of them: the connection is gone. */
  end(): void {
    this.#ended = true;
    this.#stopTimer();
    const flight = this.#flight;
    this.#flight = null;
    if (flight !== null) finish(flight, { kind: 'closed', sent: true });
    for (const call of this.#waiting.splice(0)) finish(call, { kind: 'closed', sent: false });
    this.#urgentWaiting = 0;
  }

  #withdraw(call: OwnCall): void {
    const at = this.#waiting.indexOf(call);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    if (at < this.#urgentWaiting) this.#urgentWaiting -= 1;
    finish(call, { kind: 'closed', sent: false });
  }

  #next(): void {
    if (this.#flight !== null || this.#ended) return;
    const call = this.#waiting.shift();
    if (call === undefined) return;
    if (this.#urgentWaiting > 0) this.#urgentWaiting -= 1;
    this.#flight = call;
    this.#stopTimer = this.#options.clock.after(call.timeoutMs, () =>
      this.settle(call, { kind: 'timeout', afterMs: call.timeoutMs }),
    );
    this.#options.transmit(call);
  }
}

function finish(call: OwnCall, outcome: CallOutcome): void {
  call.released();
  call.resolve(outcome);
}
