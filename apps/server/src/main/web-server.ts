import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { CannotStart, type Config } from '../config/index.ts';

/**
 * Longer than load balancers and browsers keep an idle connection: who closes first must be the client, or it writes a request into a
 * connection that ends at that moment and gets a reset for an answer.
 */
const KEPT_ALIVE_MS = 75_000;

/** The listening sockets, open before the rooms exist: a port in use is known at once, and a port 0 has its number. */
export interface WebServer {
  readonly server: Server | TlsServer;
  /** `http://127.0.0.1:8080`: how this machine reaches it. */
  readonly url: string;
  /** true for a request that came by the socket of the command line. */
  isLocal(request: IncomingMessage): boolean;
  /** From now on `handle` answers; before, everybody hears 503. */
  serve(handle: RequestListener): void;
  close(): Promise<void>;
}

export async function openWebServer(config: Config): Promise<WebServer> {
  let handle: RequestListener = starting;
  const local = new WeakSet<IncomingMessage>();
  const listener: RequestListener = (request, response) => handle(request, response);
  const server = config.tlsCert === undefined ? createServer(listener) : tlsServer(config, listener);
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = KEPT_ALIVE_MS;
  const admin = createServer((request, response) => {
    local.add(request);
    handle(request, response);
  });
  await listen(server, config);
  await listenLocally(admin, config.dataDir).catch(async (error) => {
    server.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  const host =
    config.host === '0.0.0.0'
      ? '127.0.0.1'
      : config.host === '::'
        ? '[::1]'
        : config.host.includes(':')
          ? `[${config.host}]`
          : config.host;
  return {
    server,
    url: `${config.tlsCert === undefined ? 'http' : 'https'}://${host}:${port}`,
    isLocal: (request) => local.has(request),
    serve(next) {
      handle = next;
    },
    async close() {
      await Promise.all([server, admin].map(closed));
    },
  };
}

/** Path of the socket by which the command line reaches a running server: only this user may open it. */
export function localSocketPath(dataDir: string): string {
  const beside = join(resolve(dataDir), 'command.sock');
  // A socket path holds about 100 bytes; a deeper folder gets its socket in a private folder of the temporary directory.
  if (Buffer.byteLength(beside) < 100) return beside;
  const folder = join(tmpdir(), `smac-${process.getuid?.() ?? 0}`);
  return join(folder, `${Buffer.from(resolve(dataDir)).toString('base64url').slice(-40)}.sock`);
}

function starting(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '2' });
  response.end(
    JSON.stringify({
      type: 'about:blank',
      title: 'The server is starting',
      status: 503,
      detail: 'Try again in a few seconds.',
    }),
  );
}

function tlsServer(config: Config, listener: RequestListener): TlsServer {
  const files = readTls(config);
  try {
    return createTlsServer({ ...files, minVersion: 'TLSv1.3' }, listener);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CannotStart(
      `SMAC_TLS_CERT (${config.tlsCert}) and SMAC_TLS_KEY (${config.tlsKey}) cannot be used (${reason}): give a certificate and the key it was made for, both as PEM.`,
    );
  }
}

function readTls(config: Config): { cert: Buffer; key: Buffer } {
  const read = (name: string, path = '') => {
    try {
      return readFileSync(path);
    } catch {
      throw new CannotStart(
        `${name} (${path}) cannot be read: give the path of a PEM file this user may read.`,
      );
    }
  };
  return { cert: read('SMAC_TLS_CERT', config.tlsCert), key: read('SMAC_TLS_KEY', config.tlsKey) };
}

async function listen(server: Server | TlsServer, { host, port }: Config): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new CannotStart(
        `Port ${port} is in use: stop the other program, or set SMAC_PORT to a free port.`,
      );
    if (code === 'EACCES')
      throw new CannotStart(
        `Port ${port} needs more rights than this user has: set SMAC_PORT to 1024 or more.`,
      );
    throw new CannotStart(
      `SMAC cannot listen on ${host}:${port} (${String(code)}): set SMAC_HOST to an address of this machine.`,
    );
  }
}

/** Called with the data folder locked by this process, so a socket file that is there is left over from a killed one. */
async function listenLocally(admin: Server, dataDir: string): Promise<void> {
  const path = localSocketPath(dataDir);
  const folder = join(path, '..');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(folder);
  if (
    process.getuid &&
    path !== join(resolve(dataDir), 'command.sock') &&
    (uid !== process.getuid() || (mode & 0o077) !== 0)
  ) {
    throw new CannotStart(
      `The folder ${folder} belongs to somebody else: remove it, or set SMAC_DATA_DIR to a shorter path.`,
    );
  }
  if (existsSync(path)) rmSync(path);
  const before = process.umask(0o177);
  try {
    admin.listen(path);
    await once(admin, 'listening');
  } finally {
    process.umask(before);
  }
}

async function closed(server: Server | TlsServer): Promise<void> {
  const { promise, resolve: done } = Promise.withResolvers<void>();
  server.close(() => done());
  server.closeIdleConnections();
  const hurry = setTimeout(() => server.closeAllConnections(), 2_000);
  await promise;
  clearTimeout(hurry);
}
