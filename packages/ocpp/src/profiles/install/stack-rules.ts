import type { ChargingProfile, InstalledProfile } from '../types.ts';
import { type InstallRequest, type Rule, V2, V21, validityOverlaps } from './rule.ts';

const ofTransaction: ReadonlySet<string> = new Set(['TxProfile', 'TxDefaultProfile', 'PriorityCharging']);
const limiting: ReadonlySet<string> = new Set([
  ...ofTransaction,
  'ChargingStationMaxProfile',
  'ChargingStationExternalConstraints',
]);

/** Rules about the profile among those installed. 1.6 has none: there the new profile replaces (errata 3.42). */
export const stackRules: readonly Rule[] = [
  {
    id: 'K01.FR.39',
    versions: V2,
    code: 'DuplicateProfile',
    broken: (request) => {
      const { profile } = request;
      const twin =
        profile.chargingProfilePurpose === 'TxProfile'
          ? others(request).find(
              (each) =>
                each.profile.chargingProfilePurpose === 'TxProfile' &&
                each.profile.stackLevel === profile.stackLevel &&
                each.evseId === request.evseId &&
                each.profile.transactionId === profile.transactionId,
            )
          : undefined;
      return (
        twin &&
        `TxProfile ${twin.profile.id} has stackLevel ${profile.stackLevel} for this transaction: ${FIX}`
      );
    },
  },
  {
    id: 'K01.FR.06',
    versions: V2,
    code: 'DuplicateProfile',
    broken: (request) => {
      const twin = sameLevel(request).find((each) => each.evseId === request.evseId);
      return twin && `profile ${twin.profile.id} has this purpose and stackLevel on the same EVSE: ${FIX}`;
    },
  },
  {
    id: 'K01.FR.52',
    versions: V2,
    code: 'DuplicateProfile',
    broken: (request) => {
      const twin =
        request.evseId === 0 && request.profile.chargingProfilePurpose === 'TxDefaultProfile'
          ? sameLevel(request).find((each) => each.evseId !== 0)
          : undefined;
      return (
        twin && `TxDefaultProfile ${twin.profile.id} has this stackLevel on evseId ${twin.evseId}: ${FIX}`
      );
    },
  },
  {
    id: 'K01.FR.53',
    versions: V2,
    code: 'DuplicateProfile',
    broken: (request) => {
      const twin =
        request.evseId !== 0 && request.profile.chargingProfilePurpose === 'TxDefaultProfile'
          ? sameLevel(request).find((each) => each.evseId === 0)
          : undefined;
      return twin && `TxDefaultProfile ${twin.profile.id} has this stackLevel on evseId 0: ${FIX}`;
    },
  },
  {
    // refused only where the two would differ whenever both lead; the rest shows in the composite
    id: 'K01.FR.141',
    versions: V21,
    code: 'PhaseConflict',
    broken: (request) => {
      const rival = others(request).find(
        (each) =>
          isJoinedWith(request, each) &&
          validityOverlaps(request.profile, each.profile) &&
          neverAgree(phasesWanted(request.profile), phasesWanted(each.profile)),
      );
      return (
        rival && `phaseToUse conflicts with that of profile ${rival.profile.id}: use the same or leave it out`
      );
    },
  },
];

const FIX = 'use its id to replace it, or another stackLevel';

function others(request: InstallRequest): readonly InstalledProfile[] {
  return request.installed.filter((each) => each.profile.id !== request.profile.id);
}

function sameLevel(request: InstallRequest): readonly InstalledProfile[] {
  const { profile } = request;
  if (profile.chargingProfilePurpose === 'TxProfile') return []; // K01.FR.39 decides
  return others(request).filter(
    (each) =>
      each.profile.chargingProfilePurpose === profile.chargingProfilePurpose &&
      each.profile.stackLevel === profile.stackLevel &&
      validityOverlaps(each.profile, profile),
  );
}

/** Whether both may contribute to one composite: different purposes on a common EVSE. */
function isJoinedWith(request: InstallRequest, each: InstalledProfile): boolean {
  const [a, b] = [request.profile.chargingProfilePurpose, each.profile.chargingProfilePurpose];
  const together = request.evseId === 0 || each.evseId === 0 || request.evseId === each.evseId;
  return (
    together &&
    limiting.has(a) &&
    limiting.has(b) &&
    a !== b &&
    !(ofTransaction.has(a) && ofTransaction.has(b))
  );
}

/** The phases of a profile that wants one in every period; empty when some period leaves the choice. */
function phasesWanted(profile: ChargingProfile): ReadonlySet<number> {
  const wanted = profile.chargingSchedule[0]!.chargingSchedulePeriod.map((period) => period.phaseToUse || 0);
  return new Set(wanted.includes(0) ? [] : wanted);
}

function neverAgree(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size > 0 && b.size > 0 && [...a].every((phase) => !b.has(phase));
}
