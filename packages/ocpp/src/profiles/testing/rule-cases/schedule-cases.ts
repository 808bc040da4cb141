import { NOON, profileOf } from '../builders.ts';
import {
  capability,
  dcStation,
  manySchedules,
  period,
  type RuleCase,
  relative,
  switching,
  twoPeriods,
  txDefault,
} from './case.ts';

export const scheduleCases: readonly RuleCase[] = [
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
];
