import type { PartyId } from '@smac/ocpi';
import type { Audit } from '../operators/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';

export interface BillingLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What every function of the room works with. */
export interface Room {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: BillingLog;
  readonly audit: Audit;
  /** 32 hexadecimal digits that nobody can guess. */
  readonly newId: () => string;
  /** This operator. */
  readonly party: PartyId;
  /** ISO 4217, of sessions without a tariff. */
  readonly currency: string;
}
