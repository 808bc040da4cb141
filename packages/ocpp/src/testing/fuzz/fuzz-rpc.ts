import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { WebSocket, WebSocketServer } from 'ws';
import { acceptStations } from '../../csms/index.ts';
import type { AnyConnection, Clock, Random } from '../../rpc/index.ts';
import { dialStation, type StationLine } from '../../station/index.ts';
import { type OcppVersion, ocppVersions, subprotocolOf } from '../../versions/index.ts';
import { Attacker, type AttackLine } from './attacker.ts';
import type { FuzzReport } from './report.ts';

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

const at = '2026-01-01T00:00:00Z';
const BATCH = 25;

/**
 * Throws spoiled frames of all versions at a CSMS and at stations over real sockets, and watches that nothing throws, that answers are
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
  const stationVictims = await stationsUnderAttack(options.clock, random);
  const attackers = ocppVersions.flatMap((version) => [
    new Attacker(version, csmsUnderAttack(url), random, report),
    new Attacker(version, stationVictims.line, random, report),
  ]);
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
    await stationVictims.close();
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
  connection.onAnyCall(() => ({ status: 'Accepted' }));
  void connection.closed.then(() => line.close());
  return connection;
}

function csmsUnderAttack(url: string): AttackLine {
  return {
    side: 'station',
    sound: 'Heartbeat',
    open: async (version) => {
      const socket = new WebSocket(`${url}/FUZZ-${version}`, subprotocolOf(version), {
        perMessageDeflate: false,
      });
      await once(socket, 'open');
      return socket;
    },
  };
}

/** Stations that dial an attacker, one of each version; they come back whenever their line has ended. */
async function stationsUnderAttack(
  clock: Clock,
  random: Random,
): Promise<{ readonly line: AttackLine; close(): Promise<void> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  const come = new Map<string, Promise<WebSocket>>();
  const arrive = new Map<string, (socket: WebSocket) => void>();
  const expect = (protocol: string): void => {
    come.set(protocol, new Promise((resolve) => arrive.set(protocol, resolve)));
  };
  for (const version of ocppVersions) expect(subprotocolOf(version));
  server.on('connection', (socket) => arrive.get(socket.protocol)?.(socket));
  const lines = ocppVersions.map(
    (version): StationLine =>
      dialStation({
        url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`,
        identity: `VICTIM-${version}`,
        versions: [version],
        clock,
        random,
        backOff: { minimumMs: 1, doublings: 0, randomMs: 0 },
        onConnected: (connection) => {
          connection.onAnyCall(() => ({ status: 'Accepted' }));
        },
      }),
  );
  return {
    line: {
      side: 'csms',
      sound: 'ClearCache',
      open: async (version: OcppVersion) => {
        const protocol = subprotocolOf(version);
        const socket = await come.get(protocol);
        if (socket === undefined) throw new Error(`no station speaks ${protocol}`);
        expect(protocol);
        return socket;
      },
    },
    close: async () => {
      await Promise.all(lines.map((line) => line.close()));
      await new Promise((resolve) => server.close(resolve));
    },
  };
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
