import type { Json } from './columns.ts';

/** One EVSE of an own station at its place. */
export interface NetworkEvseTable {
  station_id: string;
  /** EVSE id of the station; in 1.6 its connector id. */
  evse_id: number;
  location_id: string;
  evse_uid: string;
  /** OCPI connector id, OCPP connector id and what it can give, per connector. */
  connectors: Json<unknown>;
  /** Phase of the grid at the station's L1: 1, 2 or 3 (rotation). */
  first_phase: number;
  /** A per phase, where it is smaller than all EVSEs of the station together. */
  station_fuse_a: number | null;
  created_ms: number;
}

/** A limit that a station got from elsewhere (NotifyChargingLimit). */
export interface StationLimitTable {
  station_id: string;
  /** 0: the whole station. */
  evse_id: number;
  source: string;
  is_local_generation: boolean;
  /** W from an instant on. */
  steps: Json<unknown>;
  until_ms: number;
}

/** Tables of the network room. */
export interface NetworkTables {
  network_evse: NetworkEvseTable;
  station_limit: StationLimitTable;
}
