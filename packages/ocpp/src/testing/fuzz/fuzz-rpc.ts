import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { acceptStations } from '../../csms/index.ts';
import { actionsOf, mayInitiate } from '../../messages/index.ts';
import type { AnyConnection, Clock, Random } from '../../rpc/index.ts';
import { dialStation } from '../../station/index.ts';
import { type OcppVersion, ocppVersions, subprotocolOf } from '../../versions/index.ts';
import { payloadsOf } from '../arbitrary.ts';
import { MARKER, type Message, pick, spoiled, spoiledMessage, spoiledText } from './mutators.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Ends after so many frames ... */
  readonly count?: number;
  /** ... or after so many seconds, whichever comes first. */
  readonly seconds?: number;
  readonly clock: Clock;
  /** Told about once a second. */
  progress?(report: FuzzReport): void;
}

export interface FuzzReport {
  readonly seed: number;
  /** Frames sent to the CSMS side. */
  frames: number;
  /** Frames that came back. */
  answers: number;
  /** Connections that the CSMS ended because of a frame, and that were dialled again. */
  closed: number;
  /** Well-formed calls in between that had to be answered, and were. */
  soundCalls: number;
  /** Calls of a station that does nothing wrong, meanwhile on a connection of its own. */
  bystanderCalls: number;
  /** Longest time that the event loop stood still, milliseconds. */
  lagMs: number;
  heapMb: number;
  /** What must never happen, with the frame that did it. Empty after a good run. */
  readonly failures: string[];
}

const at = '2026-01-01T00:00:00Z';
const SOUND_EVERY = 50;
const BATCH = 25;
const SOUND_ANSWER_MS = 20_000;

/**
 * Throws spoiled frames of all versions at a CSMS over real sockets and watches that nothing throws, that answers are
 * well-formed and echo no payload, that sound calls in between are answered, and that other stations notice nothing.
 */
export async function fuzzRpc(options: FuzzOptions): Promise<FuzzReport> {
  const random = xorshift(options.seed);
  const report: FuzzReport = {
    seed: options.seed,
    frames: 0,
    answers: 0,
    closed: 0,
    soundCalls: 0,
    bystanderCalls: 0,
    lagMs: 0,
    heapMb: 0,
    failures: [],
  };
  const crashed = (error: unknown): void => {
    report.failures.push(`crash: ${error instanceof Error ? error.stack : String(error)}`);
  };
  process.on('uncaughtException', crashed);
  process.on('unhandledRejection', crashed);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const open = new Set<AnyConnection<'csms'>>();
  const listener = acceptStations<null>({
    authorise: () => ({ accept: true, binding: null }),
    onConnection: (connection) => {
      open.add(connection);
      void connection.closed.then(() => open.delete(connection));
      connection.onAnyCall((action) => (action === 'Heartbeat' ? { currentTime: at } : {}));
    },
    clock: options.clock,
    random,
  });
  const server = createServer();
  listener.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`;
  const attackers = ocppVersions.map((version) => new Attacker(version, url, random, report));
  const bystander = await dialled(url, options.clock, random);
  const endMs = options.clock.now() + (options.seconds ?? Number.POSITIVE_INFINITY) * 1_000;
  const count = options.count ?? Number.POSITIVE_INFINITY;
  let toldMs = options.clock.now();
  delay.enable();
  try {
    while (report.frames < count && options.clock.now() < endMs && report.failures.length < 10) {
      for (const attacker of attackers) await attacker.batch(Math.min(BATCH, count - report.frames));
      // Own calls of the CSMS give the attackers something in flight to answer wrongly.
      for (const connection of open) {
        if (connection.queued === 0) void connection.callAny('ClearCache', {}, { timeoutMs: 50 });
      }
      const { kind } = await bystander.callAny('Heartbeat', {});
      if (kind === 'result') report.bystanderCalls += 1;
      else report.failures.push(`another station's call ended with ${kind}`);
      report.lagMs = Math.max(report.lagMs, Math.round(delay.max / 1e6));
      report.heapMb = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
      if (options.clock.now() - toldMs >= 1_000) {
        toldMs = options.clock.now();
        options.progress?.(report);
      }
    }
    if (Reflect.get({}, 'polluted') !== undefined) report.failures.push('Object.prototype was changed');
  } finally {
    for (const attacker of attackers) attacker.stop();
    await bystander.close();
    await listener.close();
    await new Promise((resolve) => server.close(resolve));
    delay.disable();
    process.off('uncaughtException', crashed);
    process.off('unhandledRejection', crashed);
  }
  return report;
}

async function dialled(url: string, clock: Clock, random: Random): Promise<AnyConnection<'station'>> {
  const { promise, resolve } = Promise.withResolvers<AnyConnection<'station'>>();
  const line = dialStation({ url, identity: 'BYSTANDER', clock, random, onConnected: resolve });
  const connection = await promise;
  void connection.closed.then(() => line.close());
  return connection;
}

/** One attacking station of one version. */
class Attacker {
  readonly #version: OcppVersion;
  readonly #url: string;
  readonly #random: Random;
  readonly #report: FuzzReport;
  readonly #corpus: readonly Message[];
  readonly #expected = new Map<string, () => void>();
  #socket: WebSocket | null = null;
  #inFlight: string | null = null;
  #sent = 0;
  #lastFrame = '';

