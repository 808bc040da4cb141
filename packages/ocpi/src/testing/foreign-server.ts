import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type After = { after(fn: () => Promise<void>): void };

/** A foreign server that answers everything with `answer` and keeps the requests. */
export async function foreignServer(
  t: After,
  answer: (request: IncomingMessage, url: string, count: number) => unknown,
  headers: (request: IncomingMessage, url: string, count: number) => Record<string, string> = () => ({}),
  status = 200,
): Promise<{ readonly url: string; readonly seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    const url = `http://${request.headers.host}`;
    response.writeHead(status, headers(request, url, seen.length));
    const content = answer(request, url, seen.length);
    response.end(typeof content === 'string' ? content : JSON.stringify(content));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(async () => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, seen };
}
