import type { StationCallOutcome } from '../room.ts';
import type { Experience, Purpose } from './capability.ts';

/** What experience with one station, or with its model, taught. */
export interface Lessons {
  readonly purposes: Readonly<Partial<Record<Purpose, Experience>>>;
  /** Plain `Rejected` answers per purpose, before it ever worked: two of them count as a refusal. */
  readonly rejections: Readonly<Partial<Record<Purpose, number>>>;
  readonly compositeSchedule: Experience;
  /** Absent: nothing was tried. */
  readonly dynamicProfiles?: Experience;
  readonly dynamicRejections?: number;
  /** Units it took. */
  readonly tookUnits: readonly ('A' | 'W')[];
}

export const NO_LESSONS: Lessons = {
  purposes: {},
  rejections: {},
  compositeSchedule: 'unknown',
  tookUnits: [],
};

const PURPOSES: Readonly<Record<string, Purpose>> = {
  ChargePointMaxProfile: 'ChargingStationMaxProfile',
  ChargingStationMaxProfile: 'ChargingStationMaxProfile',
  TxDefaultProfile: 'TxDefaultProfile',
  TxProfile: 'TxProfile',
  PriorityCharging: 'PriorityCharging',
  LocalGeneration: 'LocalGeneration',
};
const NOT_SUPPORTED = new Set(['NotSupported', 'NotImplemented']);
const REFUSALS_THAT_COUNT = 2;

/** What the answer to a call teaches; the same lessons when it teaches nothing (TC_K_15_CSMS: a NotSupported is survived and kept). */
export function learnt(
  before: Lessons,
  action: string,
  payload: unknown,
  outcome: StationCallOutcome,
): Lessons {
  if (action === 'GetCompositeSchedule') return { ...before, compositeSchedule: composite(before, outcome) };
  if (action === 'UpdateDynamicSchedule') return dynamic(before, outcome);
  if (action !== 'SetChargingProfile') return before;
  const { purpose, units, isDynamic } = profileIn(payload);
  // That a station takes none of this kind says nothing of the purpose.
  if (isDynamic) return dynamic(before, outcome);
  if (purpose === undefined) return before;
  const answer = statusOf(outcome);
  if (answer === 'Accepted') {
    return {
      ...before,
      purposes: { ...before.purposes, [purpose]: 'worked' },
      tookUnits: [...new Set([...before.tookUnits, ...units])],
    };
  }
  if (before.purposes[purpose] === 'worked') return before;
  if (answer === 'NotSupported') return { ...before, purposes: { ...before.purposes, [purpose]: 'refused' } };
  if (answer !== 'Rejected') return before;
  const count = (before.rejections[purpose] ?? 0) + 1;
  return {
    ...before,
    rejections: { ...before.rejections, [purpose]: count },
    purposes: count >= REFUSALS_THAT_COUNT ? { ...before.purposes, [purpose]: 'refused' } : before.purposes,
  };
}

/** As with purposes: what never worked and is not supported, or was refused twice, is not tried again. */
function dynamic(before: Lessons, outcome: StationCallOutcome): Lessons {
  const answer = statusOf(outcome);
  if (answer === 'Accepted') return { ...before, dynamicProfiles: 'worked' };
  if (before.dynamicProfiles === 'worked') return before;
  if (answer === 'NotSupported') return { ...before, dynamicProfiles: 'refused' };
  if (answer !== 'Rejected') return before;
  const dynamicRejections = (before.dynamicRejections ?? 0) + 1;
  const isEnough = dynamicRejections >= REFUSALS_THAT_COUNT;
  return { ...before, dynamicRejections, ...(isEnough ? { dynamicProfiles: 'refused' as const } : {}) };
}

function composite(before: Lessons, outcome: StationCallOutcome): Experience {
  const answer = statusOf(outcome);
  if (answer === 'Accepted') return 'worked';
  return answer === 'NotSupported' && before.compositeSchedule !== 'worked'
    ? 'refused'
    : before.compositeSchedule;
}

/** Accepted, Rejected, NotSupported (also as a CALLERROR), or undefined for what says nothing about the station. */
function statusOf(outcome: StationCallOutcome): string | undefined {
  if (outcome.kind === 'error') return NOT_SUPPORTED.has(outcome.code) ? 'NotSupported' : undefined;
  if (outcome.kind !== 'result' || typeof outcome.payload !== 'object' || outcome.payload === null)
    return undefined;
  return 'status' in outcome.payload ? String(outcome.payload.status) : undefined;
}

function profileIn(payload: unknown): {
  purpose: Purpose | undefined;
  units: ('A' | 'W')[];
  isDynamic: boolean;
} {
  const fields = objectOf(payload);
  const profile = objectOf(fields.csChargingProfiles ?? fields.chargingProfile);
  const schedules = Array.isArray(profile.chargingSchedule)
    ? profile.chargingSchedule
    : [profile.chargingSchedule];
  const units = schedules.flatMap((schedule) => {
    const unit = objectOf(schedule).chargingRateUnit;
    return unit === 'A' || unit === 'W' ? [unit as 'A' | 'W'] : [];
  });
  const name = String(profile.chargingProfilePurpose);
  return {
    purpose: Object.hasOwn(PURPOSES, name) ? PURPOSES[name] : undefined,
    units,
    isDynamic: profile.chargingProfileKind === 'Dynamic',
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
