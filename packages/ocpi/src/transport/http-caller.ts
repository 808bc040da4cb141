/** One outgoing request. Nothing is retried and no redirect is followed (X40, security: SSRF). */
export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text leaves as UTF-8, bytes as they are. */
  readonly body?: string | Uint8Array;
  /** Lets http, loopback and private addresses pass: local use and tests only. */
  readonly allowPrivateAddresses: boolean;
}

export type HttpAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      /** Names in lower case; repeated headers joined with ', '. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | {
      readonly ok: false;
      readonly error: 'address' | 'unreachable' | 'timeout' | 'too-large';
      readonly detail: string;
    };

/** Sends one request and returns what came back; failures are values. */
export type HttpCaller = (call: HttpCall) => Promise<HttpAnswer>;
