import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { type AcceptOptions, acceptStations, type StationListener } from '../csms/index.ts';
import type { AnyConnection, Clock, Fault, Random } from '../rpc/index.ts';
import { type DialOptions, dialStation, type StationLine } from '../station/index.ts';
import type { OcppVersion } from '../versions/index.ts';
import { HandClock } from './hand-clock.ts';

/** Numbers that look random and are the same in every run. */
export function seeded(seed = 1): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const sockets = new WeakMap<Server, Set<Socket>>();

export interface TestCsms {
  readonly server: Server;
  readonly listener: StationListener;
  /** `ws://127.0.0.1:port/ocpp`. */
  readonly url: string;
  readonly clock: Clock;
  /** Resolves with the next station that connects. */
  next(): Promise<AnyConnection<'csms'>>;
}

/** A CSMS on a free port of this machine that lets everybody in, unless told otherwise. */
export async function csmsOnFreePort(
  t: TestContext,
  options: Partial<AcceptOptions<unknown>> = {},
): Promise<TestCsms> {
  const clock = options.clock ?? new HandClock();
  const waiting: ((connection: AnyConnection<'csms'>) => void)[] = [];
  const come: AnyConnection<'csms'>[] = [];
  const listener = acceptStations<unknown>({
    authorise: () => ({ accept: true, binding: null }),
    random: seeded(),
    ...options,
    clock,
    onConnection: (connection, binding, handshake) => {
      options.onConnection?.(connection, binding, handshake);
      const resolve = waiting.shift();
      if (resolve === undefined) come.push(connection);
      else resolve(connection);
    },
  });
  const server = createServer();
  const taken = new Set<Socket>();
  sockets.set(server, taken);
  server.on('connection', (socket) => taken.add(socket));
  listener.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => stop(server));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    listener,
    url: `ws://127.0.0.1:${port}/ocpp`,
    clock,
    next: () => {
      const connection = come.shift();
      return connection === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(connection);
    },
  };
}

export interface Pair {
  readonly csms: AnyConnection<'csms'>;
  readonly station: AnyConnection<'station'>;
  readonly line: StationLine;
  readonly clock: HandClock;
  /** What either side noticed. */
  readonly faults: { readonly csms: Fault[]; readonly station: Fault[] };
}

export interface PairOptions {
  readonly strict?: boolean;
  readonly accept?: Partial<AcceptOptions<unknown>>;
  readonly dial?: Partial<DialOptions>;
}

/** A station and a CSMS that are connected over a real socket of this machine. */
export async function connectedPair(
  t: TestContext,
  version: OcppVersion,
  options: PairOptions = {},
): Promise<Pair> {
  const clock = new HandClock();
  const faults = { csms: [] as Fault[], station: [] as Fault[] };
  const strict = options.strict ?? false;
  const csms = await csmsOnFreePort(t, {
    clock,
    authorise: () => ({
      accept: true,
      binding: null,
      settings: { strict, observer: { fault: (fault) => faults.csms.push(fault) } },
    }),
    ...options.accept,
  });
  const { promise, resolve } = Promise.withResolvers<AnyConnection<'station'>>();
  const line = dialStation({
    url: csms.url,
    identity: 'CS-1',
    versions: [version],
    clock,
    random: seeded(2),
    strict,
    observer: { fault: (fault) => faults.station.push(fault) },
    ...options.dial,
    onConnected: (connection) => {
      options.dial?.onConnected?.(connection);
      resolve(connection);
    },
  });
  t.after(() => line.close());
  const [station, accepted] = await Promise.all([promise, csms.next()]);
  return {
    csms: accepted,
    station,
    line,
    clock,
    faults,
  };
}

/** Ends a server and every socket that it ever took. */
function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets.get(server) ?? []) socket.destroy();
  });
}