  constructor(version: OcppVersion, url: string, random: Random, report: FuzzReport) {
    this.#version = version;
    this.#url = url;
    this.#random = random;
    this.#report = report;
    this.#corpus = actionsOf(version)
      .filter((action) => mayInitiate(version, action, 'station'))
      .flatMap((action) =>
        fc
          .sample(payloadsOf(version, action, 'request'), { numRuns: 2, seed: report.seed })
          .map((payload) => [2, 'id', action, payload]),
      );
  }

  async batch(frames: number): Promise<void> {
    const socket = await this.#connected();
    for (let count = 0; count < frames; count += 1) {
      this.#sent += 1;
      this.#report.frames += 1;
      if (this.#sent % SOUND_EVERY === 0) await this.#sound(socket);
      else this.#attack(socket);
    }
    // Lets the other side read: both live in one process.
    await new Promise((resolve) => setImmediate(resolve));
  }

  stop(): void {
    this.#socket?.terminate();
  }

  async #connected(): Promise<WebSocket> {
    if (this.#socket?.readyState === WebSocket.OPEN) return this.#socket;
    if (this.#socket !== null) {
      this.#report.closed += 1;
      this.#socket.terminate();
    }
    const socket = new WebSocket(`${this.#url}/FUZZ-${this.#version}`, subprotocolOf(this.#version), {
      perMessageDeflate: false,
    });
    socket.on('error', () => {});
    socket.on('message', (data) => this.#received(data.toString()));
    socket.on('close', () => {
      for (const done of [...this.#expected.values()]) done();
    });
    await once(socket, 'open');
    this.#socket = socket;
    return socket;
  }

  #attack(socket: WebSocket): void {
    const random = this.#random;
    const id = `${this.#version}-${random() < 0.05 ? 'again' : this.#sent}`;
    const [, , action, payload] = pick(random, this.#corpus);
    const base: Message =
      random() < 0.15 && this.#inFlight !== null
        ? pick<Message>(random, [
            [3, this.#inFlight, spoiled(random, { status: 'Accepted' })],
            [
              4,
              this.#inFlight,
              pick(random, ['GenericError', 'X'.repeat(2_000), '']),
              MARKER,
              spoiled(random, {}),
            ],
          ])
        : random() < 0.05
          ? [pick(random, [3, 4, 5, 6]), id, action, payload, {}]
          : [2, id, action, payload];
    const choice = random();
    const message =
      choice < 0.5
        ? [...base.slice(0, 3), spoiled(random, base[3])]
        : choice < 0.65
          ? spoiledMessage(random, base)
          : base;
    const text = JSON.stringify(message);
    const frame = choice >= 0.65 && choice < 0.95 ? spoiledText(random, text) : text;
    this.#lastFrame = frame;
    this.#send(socket, frame);
  }

  #send(socket: WebSocket, frame: string): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    const choice = this.#random();
    if (choice < 0.003) socket.send(Buffer.from(frame));
    else if (choice < 0.006)
      socket.send(Buffer.concat([Buffer.from(frame), Buffer.from([0xc3])]), { binary: false });
    else if (choice < 0.02) {
      for (const part of [frame.slice(0, 7), frame.slice(7, 20)]) socket.send(part, { fin: false });
      socket.send(frame.slice(20));
    } else {
      if (choice < 0.03) for (let count = 0; count < 50; count += 1) socket.ping(MARKER);
      socket.send(frame);
    }
  }

  /** A call that is right must be answered, whatever came before it on this connection, unless that has ended. */
  async #sound(socket: WebSocket): Promise<void> {
    if (socket.readyState !== WebSocket.OPEN) return;
    const id = `sound-${this.#version}-${this.#sent}`;
    const answered = new Promise<boolean>((resolve) => this.#expected.set(id, () => resolve(true)));
    socket.send(JSON.stringify([2, id, 'Heartbeat', {}]));
    const abort = new AbortController();
    const late = wait(SOUND_ANSWER_MS, false, { signal: abort.signal, ref: true }).catch(() => false);
    if (await Promise.race([answered, late])) this.#report.soundCalls += 1;
    else this.#report.failures.push(`a sound call was not answered, after ${this.#lastFrame.slice(0, 300)}`);
    abort.abort();
    this.#expected.delete(id);
  }

  #received(text: string): void {
    this.#report.answers += 1;
    const frame = JSON.parse(text) as unknown[];
    const [type, id, code, description, details] = frame as [number, string, string, string, object];
    if (type === 2) {
      this.#inFlight = id;
      return;
    }
    this.#expected.get(id)?.();
    const sound =
      (type === 3 && frame.length === 3) ||
      ((type === 4 || (type === 5 && this.#version === '2.1')) &&
        frame.length === 5 &&
        codesOf(this.#version).has(code) &&
        description.length <= 255 &&
        Object.keys(details).length === 0);
    if (!sound) this.#report.failures.push(`malformed answer: ${text.slice(0, 300)}`);
    if (text.includes(MARKER)) this.#report.failures.push(`payload echoed: ${text.slice(0, 300)}`);
  }
}

const common = [
  'NotImplemented',
  'NotSupported',
  'InternalError',
  'ProtocolError',
  'SecurityError',
  'PropertyConstraintViolation',
  'TypeConstraintViolation',
  'GenericError',
];
const codes16 = new Set([...common, 'FormationViolation', 'OccurenceConstraintViolation']);
const codes2x = new Set([
  ...common,
  'FormatViolation',
  'OccurrenceConstraintViolation',
  'MessageTypeNotSupported',
  'RpcFrameworkError',
]);

function codesOf(version: OcppVersion): ReadonlySet<string> {
  return version === '1.6' ? codes16 : codes2x;
}

function xorshift(seed: number): Random {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
