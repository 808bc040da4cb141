import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OcpiHandler } from './handler-contract.ts';

/** A listening server and the way to end it. */
export interface ServedHandler {
  /** `http://127.0.0.1:41234`, without trailing slash. */
  readonly origin: string;
  readonly server: Server;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** Default 0: a free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Bodies are cut off beyond this, default 1 MiB; the handler then answers 413. */
  readonly maxBodyBytes?: number;
}

/** Puts a handler behind `node:http`: for tests, simulators and small tools. `handler` is made once the origin is known. */
export async function serveNode(
  makeHandler: (origin: string) => OcpiHandler,
  options: ServeOptions = {},
): Promise<ServedHandler> {
  const maxBodyBytes = options.maxBodyBytes ?? 1_048_576;
  let handler: OcpiHandler | undefined;
  const server = createServer(async (request, response) => {
    try {
      const body = await readBody(request, maxBodyBytes);
      const answer = await handler?.handle({
        method: request.method ?? 'GET',
        url: request.url ?? '/',
        headers: request.headers,
        body,
      });
      response.writeHead(answer?.status ?? 503, answer?.headers);
      response.end(request.method === 'HEAD' ? undefined : answer?.body);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((listening, fail) => {
    server.once('error', fail);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://${options.host ?? '127.0.0.1'}:${port}`;
  handler = makeHandler(origin);
  return {
    origin,
    server,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Reads at most one byte more than allowed, so that the handler sees that it was too much. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    if (bytes <= maxBytes) chunks.push(chunk);
    bytes += chunk.byteLength;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes + 1);
}
