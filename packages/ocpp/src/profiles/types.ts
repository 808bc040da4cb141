/**
 * Plain types of the charging-profile algebra, in the words of OCPP 2.1 Part 2 (block K and Q). Instants are epoch
 * milliseconds, lengths are whole seconds as on the wire, limits are in the unit of their schedule.
 *
 * How an installed stack is read is stated here field by field, so that a second reader can evaluate the same values
 * without looking at this package's code. The rules that join the fields are in README.md, section "The rules".
 */

export type ProfileVersion = '1.6' | '2.0.1' | '2.1';

/** `A` is current per phase, `W` is total power (1.6 errata 3.68). */
export type RateUnit = 'A' | 'W';

/** 1.6's ChargePointMaxProfile is written `ChargingStationMaxProfile`. PriorityCharging and LocalGeneration are 2.1 only. */
export type Purpose =
  | 'ChargingStationMaxProfile'
  | 'ChargingStationExternalConstraints'
  | 'TxDefaultProfile'
  | 'TxProfile'
  | 'PriorityCharging'
  | 'LocalGeneration';

/** `Dynamic` is 2.1 only (K28). */
export type ProfileKind = 'Absolute' | 'Recurring' | 'Relative' | 'Dynamic';

export type RecurrencyKind = 'Daily' | 'Weekly';

export type OperationMode =
  | 'Idle'
  | 'ChargingOnly'
  | 'CentralSetpoint'
  | 'ExternalSetpoint'
  | 'ExternalLimits'
  | 'CentralFrequency'
  | 'LocalFrequency'
  | 'LocalLoadBalancing';

/** A point of v2xFreqWattCurve. powerW: positive charges, negative discharges. */
export interface FrequencyPoint {
  readonly frequency: number;
  readonly power: number;
}

/** A point of v2xSignalWattCurve: answer to the value of an AFRRSignal. */
export interface SignalPoint {
  readonly signal: number;
  readonly power: number;
}

/**
 * The values of a period that a dynamic update may replace (ChargingScheduleUpdateType, K28), and that a composite has.
 * Positive charges, negative discharges; dischargeLimit is never above 0. With `_L2`/`_L3` present the plain field is
 * phase L1 alone; without them it is the total (W) or the value of every phase (A).
 */
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
  /** Whole seconds from the start of the schedule; ends the period before. */
  readonly startPeriod: number;
  /** 1..3; absent (or 0, which says nothing) counts as 3. */
  readonly numberPhases?: number;
  /** 1..3, only with numberPhases 1. */
  readonly phaseToUse?: number;
  /** Absent counts as ChargingOnly. */
  readonly operationMode?: OperationMode;
  readonly v2xBaseline?: number;
  readonly v2xFreqWattCurve?: readonly FrequencyPoint[];
  readonly v2xSignalWattCurve?: readonly SignalPoint[];
  readonly evseSleep?: boolean;
  readonly preconditioningRequest?: boolean;
}

export interface LimitAtSoc {
  /** Percent, 0..100, as in OCPP. */
  readonly soc: number;
  /** In the unit of the schedule. */
  readonly limit: number;
}

export interface Schedule {
  readonly id?: number;
  readonly chargingRateUnit: RateUnit;
  readonly chargingSchedulePeriod: readonly SchedulePeriod[];
  /** Absolute and Recurring. With useLocalTime: the wall-clock time written as if it were UTC (offset dropped). */
  readonly startScheduleMs?: number;
  /** Seconds; absent: the last period goes on without end (or until the next recurrence, or the end of the transaction). */
  readonly duration?: number;
  readonly minChargingRate?: number;
  readonly limitAtSoC?: LimitAtSoc;
  /** 2.1: startSchedule, startPeriod and duration are read on the station's wall clock (K01.FR.90/91). */
  readonly useLocalTime?: boolean;
  /** 2.1: upper bound in seconds of the delay drawn for the transaction (K01.FR.92-97). */
  readonly randomizedDelay?: number;
}

export interface ChargingProfile {
  readonly id: number;
  readonly stackLevel: number;
  readonly chargingProfilePurpose: Purpose;
  readonly chargingProfileKind: ProfileKind;
  readonly recurrencyKind?: RecurrencyKind;
  /** Valid while validFromMs <= t < validToMs. */
  readonly validFromMs?: number;
  readonly validToMs?: number;
  /** Only TxProfile; 1.6's number is written as a string. Absent in a remote start: the transaction of that EVSE. */
  readonly transactionId?: string;
  /** One, or up to three for ISO 15118. The algebra evaluates the first, the others are the car's to choose from. */
  readonly chargingSchedule: readonly Schedule[];
  /** 2.1: seconds offline after which the profile is not valid (0 = at once). */
  readonly maxOfflineDuration?: number;
  /** 2.1: true = not valid any more after reconnecting either. */
  readonly invalidAfterOfflineDuration?: boolean;
  /** Dynamic: seconds between pulls; no meaning for evaluation. */
  readonly dynUpdateInterval?: number;
  /** Dynamic: stamped on receipt and on every update; the period holds from here for `duration` seconds. */
  readonly dynUpdateTimeMs?: number;
}

/** A profile and where it is installed: evseId 0 is the station (1.6: connector 0). */
export interface InstalledProfile {
  readonly evseId: number;
  readonly profile: ChargingProfile;
}

