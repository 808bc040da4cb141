import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { CannotStart } from '../../config/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { EventLog } from '../event-log.ts';
import type { StationsPolicy } from '../policy.ts';
import type { Log } from '../surroundings.ts';
import { createGate, type Gate } from './gate.ts';
import { HandshakeQueue } from './handshake-queue.ts';
import { readTls, stampOf, TLS12_CIPHERS, type TlsFiles } from './tls.ts';

/** Where stations knock. */
export interface ListenerConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** undefined: without TLS, security profile 1, for a private network only. */
  readonly tls: TlsFiles | undefined;
  /** Port of the listener for stations with a waiver for TLS 1.2; undefined = there is none. */
  readonly tls12Port: number | undefined;
}

export interface OpenListener {
  readonly port: number;
  readonly tls12Port: number | undefined;
  readonly url: string;
  /** Takes changed certificate files into use; sockets that are open stay. Runs by itself every minute. */
  reloadTls(): void;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly config: ListenerConfig;
  readonly policy: StationsPolicy;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventLog;
  /** PEM of the own authority for station certificates. */
  readonly ownAuthority: () => string | undefined;
  /** Gives the upgrades of a server to the protocol package. */
  readonly attach: (server: HttpServer | HttpsServer) => () => void;
}

const RELOAD_MS = 60_000;
/** A handshake of two messages each way takes as long only where the other side does. */
const HANDSHAKE_TURN_MS = 1_000;

/** @throws CannotStart with one sentence that says what to do. */
export async function openListener(options: ListenerOptions): Promise<OpenListener> {
  const { config, policy, clock, log } = options;
  const gate = createGate(options);
  const queue = new HandshakeQueue({
    clock,
    atOnce: policy.handshakesAtOnce,
    turnMs: HANDSHAKE_TURN_MS,
    waitMs: policy.handshakeWaitMs,
    onGivenUp: (address) =>
      options.events.mention({
        stationId: null,
        source: 'server',
        level: 'info',
        code: 'HandshakeNotBegun',
        text: `A connection from ${address} said nothing, or had no turn in ${policy.handshakeWaitMs / 1000} s.`,
      }),
  });
  const timeouts = {
    headersTimeout: policy.handshakeMs,
    requestTimeout: policy.handshakeMs,
    keepAliveTimeout: 1_000,
    connectionsCheckingInterval: Math.min(1_000, Math.ceil(policy.handshakeMs / 4)),
    maxHeaderSize: 8 * 1024,
  };
  const tlsServers = new Map<HttpsServer, object>();
  const { tls } = config;
  const secure = (from: TlsFiles, old: boolean): HttpsServer => {
    const versions = old
      ? ({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: TLS12_CIPHERS } as const)
      : ({ minVersion: 'TLSv1.3' } as const);
    const server = createTlsServer({
      ...timeouts,
      ...readTls(from, options.ownAuthority()),
      ...versions,
      handshakeTimeout: policy.handshakeMs,
      // The certificate is looked at by the door: a station with a password has none.
      requestCert: true,
      rejectUnauthorized: false,
    });
    inTurn(server, queue, gate);
    tlsServers.set(server, versions);
    return server;
  };
  const servers: (HttpServer | HttpsServer)[] = [
    tls === undefined ? createServer(timeouts) : secure(tls, false),
    ...(tls !== undefined && config.tls12Port !== undefined ? [secure(tls, true)] : []),
  ];
  const detach: (() => void)[] = [];
  try {
    for (const [index, server] of servers.entries()) {
      const waitMs = tlsServers.has(server as HttpsServer) ? policy.handshakeWaitMs : 0;
      server.on('connection', (socket: Socket) => gate.enter(socket, waitMs));
      server.on('request', (_request, response) => {
        response.writeHead(426, { upgrade: 'websocket', connection: 'close' }).end();
      });
      detach.push(options.attach(server));
      await listen(server, config.host, index === 0 ? config.port : (config.tls12Port ?? 0));
    }
  } catch (error) {
    await Promise.all(servers.map(closed));
    throw error;
  }

  let stamp = tls === undefined ? '' : stampOf(tls);
  function reloadTls(): void {
    if (tls === undefined) return;
    stamp = stampOf(tls);
    try {
      const material = readTls(tls, options.ownAuthority());
      for (const [server, versions] of tlsServers) server.setSecureContext({ ...material, ...versions });
      log.info({}, 'The certificate of the OCPP listener was renewed; open connections stay');
    } catch (error) {
      log.error(
        { detail: String(error) },
        'The changed certificate of the OCPP listener cannot be used; the old one stays',
      );
    }
  }
  let cancelWatch = () => {};
  const watch = () => {
    cancelWatch = clock.after(RELOAD_MS, () => {
      if (tls !== undefined && stampOf(tls) !== stamp) reloadTls();
      watch();
    });
  };
  if (tls !== undefined) watch();

  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return {
    port: ports[0] ?? 0,
    tls12Port: ports[1],
    url: `${tls === undefined ? 'ws' : 'wss'}://${host}:${ports[0]}/ocpp`,
    reloadTls,
    async close() {
      cancelWatch();
      for (const end of detach) end();
      queue.close();
      await Promise.all(servers.map(closed));
    },
  };
}

/** Puts the queue between the sockets of a TLS server and their handshakes. */
function inTurn(server: HttpsServer, queue: HandshakeQueue, gate: Gate): void {
  const handshakes = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    queue.enter(socket, () => {
      gate.begun(socket);
      for (const begin of handshakes) begin.call(server, socket);
    });
  });
  server.on('secureConnection', (socket) => queue.done(socket));
  server.on('tlsClientError', (_error, socket) => queue.done(socket));
}

async function listen(server: HttpServer | HttpsServer, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CannotStart(
      code === 'EADDRINUSE'
        ? `Port ${port} for stations is in use: stop the other program, or set SMAC_OCPP_PORT to a free port.`
        : `SMAC cannot listen for stations on ${host}:${port} (${code}): set SMAC_OCPP_HOST to an address of this machine and SMAC_OCPP_PORT to a port this user may use.`,
    );
  }
}

async function closed(server: HttpServer | HttpsServer): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
