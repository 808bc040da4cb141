import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, NOON, profileOf, requestOf } from '../testing/builders.ts';
import { randomStack } from '../testing/random-stack.ts';
import type {
  ChargingProfile,
  InstalledProfile,
  Schedule,
  SchedulePeriod,
  StationCapability,
} from '../types.ts';
import { installProfile, installRules } from './install.ts';
import type { InstallRequest } from './rule.ts';

const capability21 = requestOf().capability;
const dcStation: StationCapability = { version: '2.1', evses: [{ evseId: 1, currentType: 'DC', phases: 3 }] };
const switching: StationCapability = {
  version: '2.1',
  evses: [{ evseId: 1, currentType: 'AC', phases: 3, acPhaseSwitching: true }],
};

function capability(rest: Partial<StationCapability>): StationCapability {
  return { ...capability21, ...rest };
}

function txDefault(rest: Partial<ChargingProfile>, schedule: Partial<Schedule> = {}): ChargingProfile {
  return profileOf('TxDefaultProfile', 16, schedule, rest);
}

function period(rest: Partial<SchedulePeriod>, schedule: Partial<Schedule> = {}): ChargingProfile {
  return profileOf('TxProfile', [{ startPeriod: 0, ...rest }], schedule);
}

function external(rest: Partial<ChargingProfile> = {}): ChargingProfile {
  return profileOf('ChargingStationExternalConstraints', 16, {}, rest);
}

function phased(evseId: number, phaseToUse: number, rest: Partial<ChargingProfile> = {}): InstalledProfile {
  const purpose = rest.chargingProfilePurpose ?? 'TxDefaultProfile';
  return at(
    evseId,
    profileOf(purpose, [{ startPeriod: 0, limit: 16, numberPhases: 1, phaseToUse }], {}, rest),
  );
}

const curve = [
  { frequency: 49.8, power: -1000 },
  { frequency: 50.2, power: 1000 },
];

