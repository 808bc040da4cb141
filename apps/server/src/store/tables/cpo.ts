import type { Identity, Json } from './columns.ts';

export interface CpoReservationTable {
  /** What the station calls it. */
  number: Identity;
  peer_id: string;
  party: string;
  /** reservation_id of the sender, in lower case. */
  reservation_key: string;
  location_id: string;
  evse_uid: string;
  token: Json<unknown>;
  reference: string | null;
  response_url: string;
  /** When it was made first; null: before this was kept. */
  reserved_ms: number | null;
  expires_ms: number;
  ended_ms: number | null;
}

/** The transaction that a reservation became. */
export interface CpoReservationUseTable {
  session_id: string;
  number: number;
  reserved_ms: number | null;
  used_ms: number;
}

/** The charging profile that another party set for an own session. */
export interface CpoProfileTable {
  session_id: string;
  peer_id: string;
  country_code: string;
  party_id: string;
  /** As it came over OCPI. */
  profile: Json<unknown>;
  set_ms: number;
}

export interface CpoTables {
  cpo_profile: CpoProfileTable;
  cpo_reservation: CpoReservationTable;
  cpo_reservation_use: CpoReservationUseTable;
}
