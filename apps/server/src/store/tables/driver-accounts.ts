import type { Identity, Json } from './columns.ts';

/** A car of a driver; a change ends the row and begins another, so that it is known what a plan was made with. */
export interface DriverVehicleTable {
  id: Identity;
  vehicle_id: string;
  account_id: string;
  object: Json<unknown>;
  from_ms: number;
  to_ms: number | null;
}

export interface DriverDefaultsTable {
  account_id: string;
  object: Json<unknown>;
  updated_ms: number;
}

/** Given once, revoked once; giving it again is another row. */
export interface DriverConsentTable {
  id: Identity;
  account_id: string;
  purpose: string;
  /** Which wording was agreed to. */
  text_version: string;
  /** V2G: never discharged below. */
  floor_soc: number | null;
  given_ms: number;
  revoked_ms: number | null;
}

/** Whose token it is. */
export interface DriverCardTable {
  token_id: string;
  account_id: string;
  /** In lower case, as transactions are looked up. */
  uid_key: string;
  kind: 'app' | 'card';
  added_ms: number;
}

/** A pole held for a driver, with a plan for the charge that is to come. */
export interface DriverBookingTable {
  /** Also what the reservation is called. */
  id: string;
  account_id: string;
  location_id: string;
  evse_uid: string;
  evse_key: string;
  /** The provisional session. */
  session_id: string;
  /** What the station calls the reservation. */
  number: number;
  held_by: 'station' | 'server';
  wishes: Json<unknown>;
  made_ms: number;
  arrival_ms: number;
  /** Until then nobody else may charge there. */
  expires_ms: number;
  state: 'open' | 'used' | 'cancelled' | 'expired' | 'lost';
  ended_ms: number | null;
}

/** Something a driver is told of, once. */
export interface DriverNoticeTable {
  id: Identity;
  account_id: string;
  /** What it is about, for not telling it twice. */
  subject: string;
  kind: string;
  session_id: string | null;
  /** Numbers and names of the sentence. */
  detail: Json<unknown>;
  at_ms: number;
  read_ms: number | null;
}

/** Where a browser wants to be told although no page is open (RFC 8030). */
export interface DriverPushTable {
  endpoint: string;
  account_id: string;
  p256dh: string;
  auth: string;
  language: string;
  made_ms: number;
}

/** Who plans a driver's charges, from the next charge on. */
export interface DriverMandateTable {
  account_id: string;
  provider: string;
  from_ms: number;
}

export interface DriverAccountsTables {
  driver_booking: DriverBookingTable;
  driver_notice: DriverNoticeTable;
  driver_push: DriverPushTable;
  driver_mandate: DriverMandateTable;

  driver_vehicle: DriverVehicleTable;
  driver_defaults: DriverDefaultsTable;
  driver_consent: DriverConsentTable;
  driver_card: DriverCardTable;
}