/** For every rule a request that breaks it, and the same request put right. */
const cases: readonly {
  readonly rule: string;
  readonly code: string;
  readonly name: string;
  readonly broken: Partial<InstallRequest>;
  readonly right: Partial<InstallRequest>;
}[] = [
  {
    rule: 'K01.FR.28',
    code: 'UnknownEvse',
    name: 'the EVSE must exist',
    broken: { evseId: 3 },
    right: { evseId: 2 },
  },
  {
    rule: 'K01.FR.22',
    code: 'InvalidProfile',
    name: 'the CSMS never sets External',
    broken: { profile: external() },
    right: { profile: external(), source: 'Station' },
  },
  {
    rule: 'K27',
    code: 'InvalidProfile',
    name: 'LocalGeneration is the station’s',
    broken: { profile: profileOf('LocalGeneration', 5) },
    right: { profile: profileOf('LocalGeneration', 5), source: 'Station' },
  },
  {
    rule: 'K01.FR.120',
    code: 'UnsupportedPurpose',
    name: 'the purpose must be supported',
    broken: {
      profile: profileOf('PriorityCharging', 32),
      capability: capability({ purposes: ['TxProfile'] }),
    },
    right: { profile: profileOf('PriorityCharging', 32) },
  },
  {
    rule: 'K01.FR.120',
    code: 'UnsupportedPurpose',
    name: 'PriorityCharging does not exist before 2.1',
    broken: { profile: profileOf('PriorityCharging', 32), capability: capability({ version: '2.0.1' }) },
    right: { capability: capability({ version: '2.0.1' }) },
  },
  {
    rule: 'K01.FR.121',
    code: 'UnsupportedKind',
    name: 'the kind must be supported',
    broken: {
      profile: txDefault({ chargingProfileKind: 'Dynamic' }),
      capability: capability({ kinds: ['Absolute'] }),
    },
    right: { profile: txDefault({ chargingProfileKind: 'Dynamic' }) },
  },
  {
    rule: 'version',
    code: 'UnsupportedParam',
    name: 'fields of 2.1 are refused before it: profile',
    broken: { profile: txDefault({ maxOfflineDuration: 60 }), capability: capability({ version: '2.0.1' }) },
    right: { profile: txDefault({ maxOfflineDuration: 60 }) },
  },
  {
    rule: 'version',
    code: 'UnsupportedParam',
    name: 'fields of 2.x are refused by 1.6: period',
    broken: {
      profile: period({ limit: 6, numberPhases: 1, phaseToUse: 2 }),
      capability: capability({ version: '1.6' }),
    },
    right: { profile: period({ limit: 6, numberPhases: 1 }), capability: capability({ version: '1.6' }) },
  },
  {
    rule: 'version',
    code: 'UnsupportedParam',
    name: 'fields of 2.1 are refused before it: schedule',
    broken: { profile: txDefault({}, { useLocalTime: true }), capability: capability({ version: '2.0.1' }) },
    right: { profile: txDefault({}, { useLocalTime: true }) },
  },
  {
    rule: 'K01.FR.122',
    code: 'InvalidProfile',
    name: 'dynUpdateInterval is for Dynamic only',
    broken: { profile: txDefault({ dynUpdateInterval: 60 }) },
    right: { profile: txDefault({ dynUpdateInterval: 60, chargingProfileKind: 'Dynamic' }) },
  },
  {
    rule: 'K01.FR.81',
    code: 'InvalidProfileId',
    name: 'TC_K_109: ids of the CSMS lie above MaxExternalConstraintsId (K01.FR.80)',
    broken: { profile: txDefault({ id: 1000 }), capability: capability({ maxExternalConstraintsId: 1000 }) },
    right: { profile: txDefault({ id: 1001 }), capability: capability({ maxExternalConstraintsId: 1000 }) },
  },
  {
    rule: 'K01.FR.82',
    code: 'InvalidProfileId',
    name: 'ids of the station lie at or below it',
    broken: {
      profile: external({ id: 1001 }),
      source: 'Station',
      capability: capability({ maxExternalConstraintsId: 1000 }),
    },
    right: {
      profile: external({ id: 1000 }),
      source: 'Station',
      capability: capability({ maxExternalConstraintsId: 1000 }),
    },
  },
  {
    rule: 'K01.FR.05',
    code: 'InvalidProfileId',
    name: 'the same id never replaces an External profile',
    broken: { profile: txDefault({ id: 5 }), installed: [at(0, external({ id: 5 }))] },
    right: { profile: txDefault({ id: 6 }), installed: [at(0, external({ id: 5 }))] },
  },
  {
    rule: 'Q05',
    code: 'InvalidProfile',
    name: 'ExternalConstraintsProfileDisallowed',
    broken: {
      profile: external(),
      source: 'Station',
      capability: capability({ externalConstraintsDisallowed: true }),
    },
    right: {
      profile: external(),
      source: 'Station',
      capability: capability({ externalConstraintsDisallowed: false }),
    },
  },
  {
    rule: 'ProfileStackLevel',
    code: 'InvalidStackLevel',
    name: 'SC6: never above the highest stackLevel',
    broken: { profile: txDefault({ stackLevel: 6 }), capability: capability({ maxStackLevel: 5 }) },
    right: { profile: txDefault({ stackLevel: 5 }), capability: capability({ maxStackLevel: 5 }) },
  },
  {
    rule: 'validFrom < validTo',
    code: 'InvalidProfile',
    name: 'validity must have a length',
    broken: { profile: txDefault({ validFromMs: NOON, validToMs: NOON }) },
    right: { profile: txDefault({ validFromMs: NOON, validToMs: NOON + 1 }) },
  },
  {
    rule: 'ChargingStationMaxProfile on evseId 0',
    code: 'InvalidProfile',
    name: 'D1.5-§2.2.1.1-MAX: the Max profile is the station’s',
    broken: { profile: profileOf('ChargingStationMaxProfile', 32), evseId: 1 },
    right: { profile: profileOf('ChargingStationMaxProfile', 32), evseId: 0 },
  },
  {
    rule: 'K01.FR.38',
    code: 'InvalidProfile',
    name: 'the Max profile is not Relative',
    broken: {
      profile: profileOf('ChargingStationMaxProfile', 32, {}, { chargingProfileKind: 'Relative' }),
      evseId: 0,
    },
    right: { profile: profileOf('ChargingStationMaxProfile', 32), evseId: 0 },
  },
  {
    rule: 'Relative needs a transaction',
    code: 'InvalidProfile',
    name: 'station-wide External cannot be Relative',
    broken: {
      profile: external({ chargingProfileKind: 'Relative' }),
      evseId: 0,
      source: 'Station',
    },
    right: { profile: external({ chargingProfileKind: 'Absolute' }), evseId: 0, source: 'Station' },
  },
  {
    rule: 'K01.FR.60',
    code: 'InvalidProfile',
    name: 'recurrencyKind only with Recurring',
    broken: { profile: txDefault({ recurrencyKind: 'Daily' }) },
    right: { profile: txDefault({ recurrencyKind: 'Daily', chargingProfileKind: 'Recurring' }) },
  },
  {
    rule: 'K01.FR.60',
    code: 'InvalidProfile',
    name: 'Recurring needs recurrencyKind',
    broken: { profile: txDefault({ chargingProfileKind: 'Recurring' }) },
    right: { profile: txDefault({ chargingProfileKind: 'Recurring', recurrencyKind: 'Weekly' }) },
  },
  {
    rule: 'K05.FR.02',
    code: 'InvalidProfile',
    name: 'a start request carries a TxProfile without transactionId (1.6 errata 3.41)',
    broken: { profile: period({ limit: 6 }), source: 'RemoteStart', transactions: [] },
    right: { profile: withoutTransaction(period({ limit: 6 })), source: 'RemoteStart', transactions: [] },
  },
  {
    rule: 'K01.FR.16',
    code: 'InvalidProfile',
    name: 'D1.5-§2.2.1.1-TX: TxProfile needs an EVSE',
    broken: { profile: period({ limit: 6 }), evseId: 0 },
    right: { profile: period({ limit: 6 }), evseId: 1 },
  },
  {
    rule: 'K01.FR.03',
    code: 'InvalidProfile',
    name: 'TxProfile needs its transactionId',
    broken: { profile: withoutTransaction(period({ limit: 6 })) },
    right: { profile: period({ limit: 6 }) },
  },
  {
    rule: 'K01.FR.09',
    code: 'TxNotFound',
    name: 'the transaction must run on that EVSE',
    broken: { profile: period({ limit: 6 }), evseId: 2 },
    right: { profile: period({ limit: 6 }), evseId: 1 },
  },
  {
    rule: '1.6 §3.13.1',
    code: 'TxNotFound',
    name: 'TxProfile only with a running transaction',
    broken: { profile: period({ limit: 6 }), capability: capability({ version: '1.6' }), transactions: [] },
    right: { profile: withoutTransaction(period({ limit: 6 })), capability: capability({ version: '1.6' }) },
  },
  {
    rule: 'Entries(ChargingProfiles)',
    code: 'OutOfStorage',
    name: 'SC6: never more profiles than the station holds, a station with 2 works',
    broken: {
      capability: capability({ maxProfiles: 2 }),
      installed: [at(1, txDefault({ id: 1, stackLevel: 1 })), at(1, txDefault({ id: 2, stackLevel: 2 }))],
    },
    right: {
      capability: capability({ maxProfiles: 2 }),
      installed: [at(1, txDefault({ id: 1, stackLevel: 1 })), at(1, txDefault({ id: 10, stackLevel: 0 }))],
    },
  },
  {
    rule: 'K01.FR.34',
    code: 'InvalidProfile',
    name: 'one schedule unless ISO 15118, then at most three',
    broken: { profile: manySchedules(2) },
    right: {
      profile: manySchedules(2),
      transactions: [{ evseId: 1, transactionId: 'tx-1', scheduleTuples: 2 }],
    },
  },
  {
    rule: 'K01.FR.34',
    code: 'InvalidProfile',
    name: 'four schedules are too many for everyone',
    broken: {
      profile: manySchedules(4),
      transactions: [{ evseId: 1, transactionId: 'tx-1', scheduleTuples: 9 }],
    },
    right: {
      profile: manySchedules(3),
      transactions: [{ evseId: 1, transactionId: 'tx-1', scheduleTuples: 9 }],
    },
  },
  {
    rule: 'K28',
    code: 'InvalidSchedule',
    name: 'Dynamic has exactly one period',
    broken: {
      profile: profileOf('TxDefaultProfile', twoPeriods(600), {}, { chargingProfileKind: 'Dynamic' }),
    },
    right: { profile: profileOf('TxDefaultProfile', 6, {}, { chargingProfileKind: 'Dynamic' }) },
  },
  {
    rule: 'finite values',
    code: 'InvalidValue',
    name: 'limits are finite numbers',
    broken: { profile: period({ limit: Number.NaN }) },
    right: { profile: period({ limit: 0 }) },
  },
  {
    rule: 'K01.FR.26',
    code: 'UnsupportedRateUnit',
    name: 'the unit must be supported',
    broken: { capability: capability({ rateUnits: ['W'] }) },
    right: { capability: capability({ rateUnits: ['A'] }) },
  },
  {
    rule: 'PeriodsPerSchedule',
    code: 'InvalidSchedule',
    name: 'SC7: never more periods than the station takes',
    broken: {
      profile: profileOf('TxDefaultProfile', twoPeriods(600)),
      capability: capability({ maxPeriods: 1 }),
    },
    right: {
      profile: profileOf('TxDefaultProfile', twoPeriods(600)),
      capability: capability({ maxPeriods: 2 }),
    },
  },
  {
    rule: 'K01.FR.31',
    code: 'InvalidSchedule',
    name: 'the first startPeriod is 0',
    broken: { profile: profileOf('TxDefaultProfile', [{ startPeriod: 1, limit: 6 }]) },
    right: { profile: profileOf('TxDefaultProfile', [{ startPeriod: 0, limit: 6 }]) },
  },
  {
    rule: '1.6 errata 3.69',
    code: 'InvalidSchedule',
    name: 'the first startPeriod is 0 (steve #1174)',
    broken: {
      profile: profileOf('TxDefaultProfile', [{ startPeriod: 1, limit: 6 }]),
      capability: capability({ version: '1.6' }),
    },
    right: {
      profile: profileOf('TxDefaultProfile', [{ startPeriod: 0, limit: 6 }]),
      capability: capability({ version: '1.6' }),
    },
  },
  {
    rule: 'K01.FR.35',
    code: 'InvalidSchedule',
    name: 'startPeriods ascend',
    broken: { profile: profileOf('TxDefaultProfile', twoPeriods(0)) },
    right: { profile: profileOf('TxDefaultProfile', twoPeriods(1)) },
  },
  {
    rule: 'duration',
    code: 'InvalidSchedule',
    name: 'duration is not negative',
    broken: { profile: txDefault({}, { duration: -1 }) },
    right: { profile: txDefault({}, { duration: 0 }) },
  },
  {
    rule: 'K01.FR.40',
    code: 'InvalidSchedule',
    name: 'D1.5-§2.2.1.1-ABS: Absolute needs startSchedule',
    broken: { profile: { ...txDefault({}), chargingSchedule: relative() } },
    right: { profile: txDefault({}) },
  },
  {
    rule: 'K01.FR.41',
    code: 'InvalidSchedule',
    name: 'D1.5-§2.2.1.1-REL: Relative has no startSchedule',
    broken: { profile: txDefault({ chargingProfileKind: 'Relative' }, { startScheduleMs: NOON }) },
    right: { profile: txDefault({ chargingProfileKind: 'Relative' }) },
  },
  {
    rule: 'K01.FR.44',
    code: 'NoPhaseForDC',
    name: 'no numberPhases on DC, unless DCInputPhaseControl (K01.FR.54)',
    broken: { profile: period({ limit: 6, numberPhases: 3 }), capability: dcStation },
    right: {
      profile: period({ limit: 6, numberPhases: 3 }),
      capability: { ...dcStation, evses: [{ ...dcStation.evses[0]!, dcInputPhaseControl: true }] },
    },
  },
  {
    rule: 'numberPhases',
    code: 'InvalidSchedule',
    name: 'there are three phases',
    broken: { profile: period({ limit: 6, numberPhases: 4 }) },
    right: { profile: period({ limit: 6, numberPhases: 3 }) },
  },
  {
    rule: 'K01.FR.19',
    code: 'InvalidSchedule',
    name: 'phaseToUse needs numberPhases 1 (K01.FR.48)',
    broken: { profile: period({ limit: 6, numberPhases: 3, phaseToUse: 2 }), capability: switching },
    right: { profile: period({ limit: 6, numberPhases: 1, phaseToUse: 2 }), capability: switching },
  },
  {
    rule: 'K01.FR.20',
    code: 'UnsupportedParam',
    name: 'phaseToUse needs ACPhaseSwitchingSupported',
    broken: { profile: period({ limit: 6, numberPhases: 1, phaseToUse: 2 }) },
    right: { profile: period({ limit: 6, numberPhases: 1, phaseToUse: 2 }), capability: switching },
  },
  {
    rule: 'K01.FR.95',
    code: 'InvalidSchedule',
    name: 'randomizedDelay for TxProfile and TxDefaultProfile only',
    broken: { profile: profileOf('ChargingStationMaxProfile', 32, { randomizedDelay: 60 }), evseId: 0 },
    right: { profile: txDefault({}, { randomizedDelay: 60 }) },
  },
  {
    rule: 'K01.FR.100',
    code: 'InvalidSchedule',
    name: 'limitAtSoC is a percentage',
    broken: { profile: txDefault({}, { limitAtSoC: { soc: 101, limit: 6 } }) },
    right: { profile: txDefault({}, { limitAtSoC: { soc: 100, limit: 6 } }) },
  },
  {
    rule: 'K01.FR.101',
    code: 'UnsupportedParam',
    name: 'maxOfflineDuration must be supported',
    broken: {
      profile: txDefault({ maxOfflineDuration: 60 }),
      capability: capability({ maxOfflineDuration: false }),
    },
    right: {
      profile: txDefault({ maxOfflineDuration: 60 }),
      capability: capability({ maxOfflineDuration: true }),
    },
  },
  {
    rule: 'K01.FR.123',
    code: 'UnsupportedParam',
    name: 'useLocalTime must be supported',
    broken: {
      profile: txDefault({}, { useLocalTime: true }),
      capability: capability({ useLocalTime: false }),
    },
    right: { profile: txDefault({}, { useLocalTime: true }), capability: capability({ useLocalTime: true }) },
  },
  {
    rule: 'K01.FR.124',
    code: 'UnsupportedParam',
    name: 'randomizedDelay must be supported',
    broken: {
      profile: txDefault({}, { randomizedDelay: 9 }),
      capability: capability({ randomizedDelay: false }),
    },
    right: {
      profile: txDefault({}, { randomizedDelay: 0 }),
      capability: capability({ randomizedDelay: false }),
    },
  },
  {
    rule: 'K01.FR.125',
    code: 'UnsupportedParam',
    name: 'limitAtSoC must be supported',
    broken: {
      profile: txDefault({}, { limitAtSoC: { soc: 80, limit: 6 } }),
      capability: capability({ limitAtSoC: false }),
    },
    right: { profile: txDefault({}, { limitAtSoC: { soc: 80, limit: 6 } }) },
  },
  {
    rule: 'K01.FR.126',
    code: 'UnsupportedParam',
    name: 'evseSleep must be supported',
    broken: {
      profile: period({ operationMode: 'Idle', evseSleep: true }),
      capability: capability({ evseSleep: false }),
    },
    right: { profile: period({ operationMode: 'Idle', evseSleep: true }) },
  },
  {
    rule: 'K01.FR.70',
    code: 'InvalidSchedule',
    name: 'PriorityCharging has no duration',
    broken: { profile: profileOf('PriorityCharging', 32, { duration: 60 }) },
    right: { profile: profileOf('PriorityCharging', 32) },
  },
  {
    rule: 'limit is required',
    code: 'InvalidSchedule',
    name: '2.0.1: every period has a limit',
    broken: { profile: period({}), capability: capability({ version: '2.0.1' }) },
    right: { profile: period({ limit: 0 }), capability: capability({ version: '2.0.1' }) },
  },
  {
    rule: 'K01.FR.71',
    code: 'InvalidOperationMode',
    name: 'PriorityCharging is ChargingOnly',
    broken: {
      profile: profileOf('PriorityCharging', [{ startPeriod: 0, limit: 6, operationMode: 'ExternalLimits' }]),
    },
    right: {
      profile: profileOf('PriorityCharging', [{ startPeriod: 0, limit: 6, operationMode: 'ChargingOnly' }]),
    },
  },
  {
    rule: 'SupportedOperationModes',
    code: 'InvalidOperationMode',
    name: 'the station must know the mode',
    broken: {
      profile: period({ operationMode: 'Idle' }),
      capability: capability({ operationModes: ['ChargingOnly'] }),
    },
    right: {
      profile: period({ operationMode: 'Idle' }),
      capability: capability({ operationModes: ['Idle'] }),
    },
  },
  {
    rule: 'K01.FR.111-116',
    code: 'InvalidOperationMode',
    name: 'Table 95: a Max profile is ChargingOnly',
    broken: {
      profile: profileOf('ChargingStationMaxProfile', [{ startPeriod: 0, operationMode: 'Idle' }]),
      evseId: 0,
    },
    right: { profile: profileOf('ChargingStationMaxProfile', 32), evseId: 0 },
  },
  {
    rule: 'Q08.FR.05',
    code: 'UnsupportedRateUnit',
    name: 'LocalFrequency is in W',
    broken: { profile: period({ operationMode: 'LocalFrequency', v2xBaseline: 0, v2xFreqWattCurve: curve }) },
    right: { profile: localFrequency({}) },
  },
  {
    rule: 'Q08.FR.02',
    code: 'NoFreqWattCurve',
    name: 'LocalFrequency needs baseline and a curve of two points (Q08.FR.03)',
    broken: { profile: localFrequency({ v2xFreqWattCurve: curve.slice(1) }) },
    right: { profile: localFrequency({}) },
  },
  {
    rule: 'Q08.FR.04',
    code: 'InvalidSchedule',
    name: 'LocalFrequency takes no limit and no setpoint',
    broken: { profile: localFrequency({ limit: 5000 }) },
    right: { profile: localFrequency({}) },
  },
  {
    rule: 'curves have 1 to 20 points',
    code: 'InvalidSchedule',
    name: 'a curve of 21 points',
    broken: { profile: localFrequency({ v2xFreqWattCurve: Array.from({ length: 21 }, () => curve[0]!) }) },
    right: { profile: localFrequency({ v2xFreqWattCurve: Array.from({ length: 20 }, () => curve[0]!) }) },
  },
  {
    rule: 'Q07.FR.03',
    code: 'InvalidSchedule',
    name: 'CentralFrequency takes no limit',
    broken: { profile: centralFrequency({ setpoint: 5, limit: 10 }) },
    right: { profile: centralFrequency({ setpoint: 5 }) },
  },
  {
    rule: 'Q07',
    code: 'InvalidSchedule',
    name: 'CentralFrequency is Dynamic',
    broken: { profile: period({ operationMode: 'CentralFrequency', setpoint: 5 }) },
    right: { profile: centralFrequency({ setpoint: 5 }) },
  },
  {
    rule: 'fields of the operation mode',
    code: 'InvalidSchedule',
    name: 'ChargingOnly needs limit',
    broken: { profile: period({}) },
    right: { profile: period({ limit: 0 }) },
  },
  {
    rule: 'fields of the operation mode',
    code: 'InvalidSchedule',
    name: 'CentralSetpoint needs setpoint',
    broken: { profile: period({ operationMode: 'CentralSetpoint', limit: 6 }) },
    right: { profile: period({ operationMode: 'CentralSetpoint', setpoint: 6 }) },
  },
  {
    rule: 'evseSleep only in Idle',
    code: 'InvalidSchedule',
    name: 'TC Q_125: evseSleep belongs to Idle',
    broken: { profile: period({ limit: 6, evseSleep: true }) },
    right: { profile: period({ operationMode: 'Idle', evseSleep: true }) },
  },
  {
    rule: 'V2X.01-02',
    code: 'InvalidSchedule',
    name: 'dischargeLimit is never positive',
    broken: { profile: period({ operationMode: 'ExternalLimits', dischargeLimit: 1 }) },
    right: { profile: period({ operationMode: 'ExternalLimits', dischargeLimit: -1 }) },
  },
  {
    rule: 'V2X.05',
    code: 'InvalidSchedule',
    name: 'within one period the setpoint lies between dischargeLimit and limit',
    broken: {
      profile: period({ operationMode: 'CentralSetpoint', setpoint: -9, limit: 6, dischargeLimit: -8 }),
    },
    right: {
      profile: period({ operationMode: 'CentralSetpoint', setpoint: -8, limit: 6, dischargeLimit: -8 }),
    },
  },
  {
    rule: 'K01.FR.142-147',
    code: 'PhaseConflict',
    name: 'limit_L2 needs limit',
    broken: { profile: period({ operationMode: 'ExternalLimits', limit_L2: 6 }), transactions: [needs()] },
    right: { profile: period({ limit: 6, limit_L2: 6 }), transactions: [needs()] },
  },
  {
    rule: 'K01.FR.142-147',
    code: 'PhaseConflict',
    name: 'limit_L2 only after the needs of the EV',
    broken: { profile: period({ limit: 6, limit_L2: 6 }) },
    right: { profile: period({ limit: 6, limit_L2: 6 }), transactions: [needs()] },
  },
  {
    rule: 'K01.FR.142-147',
    code: 'PhaseConflict',
    name: 'limit_L2 only in a TxProfile',
    broken: {
      profile: profileOf('TxDefaultProfile', [{ startPeriod: 0, limit: 6, limit_L2: 6 }]),
      transactions: [needs()],
    },
    right: { profile: profileOf('TxDefaultProfile', 6), transactions: [needs()] },
  },
  {
    rule: 'V2X.07-10',
    code: 'PhaseConflict',
    name: 'setpoint_L3 needs setpoint',
    broken: { profile: period({ limit: 9, setpoint_L3: 6 }), transactions: [needs()] },
    right: { profile: period({ limit: 9, setpoint: 6, setpoint_L3: 6 }), transactions: [needs()] },
  },
  {
    rule: 'K01.FR.39',
    code: 'DuplicateProfile',
    name: 'one TxProfile per stackLevel and transaction',
    broken: { profile: period({ limit: 6 }), installed: [at(1, { ...period({ limit: 9 }), id: 11 })] },
    right: {
      profile: period({ limit: 6 }),
      installed: [at(1, { ...period({ limit: 9 }), id: 11, stackLevel: 1 })],
    },
  },
  {
    rule: 'K01.FR.06',
    code: 'DuplicateProfile',
    name: 'one profile per stackLevel, purpose and EVSE where validity overlaps',
    broken: { installed: [at(1, txDefault({ id: 11, validToMs: NOON }))] },
    right: {
      profile: txDefault({ validFromMs: NOON }),
      installed: [at(1, txDefault({ id: 11, validToMs: NOON }))],
    },
  },
  {
    rule: 'K01.FR.52',
    code: 'DuplicateProfile',
    name: 'TxDefault on EVSE 0 against one on an EVSE with its stackLevel (K01.FR.14)',
    broken: { evseId: 0, installed: [at(2, txDefault({ id: 11 }))] },
    right: { evseId: 0, installed: [at(2, txDefault({ id: 11, stackLevel: 1 }))] },
  },
  {
    rule: 'K01.FR.53',
    code: 'DuplicateProfile',
    name: 'TxDefault on an EVSE against one on EVSE 0 with its stackLevel (K01.FR.15)',
    broken: { evseId: 2, installed: [at(0, txDefault({ id: 11 }))] },
    right: { evseId: 2, installed: [at(0, txDefault({ id: 11, stackLevel: 1 }))] },
  },
  {
    rule: 'K01.FR.141',
    code: 'PhaseConflict',
    name: 'phaseToUse must agree across purposes',
    broken: {
      profile: phased(1, 1).profile,
      capability: switching,
      installed: [phased(0, 2, { id: 11, chargingProfilePurpose: 'ChargingStationMaxProfile' })],
    },
    right: {
      profile: phased(1, 1).profile,
      capability: switching,
      installed: [phased(0, 1, { id: 11, chargingProfilePurpose: 'ChargingStationMaxProfile' })],
    },
  },
];

