/** What the figures of a city are made of. Nothing here names a driver or a card: cards are numbers that hold within one reading. */
export interface CityEvse {
  readonly key: string;
  readonly peerId: string;
  /** Party that operates it, like `NL-TNM`. */
  readonly operator: string;
  /** Peer, party and id of its location, as one text. */
  readonly siteKey: string;
  readonly siteName: string;
  /** Postal code where the location has one, otherwise its city. */
  readonly district: string;
  readonly timeZone: string;
  readonly evseUid: string;
  readonly label: string;
  /** OCPI status now. */
  readonly status: string;
  /** Degrees; null where the location tells none that is one. */
  readonly longitude: number | null;
  readonly latitude: number | null;
  readonly maxW: number;
  /** The own station it belongs to; null at other operators. */
  readonly stationId: string | null;
}

/** Energy of a session up to a moment. */
export interface EnergyPoint {
  readonly atMs: number;
  readonly energyWh: number;
}

export interface CitySession {
  readonly evse: CityEvse;
  readonly contextId: string;
  /** Numbers cards so that they can be counted. */
  readonly card: number;
  readonly startMs: number;
  /** null while it runs. */
  readonly endMs: number | null;
  readonly energyWh: number;
  /** Ascending in time, from the start (0 Wh) to the last that is known. */
  readonly points: readonly EnergyPoint[];
}

export interface CityBooking {
  readonly evse: CityEvse;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Whole days at the sites, both inclusive, as `2026-06-01`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

export interface CityFacts {
  readonly nowMs: number;
  readonly period: Period;
  readonly evses: readonly CityEvse[];
  /** Every session that touches the period. */
  readonly sessions: readonly CitySession[];
  readonly bookings: readonly CityBooking[];
}
