import { WebSocket } from 'ws';
import { type AnyConnection, type Closure, defaultLimits, type Log, silentLog } from '../rpc/index.ts';
import { socketConnection } from '../rpc/socket-connection.ts';
import { type OcppVersion, ocppVersions, subprotocolOf } from '../versions/index.ts';
import type { BackOff, DialOptions, StationLine } from './dial.ts';

const HANDSHAKE_MS = 10_000;
const defaultBackOff: BackOff = { minimumMs: 10_000, doublings: 3, randomMs: 10_000 };

/** Dials the CSMS now, and again whenever the line is lost, until `close`. */
export function dialStation(options: DialOptions): StationLine {
  return new Line(options);
}

/** The wait before the attempt that follows so many failed ones (OCPP 2.x B08, `RetryBackOff*`). */
export function waitMs(backOff: BackOff, failed: number, random: number): number {
  return backOff.minimumMs * 2 ** Math.min(failed, backOff.doublings) + Math.floor(random * backOff.randomMs);
}

class Line implements StationLine {
  #options: DialOptions;
  readonly #log: Log;
  readonly #backOff: BackOff;
  #connection: AnyConnection<'station'> | null = null;
  #socket: WebSocket | null = null;
  /** Consecutive attempts that did not become a connection. */
  #failed = 0;
  /** TLS session of the last connection: a fleet that comes back resumes, which costs both ends about half. */
  #tlsSession: Buffer | undefined;
  #closing = false;
  #redialling = false;
  #stopWaiting: () => void = () => {};
  #ended: Promise<unknown> = Promise.resolve();

  constructor(options: DialOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#backOff = { ...defaultBackOff, ...options.backOff };
    this.#dial();
  }

  get connection(): AnyConnection<'station'> | null {
    return this.#connection?.open === true ? this.#connection : null;
  }

  reconfigure(change: Partial<Pick<DialOptions, 'url' | 'password' | 'tls' | 'versions'>>): void {
    this.#options = { ...this.#options, ...change };
    // Another CSMS or another certificate is to be judged anew.
    this.#tlsSession = undefined;
  }

  redial(): void {
    if (this.#closing) return;
    this.#failed = 0;
    if (this.#socket === null) {
      this.#stopWaiting();
      this.#dial();
      return;
    }
    this.#redialling = true;
    if (this.#connection === null) this.#socket.terminate();
    else void this.#connection.close(1000, 'redial');
  }

  cut(): void {
    this.#socket?.terminate();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#stopWaiting();
    if (this.#connection === null) this.#socket?.terminate();
    else await this.#connection.close();
    await this.#ended;
  }

  #dial(): void {
    this.#options.onDial?.();
    let socket: WebSocket;
    try {
      socket = this.#webSocket();
    } catch (error) {
      // The URL came from a person or from SetNetworkProfile: an unusable one is a failed attempt like another.
      void this.#lost(null, null, error instanceof Error ? error.message : 'the URL cannot be dialled');
      return;
    }
    this.#socket = socket;
    const handshakeMs = this.#options.handshakeMs ?? HANDSHAKE_MS;
    const stopTimer = this.#options.clock.after(handshakeMs, () => socket.terminate());
    let status: number | null = null;
    let reason = '';
    let closure: Promise<Closure> | null = null;
    socket.on('unexpected-response', (request, response) => {
      status = response.statusCode ?? null;
      reason = `HTTP ${status ?? ''}`.trim();
      request.destroy();
      socket.terminate();
    });
    socket.on('error', (error) => {
      if (reason === '') reason = error.message;
    });
    socket.on('open', () => {
      stopTimer();
      // ws has made sure that the answer is one of the offered subprotocols.
      closure = this.#opened(socket, socket.protocol.slice('ocpp'.length) as OcppVersion);
    });
    this.#ended = new Promise<void>((resolve) => {
      socket.on('close', () => {
        stopTimer();
        void this.#lost(closure, status, reason).then(resolve);
      });
    });
  }

  #webSocket(): WebSocket {
    const { url, identity, password, tls, limits } = this.#options;
    return new WebSocket(
      `${url.replace(/\/+$/, '')}/${encodeURIComponent(identity)}`,
      (this.#options.versions ?? ocppVersions).map(subprotocolOf),
      {
        perMessageDeflate: false,
        followRedirects: false,
        maxPayload: limits?.largeFrameBytes ?? defaultLimits.largeFrameBytes,
        ...(password === undefined ? {} : { headers: { Authorization: basic(identity, password) } }),
        ...tls,
        ...(this.#tlsSession === undefined ? {} : { session: this.#tlsSession }),
        finishRequest: (request) => {
          request.on('socket', (socket) => socket.on('session', (session) => this.#keepSession(session)));
          request.end();
        },
      },
    );
  }

  #keepSession(session: Buffer): void {
    this.#tlsSession = session;
  }

  #opened(socket: WebSocket, version: OcppVersion): Promise<Closure> {
    const connection = socketConnection({
      socket,
      version,
      side: 'station',
      identity: this.#options.identity,
      clock: this.#options.clock,
      random: this.#options.random,
      log: this.#log,
      limits: this.#options.limits,
      strict: this.#options.strict,
      observer: this.#options.observer,
    });
    this.#connection = connection;
    this.#failed = 0;
    this.#options.onConnected(connection);
    return connection.closed;
  }

  async #lost(closed: Promise<Closure> | null, status: number | null, reason: string): Promise<void> {
    const closure = await closed;
    this.#socket = null;
    this.#connection = null;
    if (closure === null) {
      this.#failed += 1;
      this.#tlsSession = undefined;
    }
    const attempts = this.#failed;
    const at = this.#redialling
      ? 0
      : waitMs(this.#backOff, Math.max(0, attempts - 1), this.#options.random());
    this.#redialling = false;
    const retryInMs = this.#closing ? null : at;
    if (retryInMs !== null) {
      this.#stopWaiting = this.#options.clock.after(retryInMs, () => this.#dial());
    }
    this.#log.debug({ identity: this.#options.identity, status, attempts, retryInMs }, 'line lost');
    this.#options.onDisconnected?.({
      closure,
      status,
      reason: closure?.reason ?? reason,
      attempts,
      retryInMs,
    });
  }
}

function basic(identity: string, password: string | Uint8Array): string {
  const secret = typeof password === 'string' ? Buffer.from(password, 'utf8') : password;
  return `Basic ${Buffer.concat([Buffer.from(`${identity}:`, 'utf8'), secret]).toString('base64')}`;
}
