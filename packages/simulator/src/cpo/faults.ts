import type { OcpiHandler, OcpiRequest, OcpiResponse } from '@smac/ocpi';
import type { Clock } from '../clock/virtual-clock.ts';

/** What may go wrong with one incoming request. */
export type Fault =
  | { readonly kind: 'none' }
  /** The connection stays open without an answer. */
  | { readonly kind: 'never' }
  /** HTTP 500 without an OCPI body. */
  | { readonly kind: 'http500' }
  /** Answered, but only after so long on the counterpart's clock. */
  | { readonly kind: 'late'; readonly delayMs: number };

/** Decides per request; `n` counts them from 0. */
export type FaultPlan = (request: OcpiRequest, n: number) => Fault;

export const noFaults: FaultPlan = () => ({ kind: 'none' });

/** What may go wrong behind an accepted profile. */
export type ProfileFault =
  | 'none'
  /** The synchronous answer is REJECTED, TOO_OFTEN or NOT_SUPPORTED. */
  | 'REJECTED'
  | 'TOO_OFTEN'
  | 'NOT_SUPPORTED'
  /** Accepted, carried out, but the asynchronous result never comes. */
  | 'no-result'
  /** Accepted, not carried out, the asynchronous result says REJECTED. */
  | 'result-rejected';

export type ProfileFaultPlan = (sessionId: string, n: number) => ProfileFault;

/** A handler with faults in front of it. */
export function faulty(handler: OcpiHandler, clock: Clock, plan: () => FaultPlan): OcpiHandler {
  let count = 0;
  return {
    handle(request: OcpiRequest): Promise<OcpiResponse> {
      const fault = plan()(request, count++);
      switch (fault.kind) {
        case 'none':
          return handler.handle(request);
        case 'http500':
          return Promise.resolve({
            status: 500,
            headers: { 'Content-Type': 'text/plain' },
            body: 'Internal Server Error',
          });
        case 'never':
          return new Promise(() => {});
        case 'late':
          return new Promise((resolve, reject) => {
            clock.after(fault.delayMs, () => handler.handle(request).then(resolve, reject));
          });
      }
    },
  };
}
