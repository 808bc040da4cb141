import { newId } from '../client/wire-call.ts';
import type { RandomBytes } from '../exchange/surroundings.ts';
import type { OcpiRequest } from './handler-contract.ts';

/** A request as the router sees it. */
export interface RequestHead {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case; a header that came several times counts with its first value. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** X-Request-ID and X-Correlation-ID: required by OCPI, made here for peers that leave them out, echoed in every case. */
  readonly requestId: string;
  readonly correlationId: string;
}

export function readHead(request: OcpiRequest, randomBytes: RandomBytes): RequestHead {
  const mark = request.url.indexOf('?');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name.toLowerCase()] = typeof value === 'string' ? value : value?.[0];
  }
  return {
    path: mark < 0 ? request.url : request.url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : request.url.slice(mark + 1)),
    headers,
    requestId: idOf(headers['x-request-id']) ?? newId(randomBytes),
    correlationId: idOf(headers['x-correlation-id']) ?? newId(randomBytes),
  };
}

/** An id that can be written into a header and a log line; others are replaced. */
function idOf(text: string | undefined): string | undefined {
  const id = text?.trim();
  return id !== undefined && /^[\x21-\x7e]{1,64}$/.test(id) ? id : undefined;
}
