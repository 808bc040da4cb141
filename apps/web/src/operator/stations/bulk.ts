import type { Outcome } from './outcome.ts';
import type { StationState, Version } from './station.ts';

/** A selection by version: the same action has another payload in another version. Stations that never told theirs count as 2.0.1. */
export function byVersion(stations: readonly StationState[]): ReadonlyMap<Version, readonly StationState[]> {
  return Map.groupBy(stations, ({ version }) => version ?? '2.0.1');
}

/** Actions that every version of the selection knows. */
export function commonActions(lists: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = lists;
  return first.filter((action) => others.every((list) => list.includes(action)));
}

/** What the server tells of a call to many stations. */
export interface Bulk {
  readonly bulkId: string;
  /** waiting: for a second person. halted: stopped because too many stations failed. */
  readonly state: 'waiting' | 'approved' | 'done' | 'halted';
  readonly results: readonly { readonly stationId: string; readonly outcome: Outcome }[];
}
