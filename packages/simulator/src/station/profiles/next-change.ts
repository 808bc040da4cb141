import { elapsedS, periodBeginsS, roundS, startInUtcMs } from './defined-period.ts';
import type { Installed, StationFacts } from './profile.ts';

/** A local-time schedule is looked at again this often, because its clock may jump. */
const QUARTER_MS = 900_000;

/**
 * The next instant after `atMs` at which what holds may change, epoch ms; Infinity when it never does. It may name an
 * instant at which nothing changes, but misses none.
 */
export function nextChangeMs(
  all: readonly Installed[],
  facts: StationFacts,
  atMs: number,
  asIfMs: number,
): number {
  let next = Number.POSITIVE_INFINITY;
  const candidate = (ms: number | undefined) => {
    if (ms !== undefined && ms > atMs && ms < next) next = ms;
  };
  for (const { profile, evseId } of all) {
    candidate(profile.validFromMs);
    candidate(profile.validToMs);
    if (profile.maxOfflineDuration !== undefined && facts.offlineSinceMs !== undefined) {
      candidate(facts.offlineSinceMs + profile.maxOfflineDuration * 1000);
    }
    const schedule = profile.chargingSchedule[0];
    if (schedule === undefined) continue;
    if (profile.chargingProfileKind === 'Dynamic') candidate(profile.dynUpdateTimeMs);
    else candidate(startInUtcMs(schedule, atMs, facts));
    if (schedule.useLocalTime === true) candidate((Math.floor(atMs / QUARTER_MS) + 1) * QUARTER_MS);
    const concerned = evseId === 0 ? facts.evses : facts.evses.filter((evse) => evse.evseId === evseId);
    for (const evse of concerned) {
      if (profile.chargingProfileKind === 'Relative') {
        candidate(evse.transaction?.energyMayFlowSinceMs ?? asIfMs);
      }
      const elapsed = elapsedS(profile, atMs, evse, facts, asIfMs);
      if (elapsed === undefined) continue;
      const roundStartMs = atMs - elapsed * 1000;
      const after = (s: number) => Math.round(roundStartMs + s * 1000);
      schedule.chargingSchedulePeriod.forEach((_, n) => {
        candidate(after(periodBeginsS(profile, n, evse)));
      });
      if (schedule.duration !== undefined) candidate(after(schedule.duration));
      if (profile.chargingProfileKind === 'Recurring') candidate(after(roundS(profile)));
    }
  }
  return next;
}