for (const { rule, code, name, broken, right } of cases) {
  test(`${rule} ${code}: ${name}`, () => {
    const refused = installProfile(requestOf(broken), NOON);
    assert.ok(!refused.ok, 'the broken request is refused');
    assert.deepEqual({ code: refused.refusal.code, rule: refused.refusal.rule }, { code, rule });
    assert.ok(refused.refusal.message.length > 10);
    const accepted = installProfile(requestOf(right), NOON);
    assert.ok(accepted.ok, `the corrected request is accepted: ${JSON.stringify(accepted)}`);
  });
}

test('every rule of the table has a case that breaks it', () => {
  const tested = new Set(cases.map((each) => each.rule));
  assert.deepEqual(
    installRules.map((rule) => rule.id).filter((id) => !tested.has(id)),
    [],
  );
});

test('K01.FR.111-116: Table 95, every purpose with every mode', () => {
  const modes = [
    'Idle',
    'ChargingOnly',
    'CentralSetpoint',
    'ExternalSetpoint',
    'ExternalLimits',
    'LocalLoadBalancing',
  ] as const;
  const allowed = {
    TxProfile: modes,
    TxDefaultProfile: modes,
    PriorityCharging: ['ChargingOnly'],
    ChargingStationMaxProfile: ['ChargingOnly'],
    ChargingStationExternalConstraints: ['ChargingOnly', 'ExternalSetpoint', 'ExternalLimits'],
    LocalGeneration: ['ChargingOnly', 'ExternalLimits'],
  } as const;
  for (const purpose of Object.keys(allowed) as (keyof typeof allowed)[]) {
    const station = purpose === 'ChargingStationExternalConstraints' || purpose === 'LocalGeneration';
    for (const operationMode of modes) {
      const result = installProfile(
        requestOf({
          evseId: purpose === 'ChargingStationMaxProfile' ? 0 : 1,
          source: station ? 'Station' : 'CSMS',
          profile: profileOf(purpose, [{ startPeriod: 0, limit: 9, setpoint: 6, operationMode }]),
        }),
        NOON,
      );
      assert.equal(
        result.ok,
        (allowed[purpose] as readonly string[]).includes(operationMode),
        `${purpose} ${operationMode}`,
      );
      if (!result.ok) assert.equal(result.refusal.code, 'InvalidOperationMode');
    }
  }
});

