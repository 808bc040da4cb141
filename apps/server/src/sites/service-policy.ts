import type { EvseRef } from './owner.ts';

/**
 * A calendar rule for EVSEs of a context (US-BCN-strategy): within its hours a session charges with 0 or `minW` to `maxW`, and for
 * `maxStayMinutes` at most. Hours are local to `timeZone`; `toHour` may lie before `fromHour` (over midnight).
 */
export interface ServicePolicy {
  /** Empty = every EVSE of the context. */
  readonly evses: readonly EvseRef[];
  /** 1 = Monday to 7 = Sunday; empty = every day. */
  readonly weekdays: readonly number[];
  /** Local hour, 0..24, fractions allowed. */
  readonly fromHour: number;
  readonly toHour: number;
  readonly timeZone: string;
  readonly minW?: number;
  readonly maxW?: number;
  readonly maxStayMinutes?: number;
}
