import type { CompositePeriod, CompositeSchedule } from '../types.ts';
import { roundedDown } from './conversion.ts';

/**
 * A composite as GetCompositeSchedule can carry it before 2.1, where every period has a limit: gaps get the default (what
 * the EVSE can do anyway), limits are rounded down to one decimal, and neighbours that became equal are joined.
 *
 * @param defaultLimit in the unit of the composite.
 */
export function withLimits(composite: CompositeSchedule, defaultLimit: number): CompositeSchedule {
  const periods: CompositePeriod[] = [];
  for (const period of composite.periods) {
    const next = { ...period, limit: roundedDown(period.limit ?? defaultLimit) };
    const last = periods.at(-1);
    if (last === undefined || !isSame({ ...last, startPeriod: 0 }, { ...next, startPeriod: 0 }))
      periods.push(next);
  }
  return { ...composite, periods };
}

function isSame(a: CompositePeriod, b: CompositePeriod): boolean {
  const keys = Object.keys({ ...a, ...b }) as (keyof CompositePeriod)[];
  return keys.every((key) => a[key] === b[key]);
}
