/** Charging profiles of the algebra in the words of each version's SetChargingProfile. One function per direction and version. */
import type { Request } from '@smac/ocpp';
import type { ChargingProfile, InstalledProfile, SchedulePeriod } from '@smac/ocpp/profiles';

const iso = (ms: number) => new Date(ms).toISOString();

/** @throws when the profile has something 1.6 has no word for: nothing but a defect of the caller */
export function setProfile16({ evseId, profile }: InstalledProfile): Request<'1.6', 'SetChargingProfile'> {
  const schedule = profile.chargingSchedule[0];
  if (schedule === undefined) throw new Error('A charging profile has a schedule.');
  return {
    connectorId: evseId,
    csChargingProfiles: {
      chargingProfileId: profile.id,
      ...(profile.transactionId === undefined ? {} : { transactionId: Number(profile.transactionId) }),
      stackLevel: profile.stackLevel,
      chargingProfilePurpose:
        profile.chargingProfilePurpose === 'ChargingStationMaxProfile'
          ? 'ChargePointMaxProfile'
          : (profile.chargingProfilePurpose as 'TxDefaultProfile' | 'TxProfile'),
      chargingProfileKind: profile.chargingProfileKind as 'Absolute' | 'Recurring' | 'Relative',
      ...(profile.recurrencyKind === undefined ? {} : { recurrencyKind: profile.recurrencyKind }),
      ...(profile.validFromMs === undefined ? {} : { validFrom: iso(profile.validFromMs) }),
      ...(profile.validToMs === undefined ? {} : { validTo: iso(profile.validToMs) }),
      chargingSchedule: {
        ...(schedule.duration === undefined ? {} : { duration: schedule.duration }),
        ...(schedule.startScheduleMs === undefined ? {} : { startSchedule: iso(schedule.startScheduleMs) }),
        chargingRateUnit: schedule.chargingRateUnit,
        chargingSchedulePeriod: schedule.chargingSchedulePeriod.map(period16),
        ...(schedule.minChargingRate === undefined ? {} : { minChargingRate: schedule.minChargingRate }),
      },
    },
  };
}

function period16({ startPeriod, limit, numberPhases, setpoint, dischargeLimit }: SchedulePeriod) {
  if (limit === undefined || limit < 0 || setpoint !== undefined || dischargeLimit !== undefined) {
    throw new Error('OCPP 1.6 knows limits from 0 up and nothing else.');
  }
  return { startPeriod, limit, ...(numberPhases === undefined ? {} : { numberPhases }) };
}

type Set2x<V extends '2.0.1' | '2.1'> = Request<V, 'SetChargingProfile'>;

export function setProfile201(installed: InstalledProfile): Set2x<'2.0.1'> {
  const { evseId, profile } = installed;
  return {
    evseId,
    chargingProfile: {
      ...frame2x(profile),
      chargingSchedule: profile.chargingSchedule.map((schedule) => ({
        ...schedule2x(profile, schedule),
        chargingSchedulePeriod: schedule.chargingSchedulePeriod.map(
          ({ startPeriod, limit, numberPhases, phaseToUse, setpoint, dischargeLimit }) => {
            const isLimit = setpoint === undefined && dischargeLimit === undefined;
            if (limit === undefined || limit < 0 || !isLimit) {
              throw new Error('OCPP 2.0.1 knows limits from 0 up and nothing else.');
            }
            return {
              startPeriod,
              limit,
              ...(numberPhases === undefined ? {} : { numberPhases }),
              ...(phaseToUse === undefined ? {} : { phaseToUse }),
            };
          },
        ),
      })),
    } as unknown as Set2x<'2.0.1'>['chargingProfile'],
  };
}

export function setProfile21(installed: InstalledProfile): Set2x<'2.1'> {
  const { evseId, profile } = installed;
  return {
    evseId,
    chargingProfile: {
      ...frame2x(profile),
      ...(profile.maxOfflineDuration === undefined ? {} : { maxOfflineDuration: profile.maxOfflineDuration }),
      ...(profile.invalidAfterOfflineDuration === undefined
        ? {}
        : { invalidAfterOfflineDuration: profile.invalidAfterOfflineDuration }),
      ...(profile.dynUpdateInterval === undefined ? {} : { dynUpdateInterval: profile.dynUpdateInterval }),
      chargingSchedule: profile.chargingSchedule.map((schedule) => ({
        ...schedule2x(profile, schedule),
        ...(schedule.limitAtSoC === undefined ? {} : { limitAtSoC: schedule.limitAtSoC }),
        ...(schedule.useLocalTime === undefined ? {} : { useLocalTime: schedule.useLocalTime }),
        ...(schedule.randomizedDelay === undefined ? {} : { randomizedDelay: schedule.randomizedDelay }),
        chargingSchedulePeriod: schedule.chargingSchedulePeriod,
      })),
    } as unknown as Set2x<'2.1'>['chargingProfile'],
  };
}

function frame2x(profile: ChargingProfile) {
  return {
    id: profile.id,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.chargingProfilePurpose,
    chargingProfileKind: profile.chargingProfileKind,
    ...(profile.recurrencyKind === undefined ? {} : { recurrencyKind: profile.recurrencyKind }),
    ...(profile.validFromMs === undefined ? {} : { validFrom: iso(profile.validFromMs) }),
    ...(profile.validToMs === undefined ? {} : { validTo: iso(profile.validToMs) }),
    ...(profile.transactionId === undefined ? {} : { transactionId: profile.transactionId }),
  };
}

function schedule2x(profile: ChargingProfile, schedule: ChargingProfile['chargingSchedule'][number]) {
  return {
    id: schedule.id ?? profile.id,
    chargingRateUnit: schedule.chargingRateUnit,
    ...(schedule.startScheduleMs === undefined ? {} : { startSchedule: iso(schedule.startScheduleMs) }),
    ...(schedule.duration === undefined ? {} : { duration: schedule.duration }),
    ...(schedule.minChargingRate === undefined ? {} : { minChargingRate: schedule.minChargingRate }),
  };
}
