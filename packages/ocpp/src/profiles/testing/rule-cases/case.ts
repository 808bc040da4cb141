import type { InstallRequest } from '../../install/rule.ts';
import type {
  ChargingProfile,
  InstalledProfile,
  Schedule,
  SchedulePeriod,
  StationCapability,
} from '../../types.ts';
import { at, profileOf, requestOf } from '../builders.ts';

/** A request that breaks one rule, and the same request put right. */
export interface RuleCase {
  readonly rule: string;
  readonly code: string;
  readonly name: string;
  readonly broken: Partial<InstallRequest>;
  readonly right: Partial<InstallRequest>;
}

export const capability21 = requestOf().capability;
export const dcStation: StationCapability = {
  version: '2.1',
  evses: [{ evseId: 1, currentType: 'DC', phases: 3 }],
};
export const switching: StationCapability = {
  version: '2.1',
  evses: [{ evseId: 1, currentType: 'AC', phases: 3, acPhaseSwitching: true }],
};

export function capability(rest: Partial<StationCapability>): StationCapability {
  return { ...capability21, ...rest };
}

export function txDefault(rest: Partial<ChargingProfile>, schedule: Partial<Schedule> = {}): ChargingProfile {
  return profileOf('TxDefaultProfile', 16, schedule, rest);
}

export function period(rest: Partial<SchedulePeriod>, schedule: Partial<Schedule> = {}): ChargingProfile {
  return profileOf('TxProfile', [{ startPeriod: 0, ...rest }], schedule);
}

export function external(rest: Partial<ChargingProfile> = {}): ChargingProfile {
  return profileOf('ChargingStationExternalConstraints', 16, {}, rest);
}

export function phased(
  evseId: number,
  phaseToUse: number,
  rest: Partial<ChargingProfile> = {},
): InstalledProfile {
  const purpose = rest.chargingProfilePurpose ?? 'TxDefaultProfile';
  return at(
    evseId,
    profileOf(purpose, [{ startPeriod: 0, limit: 16, numberPhases: 1, phaseToUse }], {}, rest),
  );
}

export const curve = [
  { frequency: 49.8, power: -1000 },
  { frequency: 50.2, power: 1000 },
];

export function twoPeriods(second: number): SchedulePeriod[] {
  return [
    { startPeriod: 0, limit: 6 },
    { startPeriod: second, limit: 9 },
  ];
}

export function relative(): Schedule[] {
  return [{ chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] }];
}

export function manySchedules(count: number): ChargingProfile {
  const profile = period({ limit: 6 });
  return { ...profile, chargingSchedule: Array.from({ length: count }, () => profile.chargingSchedule[0]!) };
}

export function withoutTransaction({ transactionId: _, ...profile }: ChargingProfile): ChargingProfile {
  return profile;
}

export function localFrequency(rest: Partial<SchedulePeriod>): ChargingProfile {
  return period(
    { operationMode: 'LocalFrequency', v2xBaseline: 0, v2xFreqWattCurve: curve, ...rest },
    { chargingRateUnit: 'W' },
  );
}

export function centralFrequency(rest: Partial<SchedulePeriod>): ChargingProfile {
  return profileOf(
    'TxProfile',
    [{ startPeriod: 0, operationMode: 'CentralFrequency', ...rest }],
    {},
    { chargingProfileKind: 'Dynamic' },
  );
}

export function needs(): { evseId: number; transactionId: string; perPhaseNeeds: boolean } {
  return { evseId: 1, transactionId: 'tx-1', perPhaseNeeds: true };
}
