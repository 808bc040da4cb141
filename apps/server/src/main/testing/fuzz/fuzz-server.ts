/**
 * Stations that mean it badly against the whole server with its database: messages of every action that fit or nearly fit their schema,
 * with poisoned contents and the ids of others. Nothing may crash, no answer may be InternalError, a quiet station must notice nothing, and
 * every page of the API must still answer.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { actionsOf, mayInitiate, type OcppVersion, ocppVersions, subprotocolOf } from '@smac/ocpp';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { payloadsOf } from '../../../../../../packages/ocpp/src/testing/arbitrary.ts';
import { socket } from '../../../network/testing/socket.ts';
import { createApiKeys } from '../../../operators/index.ts';
import { systemClock } from '../../../time/clock.ts';
import { CARD, LOCATION, type OwnServer, ownServer } from '../played-stations.ts';
import { hostile, pick, type Random } from './hostile.ts';

export interface ServerFuzzOptions {
  readonly seed: number;
  /** Ends after so many messages ... */
  readonly count: number;
  /** ... or after so many seconds. */
  readonly seconds: number;
  progress?(report: ServerFuzzReport): void;
}

export interface ServerFuzzReport {
  messages: number;
  taken: number;
  refused: number;
  unanswered: number;
  quietCalls: number;
  pages: number;
  readonly failures: string[];
}

const ANSWER_MS = 15_000;
const SAMPLES = 3;
/** What the quiet car has charged, Wh: nobody else may change it. */
const QUIET_WH = 1_234;

export async function fuzzServer(options: ServerFuzzOptions): Promise<ServerFuzzReport> {
  const report: ServerFuzzReport = {
    messages: 0,
    taken: 0,
    refused: 0,
    unanswered: 0,
    quietCalls: 0,
    pages: 0,
    failures: [],
  };
  const crashed = (error: unknown): void => {
    report.failures.push(`crash: ${error instanceof Error ? error.stack : String(error)}`);
  };
  process.on('uncaughtException', crashed);
  process.on('unhandledRejection', crashed);
  const random = xorshift(options.seed);
  const server = await ownServer();
  const attackers: Attacker[] = [];
  try {
    const quiet = await server.play('2.1', 'QUIET');
    await quiet.boot();
    const ref = await quiet.start(CARD);
    await quiet.meter(QUIET_WH);
    const [running] = await server.backOffice.transactions.list({ stationId: 'QUIET' });
    const foreignIds = [ref, running?.id, CARD, 'QUIET', 1, 2, Number(running?.stationRef) || 7];
    for (const version of ocppVersions) {
      attackers.push(await Attacker.at(server, version, options.seed, random, foreignIds));
    }
    const endMs = performance.now() + options.seconds * 1_000;
    let toldMs = performance.now();
    while (report.messages < options.count && performance.now() < endMs && report.failures.length < 10) {
      await Promise.all(attackers.map((attacker) => attacker.say(report)));
      if (report.messages % 15 === 0) {
        await quiet.say('Heartbeat', {});
        report.quietCalls += 1;
      }
      if (performance.now() - toldMs >= 1_000) {
        toldMs = performance.now();
        options.progress?.(report);
      }
    }
    await quiet.meter(QUIET_WH + 1);
    const [after] = await server.backOffice.transactions.list({ stationId: 'QUIET' });
    if (after?.id !== running?.id || after?.state !== 'active' || after?.importWh !== QUIET_WH + 1) {
      report.failures.push(`the quiet station's transaction was touched: ${JSON.stringify(after)}`);
    }
    await everyPage(server, report);
    if (Reflect.get({}, 'polluted') !== undefined) report.failures.push('Object.prototype was changed');
  } finally {
    for (const attacker of attackers) attacker.close();
    await server.close();
    process.off('uncaughtException', crashed);
    process.off('unhandledRejection', crashed);
  }
  return report;
}

/** A station that speaks one version over a bare socket. */
class Attacker {
  readonly #socket: WebSocket;
  readonly #corpus: readonly (readonly [string, object])[];
  readonly #random: Random;
  readonly #foreignIds: readonly unknown[];
  readonly #waiting = new Map<string, (frame: readonly unknown[] | undefined) => void>();
  #sent = 0;

