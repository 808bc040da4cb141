/** Purposes of charging profiles in the words of 2.x; 1.6 says ChargePointMaxProfile for ChargingStationMaxProfile. */
export type Purpose =
  | 'ChargingStationMaxProfile'
  | 'TxDefaultProfile'
  | 'TxProfile'
  | 'PriorityCharging'
  | 'LocalGeneration';

/** What experience says: `refused` only while it never worked. */
export type Experience = 'worked' | 'refused' | 'unknown';

/** Which values the station stated or showed; the others are the conservative defaults. */
export type CapabilityField =
  | 'smartCharging'
  | 'rateUnits'
  | 'maxStackLevel'
  | 'maxPeriods'
  | 'maxProfiles'
  | 'phases'
  | 'switches3to1'
  | 'maxExternalConstraintsId'
  | 'dynamicProfiles';

/** What a station can do with charging profiles (ocpp.md 4.6, 1): read from its configuration and learnt from its answers. */
export interface Capability {
  readonly smartCharging: boolean;
  /** Units it takes, the preferred first. 1.6 ChargingScheduleAllowedChargingRateUnit, 2.x SmartChargingCtrlr.RateUnit. */
  readonly rateUnits: readonly ('A' | 'W')[];
  /** Largest stackLevel it takes; counted from 0. */
  readonly maxStackLevel: number;
  /** chargingSchedulePeriods per schedule. */
  readonly maxPeriods: number;
  /** Profiles installed at once. */
  readonly maxProfiles: number;
  /** Phases of the supply. */
  readonly phases: 1 | 2 | 3;
  readonly switches3to1: boolean;
  /** Ids at or below are the station's own (K01.FR.80-82); null = none reported. */
  readonly maxExternalConstraintsId: number | null;
  /** It takes dynamic profiles (2.1 SmartChargingCtrlr.SupportsDynamicProfiles) and has refused none (K28). */
  readonly dynamicProfiles: boolean;
  readonly purposes: Readonly<Record<Purpose, Experience>>;
  readonly compositeSchedule: Experience;
  readonly stated: readonly CapabilityField[];
}

/**
 * What is assumed of a station nobody knows: amperes (every 1.6 station counts in them), stack level 1, six periods, two profiles,
 * three phases. Small enough for the stations that are known to refuse more (ocpp.md 4.3).
 */
export const UNKNOWN_STATION: Capability = {
  smartCharging: true,
  rateUnits: ['A'],
  maxStackLevel: 1,
  maxPeriods: 6,
  maxProfiles: 2,
  phases: 3,
  switches3to1: false,
  maxExternalConstraintsId: null,
  dynamicProfiles: false,
  purposes: {
    ChargingStationMaxProfile: 'unknown',
    TxDefaultProfile: 'unknown',
    TxProfile: 'unknown',
    PriorityCharging: 'unknown',
    LocalGeneration: 'unknown',
  },
  compositeSchedule: 'unknown',
  stated: [],
};
