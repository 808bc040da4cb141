import type { InstalledProfile, Result } from '../types.ts';
import { profileRules } from './profile-rules.ts';
import type { InstallRequest, Rule } from './rule.ts';
import { scheduleRules } from './schedule-rules.ts';
import { stackRules } from './stack-rules.ts';
import { v2xRules } from './v2x-rules.ts';

/** Every rule of installation, in the order in which they are asked. */
export const installRules: readonly Rule[] = [...profileRules, ...scheduleRules, ...v2xRules, ...stackRules];

export interface Installation {
  /** Everything installed from now on. */
  readonly installed: readonly InstalledProfile[];
  readonly added: InstalledProfile;
  /** What the new profile took the place of. */
  readonly replaced: readonly InstalledProfile[];
}

/**
 * Installs a profile as a station would that keeps to the specification.
 *
 * 2.x: the same id replaces (K01.FR.05), anything else that collides is refused. 1.6: the same id, or the same stackLevel
 * and purpose on the same connector, replaces (errata 3.42). A Dynamic profile is stamped with its receipt (K28).
 *
 * @param nowMs the time of receipt.
 * @returns the new set of profiles, or the first broken rule.
 */
export function installProfile(request: InstallRequest, nowMs: number): Result<Installation> {
  const { version } = request.capability;
  for (const rule of installRules) {
    if (rule.versions !== undefined && !rule.versions.includes(version)) continue;
    const message = rule.broken(request);
    if (message !== undefined) return { ok: false, refusal: { code: rule.code, rule: rule.id, message } };
  }
  const { profile, evseId } = request;
  const added: InstalledProfile = {
    evseId,
    profile: profile.chargingProfileKind === 'Dynamic' ? { ...profile, dynUpdateTimeMs: nowMs } : profile,
  };
  const replaced = request.installed.filter((each) => isReplaced(each, request));
  return {
    ok: true,
    value: {
      installed: [...request.installed.filter((each) => !replaced.includes(each)), added],
      added,
      replaced,
    },
  };
}

function isReplaced(each: InstalledProfile, { profile, evseId, capability }: InstallRequest): boolean {
  if (each.profile.id === profile.id) return true;
  return (
    capability.version === '1.6' &&
    each.evseId === evseId &&
    each.profile.stackLevel === profile.stackLevel &&
    each.profile.chargingProfilePurpose === profile.chargingProfilePurpose
  );
}
