/**
 * Charging profiles as a station keeps them: the words of OCPP 2.1, instants in epoch ms, lengths in seconds. These shapes
 * are the station's own. It is the oracle of the platform's profile algebra and shares no code with it. 1.6 fits in with
 * ChargePointMaxProfile as ChargingStationMaxProfile, connectors as EVSEs and transaction numbers as strings.
 */
export type Version = '1.6' | '2.0.1' | '2.1';
/** `A` per phase, `W` in total (1.6 errata 3.68). */
export type RateUnit = 'A' | 'W';
export type Kind = 'Absolute' | 'Recurring' | 'Relative' | 'Dynamic';
export type Purpose =
  | 'ChargingStationMaxProfile'
  | 'ChargingStationExternalConstraints'
  | 'TxDefaultProfile'
  | 'TxProfile'
  | 'PriorityCharging'
  | 'LocalGeneration';
export type OperationMode =
  | 'Idle'
  | 'ChargingOnly'
  | 'CentralSetpoint'
  | 'ExternalSetpoint'
  | 'ExternalLimits'
  | 'CentralFrequency'
  | 'LocalFrequency'
  | 'LocalLoadBalancing';

/** Positive charges, negative discharges. With `_L2` or `_L3` the plain field is phase L1, else the total (W) or each phase (A). */
export interface PeriodValues {
  readonly limit?: number;
  readonly limit_L2?: number;
  readonly limit_L3?: number;
  readonly dischargeLimit?: number;
  readonly dischargeLimit_L2?: number;
  readonly dischargeLimit_L3?: number;
  readonly setpoint?: number;
  readonly setpoint_L2?: number;
  readonly setpoint_L3?: number;
  readonly setpointReactive?: number;
  readonly setpointReactive_L2?: number;
  readonly setpointReactive_L3?: number;
}

export interface SchedulePeriod extends PeriodValues {
  readonly startPeriod: number;
  readonly numberPhases?: number;
  readonly phaseToUse?: number;
  readonly operationMode?: OperationMode;
  /** W. */
  readonly v2xBaseline?: number;
  readonly v2xFreqWattCurve?: readonly { readonly frequency: number; readonly power: number }[];
  readonly v2xSignalWattCurve?: readonly { readonly signal: number; readonly power: number }[];
  readonly evseSleep?: boolean;
  readonly preconditioningRequest?: boolean;
}

export interface Schedule {
  readonly id?: number;
  readonly chargingRateUnit: RateUnit;
  readonly chargingSchedulePeriod: readonly SchedulePeriod[];
  /** With useLocalTime the wall time of the station's zone, written as if it were UTC. */
  readonly startScheduleMs?: number;
  readonly duration?: number;
  readonly minChargingRate?: number;
  /** Percent and the unit of the schedule (K01.FR.100). */
  readonly limitAtSoC?: { readonly soc: number; readonly limit: number };
  readonly useLocalTime?: boolean;
  readonly randomizedDelay?: number;
}

export interface Profile {
  readonly id: number;
  readonly stackLevel: number;
  readonly chargingProfilePurpose: Purpose;
  readonly chargingProfileKind: Kind;
  readonly recurrencyKind?: 'Daily' | 'Weekly';
  readonly validFromMs?: number;
  readonly validToMs?: number;
  readonly transactionId?: string;
  /** The first is carried out; a car that speaks ISO 15118 may have been given up to three to choose from. */
  readonly chargingSchedule: readonly Schedule[];
  readonly maxOfflineDuration?: number;
  readonly invalidAfterOfflineDuration?: boolean;
  readonly dynUpdateInterval?: number;
  readonly dynUpdateTimeMs?: number;
}

/** A profile at the EVSE it was sent to; 0 = the station. */
export interface Installed {
  readonly evseId: number;
  readonly profile: Profile;
}

export interface TransactionFacts {
  readonly transactionId: string;
  readonly startMs: number;
  /** Authorised and connected: Relative counts from here (K01.FR.42). */
  readonly energyMayFlowSinceMs?: number;
  readonly priorityCharging?: boolean;
  /** Percent. */
  readonly socPercent?: number;
  /** Seconds drawn per profile id, within its randomizedDelay. */
  readonly randomDelayS?: Readonly<Record<number, number>>;
}

export interface EvseFacts {
  readonly evseId: number;
  readonly currentType: 'AC' | 'DC';
  readonly phases: 1 | 2 | 3;
  readonly transaction?: TransactionFacts;
}

/** What the station knows besides its profiles when it asks what holds. */
export interface StationFacts {
  readonly version: Version;
  readonly evses: readonly EvseFacts[];
  readonly nominalVoltageV: number;
  readonly stationPhases?: 1 | 2 | 3;
  readonly timeZone?: string;
  readonly offlineSinceMs?: number;
  readonly frequencyHz?: number;
  readonly afrrSignal?: number;
  readonly setpointPriority?: 'ExternalControl' | 'CSMS';
}
