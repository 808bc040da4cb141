import type { Session } from '../../model/index.ts';
import { mergePatch } from '../change/merge-patch.ts';

/**
 * The session after a PATCH: `charging_periods` are appended, everything else is replaced (OCPI mod_sessions, 2.12-9). A period that starts
 * when a stored one does is a correction of that one: several platforms send the running period again with every meter value.
 */
export function patchSession(session: Session, patch: Partial<Session>): Session {
  const { charging_periods: added, ...fields } = patch;
  const merged = mergePatch(session, fields);
  if (added === undefined) return merged;
  const starts = new Set(added.map((period) => period.start_date_time));
  const kept = (session.charging_periods ?? []).filter((period) => !starts.has(period.start_date_time));
  return { ...merged, charging_periods: [...kept, ...added] };
}
