import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import {
  type AnyCallHandler,
  type AnyConnection,
  dialStation,
  type OcppVersion,
  type StationLine,
  type StationTls,
  silentLog,
} from '@smac/ocpp';
import { ManualClock } from '../../dispatch/testing/manual-clock.ts';
import { createAudit } from '../../operators/index.ts';
import type { Store } from '../../store/index.ts';
import { memoryStore } from '../../store/testing/index.ts';
import { Activity } from '../../time/activity.ts';
import type { NewStation } from '../admin.ts';
import type { PowerOf } from '../calls/reach.ts';
import { createStations, type StationsRoom } from '../create-stations.ts';
import type { ListenerConfig, OpenListener } from '../door/listener.ts';
import type { StationEvent } from '../event.ts';
import type { StationsPolicy } from '../policy.ts';

export const START_MS = Date.UTC(2026, 10, 21, 12);

/** Answers of a played station: an action, or a function of its payload. */
export type Answers = Readonly<Record<string, unknown | ((payload: never) => unknown)>>;

export interface PlayedStation {
  readonly stationId: string;
  readonly identity: string;
  readonly line: StationLine;
  readonly connection: AnyConnection<'station'>;
  /** Calls it got from the back office. */
  readonly heard: { readonly action: string; readonly payload: Record<string, unknown> }[];
  /** What it calls, answered as `{ kind: 'result', payload }` and so on. */
  say(action: string, payload: unknown): ReturnType<AnyConnection<'station'>['callAny']>;
}

export interface Rig {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly stations: StationsRoom;
  readonly listener: OpenListener;
  readonly dataDir: string;
  readonly told: StationEvent[];
  /** Moves time in small steps while `work` waits for it. */
  passing<T>(work: Promise<T>, stepMs?: number): Promise<T>;
  /** Waits, without moving time, until it is so. */
  until(what: () => boolean | Promise<boolean>): Promise<void>;
  add(terms?: NewStation): Promise<{ stationId: string; identity: string; password: string }>;
  /** Adds a station and connects it. */
  play(version: OcppVersion, answers?: Answers, terms?: NewStation): Promise<PlayedStation>;
  connect(
    who: { stationId: string; identity: string; password?: string | Uint8Array },
    version: OcppVersion,
    answers?: Answers,
    tls?: StationTls & { readonly url?: string },
  ): Promise<PlayedStation>;
  /** A bare handshake; 101 when it was accepted. */
  knock(attempt: Knock): Promise<number>;
  /** A socket that was accepted and then says and answers nothing, not even pings. */
  hang(attempt: Knock): Promise<Duplex>;
  close(): Promise<void>;
}

