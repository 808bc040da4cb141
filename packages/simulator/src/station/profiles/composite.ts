import { type Held, heldAt, stationSumAt } from './held.ts';
import type { Installed, RateUnit, StationFacts } from './profile.ts';

export interface CompositeRequest {
  /** 0 = the whole station. */
  readonly evseId: number;
  readonly unit: RateUnit;
  readonly startMs: number;
  readonly durationS: number;
}

export interface CompositePeriod extends Held {
  readonly startPeriod: number;
}

export interface Composite extends CompositeRequest {
  readonly periods: readonly CompositePeriod[];
}

/** What holds at second `second` of the window. */
export function atSecond(
  all: readonly Installed[],
  facts: StationFacts,
  request: CompositeRequest,
  second: number,
): Held {
  const { evseId, unit, startMs } = request;
  const atMs = startMs + second * 1000;
  if (evseId === 0) return stationSumAt(all, facts, atMs, startMs, unit);
  const evse = facts.evses.find((candidate) => candidate.evseId === evseId);
  if (evse === undefined) throw new RangeError(`no EVSE ${evseId} at this station`);
  return heldAt(all, evse, facts, atMs, startMs, unit);
}

/**
 * GetCompositeSchedule the naive way: every second of the window on its own, equal neighbours joined. `skipTo` may name the
 * next second at which anything can change, so that a station answers in time; without it every second is looked at.
 */
export function composite(
  all: readonly Installed[],
  facts: StationFacts,
  request: CompositeRequest,
  skipTo: (second: number) => number = (second) => second + 1,
): Composite {
  const periods: CompositePeriod[] = [];
  let before: string | undefined;
  for (let second = 0; second < request.durationS; second = skipTo(second)) {
    const held = atSecond(all, facts, request, second);
    const text = JSON.stringify(held);
    if (text !== before) periods.push({ startPeriod: second, ...held });
    before = text;
  }
  return { ...request, periods };
}
