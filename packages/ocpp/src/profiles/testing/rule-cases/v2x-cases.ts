import { profileOf } from '../builders.ts';
import { capability, centralFrequency, curve, localFrequency, needs, period, type RuleCase } from './case.ts';

export const v2xCases: readonly RuleCase[] = [
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
];