  constructor(
    socket: WebSocket,
    version: OcppVersion,
    seed: number,
    random: Random,
    foreignIds: readonly unknown[],
  ) {
    this.#socket = socket;
    this.#random = random;
    this.#foreignIds = foreignIds;
    this.#corpus = actionsOf(version)
      .filter((action) => mayInitiate(version, action, 'station'))
      .flatMap((action) =>
        fc
          .sample(payloadsOf(version, action, 'request'), { numRuns: SAMPLES, seed })
          .map((payload) => [action, payload] as const),
      );
    socket.on('error', () => {});
    socket.on('message', (data) => this.#heard(JSON.parse(data.toString()) as unknown[]));
    socket.on('close', () => {
      for (const done of this.#waiting.values()) done(undefined);
    });
  }

  static async at(
    server: OwnServer,
    version: OcppVersion,
    seed: number,
    random: Random,
    foreignIds: readonly unknown[],
  ): Promise<Attacker> {
    const stationId = `FUZZ-${version}`;
    const added = await server.stations.admin.add({ stationId, securityProfile: 1 }, 'local');
    if (!added.ok) throw new Error(added.detail);
    const { identity, password = '' } = added.data;
    await server.backOffice.network.placeEvse({
      stationId,
      evseId: 1,
      locationId: LOCATION,
      evseUid: `E-${stationId}`,
      connectors: [socket()],
    });
    const line = new WebSocket(`${server.stationDoor()?.url}/${identity}`, subprotocolOf(version), {
      headers: { Authorization: `Basic ${Buffer.from(`${identity}:${password}`).toString('base64')}` },
      perMessageDeflate: false,
    });
    await once(line, 'open');
    const attacker = new Attacker(line, version, seed, random, foreignIds);
    const boot =
      version === '1.6'
        ? { chargePointVendor: 'Acme', chargePointModel: 'One' }
        : { reason: 'PowerUp', chargingStation: { vendorName: 'Acme', model: 'One' } };
    await attacker.#call('BootNotification', boot);
    return attacker;
  }

  async say(report: ServerFuzzReport): Promise<void> {
    const [action, sample] = pick(this.#random, this.#corpus);
    const payload = hostile(this.#random, sample, pick(this.#random, [0, 0.05, 0.2, 0.6]), this.#foreignIds);
    report.messages += 1;
    const frame = await this.#call(action, payload);
    if (frame === undefined) {
      // The unanswered message of 2.1, or the line was ended.
      if (action === 'NotifyPeriodicEventStream') return;
      report.unanswered += 1;
      report.failures.push(`no answer to ${action} ${JSON.stringify(payload).slice(0, 400)}`);
    } else if (frame[0] === 3) report.taken += 1;
    else {
      report.refused += 1;
      if (frame[2] === 'InternalError')
        report.failures.push(`InternalError to ${action} ${JSON.stringify(payload).slice(0, 600)}`);
    }
  }

  close(): void {
    this.#socket.terminate();
  }

  async #call(action: string, payload: unknown): Promise<readonly unknown[] | undefined> {
    this.#sent += 1;
    const id = `fuzz-${this.#sent}`;
    const { promise, resolve } = Promise.withResolvers<readonly unknown[] | undefined>();
    if (this.#socket.readyState !== WebSocket.OPEN) return undefined;
    this.#waiting.set(id, resolve);
    const isUnanswered = action === 'NotifyPeriodicEventStream';
    const late = setTimeout(() => resolve(undefined), isUnanswered ? 0 : ANSWER_MS);
    this.#socket.send(JSON.stringify([isUnanswered ? 6 : 2, id, action, payload]));
    const frame = await promise;
    clearTimeout(late);
    this.#waiting.delete(id);
    return frame;
  }

  /** Calls of the server are answered, too: rightly, wrongly, or with poison. */
  #heard(frame: readonly unknown[]): void {
    const [type, id] = frame as [number, string];
    if (type !== 2) {
      this.#waiting.get(id)?.(frame);
      return;
    }
    const answer = pick<unknown>(this.#random, [
      { status: 'Accepted' },
      { status: 'Rejected' },
      { status: hostile(this.#random, 'x', 1, []) },
      {},
    ]);
    this.#socket.send(JSON.stringify([3, id, answer]));
  }
}

/** Every GET of the API with the ids that exist now. */
async function everyPage(server: OwnServer, report: ServerFuzzReport): Promise<void> {
  const { store, audit, url } = server;
  const keys = createApiKeys({ store, clock: systemClock, random: randomBytes, audit });
  const { key } = await keys.create({ name: 'fuzz', role: 'admin' }, 'fuzz');
  const headers = { authorization: `Bearer ${key}` };
  const get = async (path: string) => {
    const answer = await fetch(`${url}${path}`, { headers });
    const text = await answer.text();
    report.pages += 1;
    if (answer.status >= 500) report.failures.push(`GET ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return text;
  };
  const document = JSON.parse(await get('/docs/json')) as {
    readonly paths: Record<string, Record<string, unknown>>;
  };
  const transactions = (await server.backOffice.transactions.list({ limit: 20 })).map(({ id }) => id);
  const [context] = await server.sites.contexts();
  for (const [path, methods] of Object.entries(document.paths)) {
    if (!('get' in methods) || /stream|backup/.test(path)) continue;
    const ids: Record<string, readonly string[]> = {
      stationId: ocppVersions.map((version) => `FUZZ-${version}`),
      transactionId: transactions,
      sessionId: transactions,
      peerId: ['own'],
      contextId: [context?.id ?? 'none'],
      evseId: ['1'],
    };
    const [name] = /\{(stationId|transactionId|sessionId)\}/.exec(path)?.slice(1) ?? [];
    for (const id of name === undefined ? [''] : (ids[name] ?? [])) {
      const filled = path.replace(/\{(\w+)\}/g, (_, field: string) =>
        encodeURIComponent(field === name ? id : (ids[field]?.[0] ?? '1')),
      );
      await get(filled);
    }
  }
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
