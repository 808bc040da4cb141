import type { RawData, WebSocket } from 'ws';
import { mayInitiate, unansweredAction } from '../messages/index.ts';
import { type PayloadChecks, payloadChecks } from '../schemas/index.ts';
import type { OcppVersion } from '../versions/index.ts';
import { CallsIn } from './calls-in.ts';
import { CallsOut } from './calls-out.ts';
import type { AnyConnection, CallOptions, Closure, Side } from './connection.ts';
import { callFailure } from './failure.ts';
import { CALL, type Frame, isRecord, readFrame, SEND } from './frame.ts';
import type { AnyCallHandler, CallHandlers } from './handlers.ts';
import { Incoming } from './incoming.ts';
import { type Fault, guarded, type JournalEntry, type Observer } from './journal.ts';
import { stringified } from './json.ts';
import { type ConnectionLimits, defaultLimits } from './limits.ts';
import { Liveness } from './liveness.ts';
import { MessageRate } from './message-rate.ts';
import type { CallOutcome, Problem, SendOutcome } from './outcome.ts';
import { ReplyCache } from './reply-cache.ts';
import { type Clock, type Log, type Random, silentLog } from './surroundings.ts';

export interface SocketConnectionOptions {
  readonly socket: WebSocket;
  readonly version: OcppVersion;
  readonly side: Side;
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log | undefined;
  readonly limits?: Partial<ConnectionLimits> | undefined;
  readonly strict?: boolean | undefined;
  readonly replies?: ReplyCache | undefined;
  readonly observer?: Observer | undefined;
}

let generations = 0;

/** Makes the connection of an open WebSocket whose subprotocol is that of the version. */
export function socketConnection<S extends Side>(
  options: SocketConnectionOptions & { readonly side: S },
): AnyConnection<S> {
  // One class serves the three versions; what may be called when is checked at run time by tables and schemas.
  return new SocketConnection(options) as unknown as AnyConnection<S>;
}

class SocketConnection {
  readonly version: OcppVersion;
  readonly side: Side;
  readonly identity: string;
  readonly generation: number;
  readonly closed: Promise<Closure>;

  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: ConnectionLimits;
  readonly #checks: PayloadChecks;
  readonly #incoming: Incoming;
  readonly #observer: Observer;
  readonly #out: CallsOut;
  readonly #in: CallsIn;
  readonly #liveness: Liveness;
  readonly #rate: MessageRate | null;
  /** Why reading has stopped; empty while it goes on. */
  readonly #unread = new Set<'waiting' | 'rate'>();
  #stopRateTimer: () => void = () => {};
  readonly #idStem: string;
  #idCount = 0;
  #lastSeenMs: number;
  #ending: { readonly code: number; readonly reason: string; readonly by: Closure['by'] } | null = null;