test('K01.FR.05: the same id replaces, wherever it was', () => {
  const before = [
    at(2, txDefault({ stackLevel: 3 })),
    at(0, profileOf('ChargingStationMaxProfile', 32, {}, { id: 11 })),
  ];
  const result = installProfile(requestOf({ installed: before }), NOON);
  assert.ok(result.ok);
  assert.deepEqual(result.value.replaced, [before[0]]);
  assert.deepEqual(result.value.installed, [before[1], at(1, txDefault({}))]);
});

test('OCPP 1.6 errata 3.42: the same stackLevel and purpose on a connector replaces, with another id too', () => {
  const v16 = capability({ version: '1.6' });
  const before = [
    at(1, txDefault({ id: 11 })),
    at(2, txDefault({ id: 12 })),
    at(1, txDefault({ id: 13, stackLevel: 1 })),
  ];
  const result = installProfile(requestOf({ installed: before, capability: v16 }), NOON);
  assert.ok(result.ok);
  assert.deepEqual(result.value.replaced, [before[0]]);
  assert.equal(result.value.installed.length, 3);
});

test('OCPP 1.6 errata 3.65/66: validFrom and validTo are allowed on a TxProfile', () => {
  const profile = { ...period({ limit: 6 }), validFromMs: NOON, validToMs: NOON + 60_000 };
  assert.ok(installProfile(requestOf({ profile, capability: capability({ version: '1.6' }) }), NOON).ok);
});

