import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { actionsOf, mayInitiate } from '../../messages/index.ts';
import type { Random, Side } from '../../rpc/index.ts';
import type { OcppVersion } from '../../versions/index.ts';
import { payloadsOf } from '../arbitrary.ts';
import { MARKER, type Message, pick, spoiled, spoiledMessage, spoiledText } from './mutators.ts';
import type { FuzzReport } from './report.ts';

/** How an attacker gets hold of its victim. */
export interface AttackLine {
  /** Which end the attacker plays. */
  readonly side: Side;
  /** An action that the victim answers when it is called with an empty payload. */
  readonly sound: string;
  /** A new open socket to the victim. */
  open(version: OcppVersion): Promise<WebSocket>;
}

const SOUND_EVERY = 50;
const SOUND_ANSWER_MS = 20_000;

/** A peer that sends spoiled messages of one version, from whichever end. */
export class Attacker {
  readonly #version: OcppVersion;
  readonly #line: AttackLine;
  readonly #random: Random;
  readonly #report: FuzzReport;
  readonly #corpus: readonly Message[];
  readonly #expected = new Map<string, () => void>();
  #socket: WebSocket | null = null;
  #inFlight: string | null = null;
  #sent = 0;
  #lastFrame = '';

  constructor(version: OcppVersion, line: AttackLine, random: Random, report: FuzzReport) {
    this.#version = version;
    this.#line = line;
    this.#random = random;
    this.#report = report;
    this.#corpus = actionsOf(version)
      .filter((action) => mayInitiate(version, action, line.side))
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
    const socket = await this.#line.open(this.#version);
    socket.on('error', () => {});
    socket.on('message', (data) => this.#received(data.toString()));
    socket.on('close', () => {
      for (const done of [...this.#expected.values()]) done();
    });
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
    socket.send(JSON.stringify([2, id, this.#line.sound, {}]));
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
