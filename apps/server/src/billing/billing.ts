import type { Bill, Cdr, Outcome, Tariff } from '@smac/ocpi';
import type { SessionFacts } from './facts.ts';

/** Where a tariff counts: everywhere, at a location, an EVSE or a connector. OCPI ids. */
export interface TariffPlace {
  readonly locationId?: string;
  readonly evseUid?: string;
  readonly connectorId?: string;
}

/** A tariff as somebody proposes it: what OCPI calls Tariff, without owner and dates, which approval gives. */
export type ProposedTariff = Omit<
  Tariff,
  'country_code' | 'party_id' | 'last_updated' | 'start_date_time' | 'end_date_time'
>;

export interface TariffRevision {
  readonly tariffId: string;
  readonly revision: number;
  readonly state: 'draft' | 'approved' | 'rejected';
  readonly tariff: Tariff;
  readonly places: readonly TariffPlace[];
  readonly draftedBy: string;
  readonly draftedMs: number;
  readonly decidedBy?: string;
  readonly decidedMs?: number;
  readonly effectiveMs?: number;
}

/** Most that a component may cost (BI15), in the terms of the tariff (with or without taxes). */
export interface TariffCeiling {
  readonly currency: string;
  readonly dimension: 'ENERGY' | 'FLAT' | 'PARKING_TIME' | 'TIME';
  readonly maxPrice: number;
}

/**
 * Tariffs: draft, then approved by another person (BI16), then active from their effective date for the sessions that start after it. What a
 * tariff costs and where it counts is approved together.
 */
export interface Tariffs {
  draft(
    tariff: ProposedTariff,
    places: readonly TariffPlace[],
    actor: string,
  ): Promise<Outcome<TariffRevision>>;
  /** `effectiveMs` default: at once. Refused for the one who drafted it, above a ceiling, and in the past. */
  approve(
    tariffId: string,
    revision: number,
    effectiveMs: number | undefined,
    actor: string,
  ): Promise<Outcome<TariffRevision>>;
  reject(tariffId: string, revision: number, actor: string): Promise<Outcome<TariffRevision>>;
  /** Hears of every approval after its commit; the price may come into force later. */
  onApproved(listener: (revision: TariffRevision) => void): () => void;
  revisions(tariffId?: string): Promise<readonly TariffRevision[]>;
  /** Revisions that count at a moment, one per tariff. */
  effective(atMs: number): Promise<readonly TariffRevision[]>;
  /** Tariffs of a connector at a moment; the nearest place wins per type. */
  at(
    place: { readonly locationId: string; readonly evseUid: string; readonly connectorId: string },
    atMs: number,
  ): Promise<readonly Tariff[]>;
  ceilings(): Promise<readonly TariffCeiling[]>;
  /** null: no ceiling any more. */
  setCeiling(ceiling: Omit<TariffCeiling, 'maxPrice'>, maxPrice: number | null, actor: string): Promise<void>;
}

export interface CdrQuery {
  /** Parties that pay, `FI-EMS`. */
  readonly parties?: readonly string[];
  readonly sessionId?: string;
  /** Made in `[fromMs, toMs)`. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly offset: number;
  readonly limit: number;
}

export interface CdrDelivery {
  readonly cdrId: string;
  readonly peerId: string;
  /** Where the peer keeps it; absent: it did not take it, `problem` says why, and it can pull it (X40). */
  readonly location?: string;
  readonly problem?: string;
}

/** The bill of a session as it stands. */
export interface StandingCdr {
  readonly cdr: Cdr;
  readonly facts: SessionFacts;
  /** How often the session was billed before. */
  readonly revision: number;
  /** Taken back, and nothing put in its place. */
  readonly isCredited: boolean;
}

export interface Cdrs {
  /** What a session costs so far, or would cost; commits nothing. Undefined: nothing here has a price. */
  price(facts: SessionFacts): Promise<Outcome<Bill | undefined>>;
  /** Bills a finished session, once: the second time it answers with the same CDR. Committed when it resolves. */
  closeSession(facts: SessionFacts): Promise<Outcome<Cdr>>;
  /** Takes a CDR back by a credit CDR; a CDR itself never changes. */
  credit(cdrId: string, remark: string | undefined, actor: string): Promise<Outcome<Cdr>>;
  /** Credit CDR and new CDR together, with other facts of the same session, in the same currency. */
  correct(
    cdrId: string,
    facts: SessionFacts,
    remark: string | undefined,
    actor: string,
  ): Promise<Outcome<{ readonly credit: Cdr; readonly cdr: Cdr }>>;
  /** The newest CDR of a session. */
  standing(sessionId: string): Promise<StandingCdr | undefined>;
  get(cdrId: string): Promise<Cdr | undefined>;
  /** Oldest first. */
  list(query: CdrQuery): Promise<{ readonly cdrs: readonly Cdr[]; readonly total: number }>;
  /** Hears every new CDR, after its commit. */
  onCdr(listener: (cdr: Cdr) => void): () => void;
  noteDelivery(delivery: CdrDelivery): Promise<void>;
}

/** What a guest owes of one bill. */
export interface Payment {
  readonly cdrId: string;
  /** none: nobody owes anything here: it costs nothing, was taken back, or a contract pays. */
  readonly state: 'none' | 'unpaid' | 'paid';
  /** With taxes, in `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly paidMs: number | null;
  readonly method: string | null;
  /** Of the payment service. */
  readonly reference: string | null;
}

/** Payments of charges without a contract, as the operator notes them; no money moves here. */
export interface Payments {
  of(cdrId: string): Promise<Payment | undefined>;
  /** Of the newest bill of a session. */
  ofSession(sessionId: string): Promise<Payment | undefined>;
  /** Bills made since, newest first, that somebody owes or paid. */
  owed(query: { readonly fromMs: number; readonly limit: number }): Promise<readonly Payment[]>;
  /** The operator says that it was paid. */
  note(
    cdrId: string,
    how: { readonly method?: string; readonly reference?: string },
    actor: string,
  ): Promise<Outcome<Payment>>;
  /** It was noted by mistake. */
  takeBack(cdrId: string, actor: string): Promise<Outcome<Payment>>;
}

export interface Billing {
  readonly tariffs: Tariffs;
  readonly cdrs: Cdrs;
  readonly payments: Payments;
}
