import type { Json } from './columns.ts';

/** Another OCPI platform (peer). Tokens it presents are in `ocpi_inbound_token`, as hashes. */
export interface OcpiPeerTable {
  id: string;
  state: 'INVITED' | 'REGISTERED' | 'SUSPENDED';
  name: string;
  /** The token we present, sealed with a key that lies outside the database. */
  outbound_token_sealed: string | null;
  version: string | null;
  versions_url: string | null;
  endpoints: Json<unknown>;
  parties: Json<unknown>;
  hub_party: Json<unknown> | null;
  reachable: Json<unknown> | null;
  agreements: Json<unknown>;
  unit_profile: string;
  raw_token: boolean;
  allow_private_addresses: boolean;
  updated_ms: number;
}

/** SHA-256 of the tokens a peer may present. */
export interface OcpiInboundTokenTable {
  hash: string;
  peer_id: string;
  position: number;
  use: 'invite' | 'handshake' | 'regular';
  expires_ms: number | null;
}

/** How a peer is doing, apart from its registration: written often, lost without harm. */
export interface OcpiPeerHealthTable {
  peer_id: string;
  /** Contexts of this peer are planned and shown, nothing is sent. */
  shadow: boolean;
  last_seen_ms: number | null;
  last_error: string | null;
  last_error_ms: number | null;
  down_since_ms: number | null;
  last_pull_ms: number | null;
}

/** ClientInfo of parties behind a hub (OCPI HubClientInfo). */
export interface HubClientInfoTable {
  peer_id: string;
  /** `NL-TNM`. */
  party: string;
  info: Json<unknown>;
  last_updated_ms: number;
}

/** Tables of the parties room; their columns are created by its migrations. */
export interface PartiesTables {
  ocpi_peer: OcpiPeerTable;
  ocpi_inbound_token: OcpiInboundTokenTable;
  ocpi_peer_health: OcpiPeerHealthTable;
  hub_client_info: HubClientInfoTable;
}
