import type { Identity, Json } from './columns.ts';

/** A token that may be presented at own stations; `peer_id` 'own' for cards of this operator. */
export interface TokenTable {
  /** What APIs call it: says nothing about the UID. */
  id: string;
  peer_id: string;
  /** `FI-EMS`. */
  party: string;
  /** Party, uid and type; see `sites/tokens.ts`. */
  token_key: string;
  /** UID and contract id in lower case. */
  uid_key: string;
  contract_key: string;
  /** OCPI Token. */
  object: Json<unknown>;
  /** Why this operator refuses it, whatever its owner says. */
  blocked_reason: string | null;
  expires_ms: number | null;
  removed_ms: number | null;
  last_updated_ms: number;
  created_ms: number;
  sort_id: Identity;
}

/** What was answered when a token was presented or used in a command. */
export interface TokenDecisionTable {
  id: Identity;
  uid_key: string;
  station_id: string | null;
  evse_id: number | null;
  status: string;
  method: 'AUTH_REQUEST' | 'COMMAND' | 'WHITELIST';
  /** OCPI authorization_reference. */
  reference: string | null;
  cdr_token: Json<unknown> | null;
  at_ms: number;
}

/** What a station is known to hold, and what is on its way. */
export interface StationLocalListTable {
  station_id: string;
  version: number;
  entries: Json<unknown>;
  offered_version: number | null;
  offered_entries: Json<unknown> | null;
  updated_ms: number;
}

export interface DriversTables {
  token: TokenTable;
  token_decision: TokenDecisionTable;
  station_local_list: StationLocalListTable;
}
