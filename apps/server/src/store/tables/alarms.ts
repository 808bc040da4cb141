import type { Identity } from './columns.ts';

export interface AlarmTable {
  id: Identity;
  /** What it is about and what of it, like `station-offline/P1`: at most one of a key is open. */
  key: string;
  /** Whose it is. */
  peer_id: string;
  code: string;
  severity: 'high' | 'low';
  /** What people call what it is about. */
  subject: string;
  context_id: string | null;
  station_id: string | null;
  /** English. */
  detail: string | null;
  since_ms: number;
  ended_ms: number | null;
  acknowledged_ms: number | null;
  acknowledged_by: string | null;
  note: string | null;
}

/** Tables of the alarms room. */
export interface AlarmsTables {
  alarm: AlarmTable;
}
