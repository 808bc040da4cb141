import type { Identity, Json } from './columns.ts';

/**
 * SENT: left, or about to (written before anything leaves). UNKNOWN: no usable answer in time. APPLIED: the station reported it in
 * force. SHADOW: planned and shown only. ENDED: the session ended before an answer came. (D4.2 5.4)
 */
export type ProfileState = 'SENT' | 'ACCEPTED' | 'REJECTED' | 'UNKNOWN' | 'APPLIED' | 'SHADOW' | 'ENDED';

/** One attempt to set a profile, with its plan: which profile was active and why (BI7, BI13). */
export interface DispatchProfileTable {
  /** UUID of the attempt; also the reference in the callback. */
  id: string;
  plan_id: string;
  context_id: string;
  peer_id: string;
  session_id: string;
  state: ProfileState;
  reason: 'safety' | 'lower' | 'raise' | 'shadow';
  profile: Json<unknown>;
  sent_ms: number;
  answered_ms: number | null;
  applied_ms: number | null;
  /** What the target said, for people. */
  detail: string | null;
}

/** What every live session may draw at most, as it must be known after a kill. */
export interface DispatchLedgerTable {
  peer_id: string;
  session_id: string;
  context_id: string;
  max_power_w: number;
  min_power_w: number;
  uncontrolled: boolean;
  /** Profiles the station may hold, oldest first. */
  may_hold: Json<unknown>;
  observed: Json<unknown> | null;
  updated_ms: number;
}

/** What a person should know: refusals, overloads, escalations, clears. */
export interface DispatchEventTable {
  id: Identity;
  at_ms: number;
  level: 'info' | 'alarm';
  code: string;
  context_id: string | null;
  peer_id: string | null;
  session_id: string | null;
  /** One plain sentence. */
  text: string;
}

/** The last reading of the meter at a supply point, by context. */
export interface DispatchSupplyMeterTable {
  context_id: string;
  /** Net import, W. */
  power_w: number;
  /** What of it was not drawn by cars, W. */
  base_w: number;
  at_ms: number;
  /** From here on it says nothing of now. */
  until_ms: number;
}

/** Tables of the dispatch room; their columns are created by its migrations. */
export interface DispatchTables {
  dispatch_profile: DispatchProfileTable;
  dispatch_ledger: DispatchLedgerTable;
  dispatch_event: DispatchEventTable;
  dispatch_supply_meter: DispatchSupplyMeterTable;
}
