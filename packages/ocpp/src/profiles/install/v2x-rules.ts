import type { OperationMode, PeriodValues, Purpose, SchedulePeriod } from '../types.ts';
import { anyPeriod, type Rule, transactionOf, V21 } from './rule.ts';

/** Table 95: operation modes by purpose; absent = all (K01.FR.111-116). */
const MODES: Partial<Record<Purpose, readonly OperationMode[]>> = {
  PriorityCharging: ['ChargingOnly'],
  ChargingStationMaxProfile: ['ChargingOnly'],
  ChargingStationExternalConstraints: ['ChargingOnly', 'ExternalLimits', 'ExternalSetpoint'],
  LocalGeneration: ['ChargingOnly', 'ExternalLimits'],
};

type PhasedField = 'limit' | 'dischargeLimit' | 'setpoint' | 'setpointReactive';
const PHASED: readonly PhasedField[] = ['limit', 'dischargeLimit', 'setpoint', 'setpointReactive'];
const PHASES = ['', '_L2', '_L3'] as const;

/** Rules about operation modes, setpoints, discharging and curves (2.1), and about the limit itself (all versions). */
export const v2xRules: readonly Rule[] = [
  {
    id: 'limit is required',
    versions: ['1.6', '2.0.1'],
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, ({ limit }) => (limit === undefined ? 'limit is required' : undefined)),
  },
  {
    id: 'K01.FR.71',
    versions: V21,
    code: 'InvalidOperationMode',
    broken: (request) =>
      anyPeriod(request, (period) =>
        request.profile.chargingProfilePurpose === 'PriorityCharging' && modeOf(period) !== 'ChargingOnly'
          ? 'operationMode of PriorityCharging must be ChargingOnly'
          : undefined,
      ),
  },
  {
    id: 'K01.FR.111-116',
    versions: V21,
    code: 'InvalidOperationMode',
    broken: (request) => {
      const purpose = request.profile.chargingProfilePurpose;
      const allowed = MODES[purpose];
      return anyPeriod(request, (period) =>
        allowed === undefined || allowed.includes(modeOf(period))
          ? undefined
          : `operationMode ${modeOf(period)} is not allowed for ${purpose}: use ${allowed.join(' or ')}`,
      );
    },
  },
  {
    id: 'SupportedOperationModes',
    versions: V21,
    code: 'InvalidOperationMode',
    broken: (request) => {
      const { operationModes } = request.capability;
      return anyPeriod(request, (period) =>
        operationModes === undefined || operationModes.includes(modeOf(period))
          ? undefined
          : `operationMode ${modeOf(period)} is not supported: use ${operationModes.join(' or ')}`,
      );
    },
  },
  {
    id: 'Q08.FR.05',
    versions: V21,
    code: 'UnsupportedRateUnit',
    broken: (request) =>
      anyPeriod(request, (period, { chargingRateUnit }) =>
        modeOf(period) === 'LocalFrequency' && chargingRateUnit !== 'W'
          ? 'chargingRateUnit of LocalFrequency must be W'
          : undefined,
      ),
  },
  {
    id: 'Q08.FR.02',
    versions: V21,
    code: 'NoFreqWattCurve',
    broken: (request) =>
      anyPeriod(request, (period) =>
        modeOf(period) === 'LocalFrequency' &&
        (period.v2xBaseline === undefined || (period.v2xFreqWattCurve?.length ?? 0) < 2)
          ? 'LocalFrequency needs v2xBaseline and a v2xFreqWattCurve of at least two points'
          : undefined,
      ),
  },
  {
    id: 'Q08.FR.04',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, (period) =>
        modeOf(period) === 'LocalFrequency' && PHASED.some((field) => period[field] !== undefined)
          ? 'LocalFrequency takes no limit, dischargeLimit or setpoint: its curve decides'
          : undefined,
      ),
  },
  {
    id: 'curves have 1 to 20 points',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, ({ v2xFreqWattCurve, v2xSignalWattCurve }) =>
        [v2xFreqWattCurve, v2xSignalWattCurve].every(
          (curve) => curve === undefined || (curve.length >= 1 && curve.length <= 20),
        )
          ? undefined
          : 'v2xFreqWattCurve and v2xSignalWattCurve have 1 to 20 points',
      ),
  },
  {
    id: 'Q07.FR.03',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, (period) =>
        modeOf(period) === 'CentralFrequency' &&
        (period.limit !== undefined || period.dischargeLimit !== undefined)
          ? 'CentralFrequency takes no limit and no dischargeLimit: use setpoint'
          : undefined,
      ),
  },
  {
    id: 'Q07',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, (period) =>
        modeOf(period) === 'CentralFrequency' && request.profile.chargingProfileKind !== 'Dynamic'
          ? 'CentralFrequency needs chargingProfileKind Dynamic'
          : undefined,
      ),
  },
  {
    id: 'fields of the operation mode',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, (period) => {
        const mode = modeOf(period);
        if (mode === 'ChargingOnly' && period.limit === undefined)
          return 'limit is required for ChargingOnly';
        if ((mode === 'CentralSetpoint' || mode === 'CentralFrequency') && period.setpoint === undefined) {
          return `setpoint is required for ${mode}`;
        }
        return undefined;
      }),
  },
  {
    id: 'evseSleep only in Idle',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, (period) =>
        period.evseSleep === true && modeOf(period) !== 'Idle'
          ? 'evseSleep is for operationMode Idle only'
          : undefined,
      ),
  },
  {
    id: 'V2X.01-02',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, (period) =>
        PHASES.some((phase) => (period[`dischargeLimit${phase}`] ?? 0) > 0)
          ? 'dischargeLimit must be 0 or negative'
          : undefined,
      ),
  },
  {
    id: 'V2X.05',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, (period) =>
        PHASES.every((phase) => isWithin(period, phase))
          ? undefined
          : 'setpoint must lie between dischargeLimit and limit of its period',
      ),
  },
  {
    id: 'K01.FR.142-147',
    versions: V21,
    code: 'PhaseConflict',
    broken: (request) => perPhase(request, ['limit']),
  },
  {
    id: 'V2X.07-10',
    versions: V21,
    code: 'PhaseConflict',
    broken: (request) => perPhase(request, ['dischargeLimit', 'setpoint', 'setpointReactive']),
  },
];

function modeOf(period: SchedulePeriod): OperationMode {
  return period.operationMode ?? 'ChargingOnly';
}

function isWithin(period: PeriodValues, phase: (typeof PHASES)[number]): boolean {
  const setpoint = period[`setpoint${phase}`];
  if (setpoint === undefined) return true;
  const limit = period[`limit${phase}`] ?? Number.POSITIVE_INFINITY;
  const dischargeLimit = period[`dischargeLimit${phase}`] ?? Number.NEGATIVE_INFINITY;
  return dischargeLimit <= setpoint && setpoint <= limit;
}

function perPhase(
  request: Parameters<Rule['broken']>[0],
  fields: readonly PhasedField[],
): string | undefined {
  return anyPeriod(request, (period) => {
    for (const field of fields) {
      if (period[`${field}_L2`] === undefined && period[`${field}_L3`] === undefined) continue;
      if (period[field] === undefined) return `${field}_L2 and ${field}_L3 need ${field}`;
      if (request.profile.chargingProfilePurpose !== 'TxProfile') {
        return `${field}_L2 and ${field}_L3 are for TxProfile only`;
      }
      if (transactionOf(request)?.perPhaseNeeds !== true) {
        return `${field}_L2 and ${field}_L3 need charging needs per phase from the EV first`;
      }
    }
    return undefined;
  });
}
