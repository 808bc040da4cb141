import assert from 'node:assert/strict';
import { compositeSchedule } from '../composite/composite-schedule.ts';
import type { InstallRequest } from '../install/rule.ts';
import type {
  ChargingProfile,
  CompositeContext,
  CompositePeriod,
  EvseState,
  InstalledProfile,
  Purpose,
  Schedule,
  SchedulePeriod,
} from '../types.ts';

/** 2026-06-10T12:00:00Z, a Wednesday without anything special. */
export const NOON = Date.UTC(2026, 5, 10, 12);
export const HOUR_S = 3600;

/** A ChargingProfile, Absolute from noon at stack level 0, unless told otherwise. */
export function profileOf(
  chargingProfilePurpose: Purpose,
  periods: readonly SchedulePeriod[] | number,
  schedule: Partial<Schedule> = {},
  rest: Partial<ChargingProfile> = {},
): ChargingProfile {
  const anchored =
    (rest.chargingProfileKind ?? 'Absolute') === 'Absolute' || rest.chargingProfileKind === 'Recurring';
  return {
    id: 10,
    stackLevel: 0,
    chargingProfilePurpose,
    chargingProfileKind: 'Absolute',
    ...(chargingProfilePurpose === 'TxProfile' ? { transactionId: 'tx-1' } : {}),
    ...rest,
    chargingSchedule: [
      {
        id: 1,
        chargingRateUnit: 'A',
        ...(anchored ? { startScheduleMs: NOON } : {}),
        chargingSchedulePeriod: typeof periods === 'number' ? [{ startPeriod: 0, limit: periods }] : periods,
        ...schedule,
      },
    ],
  };
}

export function at(evseId: number, profile: ChargingProfile): InstalledProfile {
  return { evseId, profile };
}

/** EVSE n, AC, three phases, with transaction `tx-n` since 11:00. */
export function evseOf(evseId: number, rest: Partial<EvseState> = {}): EvseState {
  return {
    evseId,
    currentType: 'AC',
    phases: 3,
    transaction: {
      transactionId: `tx-${evseId}`,
      startMs: NOON - HOUR_S * 1000,
      energyMayFlowSinceMs: NOON - HOUR_S * 1000,
    },
    ...rest,
  };
}

export function contextOf(rest: Partial<CompositeContext> = {}): CompositeContext {
  return { version: '2.1', evseId: 1, unit: 'A', evses: [evseOf(1)], nominalVoltageV: 230, ...rest };
}

/** The periods of a composite that must not be refused. */
export function periodsOf(
  installed: readonly InstalledProfile[],
  context: Partial<CompositeContext> = {},
  durationS: number = HOUR_S,
  startMs: number = NOON,
): readonly CompositePeriod[] {
  const result = compositeSchedule(installed, contextOf(context), startMs, durationS);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value.periods;
}

/** The same as `[startPeriod, limit]`. */
export function limitsOf(
  installed: readonly InstalledProfile[],
  context: Partial<CompositeContext> = {},
  durationS: number = HOUR_S,
  startMs: number = NOON,
): (readonly [number, number | undefined])[] {
  return periodsOf(installed, context, durationS, startMs).map((period) => [
    period.startPeriod,
    period.limit,
  ]);
}

/** A request that breaks no rule: a TxDefaultProfile from the CSMS on EVSE 1 of a 2.1 station with two AC EVSEs. */
export function requestOf(rest: Partial<InstallRequest> = {}): InstallRequest {
  return {
    evseId: 1,
    profile: profileOf('TxDefaultProfile', 16),
    source: 'CSMS',
    capability: {
      version: '2.1',
      evses: [
        { evseId: 1, currentType: 'AC', phases: 3 },
        { evseId: 2, currentType: 'AC', phases: 3 },
      ],
    },
    installed: [],
    transactions: [{ evseId: 1, transactionId: 'tx-1' }],
    ...rest,
  };
}
