import type { InstalledProfile, ProfileVersion, Purpose } from '../types.ts';

const LASTING: readonly Purpose[] = ['ChargingStationMaxProfile', 'TxDefaultProfile', 'PriorityCharging'];

/** A TxProfile ends with its transaction; one without transactionId (remote start) with the transaction of its EVSE. */
export function afterTransaction(
  installed: readonly InstalledProfile[],
  ended: { readonly evseId: number; readonly transactionId: string },
): readonly InstalledProfile[] {
  return installed.filter(
    ({ evseId, profile }) =>
      profile.chargingProfilePurpose !== 'TxProfile' ||
      (profile.transactionId === undefined
        ? evseId !== ended.evseId
        : profile.transactionId !== ended.transactionId),
  );
}

/** What a station still has after a reboot: 2.x K01.FR.27; 1.6 errata 3.37, everything but TxProfiles. */
export function afterReboot(
  installed: readonly InstalledProfile[],
  version: ProfileVersion,
): readonly InstalledProfile[] {
  return installed.filter(({ profile: { chargingProfilePurpose: purpose } }) =>
    version === '1.6' ? purpose !== 'TxProfile' : LASTING.includes(purpose),
  );
}

/**
 * What is still valid after coming back online: a profile with invalidAfterOfflineDuration that was offline for more than
 * its maxOfflineDuration is gone for good (K01.FR.103), the others are valid again (K01.FR.102).
 */
export function afterReconnect(
  installed: readonly InstalledProfile[],
  offlineSinceMs: number,
  nowMs: number,
): readonly InstalledProfile[] {
  return installed.filter(
    ({ profile }) =>
      profile.invalidAfterOfflineDuration !== true ||
      profile.maxOfflineDuration === undefined ||
      nowMs < offlineSinceMs + profile.maxOfflineDuration * 1000,
  );
}
