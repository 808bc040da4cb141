import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type AnyConnection, defaultLimits, type Log, silentLog } from '../rpc/index.ts';
import { socketConnection } from '../rpc/socket-connection.ts';
import { negotiate, type OcppVersion, ocppVersions, subprotocolOf } from '../versions/index.ts';
import type { AcceptOptions, Admission, StationListener } from './accept.ts';
import { type Handshake, readHandshake } from './handshake.ts';
import { type Refusal, refuseUpgrade } from './refuse.ts';

const HANDSHAKE_MS = 10_000;

/** Begins to accept stations: attach it to a server of `node:http` or `node:https`. */
export function acceptStations<Binding>(options: AcceptOptions<Binding>): StationListener {
  return new Listener(options);
}

class Listener<Binding> implements StationListener {
  readonly connections = new Set<AnyConnection<'csms'>>();
  readonly #options: AcceptOptions<Binding>;
  readonly #path: string;
  readonly #versions: readonly OcppVersion[];
  readonly #log: Log;
  readonly #chosen = new WeakMap<IncomingMessage, OcppVersion>();
  readonly #webSockets: WebSocketServer;
  readonly #detach = new Set<() => void>();
  #closing = false;

  constructor(options: AcceptOptions<Binding>) {
    this.#options = options;
    this.#path = `/${(options.path ?? '/ocpp').replaceAll(/^\/+|\/+$/g, '')}`;
    this.#versions = options.versions ?? ocppVersions;
    this.#log = options.log ?? silentLog;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.limits?.largeFrameBytes ?? defaultLimits.largeFrameBytes,
      handleProtocols: (_offered, request) => {
        const version = this.#chosen.get(request);
        return version === undefined ? false : subprotocolOf(version);
      },
    });
  }

  attach(server: HttpServer | HttpsServer): () => void {
    const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      this.#upgrade(request, socket, head);
    };
    server.on('upgrade', upgrade);
    const detach = (): void => {
      server.off('upgrade', upgrade);
      this.#detach.delete(detach);
    };
    this.#detach.add(detach);
    return detach;
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const detach of [...this.#detach]) detach();
    await Promise.all([...this.connections].map((connection) => connection.close(1001, 'going away')));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const read = readHandshake(request, this.#path, this.#versions, this.#options.clock.now());
    const lost = (): void => {
      socket.destroy();
    };
    socket.on('error', lost);
    let decided = false;
    const refuse = (refusal: Refusal): void => {
      if (decided) return;
      decided = true;
      stopTimer();
      this.#refused(refusal, 'identity' in read ? read.identity : null, request);
      refuseUpgrade(socket, refusal);
    };
    const stopTimer = this.#options.clock.after(this.#options.handshakeMs ?? HANDSHAKE_MS, () =>
      refuse({ status: 503, reason: 'try again later' }),
    );
    if ('status' in read) {
      refuse(read);
      return;
    }
    const decide = (admission: Admission<Binding>): void => {
      if (decided) return;
      const version = admission.accept ? this.#versionFor(read, admission) : null;
      if (!admission.accept) refuse(admission);
      else if (this.#closing) refuse({ status: 503, reason: 'going away' });
      else if (version === null) refuse({ status: 400, reason: unknownProtocol(read) });
      else {
        decided = true;
        stopTimer();
        socket.off('error', lost);
        this.#chosen.set(request, version);
        this.#webSockets.handleUpgrade(request, socket, head, (webSocket) =>
          this.#connected(webSocket, version, admission, read),
        );
      }
    };
    this.#ask(read).then(decide, (error: unknown) => {
      this.#log.error({ identity: read.identity, err: error }, 'a handshake could not be decided');
      refuse({ status: 503, reason: 'try again later' });
    });
  }

  async #ask(handshake: Handshake): Promise<Admission<Binding>> {
    return this.#options.authorise(handshake);
  }

  #versionFor(
    { offered }: Handshake,
    { settings }: Extract<Admission<Binding>, { accept: true }>,
  ): OcppVersion | null {
    const allowed = this.#versions.filter((version) => settings?.versions?.includes(version) ?? true);
    return negotiate(offered, allowed);
  }

  #connected(
    socket: WebSocket,
    version: OcppVersion,
    { binding, settings }: Extract<Admission<Binding>, { accept: true }>,
    handshake: Handshake,
  ): void {
    const connection = socketConnection({
      socket,
      version,
      side: 'csms',
      identity: handshake.identity,
      clock: this.#options.clock,
      random: this.#options.random,
      log: this.#log,
      limits: { ...this.#options.limits, ...settings?.limits },
      strict: settings?.strict,
      replies: settings?.replies,
      observer: settings?.observer,
    });
    this.connections.add(connection);
    void connection.closed.then(() => this.connections.delete(connection));
    try {
      this.#options.onConnection(connection, binding, handshake);
    } catch (error) {
      this.#log.error({ identity: handshake.identity, err: error }, 'a connection could not be taken over');
      void connection.close(1011, 'internal error');
    }
  }

  #refused({ status, reason }: Refusal, identity: string | null, request: IncomingMessage): void {
    const remoteAddress = request.socket.remoteAddress ?? '';
    this.#log.info({ status, identity, remoteAddress }, `station refused: ${reason}`);
    this.#options.onRefused?.({ status, reason, identity, remoteAddress });
  }
}

function unknownProtocol({ offered }: Handshake): string {
  return offered.length === 0
    ? 'offer a subprotocol: ocpp2.1, ocpp2.0.1 or ocpp1.6'
    : 'none of the offered subprotocols is spoken here';
}
