import type { PartyId } from '@smac/ocpi';
import type { Audit } from '../operators/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';
import type { Billing } from './billing.ts';
import { cdrBook } from './cdr-book.ts';
import { paymentBook } from './payments.ts';
import type { BillingLog, Room } from './room.ts';
import { tariffBook } from './tariff-book.ts';

export interface BillingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly log: BillingLog;
  readonly audit: Audit;
  readonly party: PartyId;
  /** ISO 4217, of sessions without a tariff; default EUR. */
  readonly currency?: string;
}

/** Tariffs and CDRs of this operator. */
export function createBilling(options: BillingOptions): Billing {
  const { random, currency = 'EUR' } = options;
  const room: Room = { ...options, currency, newId: () => Buffer.from(random(16)).toString('hex') };
  const tariffs = tariffBook(room);
  return { tariffs, cdrs: cdrBook(room, tariffs), payments: paymentBook(room) };
}
