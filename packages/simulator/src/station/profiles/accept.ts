import type { ProfileLimits } from './limits.ts';
import type { EvseFacts, Installed, OperationMode, Profile, Purpose, SchedulePeriod } from './profile.ts';

/** Why a station refuses a profile: a reason code of OCPP 2.1 (1.6 knows only Rejected and NotSupported) and a sentence. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export interface Circumstances {
  readonly limits: ProfileLimits;
  readonly evses: readonly EvseFacts[];
  readonly installed: readonly Installed[];
}

const MODES_OF: Readonly<Record<Purpose, readonly OperationMode[] | 'all'>> = {
  TxProfile: 'all',
  TxDefaultProfile: 'all',
  PriorityCharging: ['ChargingOnly'],
  ChargingStationMaxProfile: ['ChargingOnly'],
  ChargingStationExternalConstraints: ['ChargingOnly', 'ExternalLimits', 'ExternalSetpoint'],
  LocalGeneration: ['ChargingOnly', 'ExternalLimits'],
};

const refuse = (code: string, message: string): Refusal => ({ code, message });

/** The station's own judgement of a profile that a back office sends; undefined = it takes it (K01.FR, V2X, Q; 1.6 3.13). */
export function refusalOf(
  { evseId, profile }: Installed,
  { limits, evses, installed }: Circumstances,
): Refusal | undefined {
  const purpose = profile.chargingProfilePurpose;
  const evse = evses.find((candidate) => candidate.evseId === evseId);
  if (limits.refusesAll) return refuse('NotEnabled', 'this station takes no charging profiles');
  if (evseId !== 0 && evse === undefined) return refuse('UnknownEvse', `there is no EVSE ${evseId}`);
  if (purpose === 'ChargingStationExternalConstraints' || purpose === 'LocalGeneration') {
    return refuse('InvalidValue', `chargingProfilePurpose ${purpose} is set by the station only (K01.FR.22)`);
  }
  if (!limits.purposes.includes(purpose)) {
    return refuse('UnsupportedPurpose', `chargingProfilePurpose ${purpose} is not supported`);
  }
  if (!limits.kinds.includes(profile.chargingProfileKind)) {
    return refuse('UnsupportedKind', `chargingProfileKind ${profile.chargingProfileKind} is not supported`);
  }
  if (
    !Number.isInteger(profile.stackLevel) ||
    profile.stackLevel < 0 ||
    profile.stackLevel > limits.maxStackLevel
  ) {
    return refuse('InvalidStackLevel', `stackLevel must be 0 to ${limits.maxStackLevel}`);
  }
  if (limits.version !== '1.6' && profile.id <= limits.maxExternalConstraintsId) {
    return refuse('InvalidProfileId', `id must be above ${limits.maxExternalConstraintsId} (K01.FR.80)`);
  }
  return (
    placeRefusal(purpose, evseId, profile, evse) ??
    kindRefusal(profile) ??
    scheduleRefusal(profile, limits) ??
    periodsRefusal(profile, limits, evseId === 0 ? evses : evse === undefined ? [] : [evse]) ??
    stackRefusal({ evseId, profile }, installed, limits)
  );
}

function placeRefusal(
  purpose: Purpose,
  evseId: number,
  profile: Profile,
  evse: EvseFacts | undefined,
): Refusal | undefined {
  if (purpose === 'ChargingStationMaxProfile' && evseId !== 0) {
    return refuse('InvalidValue', 'a ChargingStationMaxProfile belongs to EVSE 0');
  }
  if (purpose !== 'TxProfile') {
    return profile.transactionId === undefined
      ? undefined
      : refuse('InvalidValue', `transactionId is for TxProfile only, not for ${purpose}`);
  }
  if (evseId === 0) return refuse('InvalidValue', 'a TxProfile needs an EVSE above 0 (K01.FR.16)');
  const running = evse?.transaction;
  if (running === undefined) return refuse('TxNotFound', `no transaction runs on EVSE ${evseId}`);
  if (profile.transactionId !== undefined && profile.transactionId !== running.transactionId) {
    return refuse('TxNotFound', `transactionId ${profile.transactionId} does not run on EVSE ${evseId}`);
  }
  return undefined;
}

function kindRefusal(profile: Profile): Refusal | undefined {
  const { chargingProfileKind: kind, chargingProfilePurpose: purpose } = profile;
  if (kind === 'Relative' && purpose === 'ChargingStationMaxProfile') {
    return refuse('InvalidProfile', 'a ChargingStationMaxProfile cannot be Relative (K01.FR.38)');
  }
  if ((profile.recurrencyKind !== undefined) !== (kind === 'Recurring')) {
    return refuse('InvalidProfile', 'recurrencyKind belongs to Recurring profiles (K01.FR.60)');
  }
  const starts = profile.chargingSchedule.filter((schedule) => schedule.startScheduleMs !== undefined);
  const needsStart = kind === 'Absolute' || kind === 'Recurring';
  if (needsStart && starts.length < profile.chargingSchedule.length) {
    return refuse('InvalidSchedule', `startSchedule is required for ${kind} (K01.FR.40)`);
  }
  if (!needsStart && starts.length > 0) {
    return refuse('InvalidSchedule', `startSchedule must be absent for ${kind} (K01.FR.41)`);
  }
  const { validFromMs = Number.NEGATIVE_INFINITY, validToMs = Number.POSITIVE_INFINITY } = profile;
  return validFromMs < validToMs ? undefined : refuse('InvalidProfile', 'validTo must be after validFrom');
}

