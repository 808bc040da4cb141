/** The headers of OSCP 2.0. Names in lower case, as Node and fetch hand them out. */

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface OscpHeaders {
  readonly token?: string;
  readonly requestId?: string;
  /** The X-Request-ID that this message answers. */
  readonly correlationId?: string;
  /** From 1. */
  readonly segment?: { readonly index: number; readonly count: number };
}

/** Longer ids are nobody's; they would only fill memory. */
const MOST_ID_CHARACTERS = 200;
export const MOST_SEGMENTS = 100;

/** @returns what the headers say, or one sentence about the first one that says nothing. */
export function readHeaders(headers: Headers): OscpHeaders | string {
  const [scheme, token, ...rest] = text(headers.authorization)?.trim().split(/\s+/) ?? [];
  const requestId = text(headers['x-request-id']);
  const correlationId = text(headers['x-correlation-id']);
  for (const [name, id] of Object.entries({ 'X-Request-ID': requestId, 'X-Correlation-ID': correlationId })) {
    if (id !== undefined && !/^[\x21-\x7e]+$/.test(id.slice(0, MOST_ID_CHARACTERS + 1)))
      return `The header ${name} must be printable characters without spaces.`;
    if ((id?.length ?? 0) > MOST_ID_CHARACTERS)
      return `The header ${name} must have at most ${MOST_ID_CHARACTERS} characters.`;
  }
  const segment = segmentOf(text(headers['x-segment-index']), text(headers['x-segment-count']));
  if (typeof segment === 'string') return segment;
  const isToken = scheme?.toLowerCase() === 'token' && token !== undefined && rest.length === 0;
  return {
    ...(isToken ? { token } : {}),
    ...(requestId === undefined ? {} : { requestId }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(segment === undefined ? {} : { segment }),
  };
}

export function writeHeaders(headers: OscpHeaders): Record<string, string> {
  const { token, requestId, correlationId, segment } = headers;
  return {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Token ${token}` }),
    ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    ...(correlationId === undefined ? {} : { 'x-correlation-id': correlationId }),
    ...(segment === undefined
      ? {}
      : { 'x-segment-index': String(segment.index), 'x-segment-count': String(segment.count) }),
  };
}

function segmentOf(index: string | undefined, count: string | undefined): OscpHeaders['segment'] | string {
  if (index === undefined && count === undefined) return undefined;
  const [at, of] = [Number(index), Number(count)];
  if (!Number.isInteger(at) || !Number.isInteger(of) || of < 1 || at < 1 || at > of)
    return 'X-Segment-Index must be a number from 1 to X-Segment-Count.';
  return of > MOST_SEGMENTS ? `X-Segment-Count must be at most ${MOST_SEGMENTS}.` : { index: at, count: of };
}

function text(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value[0];
}
