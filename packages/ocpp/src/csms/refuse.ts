import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly retryAfterS?: number | undefined;
}

/** Answers an upgrade request with an HTTP error and ends the socket. */
export function refuseUpgrade(socket: Duplex, { status, reason, retryAfterS }: Refusal): void {
  if (socket.destroyed) return;
  const body = `${printable(reason)}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 401 ? ['WWW-Authenticate: Basic realm="ocpp", charset="UTF-8"'] : []),
    ...(retryAfterS === undefined ? [] : [`Retry-After: ${Math.ceil(retryAfterS)}`]),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200);
}
