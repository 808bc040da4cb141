import type { Identity, Json } from './columns.ts';

/** One revision of a tariff; only approved ones ever price anything (BI16). */
export interface TariffRevisionTable {
  tariff_id: string;
  revision: number;
  state: 'draft' | 'approved' | 'rejected';
  /** OCPI Tariff. */
  object: Json<unknown>;
  /** Where it counts. */
  places: Json<unknown>;
  drafted_by: string;
  drafted_ms: number;
  /** Another person than the one who drafted it. */
  decided_by: string | null;
  decided_ms: number | null;
  /** Counts for sessions that start from here on. */
  effective_ms: number | null;
}

/** Most that a price may be (BI15). */
export interface TariffCeilingTable {
  currency: string;
  dimension: string;
  max_price: number;
}

/** Charge detail records; a trigger of the database refuses every update. */
export interface CdrTable {
  id: string;
  session_id: string;
  /** 0, then one more for every correction; credits have the number below zero of what they credit. */
  revision: number;
  credit_of: string | null;
  /** Party that pays, `FI-EMS`. */
  party: string;
  object: Json<unknown>;
  /** What it was made from. */
  facts: Json<unknown>;
  created_ms: number;
  sort_id: Identity;
}

/** What became of sending a CDR to the party that pays; what fails is pulled by it (X40). */
export interface CdrDeliveryTable {
  cdr_id: string;
  peer_id: string;
  attempted_ms: number;
  delivered_ms: number | null;
  location: string | null;
  problem: string | null;
}

/** The operator's word that a bill was paid. */
export interface CdrPaymentTable {
  cdr_id: string;
  paid_ms: number;
  /** As the operator calls it, e.g. `card`. */
  method: string | null;
  /** Of the payment service. */
  reference: string | null;
  noted_by: string;
}

export interface BillingTables {
  tariff_revision: TariffRevisionTable;
  tariff_ceiling: TariffCeilingTable;
  cdr: CdrTable;
  cdr_delivery: CdrDeliveryTable;
  cdr_payment: CdrPaymentTable;
}
