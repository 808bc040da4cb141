import type { InstalledProfile, ProfileVersion, Purpose, Schedule, SchedulePeriod } from '../types.ts';
import type { Reading } from './reading.ts';

/** The profile that speaks for its purpose at an instant. Without a period (1.6 only) it speaks, and limits nothing. */
export interface Lead {
  readonly schedule: Schedule;
  readonly period: SchedulePeriod | undefined;
}

/** The candidates of one purpose in one place, best first. */
export type Stack = readonly Reading[];

/** Highest stackLevel first; at equal level the EVSE's own before the station's, then the higher id (README, rule 5). */
export function byPrecedence(a: InstalledProfile, b: InstalledProfile): number {
  return b.profile.stackLevel - a.profile.stackLevel || b.evseId - a.evseId || b.profile.id - a.profile.id;
}

/**
 * 2.x: the highest that is valid and has a period defined now, so a gap falls to the next lower stack. 1.6 goes by
 * validity: only a Recurring profile outside its schedule is passed over (errata 3.43/3.44).
 */
export function leadAt(stack: Stack, version: ProfileVersion, instantMs: number): Lead | undefined {
  for (const reading of stack) {
    if (!reading.validAt(instantMs)) continue;
    const period = reading.periodAt(instantMs);
    if (period !== undefined) return { schedule: reading.schedule, period };
    if (version === '1.6' && reading.profile.chargingProfileKind !== 'Recurring') {
      return { schedule: reading.schedule, period: undefined };
    }
  }
  return undefined;
}

/** What is installed for these purposes at these places, best first. */
export function candidates(
  installed: readonly InstalledProfile[],
  purpose: Purpose,
  evseIds: readonly number[],
): InstalledProfile[] {
  return installed
    .filter((each) => each.profile.chargingProfilePurpose === purpose && evseIds.includes(each.evseId))
    .sort(byPrecedence);
}
