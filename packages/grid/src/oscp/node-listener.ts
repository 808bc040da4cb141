import type { IncomingMessage, RequestListener } from 'node:http';
import type { Log, OscpAnswer, OscpRequest } from './exchange.ts';

/** Beyond this nothing is read on; the handler refuses more than 1 MiB in words. */
const MOST_BYTES = 2 * 1024 * 1024;

/** A handler for Node's HTTP server. What OSCP sends afterwards begins when the answer is out. */
export function nodeListener(
  handle: (request: OscpRequest) => Promise<OscpAnswer>,
  log: Pick<Log, 'warn'>,
): RequestListener {
  return (request, response) => {
    const served = async () => {
      const { method = '', url = '', headers } = request;
      const answer = await handle({ method, url, headers, body: await bodyOf(request) });
      response.writeHead(answer.status, answer.headers);
      await new Promise<void>((resolve) => {
        response.once('close', resolve);
        response.end(answer.body, resolve);
      });
      await answer.afterwards?.();
    };
    served().catch((error: unknown) => {
      log.warn({ detail: String(error) }, 'A request failed');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