function scheduleRefusal(profile: Profile, limits: ProfileLimits): Refusal | undefined {
  const { chargingSchedule: schedules, chargingProfilePurpose: purpose, chargingProfileKind: kind } = profile;
  const mostSchedules = limits.version === '1.6' || purpose !== 'TxProfile' ? 1 : 3;
  if (schedules.length === 0 || schedules.length > mostSchedules) {
    return refuse(
      'InvalidSchedule',
      `1 to ${mostSchedules} chargingSchedule, not ${schedules.length} (K01.FR.34)`,
    );
  }
  for (const schedule of schedules) {
    const periods = schedule.chargingSchedulePeriod;
    if (!limits.units.includes(schedule.chargingRateUnit)) {
      return refuse('UnsupportedRateUnit', `chargingRateUnit ${schedule.chargingRateUnit} is not supported`);
    }
    if (periods.length === 0 || periods.length > limits.maxPeriods) {
      return refuse('InvalidSchedule', `1 to ${limits.maxPeriods} periods, not ${periods.length}`);
    }
    if (periods[0]!.startPeriod !== 0)
      return refuse('InvalidSchedule', 'the first startPeriod must be 0 (K01.FR.31)');
    if (periods.some((period, n) => n > 0 && period.startPeriod <= periods[n - 1]!.startPeriod)) {
      return refuse('InvalidSchedule', 'startPeriod must rise (K01.FR.35)');
    }
    if (kind === 'Dynamic' && periods.length !== 1) {
      return refuse('InvalidSchedule', 'a Dynamic schedule has exactly one period (K28)');
    }
    if (purpose === 'PriorityCharging' && schedule.duration !== undefined) {
      return refuse('InvalidSchedule', 'a PriorityCharging schedule has no duration (K01.FR.70)');
    }
    const isOfTransaction = purpose === 'TxProfile' || purpose === 'TxDefaultProfile';
    if (schedule.randomizedDelay !== undefined && !(limits.supportsRandomizedDelay && isOfTransaction)) {
      return refuse('UnsupportedParam', 'randomizedDelay is not supported here (K01.FR.94)');
    }
    if (schedule.useLocalTime === true && !limits.supportsUseLocalTime) {
      return refuse('UnsupportedParam', 'useLocalTime is not supported');
    }
    if (schedule.limitAtSoC !== undefined && !limits.supportsLimitAtSoc) {
      return refuse('UnsupportedParam', 'limitAtSoC is not supported');
    }
  }
  return profile.maxOfflineDuration !== undefined && !limits.supportsMaxOfflineDuration
    ? refuse('UnsupportedParam', 'maxOfflineDuration is not supported')
    : undefined;
}

function periodsRefusal(
  profile: Profile,
  limits: ProfileLimits,
  evses: readonly EvseFacts[],
): Refusal | undefined {
  for (const schedule of profile.chargingSchedule) {
    for (const period of schedule.chargingSchedulePeriod) {
      const reason =
        modeRefusal(profile.chargingProfilePurpose, period, limits) ??
        valueRefusal(profile.chargingProfilePurpose, period, schedule.chargingRateUnit) ??
        phaseRefusal(period, evses, limits);
      if (reason !== undefined) return reason;
    }
  }
  return undefined;
}

function modeRefusal(purpose: Purpose, period: SchedulePeriod, limits: ProfileLimits): Refusal | undefined {
  const mode = period.operationMode ?? 'ChargingOnly';
  const allowed = MODES_OF[purpose];
  if (!limits.operationModes.includes(mode) || (allowed !== 'all' && !allowed.includes(mode))) {
    return refuse(
      'InvalidOperationMode',
      `operationMode ${mode} is not possible with ${purpose} (K01.FR.111)`,
    );
  }
  if (period.evseSleep === true && (mode !== 'Idle' || !limits.supportsEvseSleep)) {
    return refuse('InvalidSchedule', 'evseSleep is for operationMode Idle');
  }
  return undefined;
}

