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

export interface DriverAccountsTables {
  driver_vehicle: DriverVehicleTable;
  driver_defaults: DriverDefaultsTable;
  driver_consent: DriverConsentTable;
  driver_card: DriverCardTable;
}
