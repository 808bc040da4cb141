import type { Generated, Identity, Json } from './columns.ts';

/** A grid operator's platform (OSCP). Tokens it presents are here as hashes, the one we present is sealed. */
export interface GridPartnerTable {
  id: string;
  name: string;
  role: 'cp' | 'co';
  dialect: 'standard' | 'vector';
  state: 'invited' | 'registered' | 'online' | 'offline' | 'ended';
  token_hashes: Json<unknown>;
  outbound_token_sealed: string | null;
  base_url: string | null;
  awaits_register: boolean;
  heartbeat_s: number | null;
  measurements: Json<unknown>;
  offline_mode_at_ms: number | null;
  offline_since_ms: number | null;
  back_since_ms: number | null;
  updated_ms: number;
}

/** A group of connections of a partner, and the supply point it is here. */
export interface GridGroupTable {
  partner_id: string;
  group_id: string;
  context_id: string;
  /** W; holds when neither forecast nor fallback covers the time. */
  agreed_fallback_w: number | null;
  /** Energy of the group since it was set up, Wh: never resets. */
  register_wh: Generated<number>;
  measured_ms: number | null;
  /** Wh of each session that are in the register. */
  counted: Json<unknown>;
}

/** What a partner said about a group. */
export interface GridSignalTable {
  number: Identity;
  partner_id: string;
  group_id: string;
  /** OSCP forecast type. */
  type: string;
  request_id: string;
  received_ms: number;
  /** In W. */
  envelope: Json<unknown>;
}

/** Tables of the grid room. */
export interface GridTables {
  grid_partner: GridPartnerTable;
  grid_group: GridGroupTable;
  grid_signal: GridSignalTable;
}
