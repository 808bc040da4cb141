import { isDeepStrictEqual } from 'node:util';
import type { Session } from '@smac/ocpi';

/**
 * What a platform that holds `before` needs to hold `after`, as a PATCH: the fields that differ, and the new charging periods, because those
 * of a PATCH are appended (OCPI 2.3.0 mod_sessions). Undefined where a PATCH cannot say it (a field or a period went away or was corrected).
 */
export function sessionPatch(before: Session, after: Session): Partial<Session> | undefined {
  const { charging_periods: oldPeriods = [], ...old } = before;
  const { charging_periods: newPeriods = [], ...fresh } = after;
  if (Object.keys(old).some((field) => !(field in fresh))) return undefined;
  const held = new Map(oldPeriods.map((period) => [period.start_date_time, period]));
  const added = newPeriods.filter(({ start_date_time }) => !held.has(start_date_time));
  const corrected = newPeriods.some((period) => {
    const known = held.get(period.start_date_time);
    return known !== undefined && !isDeepStrictEqual(known, period);
  });
  if (corrected) return undefined;
  const fields = Object.entries(fresh).filter(
    ([field, value]) => !isDeepStrictEqual(value, old[field as keyof typeof old]),
  );
  return {
    ...Object.fromEntries(fields),
    ...(added.length === 0 ? {} : { charging_periods: added }),
    last_updated: after.last_updated,
  };
}
