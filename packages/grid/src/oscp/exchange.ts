/** How messages come in and go out, whatever carries them. */
import type { Headers } from './headers.ts';

export interface OscpRequest {
  readonly method: string;
  /** Path or URL; what lies behind the base path of this platform counts. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | Uint8Array;
}

export interface OscpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty with 204. */
  readonly body: string;
  /** What OSCP sends of its own once this answer is out: the other half of a registration, an acknowledgement. */
  readonly afterwards?: () => Promise<void>;
}

export interface HttpCall {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type HttpAnswer =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly detail: string };

/** Sends one request; failures are values. Follows no redirect. */
export type HttpCaller = (call: HttpCall) => Promise<HttpAnswer>;

export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const TIMEOUT_MS = 15_000;

/** HTTP by `fetch`. Whoever lets strangers name addresses hands in a caller that refuses private ones. */
export function fetchCaller(timeoutMs = TIMEOUT_MS): HttpCaller {
  return async ({ method, url, headers, body }) => {
    try {
      const answer = await fetch(url, {
        method,
        headers: { ...headers },
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body }),
      });
      return { ok: true, status: answer.status, body: await answer.text() };
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  };
}
