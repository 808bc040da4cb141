import type { Identity, Json } from './columns.ts';

/** A charging station of the own back office. */
export interface StationTable {
  /** How the platform calls it, in every API. */
  id: string;
  /** OCPP identity: path, user name and certificate CN. Shown to administrators only (T-ID5). */
  identity: string;
  name: string;
  /** Lowest security profile that is still taken (A05): only ever raised. */
  min_security_profile: number;
  /** Boot is answered Pending until the station uses credentials made here (A00.FR.806). */
  replace_credentials: boolean;
  registration: string | null;
  version: string | null;
  vendor: string | null;
  model: string | null;
  serial: string | null;
  firmware: string | null;
  details: Json<unknown>;
  /** Number of the last socket; fences everything an older one still wants (security.md 4.4). */
  generation: number;
  boot_ms: number | null;
  connected_ms: number | null;
  disconnected_ms: number | null;
  created_ms: number;
  retired_ms: number | null;
}

/** Secrets a station may present: HMAC-SHA256 with a key outside the database. */
export interface StationSecretTable {
  station_id: string;
  hash: string;
  /** offered: on its way to the station, the current one is valid until it was used. */
  state: 'current' | 'offered';
  /** Made here, as opposed to given by a person or a factory. */
  generated: boolean;
  created_ms: number;
}

/** Exceptions from the security rules, with reason and end: the security debt. */
export interface StationWaiverTable {
  id: Identity;
  station_id: string;
  kind: 'tls-1.2' | 'profile-2';
  reason: string;
  granted_by: string;
  created_ms: number;
  expires_ms: number;
}

/** EVSE 0 is the whole station, connector 0 the whole EVSE. */
export interface StationConnectorTable {
  station_id: string;
  evse_id: number;
  connector_id: number;
  status: string | null;
  error_code: string | null;
  info: string | null;
  status_ms: number | null;
  received_ms: number | null;
  suspect_time: boolean;
  created_ms: number;
}

/** Device model (2.x) and configuration keys (1.6: component and EVSE empty). */
export interface StationVariableTable {
  station_id: string;
  /** Component, EVSE, variable, instances and attribute as one text: the key. */
  path: string;
  component: string;
  component_instance: string | null;
  evse_id: number | null;
  connector_id: number | null;
  variable: string;
  variable_instance: string | null;
  attribute: string;
  /** null: not readable, or a secret. */
  value: string | null;
  mutability: string | null;
  characteristics: Json<unknown> | null;
  read_ms: number;
}

/** What answers taught about a station; what its configuration says is in `station_variable`. */
export interface StationCapabilityTable {
  station_id: string;
  capability: Json<unknown>;
  updated_ms: number;
}

/** The same per vendor, model and firmware: what a new station of the kind starts with. */
export interface ModelCapabilityTable {
  vendor: string;
  model: string;
  firmware: string;
  capability: Json<unknown>;
  updated_ms: number;
}

/** Security events of stations (A04) and those this server noticed. */
export interface StationEventTable {
  id: Identity;
  /** null: the identity is not one of ours. */
  station_id: string | null;
  at_ms: number;
  received_ms: number;
  suspect_time: boolean;
  source: 'station' | 'server';
  level: 'info' | 'alarm';
  code: string;
  text: string;
}

/** Firmware, diagnostics and log files: every state they went through. */
export interface StationProgressTable {
  id: Identity;
  station_id: string;
  job: string;
  status: string;
  request_id: number | null;
  at_ms: number;
  detail: string | null;
}

/** Frames in and out, secrets masked, long ones cut. */
export interface StationMessageTable {
  id: Identity;
  station_id: string;
  at_ms: number;
  generation: number;
  direction: 'in' | 'out';
  kind: string;
  message_id: string | null;
  action: string | null;
  payload: string;
}

/** Certificates issued to stations by the own authority. */
export interface StationCertificateTable {
  serial: string;
  station_id: string;
  fingerprint: string;
  not_after_ms: number;
  issued_ms: number;
  revoked_ms: number | null;
}

/** Calls to many stations at once, which a second person must confirm. */
export interface StationBulkTable {
  id: string;
  action: string;
  payload: Json<unknown>;
  station_ids: Json<readonly string[]>;
  state: 'waiting' | 'approved' | 'done' | 'halted';
  requested_by: string;
  requested_ms: number;
  approved_by: string | null;
  expires_ms: number;
  results: Json<unknown>;
}

/** A connection of a station, from its first frame to its end; no end while it lasts. */
export interface StationUptimeTable {
  station_id: string;
  generation: number;
  from_ms: number;
  until_ms: number | null;
}

/** Tables of the stations room; their columns are created by its migrations. */
export interface StationsTables {
  station_uptime: StationUptimeTable;
  station: StationTable;
  station_secret: StationSecretTable;
  station_waiver: StationWaiverTable;
  station_connector: StationConnectorTable;
  station_variable: StationVariableTable;
  station_capability: StationCapabilityTable;
  model_capability: ModelCapabilityTable;
  station_event: StationEventTable;
  station_progress: StationProgressTable;
  station_message: StationMessageTable;
  station_certificate: StationCertificateTable;
  station_bulk: StationBulkTable;
}