test('K28: dynUpdateTime is stamped on receipt', () => {
  const profile = txDefault({ chargingProfileKind: 'Dynamic' });
  const result = installProfile(requestOf({ profile }), NOON + 5);
  assert.ok(result.ok);
  assert.equal(result.value.added.profile.dynUpdateTimeMs, NOON + 5);
});

test('random stacks are valid: every profile of them is installed, in any version', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0 }), (seed) => {
      const { installed, context, startMs } = randomStack(seed);
      let now: readonly InstalledProfile[] = [];
      for (const { evseId, profile } of installed) {
        const station = ['ChargingStationExternalConstraints', 'LocalGeneration'].includes(
          profile.chargingProfilePurpose,
        );
        const result = installProfile(
          {
            evseId,
            profile,
            source: station ? 'Station' : 'CSMS',
            capability: { version: context.version, evses: context.evses },
            installed: now,
            transactions: context.evses.flatMap((evse) =>
              evse.transaction === undefined
                ? []
                : [
                    {
                      evseId: evse.evseId,
                      transactionId: evse.transaction.transactionId,
                      perPhaseNeeds: true,
                    },
                  ],
            ),
          },
          startMs,
        );
        assert.ok(result.ok, JSON.stringify(result));
        now = result.value.installed;
      }
      assert.equal(now.length, installed.length);
    }),
    { numRuns: 300 },
  );
});

