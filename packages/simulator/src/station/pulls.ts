import type { Installed, Profile } from './profiles/profile.ts';

const NEVER = Number.POSITIVE_INFINITY;

function intervalMs({ dynUpdateInterval = 0 }: Profile): number {
  return dynUpdateInterval * 1000;
}

function isPulled(profile: Profile): boolean {
  return profile.dynUpdateTimeMs !== undefined && intervalMs(profile) > 0;
}

/** Dynamic profiles whose update is overdue: pulled every dynUpdateInterval since the last stamp (K28). */
export function pullsDue(installed: readonly Installed[], atMs: number): readonly number[] {
  return installed
    .filter(({ profile }) => isPulled(profile) && profile.dynUpdateTimeMs! + intervalMs(profile) <= atMs)
    .map(({ profile }) => profile.id);
}

/** The first instant after `afterMs` at which one is pulled, epoch ms; Infinity = none. */
export function nextPullMs(installed: readonly Installed[], afterMs: number): number {
  let next = NEVER;
  for (const { profile } of installed) {
    if (!isPulled(profile)) continue;
    const rounds = Math.max(1, Math.floor((afterMs - profile.dynUpdateTimeMs!) / intervalMs(profile)) + 1);
    next = Math.min(next, profile.dynUpdateTimeMs! + rounds * intervalMs(profile));
  }
  return next;
}