/** A text frame as a client sends it, masked with zeros. */
export function clientFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.from([0x81, 0x80 | 126, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

export interface Knock {
  readonly identity: string;
  /** As it stands in the address; default: the identity, encoded. */
  readonly path?: string;
  readonly user?: string;
  readonly password?: string | Uint8Array | undefined;
  readonly protocol?: string;
  readonly port?: number;
  readonly tls?: {
    readonly ca: string;
    readonly cert?: string;
    readonly key?: string;
    readonly maxVersion?: 'TLSv1.2';
  };
}

/** A real room on a real socket and database; time stands until a test moves it. */
export async function openRig(
  options: {
    readonly store?: Store;
    readonly policy?: Partial<StationsPolicy>;
    readonly listener?: Partial<ListenerConfig>;
    readonly dataDir?: string;
    readonly powerWOf?: PowerOf;
  } = {},
): Promise<Rig> {
  const clock = new ManualClock(START_MS);
  const store = options.store ?? (await memoryStore());
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'smac-stations-'));
  const told: StationEvent[] = [];
  const lines = new Set<StationLine>();
  const stations = await createStations({
    store,
    clock,
    random: randomBytes,
    log: silentLog,
    audit: createAudit({ store, clock }),
    activity: new Activity(),
    dataDir,
    ...(options.powerWOf ? { powerWOf: options.powerWOf } : {}),
    policy: { handshakesPerAddress: 10_000, handshakesPerIdentity: 10_000, ...options.policy },
  });
  stations.listen({ event: (event) => void told.push(event) });
  const listener = await stations.open({
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    tls12Port: undefined,
    ...options.listener,
  });

  async function passing<T>(work: Promise<T>, stepMs = 20): Promise<T> {
    let settled = false;
    const done = work.finally(() => {
      settled = true;
    });
    done.catch(() => {});
    for (let step = 0; !settled; step += 1) {
      await turn();
      // What a loaded machine delivers a moment late is no silence of hours.
      if (step % 5 === 4) await pause(1);
      if (!settled) clock.advance(stepMs);
    }
    return done;
  }

  async function until(what: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + 120_000;
    while (!(await what())) {
      if (performance.now() > deadline) throw new Error(`It never became so: ${what}`);
      await turn();
    }
  }

  async function add(terms: NewStation = {}) {
    const plain = options.listener?.tls === undefined ? { securityProfile: 1 as const } : {};
    const added = await stations.admin.add({ ...plain, ...terms }, 'local');
    if (!added.ok) throw new Error(added.detail);
    const { stationId, identity, password = terms.password ?? '' } = added.data;
    return { stationId, identity, password };
  }

  async function connect(
    who: { stationId: string; identity: string; password?: string | Uint8Array },
    version: OcppVersion,
    answers: Answers = {},
    tls?: StationTls & { readonly url?: string },
  ): Promise<PlayedStation> {
    const heard: PlayedStation['heard'] = [];
    const handler: AnyCallHandler = (action, payload) => {
      heard.push({ action, payload: payload as Record<string, unknown> });
      const answer = answers[action] ?? DEFAULT_ANSWERS[action] ?? { status: 'Rejected' };
      return typeof answer === 'function' ? answer(payload as never) : answer;
    };
    const { promise, resolve, reject } = Promise.withResolvers<AnyConnection<'station'>>();
    const line = dialStation({
      url: tls?.url ?? listener.url,
      identity: who.identity,
      ...(who.password === undefined ? {} : { password: who.password }),
      ...(tls === undefined ? {} : { tls }),
      versions: [version],
      clock,
      // Message ids are made of it, and an id that comes again is answered from the cache.
      random: () => randomBytes(4).readUInt32BE() / 2 ** 32,
      onConnected(connection) {
        connection.onAnyCall(handler);
        resolve(connection);
      },
      onDisconnected: ({ reason, status }) => reject(new Error(`refused: ${status} ${reason}`)),
    });
    lines.add(line);
    const connection = await promise.catch(async (error) => {
      await line.close();
      throw error;
    });
    await until(() => stations.connected(who.stationId) !== undefined);
    return {
      stationId: who.stationId,
      identity: who.identity,
      line,
      connection,
      heard,
      say: (action, payload) => (line.connection ?? connection).callAny(action, payload),
    };
  }

  const hanging = new Set<Duplex>();
  function handshake(
    attempt: Knock,
  ): Promise<{ readonly status: number; readonly socket: Duplex | undefined }> {
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number;
      socket: Duplex | undefined;
    }>();
    const { identity, user = identity, password, protocol = 'ocpp1.6', tls, port = listener.port } = attempt;
    const credentials =
      password === undefined
        ? {}
        : {
            authorization: `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password as string)]).toString('base64')}`,
          };
    const call = (tls ? httpsRequest : httpRequest)({
      host: '127.0.0.1',
      port,
      path: `/ocpp/${attempt.path ?? encodeURIComponent(identity)}`,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        'sec-websocket-protocol': protocol,
        ...credentials,
      },
      agent: false,
      ...tls,
    });
    call.on('upgrade', (_response, socket) => {
      socket.on('error', () => {});
      resolve({ status: 101, socket });
    });
    call.on('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, socket: undefined });
    });
    call.on('error', reject);
    call.end();
    return promise;
  }

  return {
    clock,
    store,
    stations,
    listener,
    dataDir,
    told,
    passing,
    until,
    add,
    connect,
    play: async (version, answers, terms) => connect(await add(terms), version, answers),
    async knock(attempt) {
      const { status, socket } = await handshake(attempt);
      socket?.destroy();
      return status;
    },
    async hang(attempt) {
      const { status, socket } = await handshake(attempt);
      if (socket === undefined) throw new Error(`The handshake was answered ${status}.`);
      hanging.add(socket);
      return socket;
    },
    async close() {
      for (const socket of hanging) socket.destroy();
      await passing(Promise.all([...lines].map((line) => line.close())));
      await passing(stations.close());
      if (options.store === undefined) await store.close();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const DEFAULT_ANSWERS: Answers = {
  GetConfiguration: { configurationKey: [], unknownKey: [] },
  GetBaseReport: { status: 'NotSupported' },
  TriggerMessage: { status: 'Rejected' },
};

/** A BootNotification as each version writes it. */
export function bootOf(version: OcppVersion, model = 'M1', firmware = '1.0'): unknown {
  if (version === '1.6')
    return { chargePointVendor: 'Acme', chargePointModel: model, firmwareVersion: firmware };
  return {
    reason: 'PowerUp',
    chargingStation: { vendorName: 'Acme', model, firmwareVersion: firmware },
  };
}