function valueRefusal(purpose: Purpose, period: SchedulePeriod, unit: 'A' | 'W'): Refusal | undefined {
  const { limit, dischargeLimit, setpoint, operationMode: mode = 'ChargingOnly' } = period;
  if (mode === 'ChargingOnly' && limit === undefined) {
    return refuse('InvalidSchedule', 'limit is required for ChargingOnly');
  }
  if (mode === 'ChargingOnly' && (limit! < 0 || setpoint !== undefined)) {
    return refuse('InvalidSchedule', 'ChargingOnly has a limit of at least 0 and no setpoint');
  }
  if ((mode === 'CentralSetpoint' || mode === 'CentralFrequency') && setpoint === undefined) {
    return refuse('InvalidSchedule', `setpoint is required for ${mode}`);
  }
  if (mode === 'CentralFrequency' && (limit !== undefined || dischargeLimit !== undefined)) {
    return refuse('InvalidSchedule', 'CentralFrequency has no limit and no dischargeLimit (Q07.FR.03)');
  }
  if (dischargeLimit !== undefined && dischargeLimit > 0) {
    return refuse('InvalidSchedule', 'dischargeLimit must be at most 0');
  }
  if (setpoint !== undefined) {
    const isInside =
      setpoint <= (limit ?? Number.POSITIVE_INFINITY) && setpoint >= (dischargeLimit ?? -Infinity);
    if (!isInside)
      return refuse('InvalidSchedule', 'setpoint must lie between dischargeLimit and limit (V2X.05)');
  }
  if (mode === 'LocalFrequency') {
    if (unit !== 'W' || limit !== undefined || setpoint !== undefined) {
      return refuse('InvalidSchedule', 'LocalFrequency is in W, without limit and setpoint (Q08)');
    }
    if (period.v2xBaseline === undefined || (period.v2xFreqWattCurve?.length ?? 0) < 2) {
      return refuse(
        'NoFreqWattCurve',
        'LocalFrequency needs v2xBaseline and v2xFreqWattCurve of 2 points (Q08)',
      );
    }
  }
  const isByPhase = period.limit_L2 !== undefined || period.limit_L3 !== undefined;
  if (isByPhase && purpose !== 'TxProfile') {
    return refuse('PhaseConflict', 'limit_L2 and limit_L3 are for TxProfile only (K01.FR.142)');
  }
  return isByPhase && limit === undefined
    ? refuse('InvalidSchedule', 'limit_L2 and limit_L3 need limit (K01.FR.147)')
    : undefined;
}

function phaseRefusal(
  period: SchedulePeriod,
  evses: readonly EvseFacts[],
  limits: ProfileLimits,
): Refusal | undefined {
  const { numberPhases, phaseToUse } = period;
  if (limits.version === '1.6') return undefined;
  if (
    (numberPhases !== undefined || phaseToUse !== undefined) &&
    evses.some((evse) => evse.currentType === 'DC')
  ) {
    return refuse('NoPhaseForDC', 'numberPhases and phaseToUse are not for DC (K01.FR.44)');
  }
  if (phaseToUse === undefined) return undefined;
  if (!limits.supportsPhaseSwitching) return refuse('UnsupportedParam', 'phaseToUse is not supported');
  return numberPhases === 1
    ? undefined
    : refuse('InvalidSchedule', 'phaseToUse needs numberPhases 1 (K01.FR.19)');
}

function stackRefusal(
  { evseId, profile }: Installed,
  installed: readonly Installed[],
  limits: ProfileLimits,
): Refusal | undefined {
  const others = installed.filter((other) => !replaces({ evseId, profile }, other, limits.version));
  const fromCsms = others.filter(
    ({ profile: other }) => other.chargingProfilePurpose !== 'ChargingStationExternalConstraints',
  );
  if (fromCsms.length >= limits.maxProfiles) {
    return refuse('TooManyProfiles', `at most ${limits.maxProfiles} profiles; clear one first`);
  }
  if (limits.version === '1.6') return undefined;
  const isDuplicate = others.some((other) => {
    const samePlace =
      other.evseId === evseId ||
      (profile.chargingProfilePurpose === 'TxDefaultProfile' && (other.evseId === 0 || evseId === 0));
    return (
      samePlace &&
      other.profile.chargingProfilePurpose === profile.chargingProfilePurpose &&
      other.profile.stackLevel === profile.stackLevel &&
      other.profile.transactionId === profile.transactionId &&
      overlap(other.profile, profile)
    );
  });
  return isDuplicate
    ? refuse(
        'DuplicateProfile',
        `stackLevel ${profile.stackLevel} of this purpose is taken (K01.FR.06, 52, 53)`,
      )
    : undefined;
}

function overlap(a: Profile, b: Profile): boolean {
  const from = (p: Profile) => p.validFromMs ?? Number.NEGATIVE_INFINITY;
  const to = (p: Profile) => p.validToMs ?? Number.POSITIVE_INFINITY;
  return from(a) < to(b) && from(b) < to(a);
}

/** Does a new profile take the place of an installed one? Same id; in 1.6 also same level, purpose and connector (errata 3.42). */
export function replaces(incoming: Installed, other: Installed, version: ProfileLimits['version']): boolean {
  if (other.profile.chargingProfilePurpose === 'ChargingStationExternalConstraints') return false;
  if (other.profile.id === incoming.profile.id) return true;
  return (
    version === '1.6' &&
    other.evseId === incoming.evseId &&
    other.profile.stackLevel === incoming.profile.stackLevel &&
    other.profile.chargingProfilePurpose === incoming.profile.chargingProfilePurpose
  );
}
