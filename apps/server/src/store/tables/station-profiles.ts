import type { Json } from './columns.ts';

/** A charging profile as it was sent last under its id. */
export interface StationProfileTable {
  station_id: string;
  profile_id: number;
  /** 0: the whole station. */
  evse_id: number;
  purpose: string;
  transaction_id: string | null;
  /** sent: no answer yet. unknown: no usable answer, the station may hold it. */
  state: 'sent' | 'accepted' | 'refused' | 'unknown';
  /** In the words of the profile algebra. */
  profile: Json<unknown>;
  /** The plan it carries, W over time; null for fallbacks and limits. */
  plan: Json<unknown> | null;
  detail: string | null;
  set_ms: number;
  answered_ms: number | null;
}

/** The last comparison of a composite schedule as reported with the one that was expected. */
export interface StationDriftTable {
  station_id: string;
  evse_id: number;
  read_ms: number;
  /** Largest difference, W; positive: the station allows more than we think. */
  largest_w: number;
  expected: Json<unknown>;
  reported: Json<unknown>;
}

/** A profile that a person gave to a station through this server. */
export interface StationHandMadeTable {
  station_id: string;
  profile_id: number;
  /** 0: the whole station. */
  evse_id: number;
  /** In the words of the profile algebra. */
  profile: Json<unknown>;
  set_by: string;
  set_ms: number;
  /** It came with a remote start whose transaction has not begun. */
  awaits_transaction: boolean;
}

/** Tables of the station-profiles room. */
export interface StationProfilesTables {
  station_profile: StationProfileTable;
  station_drift: StationDriftTable;
  station_hand_made: StationHandMadeTable;
}