export interface TransactionState {
  readonly transactionId: string;
  readonly startMs: number;
  /**
   * Authorised and connected: where Relative counts from (K01.FR.42). Absent = not yet: evaluation supposes that energy
   * may flow from the start of the window asked for.
   */
  readonly energyMayFlowSinceMs?: number;
  /** PriorityCharging replaces TxProfile and TxDefaultProfile where it has a period (K21). */
  readonly priorityCharging?: boolean;
  /** Percent, 0..100; taken as constant over the window. limitAtSoC applies at or above its soc. */
  readonly socPercent?: number;
  /** Seconds drawn for this transaction by profile id, each between 0 and the schedule's randomizedDelay; absent = 0. */
  readonly randomDelayS?: Readonly<Record<number, number>>;
}

export interface EvseState {
  readonly evseId: number;
  /** Without a transaction the EVSE is evaluated as if one under TxDefaultProfile began at the window's start (K08.FR.06). */
  readonly transaction?: TransactionState;
  readonly currentType: 'AC' | 'DC';
  /** Phases wired (or known to be in use): with numberPhases the upper bound of the phases used to convert A and W. */
  readonly phases: 1 | 2 | 3;
}

/** Everything besides the profiles that decides a composite schedule. */
export interface CompositeContext {
  readonly version: ProfileVersion;
  /** 0 = whole station (1.6 connector 0). */
  readonly evseId: number;
  /** The unit of the answer. */
  readonly unit: RateUnit;
  /** All EVSEs of the station (1.6: connectors, each is its own EVSE). */
  readonly evses: readonly EvseState[];
  /** Phase to neutral; conversion is W = A x nominalVoltageV x phases, for every EVSE. */
  readonly nominalVoltageV: number;
  /** Phases of the station's connection, for station-wide profiles; default 3. */
  readonly stationPhases?: 1 | 2 | 3;
  /** Units the station supports; another one asked is refused (K08.FR.07). Absent = both. */
  readonly supportedUnits?: readonly RateUnit[];
  /** IANA zone of the station's wall clock, for useLocalTime; default UTC. */
  readonly timeZone?: string;
  /** The station has been offline since then and is taken to stay so over the whole window. */
  readonly offlineSinceMs?: number;
  /** LocalFrequency: mains frequency; absent = the curve adds nothing. Taken as constant over the window. */
  readonly frequencyHz?: number;
  /** LocalFrequency: the last AFRRSignal; absent = nothing added. */
  readonly afrrSignal?: number;
  /** Whose setpoint wins when both give one (Q05/Q06); default ExternalControl. */
  readonly setpointPriority?: 'ExternalControl' | 'CSMS';
}

/** A merged stretch of a composite. No `limit` = not limited by any profile. */
export interface CompositePeriod extends PeriodValues {
  /** Whole seconds from the start of the composite. */
  readonly startPeriod: number;
  /** AC only, where a profile limits: the lowest of the contributors (K01.FR.140) and the EVSE's phases. */
  readonly numberPhases?: number;
  readonly phaseToUse?: number;
  /** Of the leading transaction profile, when it is not ChargingOnly. */
  readonly operationMode?: OperationMode;
}

export interface CompositeSchedule {
  readonly evseId: number;
  readonly startMs: number;
  /** Exactly what was asked. */
  readonly durationS: number;
  readonly unit: RateUnit;
  /** Ascending, the first at 0, neighbours differ; empty only for durationS 0. */
  readonly periods: readonly CompositePeriod[];
}

/** An expected refusal: `code` is OCPP's reasonCode, `rule` the id of the requirement that was broken. */
export interface Refusal {
  readonly code: string;
  readonly rule: string;
  /** Names the field and the fix. */
  readonly message: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

export interface EvseCapability {
  readonly evseId: number;
  readonly currentType: 'AC' | 'DC';
  readonly phases: 1 | 2 | 3;
  /** DCInputPhaseControl: numberPhases is allowed although the EVSE is DC (K01.FR.54). */
  readonly dcInputPhaseControl?: boolean;
  /** ACPhaseSwitchingSupported (1.6: ConnectorSwitch3to1PhaseSupported): phaseToUse is allowed. */
  readonly acPhaseSwitching?: boolean;
}

/** What a station said (or showed by its answers) that it can take. Absent = not known, not limited. */
export interface StationCapability {
  readonly version: ProfileVersion;
  readonly evses: readonly EvseCapability[];
  /** ChargingScheduleAllowedChargingRateUnit / RateUnit. */
  readonly rateUnits?: readonly RateUnit[];
  /** ChargeProfileMaxStackLevel / ProfileStackLevel. */
  readonly maxStackLevel?: number;
  /** ChargingScheduleMaxPeriods / PeriodsPerSchedule. */
  readonly maxPeriods?: number;
  /** MaxChargingProfilesInstalled / Entries(ChargingProfiles). */
  readonly maxProfiles?: number;
  readonly purposes?: readonly Purpose[];
  readonly kinds?: readonly ProfileKind[];
  readonly operationModes?: readonly OperationMode[];
  /** K01.FR.80-82: ids of the CSMS lie above it, ids given by the station at or below it. */
  readonly maxExternalConstraintsId?: number;
  /** SupportsUseLocalTime, SupportsRandomizedDelay, SupportsLimitAtSoC, SupportsMaxOfflineDuration, SupportsEvseSleep: false = refused. */
  readonly useLocalTime?: boolean;
  readonly randomizedDelay?: boolean;
  readonly limitAtSoC?: boolean;
  readonly maxOfflineDuration?: boolean;
  readonly evseSleep?: boolean;
  /** ExternalConstraintsProfileDisallowed (Q05): false or absent = External profiles may be installed locally. */
  readonly externalConstraintsDisallowed?: boolean;
}
