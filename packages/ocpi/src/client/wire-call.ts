import type { Problem } from '../exchange/codec.ts';
import type { Peer } from '../exchange/peer.ts';
import type { RandomBytes } from '../exchange/surroundings.ts';
import type { HttpAnswer, HttpCaller } from '../transport/http-caller.ts';
import { readJson } from '../transport/strict-json.ts';
import { authorizationOf } from '../transport/token.ts';
import type { CallDone, CallFailed } from './call-result.ts';

/** How a peer is reached and how we prove who we are. */
export type Access = Pick<Peer, 'rawToken' | 'allowPrivateAddresses'> & { readonly token: string };

export interface WireCall {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  readonly url: string;
  readonly access: Access;
  /** Routing headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly correlationId?: string;
  /** JSON value; written as it is. */
  readonly body?: unknown;
}

/** The `data` of an envelope as it arrived, with the headers (paging). */
export type WireAnswer =
  | (CallDone<unknown> & { readonly headers: Readonly<Record<string, string>> })
  | CallFailed;

/** Answers nest less deep than this, whatever the module. */
const MAX_DEPTH = 64;

/** A new id for X-Request-ID or X-Correlation-ID: 36 characters at most. */
export function newId(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(16)).toString('hex');
}

/** One OCPI request and its envelope. One attempt: what failed is told, not repeated (X40). */
export async function callOverWire(
  http: HttpCaller,
  randomBytes: RandomBytes,
  call: WireCall,
): Promise<WireAnswer> {
  const { access } = call;
  const answer = await http({
    method: call.method,
    url: call.url,
    headers: {
      Authorization: authorizationOf(access.token, access.rawToken),
      Accept: 'application/json',
      ...(call.body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
      'X-Request-ID': newId(randomBytes),
      'X-Correlation-ID': call.correlationId ?? newId(randomBytes),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    allowPrivateAddresses: access.allowPrivateAddresses,
  });
  if (!answer.ok) {
    return failed(answer.error === 'too-large' ? 'invalid' : answer.error, answer.detail);
  }
  return readEnvelope(call, answer);
}

function readEnvelope(call: WireCall, answer: HttpAnswer & { readonly ok: true }): WireAnswer {
  const { status: httpStatus, headers } = answer;
  const success = httpStatus >= 200 && httpStatus < 300;
  if (httpStatus >= 300 && httpStatus < 400) {
    return failed('http', `HTTP ${httpStatus}: redirects are not followed; use the final URL.`, {
      httpStatus,
    });
  }
  const warnings: Problem[] = [];
  if (success && call.method !== 'GET' && answer.body.trim() === '') {
    warnings.push({ path: '', detail: 'the answer has no envelope' });
    return { ok: true, data: undefined, httpStatus, statusCode: 1000, warnings, headers };
  }
  const json = readJson(answer.body, MAX_DEPTH);
  const envelope = json.ok ? asEnvelope(json.value) : undefined;
  if (envelope === undefined) {
    const detail = json.ok ? 'The answer is no OCPI envelope.' : json.detail;
    return success
      ? failed('invalid', detail, { httpStatus })
      : failed('http', `HTTP ${httpStatus}.`, { httpStatus });
  }
  const { data, statusCode, statusMessage } = envelope;
  if (statusCode < 1000 || statusCode > 1999) {
    return failed('ocpi', `${statusCode} ${statusMessage}`.trim(), { httpStatus, statusCode });
  }
  if (!success)
    return failed('http', `HTTP ${httpStatus} ${statusMessage}`.trim(), { httpStatus, statusCode });
  return { ok: true, data, httpStatus, statusCode, warnings, headers };
}

/** null means absent, as everywhere in OCPI. */
function asEnvelope(
  value: unknown,
): { data: unknown; statusCode: number; statusMessage: string } | undefined {
  if (typeof value !== 'object' || value === null || !('status_code' in value)) return undefined;
  const statusCode = value.status_code;
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode)) return undefined;
  const message = 'status_message' in value ? value.status_message : undefined;
  const data = 'data' in value ? value.data : undefined;
  return {
    data: data === null ? undefined : data,
    statusCode,
    statusMessage: typeof message === 'string' ? plainText(message.slice(0, 255)) : '',
  };
}

/** What a peer says ends in logs and records: one line of printable text, whatever it sent. */
function plainText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}

export function failed(
  error: CallFailed['error'],
  detail: string,
  codes: { readonly httpStatus?: number; readonly statusCode?: number } = {},
): CallFailed {
  return { ok: false, error, detail, ...codes };
}