function twoPeriods(second: number): SchedulePeriod[] {
  return [
    { startPeriod: 0, limit: 6 },
    { startPeriod: second, limit: 9 },
  ];
}

function relative(): Schedule[] {
  return [{ chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] }];
}

function manySchedules(count: number): ChargingProfile {
  const profile = period({ limit: 6 });
  return { ...profile, chargingSchedule: Array.from({ length: count }, () => profile.chargingSchedule[0]!) };
}

function withoutTransaction({ transactionId: _, ...profile }: ChargingProfile): ChargingProfile {
  return profile;
}

function localFrequency(rest: Partial<SchedulePeriod>): ChargingProfile {
  return period(
    { operationMode: 'LocalFrequency', v2xBaseline: 0, v2xFreqWattCurve: curve, ...rest },
    { chargingRateUnit: 'W' },
  );
}

function centralFrequency(rest: Partial<SchedulePeriod>): ChargingProfile {
  return profileOf(
    'TxProfile',
    [{ startPeriod: 0, operationMode: 'CentralFrequency', ...rest }],
    {},
    { chargingProfileKind: 'Dynamic' },
  );
}

function needs(): { evseId: number; transactionId: string; perPhaseNeeds: boolean } {
  return { evseId: 1, transactionId: 'tx-1', perPhaseNeeds: true };
}
