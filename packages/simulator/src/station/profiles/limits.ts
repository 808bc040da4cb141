import type { Kind, OperationMode, Purpose, RateUnit, Version } from './profile.ts';

/** What a station takes, as its configuration keys or device model say, and how it misbehaves. */
export interface ProfileLimits {
  readonly version: Version;
  /** ChargeProfileMaxStackLevel / ProfileStackLevel. */
  readonly maxStackLevel: number;
  /** ChargingScheduleMaxPeriods / PeriodsPerSchedule. */
  readonly maxPeriods: number;
  /** MaxChargingProfilesInstalled / Entries(ChargingProfiles). */
  readonly maxProfiles: number;
  readonly units: readonly RateUnit[];
  readonly purposes: readonly Purpose[];
  readonly kinds: readonly Kind[];
  readonly operationModes: readonly OperationMode[];
  /** ids of the CSMS lie above it (K01.FR.80 to 82). */
  readonly maxExternalConstraintsId: number;
  readonly supportsPhaseSwitching: boolean;
  readonly supportsUseLocalTime: boolean;
  readonly supportsRandomizedDelay: boolean;
  readonly supportsLimitAtSoc: boolean;
  readonly supportsMaxOfflineDuration: boolean;
  readonly supportsEvseSleep: boolean;
  /** A vendor's station that refuses every profile. */
  readonly refusesAll: boolean;
}

const BEFORE_2_1: readonly Purpose[] = ['ChargingStationMaxProfile', 'TxDefaultProfile', 'TxProfile'];

/** A good station of its version: six stacked profiles of a purpose (SC6), twenty periods (SC7). */
export function usualLimits(version: Version, change: Partial<ProfileLimits> = {}): ProfileLimits {
  const is21 = version === '2.1';
  return {
    version,
    maxStackLevel: 5,
    maxPeriods: 20,
    maxProfiles: 24,
    units: ['A', 'W'],
    purposes: is21 ? [...BEFORE_2_1, 'PriorityCharging'] : BEFORE_2_1,
    kinds: is21 ? ['Absolute', 'Recurring', 'Relative', 'Dynamic'] : ['Absolute', 'Recurring', 'Relative'],
    operationModes: is21
      ? [
          'Idle',
          'ChargingOnly',
          'CentralSetpoint',
          'ExternalSetpoint',
          'ExternalLimits',
          'CentralFrequency',
          'LocalFrequency',
          'LocalLoadBalancing',
        ]
      : ['ChargingOnly'],
    maxExternalConstraintsId: 0,
    supportsPhaseSwitching: false,
    supportsUseLocalTime: is21,
    supportsRandomizedDelay: is21,
    supportsLimitAtSoc: is21,
    supportsMaxOfflineDuration: is21,
    supportsEvseSleep: is21,
    refusesAll: false,
    ...change,
  };
}

/** Vendors' habits seen in the field, as changes of the usual limits. */
export const PROFILE_QUIRKS = {
  'default-only': { purposes: ['TxDefaultProfile'], maxStackLevel: 0, maxProfiles: 1 },
  'amperes-only': { units: ['A'] },
  'watts-only': { units: ['W'] },
  'two-profiles': { maxStackLevel: 1, maxProfiles: 2, maxPeriods: 6 },
  'refuses-all': { refusesAll: true },
} as const satisfies Readonly<Record<string, Partial<ProfileLimits>>>;
