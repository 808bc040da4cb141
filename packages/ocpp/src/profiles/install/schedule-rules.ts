import type { Schedule } from '../types.ts';
import { anyPeriod, anySchedule, evsesOf, type Rule, transactionOf, V2, V16, V21 } from './rule.ts';

const SCHEDULE_21: readonly string[] = ['useLocalTime', 'randomizedDelay', 'limitAtSoC'];
const PERIOD_16: readonly string[] = ['startPeriod', 'limit', 'numberPhases'];
const PERIOD_201: readonly string[] = [...PERIOD_16, 'phaseToUse'];

/** Rules about schedules and their periods that hold without V2X. */
export const scheduleRules: readonly Rule[] = [
  {
    id: 'K01.FR.34',
    code: 'InvalidProfile',
    broken: (request) => {
      const { profile } = request;
      const tuples =
        profile.chargingProfilePurpose === 'TxProfile' ? (transactionOf(request)?.scheduleTuples ?? 1) : 1;
      const most = Math.min(3, Math.max(1, tuples));
      const count = profile.chargingSchedule.length;
      return count >= 1 && count <= most
        ? undefined
        : `chargingSchedule must have 1 to ${most} entries, not ${count}: more than one is for ISO 15118 only`;
    },
  },
  {
    id: 'K28',
    versions: V21,
    code: 'InvalidSchedule',
    broken: ({ profile }) =>
      profile.chargingProfileKind === 'Dynamic' &&
      (profile.chargingSchedule.length !== 1 ||
        profile.chargingSchedule[0]!.chargingSchedulePeriod.length !== 1)
        ? 'chargingProfileKind Dynamic has exactly one chargingSchedule with one chargingSchedulePeriod'
        : undefined,
  },
  {
    id: 'version',
    versions: ['1.6', '2.0.1'],
    code: 'UnsupportedParam',
    broken: (request) => {
      const { version } = request.capability;
      const allowed = version === '1.6' ? PERIOD_16 : PERIOD_201;
      return (
        anySchedule(request, (schedule) =>
          unknownTo(version, schedule, (name) => !SCHEDULE_21.includes(name)),
        ) ?? anyPeriod(request, (period) => unknownTo(version, period, (name) => allowed.includes(name)))
      );
    },
  },
  {
    id: 'finite values',
    code: 'InvalidValue',
    broken: (request) =>
      anySchedule(request, (schedule) => notFinite(schedule)) ??
      anyPeriod(request, (period) => notFinite(period)),
  },
  {
    id: 'K01.FR.26',
    code: 'UnsupportedRateUnit',
    broken: (request) => {
      const { rateUnits } = request.capability;
      return anySchedule(request, ({ chargingRateUnit }) =>
        rateUnits === undefined || rateUnits.includes(chargingRateUnit)
          ? undefined
          : `chargingRateUnit ${chargingRateUnit} is not supported: use ${rateUnits.join(' or ')}`,
      );
    },
  },
  {
    id: 'PeriodsPerSchedule',
    code: 'InvalidSchedule',
    broken: (request) => {
      const most = request.capability.maxPeriods ?? Number.POSITIVE_INFINITY;
      return anySchedule(request, ({ chargingSchedulePeriod: { length } }) =>
        length >= 1 && length <= most
          ? undefined
          : `chargingSchedulePeriod must have 1 to ${most} entries, not ${length}: join periods`,
      );
    },
  },
  {
    id: 'K01.FR.31',
    versions: V2,
    code: 'InvalidSchedule',
    broken: (request) => anySchedule(request, lateStart),
  },
  {
    id: '1.6 errata 3.69',
    versions: V16,
    code: 'InvalidSchedule',
    broken: (request) => anySchedule(request, lateStart),
  },
  {
    id: 'K01.FR.35',
    code: 'InvalidSchedule',
    broken: (request) =>
      anySchedule(request, ({ chargingSchedulePeriod: periods }) =>
        periods.every(
          ({ startPeriod }, index) =>
            Number.isInteger(startPeriod) && (index === 0 || startPeriod > periods[index - 1]!.startPeriod),
        )
          ? undefined
          : 'startPeriod must be whole seconds in ascending order',
      ),
  },
  {
    id: 'duration',
    code: 'InvalidSchedule',
    broken: (request) =>
      anySchedule(request, ({ duration }) =>
        duration === undefined || (Number.isInteger(duration) && duration >= 0)
          ? undefined
          : 'duration must be whole seconds, 0 or more',
      ),
  },
  {
    id: 'K01.FR.40',
    code: 'InvalidSchedule',
    broken: (request) => {
      const kind = request.profile.chargingProfileKind;
      return anySchedule(request, ({ startScheduleMs }) =>
        (kind === 'Absolute' || kind === 'Recurring') && startScheduleMs === undefined
          ? `startSchedule is required for chargingProfileKind ${kind}`
          : undefined,
      );
    },
  },
  {
    id: 'K01.FR.41',
    code: 'InvalidSchedule',
    broken: (request) =>
      anySchedule(request, ({ startScheduleMs }) =>
        request.profile.chargingProfileKind === 'Relative' && startScheduleMs !== undefined
          ? 'startSchedule must be absent for chargingProfileKind Relative'
          : undefined,
      ),
  },
  {
    id: 'K01.FR.44',
    versions: V21,
    code: 'NoPhaseForDC',
    broken: (request) => {
      const evses = evsesOf(request);
      const dc =
        evses.length > 0 &&
        evses.every((evse) => evse.currentType === 'DC' && evse.dcInputPhaseControl !== true); // K01.FR.54
      return anyPeriod(request, ({ numberPhases, phaseToUse }) =>
        dc && (numberPhases !== undefined || phaseToUse !== undefined)
          ? 'numberPhases and phaseToUse must be absent for DC unless DCInputPhaseControl is true'
          : undefined,
      );
    },
  },
  {
    id: 'numberPhases',
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, ({ numberPhases }) =>
        numberPhases === undefined || [0, 1, 2, 3].includes(numberPhases)
          ? undefined
          : `numberPhases ${numberPhases} must be 1, 2 or 3`,
      ),
  },
  {
    id: 'K01.FR.19',
    versions: V2,
    code: 'InvalidSchedule',
    broken: (request) =>
      anyPeriod(request, ({ numberPhases, phaseToUse }) =>
        phaseToUse === undefined || (numberPhases === 1 && [1, 2, 3].includes(phaseToUse))
          ? undefined
          : 'phaseToUse is 1, 2 or 3 and needs numberPhases 1',
      ),
  },
  {
    id: 'K01.FR.20',
    versions: V2,
    code: 'UnsupportedParam',
    broken: (request) =>
      anyPeriod(request, ({ phaseToUse }) =>
        phaseToUse !== undefined && !evsesOf(request).every((evse) => evse.acPhaseSwitching === true)
          ? 'phaseToUse needs ACPhaseSwitchingSupported: leave it out'
          : undefined,
      ),
  },
  {
    id: 'K01.FR.95',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) => {
      const purpose = request.profile.chargingProfilePurpose;
      return anySchedule(request, ({ randomizedDelay = 0 }) =>
        randomizedDelay === 0 ||
        (randomizedDelay > 0 && (purpose === 'TxProfile' || purpose === 'TxDefaultProfile'))
          ? undefined
          : 'randomizedDelay is 0 or more, and for TxProfile and TxDefaultProfile only',
      );
    },
  },
  {
    id: 'K01.FR.100',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) =>
      anySchedule(request, ({ limitAtSoC }) =>
        limitAtSoC === undefined || (limitAtSoC.soc >= 0 && limitAtSoC.soc <= 100)
          ? undefined
          : `limitAtSoC.soc ${limitAtSoC.soc} must be a percentage from 0 to 100`,
      ),
  },
  {
    id: 'K01.FR.101',
    versions: V21,
    code: 'UnsupportedParam',
    broken: ({ profile, capability }) =>
      profile.maxOfflineDuration !== undefined && capability.maxOfflineDuration === false
        ? 'maxOfflineDuration is not supported: leave it out'
        : undefined,
  },
  {
    id: 'K01.FR.123',
    versions: V21,
    code: 'UnsupportedParam',
    broken: (request) =>
      anySchedule(request, ({ useLocalTime }) =>
        useLocalTime === true && request.capability.useLocalTime === false
          ? 'useLocalTime is not supported: leave it out'
          : undefined,
      ),
  },
  {
    id: 'K01.FR.124',
    versions: V21,
    code: 'UnsupportedParam',
    broken: (request) =>
      anySchedule(request, ({ randomizedDelay = 0 }) =>
        randomizedDelay > 0 && request.capability.randomizedDelay === false
          ? 'randomizedDelay is not supported: leave it out'
          : undefined,
      ),
  },
  {
    id: 'K01.FR.125',
    versions: V21,
    code: 'UnsupportedParam',
    broken: (request) =>
      anySchedule(request, ({ limitAtSoC }) =>
        limitAtSoC !== undefined && request.capability.limitAtSoC === false
          ? 'limitAtSoC is not supported: leave it out'
          : undefined,
      ),
  },
  {
    id: 'K01.FR.126',
    versions: V21,
    code: 'UnsupportedParam',
    broken: (request) =>
      anyPeriod(request, ({ evseSleep }) =>
        evseSleep === true && request.capability.evseSleep === false
          ? 'evseSleep is not supported: leave it out'
          : undefined,
      ),
  },
  {
    id: 'K01.FR.70',
    versions: V21,
    code: 'InvalidSchedule',
    broken: (request) =>
      anySchedule(request, ({ duration }) =>
        request.profile.chargingProfilePurpose === 'PriorityCharging' && duration !== undefined
          ? 'duration must be absent for PriorityCharging: it holds until the end of the transaction'
          : undefined,
      ),
  },
];

function lateStart({ chargingSchedulePeriod: [first] }: Schedule): string | undefined {
  return first === undefined || first.startPeriod === 0
    ? undefined
    : `the first startPeriod must be 0, not ${first.startPeriod}`;
}

function unknownTo(version: string, of: object, known: (name: string) => boolean): string | undefined {
  const field = Object.keys(of).find((name) => !known(name));
  return field === undefined ? undefined : `${field} does not exist in OCPP ${version}: leave it out`;
}

function notFinite(of: object): string | undefined {
  const field = Object.entries(of).find(([, value]) => typeof value === 'number' && !Number.isFinite(value));
  return field === undefined ? undefined : `${field[0]} must be a finite number`;
}
