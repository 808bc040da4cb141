import type { PartyId } from '../../exchange/party.ts';

/** Nominal power of a connector in W; `dischargeW` 0 means no V2G. */
export interface CanonicalConnector {
  readonly connectorId: string;
  readonly chargeW: number;
  readonly dischargeW: number;
}

export interface CanonicalEvse {
  readonly locationId: string;
  readonly evseUid: string;
  readonly connectors: readonly CanonicalConnector[];
}

/** A value that holds on `[startMs, startMs + durationMs)`. */
export interface CanonicalSlot {
  readonly startMs: number;
  readonly durationMs: number;
  readonly value: number;
}

/** Lists of an SCOptimisation object: average W of the slot (demand, generation, flex, cap), currency per kWh, or g CO2 per kWh. */
export const SERIES_KINDS = ['demand', 'generation', 'price', 'export_price', 'flex', 'co2', 'cap'] as const;
export type SeriesKind = (typeof SERIES_KINDS)[number];

/** An SCOptimisation object in canonical units: whole W, W averages, currency per kWh, cost per hour squared (X2, X36). */
export interface CanonicalContext {
  readonly owner: PartyId;
  readonly id: string;
  readonly lastUpdatedMs: number;
  /** Contracted limit of net import at the supply point. */
  readonly maxImportW?: number;
  /** Largest net export, a magnitude (X6). Absent: EVs must not push the site below zero net. */
  readonly maxExportW?: number;
  /** One slot of h hours costs this times h squared more per slot of occupancy. */
  readonly opportunityCostPerHour2?: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly parentId?: string;
  readonly gridConnectionId?: string;
  readonly evses: readonly CanonicalEvse[];
  /** A list that the object does not have is absent here; an empty one is empty. Sorted, without overlaps. */
  readonly series: Readonly<Partial<Record<SeriesKind, readonly CanonicalSlot[]>>>;
  /** The owner confirms values that look too small (X2). */
  readonly confirmed: boolean;
  /** What was repaired on the way in, for the log and the answer to "why does it plan with this". */
  readonly notes: readonly string[];
}
