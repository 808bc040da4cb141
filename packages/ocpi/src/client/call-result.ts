import type { Problem } from '../exchange/codec.ts';

/** What became of one call to a peer. Failures are values: nothing is retried (X40). */
export type CallResult<T> = CallDone<T> | CallFailed;

export interface CallDone<T> {
  readonly ok: true;
  readonly data: T;
  readonly httpStatus: number;
  /** OCPI status code, 1000..1999. */
  readonly statusCode: number;
  readonly warnings: readonly Problem[];
  /** Where the peer says the new object is (CDRs). */
  readonly location?: string;
}

export interface CallFailed {
  readonly ok: false;
  /**
   * `no-endpoint`: the peer does not offer the module in that role (or is not registered).
   * `address`: the address guard refused the URL.
   * `unreachable`, `timeout`: no answer. `http`: an HTTP error status without an OCPI envelope.
   * `ocpi`: an OCPI status code from 2000. `invalid`: the answer is not what OCPI prescribes.
   */
  readonly error: 'no-endpoint' | 'address' | 'unreachable' | 'timeout' | 'http' | 'ocpi' | 'invalid';
  readonly detail: string;
  readonly httpStatus?: number;
  readonly statusCode?: number;
}
