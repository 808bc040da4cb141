import type { Json } from './columns.ts';

export interface OptimisationContextTable {
  id: string;
  kind: 'ocpi' | 'operator' | 'default';
  peer_id: string;
  /** `NL-TNM`. */
  party: string;
  object_id: string;
  /** `object_id` in lower case: OCPI ids are case-insensitive. */
  object_key: string;
  version: number;
  shadow: boolean;
  statics: Json<unknown>;
  /** The SCOptimisation object as accepted; null where none came over OCPI. */
  object: Json<unknown> | null;
  last_updated_ms: number;
  created_ms: number;
  updated_ms: number;
  deleted_ms: number | null;
}

export interface ContextVersionTable {
  context_id: string;
  version: number;
  statics: Json<unknown>;
  /** Null in versions from before it was kept. */
  policies: Json<unknown> | null;
  source: string;
  at_ms: number;
}

/** Which EVSE is in which context; at most one row per EVSE is active (X44). */
export interface ContextEvseTable {
  context_id: string;
  peer_id: string;
  party: string;
  evse_key: string;
  active: boolean;
}

export interface SeriesSlotTable {
  context_id: string;
  kind: string;
  layer: 'base' | 'override';
  start_ms: number;
  duration_ms: number;
  value: number;
  source: string;
  received_ms: number;
  valid_until_ms: number | null;
}

/** Every series as it was received, for the record of what was known when (X41). */
export interface SeriesReceiptTable {
  context_id: string;
  kind: string;
  layer: 'base' | 'override';
  received_ms: number;
  source: string;
  slots: Json<unknown>;
}

export interface ServicePolicyTable {
  context_id: string;
  position: number;
  policy: Json<unknown>;
}

export interface LocationTable {
  peer_id: string;
  party: string;
  location_key: string;
  object: Json<unknown>;
  last_updated_ms: number;
}

/** One row per EVSE of a location, with what planning asks for. */
export interface EvseTable {
  peer_id: string;
  party: string;
  evse_key: string;
  location_key: string;
  profile_capable: boolean;
  /** Connector id in lower case to `{maxW, powerType}`. */
  connectors: Json<unknown>;
}

export interface ChargingSessionTable {
  peer_id: string;
  session_key: string;
  session_id: string;
  party: string;
  location_id: string;
  evse_uid: string;
  evse_key: string;
  connector_id: string;
  context_id: string;
  status: string;
  /** true while the session is active, pending or reserved. */
  live: boolean;
  start_ms: number;
  end_ms: number | null;
  energy_wh: number;
  energy_at_ms: number;
  power_w: number | null;
  preferences: Json<unknown>;
  vehicle: Json<unknown>;
  station_limit: Json<unknown> | null;
  provider: string | null;
  token_uid: string;
  token_key: string;
  last_updated_ms: number;
  object: Json<unknown>;
}

export interface SessionReadingTable {
  peer_id: string;
  session_key: string;
  context_id: string;
  at_ms: number;
  energy_wh: number;
  power_w: number | null;
}

export interface DriverTokenTable {
  peer_id: string;
  party: string;
  /** Party, uid and type in lower case, joined by slashes; sessions name their token the same way. */
  token_key: string;
  object: Json<unknown>;
  default_profile_type: string | null;
  last_updated_ms: number;
}

export interface TariffTable {
  peer_id: string;
  party: string;
  tariff_key: string;
  object: Json<unknown>;
  last_updated_ms: number;
}

/** Tables of the sites room; their columns are created by its migrations. */
export interface SitesTables {
  optimisation_context: OptimisationContextTable;
  context_version: ContextVersionTable;
  context_evse: ContextEvseTable;
  series_slot: SeriesSlotTable;
  series_receipt: SeriesReceiptTable;
  service_policy: ServicePolicyTable;
  location: LocationTable;
  evse: EvseTable;
  charging_session: ChargingSessionTable;
  session_reading: SessionReadingTable;
  driver_token: DriverTokenTable;
  tariff: TariffTable;
}
