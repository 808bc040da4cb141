import type { ChargingProfile, Schedule, SchedulePeriod } from '../types.ts';
import type { WallClock } from './wall-clock.ts';

/** What besides the profile decides when its periods hold. */
export interface ReadingContext {
  readonly startMs: number;
  readonly endMs: number;
  /** Where Relative counts from; undefined where there is no transaction to count from (station-wide). */
  readonly relativeFromMs?: number;
  readonly offlineSinceMs?: number;
  /** Seconds drawn for this profile (K01.FR.92-97). */
  readonly delayS: number;
  readonly wall: () => WallClock;
}

/** One installed profile, readable at any instant of the window. */
export interface Reading {
  readonly profile: ChargingProfile;
  readonly schedule: Schedule;
  readonly validAt: (instantMs: number) => boolean;
  /** The period in force, whether or not the profile is valid then. */
  readonly periodAt: (instantMs: number) => SchedulePeriod | undefined;
  /** Every instant of the window at which validity or period may change (more than needed does no harm). */
  readonly changesMs: readonly number[];
}

export function readProfile(profile: ChargingProfile, context: ReadingContext): Reading {
  const schedule = profile.chargingSchedule[0]!;
  const starts = schedule.chargingSchedulePeriod.map((period, index) =>
    index === 0 ? period.startPeriod : period.startPeriod + context.delayS,
  );
  const offlineEndMs =
    context.offlineSinceMs === undefined || profile.maxOfflineDuration === undefined
      ? Number.POSITIVE_INFINITY
      : context.offlineSinceMs + profile.maxOfflineDuration * 1000;
  const validFromMs = profile.validFromMs ?? Number.NEGATIVE_INFINITY;
  const validToMs = Math.min(profile.validToMs ?? Number.POSITIVE_INFINITY, offlineEndMs);
  const elapsedMs = elapsedReader(profile, schedule, context);
  return {
    profile,
    schedule,
    validAt: (instantMs) => validFromMs <= instantMs && instantMs < validToMs,
    periodAt: (instantMs) => {
      const elapsed = elapsedMs(instantMs);
      if (elapsed === undefined || elapsed < 0) return undefined;
      if (schedule.duration !== undefined && elapsed >= schedule.duration * 1000) return undefined;
      return schedule.chargingSchedulePeriod[lastAtOrBefore(starts, elapsed / 1000)];
    },
    changesMs: [validFromMs, validToMs, ...anchoredChanges(profile, schedule, starts, context)].filter(
      (instant) => instant > context.startMs && instant < context.endMs,
    ),
  };
}

/** Length of a recurrence; 1.6 errata 3.77: Weekly is 7 x 24 h from startSchedule. */
function recurrenceMs(profile: ChargingProfile): number | undefined {
  if (profile.chargingProfileKind !== 'Recurring') return undefined;
  return profile.recurrencyKind === 'Weekly' ? 7 * 86_400_000 : 86_400_000;
}

function isAnchoredToWall(profile: ChargingProfile, schedule: Schedule): boolean {
  const kind = profile.chargingProfileKind;
  return schedule.useLocalTime === true && (kind === 'Absolute' || kind === 'Recurring');
}

function anchorOf(profile: ChargingProfile, schedule: Schedule, context: ReadingContext): number | undefined {
  switch (profile.chargingProfileKind) {
    case 'Relative':
      return context.relativeFromMs;
    case 'Dynamic':
      return profile.dynUpdateTimeMs;
    default:
      return schedule.startScheduleMs;
  }
}

function elapsedReader(
  profile: ChargingProfile,
  schedule: Schedule,
  context: ReadingContext,
): (instantMs: number) => number | undefined {
  const anchorMs = anchorOf(profile, schedule, context);
  if (anchorMs === undefined) return () => undefined;
  const everyMs = recurrenceMs(profile);
  const onWall = isAnchoredToWall(profile, schedule);
  return (instantMs) => {
    const since = (onWall ? context.wall().wallMs(instantMs) : instantMs) - anchorMs;
    return everyMs === undefined || since < 0 ? since : since % everyMs;
  };
}

/** Instants of period starts and of the end, for every recurrence that touches the window. */
function anchoredChanges(
  profile: ChargingProfile,
  schedule: Schedule,
  starts: readonly number[],
  context: ReadingContext,
): number[] {
  const anchorMs = anchorOf(profile, schedule, context);
  if (anchorMs === undefined) return [];
  const wall = isAnchoredToWall(profile, schedule) ? context.wall() : undefined;
  const offsets = wall?.offsetsMs ?? [0];
  const within = schedule.duration === undefined ? [...starts] : [...starts, schedule.duration];
  const everyMs = recurrenceMs(profile);
  const changes = wall === undefined ? [] : [...wall.changesMs];
  for (const offset of offsets) {
    const first = anchorMs - offset;
    // occurrences that end in the window began at most one recurrence before it
    const from = everyMs === undefined ? 0 : Math.max(0, Math.floor((context.startMs - first) / everyMs));
    const to = everyMs === undefined ? 0 : Math.max(0, Math.floor((context.endMs - first) / everyMs));
    for (let occurrence = from; occurrence <= to; occurrence++) {
      const begun = first + occurrence * (everyMs ?? 0);
      for (const second of within) {
        if (everyMs === undefined || second * 1000 < everyMs) changes.push(begun + second * 1000);
      }
    }
  }
  return changes;
}

/** Index of the last start at or before the elapsed second; starts ascend. */
function lastAtOrBefore(starts: readonly number[], elapsedS: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= elapsedS) low = middle;
    else high = middle - 1;
  }
  return low;
}
