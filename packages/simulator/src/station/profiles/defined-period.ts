import { wallOfEpoch } from '../../series/wall-time.ts';
import type { EvseFacts, Installed, Profile, Schedule, SchedulePeriod, StationFacts } from './profile.ts';

const DAY_S = 86_400;

/** K01.FR.101 to 103: an offline station drops a profile once its maxOfflineDuration is over. */
export function isValid(profile: Profile, atMs: number, offlineSinceMs: number | undefined): boolean {
  if (profile.validFromMs !== undefined && atMs < profile.validFromMs) return false;
  if (profile.validToMs !== undefined && atMs >= profile.validToMs) return false;
  if (profile.maxOfflineDuration === undefined || offlineSinceMs === undefined) return true;
  return atMs < offlineSinceMs + profile.maxOfflineDuration * 1000;
}

/** Seconds a schedule has run at an instant; undefined before it starts. `asIfMs` stands in for a transaction that has not begun (K08.FR.06). */
export function elapsedS(
  profile: Profile,
  atMs: number,
  evse: EvseFacts | undefined,
  facts: StationFacts,
  asIfMs: number,
): number | undefined {
  const schedule = profile.chargingSchedule[0];
  if (schedule === undefined) return undefined;
  let elapsed: number;
  switch (profile.chargingProfileKind) {
    case 'Relative':
      elapsed = (atMs - (evse?.transaction?.energyMayFlowSinceMs ?? asIfMs)) / 1000;
      break;
    case 'Dynamic':
      elapsed = (atMs - (profile.dynUpdateTimeMs ?? Number.POSITIVE_INFINITY)) / 1000;
      break;
    default:
      elapsed = clockS(schedule, atMs, facts) - (schedule.startScheduleMs ?? Number.POSITIVE_INFINITY) / 1000;
  }
  // Not a number or not begun.
  if (!(elapsed >= 0)) return undefined;
  if (profile.chargingProfileKind !== 'Recurring') return elapsed;
  return elapsed % roundS(profile);
}

export function roundS(profile: Profile): number {
  return profile.recurrencyKind === 'Weekly' ? 7 * DAY_S : DAY_S;
}

/** The clock a schedule goes by, s: UTC or the wall clock of the station written as UTC. */
function clockS(schedule: Schedule, atMs: number, facts: StationFacts): number {
  if (schedule.useLocalTime !== true) return atMs / 1000;
  return (atMs + utcOffsetMs(atMs, facts.timeZone ?? 'UTC')) / 1000;
}

/** When a schedule starts, epoch ms, as long as the station's clock does not jump in between. */
export function startInUtcMs(schedule: Schedule, atMs: number, facts: StationFacts): number | undefined {
  const { startScheduleMs, useLocalTime } = schedule;
  if (startScheduleMs === undefined || useLocalTime !== true) return startScheduleMs;
  return startScheduleMs - utcOffsetMs(atMs, facts.timeZone ?? 'UTC');
}

const QUARTER_MS = 900_000;
let lastOffset = { zone: '', quarter: Number.NaN, offsetMs: 0 };

/** Zones change their offset on quarter hours only, so one look-up serves the quarter. */
function utcOffsetMs(atMs: number, zone: string): number {
  const quarter = Math.floor(atMs / QUARTER_MS);
  if (lastOffset.quarter !== quarter || lastOffset.zone !== zone) {
    const startMs = quarter * QUARTER_MS;
    const { year, month, day, hour, minute, second } = wallOfEpoch(startMs, zone);
    lastOffset = { zone, quarter, offsetMs: Date.UTC(year, month - 1, day, hour, minute, second) - startMs };
  }
  return lastOffset.offsetMs;
}

/** When period `n` begins, s into the schedule: all but the first wait for the drawn delay (K01.FR.92 to 97). */
export function periodBeginsS(profile: Profile, n: number, evse: EvseFacts | undefined): number {
  const schedule = profile.chargingSchedule[0]!;
  const startS = schedule.chargingSchedulePeriod[n]!.startPeriod;
  const purpose = profile.chargingProfilePurpose;
  if (n === 0 || schedule.randomizedDelay === undefined) return startS;
  if (purpose !== 'TxProfile' && purpose !== 'TxDefaultProfile') return startS;
  return startS + (evse?.transaction?.randomDelayS?.[profile.id] ?? 0);
}

/** The period a profile defines at an instant, valid or not. */
export function definedPeriod(
  profile: Profile,
  atMs: number,
  evse: EvseFacts | undefined,
  facts: StationFacts,
  asIfMs: number,
): SchedulePeriod | undefined {
  const schedule = profile.chargingSchedule[0];
  const elapsed = elapsedS(profile, atMs, evse, facts, asIfMs);
  if (schedule === undefined || elapsed === undefined) return undefined;
  if (schedule.duration !== undefined && elapsed >= schedule.duration) return undefined;
  let found: SchedulePeriod | undefined;
  schedule.chargingSchedulePeriod.forEach((period, n) => {
    if (periodBeginsS(profile, n, evse) <= elapsed) found = period;
  });
  return found;
}

/** The leading profile of a purpose: what it is, and its period unless it is there without one (1.6). */
export interface Leading {
  readonly profile: Profile;
  readonly schedule: Schedule;
  readonly period: SchedulePeriod | undefined;
}

/**
 * Highest stack level among `candidates` (those of one purpose). 2.x: among those valid with a period defined now. 1.6: among
 * those valid, but a recurring schedule in its gap steps aside (errata 3.43). Equal levels: the EVSE's own, then the higher id.
 */
export function leading(
  candidates: readonly Installed[],
  atMs: number,
  evse: EvseFacts | undefined,
  facts: StationFacts,
  asIfMs: number,
): Leading | undefined {
  let best: { readonly installed: Installed; readonly period: SchedulePeriod | undefined } | undefined;
  for (const installed of candidates) {
    if (!isValid(installed.profile, atMs, facts.offlineSinceMs)) continue;
    const period = definedPeriod(installed.profile, atMs, evse, facts, asIfMs);
    const mayLeadWithout = facts.version === '1.6' && installed.profile.chargingProfileKind !== 'Recurring';
    if (period === undefined && !mayLeadWithout) continue;
    if (best === undefined || outranks(installed, best.installed)) best = { installed, period };
  }
  if (best === undefined) return undefined;
  const { profile } = best.installed;
  return { profile, schedule: profile.chargingSchedule[0]!, period: best.period };
}

function outranks(a: Installed, b: Installed): boolean {
  if (a.profile.stackLevel !== b.profile.stackLevel) return a.profile.stackLevel > b.profile.stackLevel;
  if ((a.evseId === 0) !== (b.evseId === 0)) return b.evseId === 0;
  return a.profile.id > b.profile.id;
}
