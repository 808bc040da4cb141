/** A charging profile as somebody makes it in the form, and in the words in which the server takes it. Pure. */
import type { PicturedProfile } from '../../charts/profile-steps.ts';

export const PURPOSES = [
  'TxDefaultProfile',
  'TxProfile',
  'ChargingStationMaxProfile',
  'PriorityCharging',
  'LocalGeneration',
] as const;
export const KINDS = ['Absolute', 'Relative', 'Recurring'] as const;

export interface PeriodWish {
  /** Minutes after the start of the schedule. */
  readonly fromMinutes: number;
  /** In the unit of the profile. */
  readonly limit: number;
  /** null: as many as there are. */
  readonly phases: 1 | 3 | null;
}

export interface ProfileWish {
  readonly evseId: number;
  readonly id: number;
  readonly purpose: (typeof PURPOSES)[number];
  readonly kind: (typeof KINDS)[number];
  readonly recurrency: 'Daily' | 'Weekly';
  readonly stackLevel: number;
  readonly unit: 'A' | 'W';
  /** RFC 3339. */
  readonly start: string;
  /** Hours; null: without end. */
  readonly durationHours: number | null;
  readonly transactionId: string;
  readonly periods: readonly PeriodWish[];
}

/** The body of the routes that try and set a profile. */
export function wireOf(wish: ProfileWish) {
  return {
    evseId: wish.evseId,
    profile: {
      id: wish.id,
      stackLevel: wish.stackLevel,
      chargingProfilePurpose: wish.purpose,
      chargingProfileKind: wish.kind,
      ...(wish.kind === 'Recurring' ? { recurrencyKind: wish.recurrency } : {}),
      ...(wish.purpose === 'TxProfile' && wish.transactionId !== ''
        ? { transactionId: wish.transactionId }
        : {}),
      chargingSchedule: [
        {
          id: wish.id,
          chargingRateUnit: wish.unit,
          ...(wish.kind === 'Relative' ? {} : { startSchedule: wish.start }),
          ...(wish.durationHours === null ? {} : { duration: Math.round(wish.durationHours * 3600) }),
          chargingSchedulePeriod: wish.periods
            .toSorted((a, b) => a.fromMinutes - b.fromMinutes)
            .map(({ fromMinutes, limit, phases }) => ({
              startPeriod: Math.round(fromMinutes * 60),
              limit,
              ...(phases === null ? {} : { numberPhases: phases }),
            })),
        },
      ],
    },
  } as const;
}

/** The same for its picture. */
export function picturedOf(wish: ProfileWish): PicturedProfile {
  const { profile } = wireOf(wish);
  const [schedule] = profile.chargingSchedule;
  const { startSchedule, ...rest } = schedule as typeof schedule & { startSchedule?: string };
  return {
    ...profile,
    chargingSchedule: [
      { ...rest, ...(startSchedule === undefined ? {} : { startScheduleMs: Date.parse(startSchedule) }) },
    ],
  };
}
/** A profile the server tells of: it gives moments without `Ms`. */
export function picturedIn(told: Readonly<Record<string, unknown>>): PicturedProfile {
  const schedules = (told.chargingSchedule ?? []) as readonly (PicturedProfile['chargingSchedule'][number] & {
    startSchedule?: string;
  })[];
  return {
    chargingProfileKind: String(told.chargingProfileKind),
    ...(typeof told.recurrencyKind === 'string' ? { recurrencyKind: told.recurrencyKind } : {}),
    chargingSchedule: schedules.map(({ startSchedule, ...rest }) => ({
      ...rest,
      ...(startSchedule === undefined ? {} : { startScheduleMs: Date.parse(startSchedule) }),
    })),
  };
}

/** Above the ids of plans and fallbacks, and of the station's own; not one that is in use. */
export const freeId = (used: readonly number[]) => {
  let id = 30_001;
  while (used.includes(id)) id += 1;
  return id;
};
