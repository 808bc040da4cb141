export const ALARM_CODES = [
  'station-offline',
  'evse-faulted',
  'over-limit',
  'shortfall',
  'site-silent',
  'inputs-missing',
  'drift',
  'overdraw',
  'peer-failing',
  'grid-silent',
] as const;
export type AlarmCode = (typeof ALARM_CODES)[number];
/** `high`: power, safety or cars left uncharged are at stake; `low`: it can wait for the day. */
export type Severity = 'high' | 'low';

/** Something that needs a person now. */
export interface Found {
  readonly code: AlarmCode;
  readonly severity: Severity;
  /** Whose it is; `own` for own stations and for the platform. */
  readonly peerId: string;
  /** What it is about, for good: two alarms of one code and key are one. */
  readonly about: string;
  /** What people call that. */
  readonly subject: string;
  readonly contextId?: string;
  readonly stationId?: string;
  /** More words, English. */
  readonly detail?: string;
  /** Since when, where that is known; else since it was first seen. */
  readonly sinceMs?: number;
}

/** An alarm as it is kept. */
export interface Alarm {
  readonly id: number;
  readonly code: AlarmCode;
  readonly severity: Severity;
  readonly peerId: string;
  readonly subject: string;
  readonly contextId: string | null;
  readonly stationId: string | null;
  readonly detail: string | null;
  readonly sinceMs: number;
  /** null: it is one now. */
  readonly endedMs: number | null;
  readonly acknowledgedMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly note: string | null;
}