  constructor(options: SocketConnectionOptions) {
    this.version = options.version;
    this.side = options.side;
    this.identity = options.identity;
    generations += 1;
    this.generation = generations;
    this.#socket = options.socket;
    this.#clock = options.clock;
    this.#log = options.log ?? silentLog;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#checks = payloadChecks(options.version);
    this.#observer = guarded(options.observer ?? {}, this.#log);
    const { messagesPerS, burstMessages } = this.#limits;
    this.#rate = messagesPerS > 0 ? new MessageRate(options.clock, messagesPerS, burstMessages) : null;
    this.#idStem = stem(options.random);
    this.#lastSeenMs = options.clock.now();
    this.#out = new CallsOut({
      clock: options.clock,
      timeoutMs: this.#limits.callTimeoutMs,
      most: this.#limits.queuedCalls,
      transmit: (call) => this.#transmit('CALL', call.id, call.action, call.text),
    });
    this.#in = new CallsIn({
      clock: options.clock,
      handlerMs: this.#limits.handlerMs,
      most: this.#limits.waitingCalls,
      changed: (waiting) => this.#regulate(waiting),
      defect: (call, what, error) => this.#defect(call.id, call.action, what, error),
    });
    this.#liveness = new Liveness(options.socket, {
      clock: options.clock,
      pingMs: this.#limits.pingMs,
      missedPings: this.#limits.missedPings,
      deaf: () => this.#socket.isPaused,
      dead: () => this.#cut({ code: 1006, reason: 'no sign of life', by: 'line' }),
    });
    const replies = options.replies ?? new ReplyCache();
    replies.beginConnection();
    this.#incoming = new Incoming({
      version: this.version,
      side: this.side,
      strict: options.strict ?? false,
      frameBytes: this.#limits.frameBytes,
      checks: this.#checks,
      replies,
      out: this.#out,
      in: this.#in,
      transmit: (kind, messageId, action, text) => this.#transmit(kind, messageId, action, text),
      fault: (kind, messageId, action, what, problems) =>
        this.#fault(kind, messageId, action, what, problems),
      defect: (messageId, action, what, error) => this.#defect(messageId, action, what, error),
    });
    this.closed = this.#listen();
  }

  get open(): boolean {
    return this.#ending === null && this.#socket.readyState === this.#socket.OPEN;
  }

  get queued(): number {
    return this.#out.size;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  get lastSeenMs(): number {
    return this.#lastSeenMs;
  }

  call(action: string, payload: unknown, options: CallOptions = {}): Promise<CallOutcome> {
    return this.callAny(action, payload, options);
  }

  async callAny(action: string, payload: unknown, options: CallOptions = {}): Promise<CallOutcome> {
    const problems = this.#problemsOfOwn(action, payload, action === unansweredAction);
    if (problems.length > 0) return { kind: 'invalid', problems };
    if (!this.open) return { kind: 'closed', sent: false };
    const busy = this.#busy(options.urgent);
    if (busy !== null) return busy;
    const id = options.messageId ?? this.#newId();
    return this.#out.add(id, action, JSON.stringify([CALL, id, action, payload]), options);
  }

  send(action: string, payload: unknown): SendOutcome {
    const problems = this.#problemsOfOwn(action, payload, action !== unansweredAction);
    if (problems.length > 0) return { kind: 'invalid', problems };
    if (!this.open) return { kind: 'closed', sent: false };
    const busy = this.#busy();
    if (busy !== null) return busy;
    const id = this.#newId();
    this.#transmit('SEND', id, action, JSON.stringify([SEND, id, action, payload]));
    return { kind: 'sent' };
  }

  onCall(handlers: CallHandlers<OcppVersion>): void {
    const byAction = new Map<string, unknown>(Object.entries(handlers));
    this.#in.handleBy((action, payload, context) => {
      const handler = byAction.get(action);
      if (typeof handler === 'function') return handler(payload, context);
      return callFailure('NotSupported', `${action} is not supported here`);
    });
  }

  onAnyCall(handler: AnyCallHandler): void {
    this.#in.handleBy(handler);
  }

  alive(withinMs: number): Promise<boolean> {
    return this.#liveness.alive(withinMs);
  }

  close(code = 1000, reason = ''): Promise<Closure> {
    this.#end({ code, reason, by: 'us' });
    return this.closed;
  }

  #listen(): Promise<Closure> {
    const socket = this.#socket;
    socket.on('message', (data, binary) => this.#received(data, binary));
    socket.on('ping', () => this.#seen());
    socket.on('pong', () => {
      this.#seen();
      this.#liveness.pong();
    });
    socket.on('error', (error) => this.#broken(error));
    return new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#out.end();
        this.#in.end();
        this.#liveness.end();
        this.#stopRateTimer();
        resolve(
          this.#ending ?? { code, reason: reason.toString('utf8'), by: code === 1006 ? 'line' : 'peer' },
        );
      });
    });
  }

  /** ws has found a frame that is too large, not UTF-8 or no WebSocket frame, and says goodbye by itself. */
  #broken(error: Error & { readonly code?: string }): void {
    const code =
      error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
        ? 1009
        : error.code === 'WS_ERR_INVALID_UTF8'
          ? 1007
          : error.code?.startsWith('WS_ERR_') === true
            ? 1002
            : 1006;
    if (code !== 1006) this.#fault('malformed', null, null, error.message);
    if (this.#ending === null)
      this.#ending = { code, reason: error.message, by: code === 1006 ? 'line' : 'us' };
    this.#cutSoon();
  }

  #end(ending: Closure): void {
    if (this.#ending !== null || this.#socket.readyState === this.#socket.CLOSED) return;
    this.#ending = ending;
    this.#out.end();
    this.#in.end();
    this.#socket.resume();
    this.#socket.close(ending.code, shortened(ending.reason));
    this.#cutSoon();
  }

  #cut(ending: Closure): void {
    this.#ending ??= ending;
    this.#socket.terminate();
  }

  /** A peer that does not answer the close frame, or does not stop sending, is cut off. */
  #cutSoon(): void {
    const stop = this.#clock.after(this.#limits.closeMs, () => this.#socket.terminate());
    this.#socket.once('close', stop);
  }

  #seen(): void {
    this.#lastSeenMs = this.#clock.now();
    this.#liveness.heard();
  }

  /** Whatever a watcher or a defect of ours does: one frame never brings down the process with all its stations. */
  #received(data: RawData, binary: boolean): void {
    try {
      this.#read(data, binary);
    } catch (error) {
      this.#log.error({ identity: this.identity, err: error }, 'a frame could not be dealt with');
    }
  }

  #read(data: RawData, binary: boolean): void {
    this.#seen();
    if (this.#ending !== null) return;
    if (binary) {
      this.#fault('malformed', null, null, 'binary frame');
      this.#end({ code: 1003, reason: 'OCPP-J is text', by: 'us' });
      return;
    }
    const bytes = sizeOf(data);
    if (bytes > this.#limits.largeFrameBytes) {
      this.#fault('malformed', null, null, `frame of ${bytes} bytes`);
      this.#end({ code: 1009, reason: 'frame too large', by: 'us' });
      return;
    }
    this.#keepToRate();
    const text = data.toString();
    const frame = readFrame(text);
    this.#journalIn(frame, text);
    this.#incoming.receive(frame, { text, bytes, receivedMs: this.#lastSeenMs });
  }

  #transmit(kind: JournalEntry['kind'], messageId: string, action: string | null, text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#observer.frame?.({ direction: 'out', atMs: this.#clock.now(), kind, messageId, action, text });
    this.#socket.send(text);
    if (this.bufferedBytes <= this.#limits.bufferedBytes) return;
    this.#fault('overload', messageId, action, `${this.bufferedBytes} bytes were not read`);
    this.#end({ code: 1013, reason: 'the peer does not read', by: 'us' });
  }

  /** Stops reading while too much waits; calls that come all the same (they were read already) end the connection. */
  #regulate(waiting: number): void {
    if (waiting > 2 * this.#limits.waitingCalls) {
      this.#fault('overload', null, null, `${waiting} calls wait`);
      this.#end({ code: 1013, reason: 'too many calls at once', by: 'us' });
    } else if (waiting > this.#limits.waitingCalls) this.#stopReading('waiting');
    else if (waiting <= this.#limits.waitingCalls / 2) this.#goOnReading('waiting');
  }

  #keepToRate(): void {
    const waitMs = this.#rate?.take() ?? 0;
    if (waitMs === 0 || this.#unread.has('rate')) return;
    this.#stopReading('rate');
    this.#stopRateTimer = this.#clock.after(waitMs, () => this.#goOnReading('rate'));
  }

  #stopReading(why: 'waiting' | 'rate'): void {
    this.#unread.add(why);
    this.#socket.pause();
  }

  #goOnReading(why: 'waiting' | 'rate'): void {
    if (this.#unread.delete(why) && this.#unread.size === 0) this.#socket.resume();
  }

  #busy(urgent = false): Extract<CallOutcome, { kind: 'busy' }> | null {
    const { bufferedBytes } = this;
    if (!this.#out.full(urgent) && bufferedBytes <= this.#limits.bufferedBytes) return null;
    return { kind: 'busy', queued: this.#out.size, bufferedBytes };
  }

  #problemsOfOwn(action: string, payload: unknown, wrongType: boolean): readonly Problem[] {
    if (wrongType || !mayInitiate(this.version, action, this.side)) {
      const what = `is no message that a ${this.side} of OCPP ${this.version} may begin this way`;
      return [{ field: '', what: `${action.slice(0, 50)} ${what}`, rule: 'action' }];
    }
    if (!isRecord(payload)) return [{ field: '', what: 'must be an object', rule: 'type' }];
    const { problems } = this.#checks.strictly(action, 'request', payload);
    if (problems.length > 0 || stringified(payload) !== null) return problems;
    return [{ field: '', what: 'must be writable as JSON', rule: 'type' }];
  }

  #newId(): string {
    this.#idCount += 1;
    return `${this.#idStem}-${this.#idCount.toString(36)}`;
  }

  #journalIn(frame: Frame, text: string): void {
    if (this.#observer.frame === undefined) return;
    const action =
      'action' in frame
        ? frame.action
        : frame.id === null
          ? null
          : (this.#out.inFlight(frame.id)?.action ?? null);
    this.#observer.frame({
      direction: 'in',
      atMs: this.#lastSeenMs,
      kind: frame.type,
      messageId: frame.id,
      action,
      text,
    });
  }

  #defect(messageId: string, action: string, what: string, error: unknown): void {
    this.#log.error({ identity: this.identity, action, messageId, err: error }, what);
    this.#observer.fault?.({ kind: 'defect', messageId, action, what, problems: [] });
  }

  #fault(
    kind: Fault['kind'],
    messageId: string | null,
    action: string | null,
    what: string,
    problems: readonly Problem[] = [],
  ): void {
    this.#log.debug({ identity: this.identity, kind, action, messageId }, what);
    this.#observer.fault?.({ kind, messageId, action, what, problems });
  }
}

/** The beginning of a connection's message ids: 60 random bits, so that ids are unique over all connections. */
function stem(random: Random): string {
  const part = (): string =>
    Math.floor(random() * 2 ** 30)
      .toString(36)
      .padStart(6, '0');
  return part() + part();
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((bytes, part) => bytes + part.byteLength, 0) : data.byteLength;
}

/** A close frame has room for 123 bytes of reason. */
function shortened(reason: string): string {
  const bytes = Buffer.from(reason, 'utf8');
  return bytes.length <= 123 ? reason : bytes.subarray(0, 120).toString('utf8');
}
