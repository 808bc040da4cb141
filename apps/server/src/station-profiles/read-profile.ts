/** SetChargingProfile of each version in the words of the algebra: the other direction of wire.ts. */
import type { OcppVersion } from '@smac/ocpp';
import type { ChargingProfile, InstalledProfile, Schedule } from '@smac/ocpp/profiles';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const msOf = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : undefined);

/**
 * The profile of a call by hand, before its schema was looked at.
 *
 * @returns undefined where there is none: the schema of the version has the last word on that
 */
export function readProfile(
  version: OcppVersion,
  evseId: unknown,
  wire: unknown,
): InstalledProfile | undefined {
  if (!isFields(wire) || typeof wire.stackLevel !== 'number') return undefined;
  const id = version === '1.6' ? wire.chargingProfileId : wire.id;
  const schedules = [wire.chargingSchedule].flat().filter(isFields);
  if (typeof id !== 'number' || schedules.length === 0) return undefined;
  if (schedules.some(({ chargingSchedulePeriod: periods }) => !Array.isArray(periods))) return undefined;
  const purpose = wire.chargingProfilePurpose;
  const { recurrencyKind, maxOfflineDuration, invalidAfterOfflineDuration, dynUpdateInterval } = wire;
  const profile = {
    id,
    stackLevel: wire.stackLevel,
    chargingProfilePurpose: purpose === 'ChargePointMaxProfile' ? 'ChargingStationMaxProfile' : purpose,
    chargingProfileKind: wire.chargingProfileKind,
    chargingSchedule: schedules.map(readSchedule),
    ...present({
      recurrencyKind,
      validFromMs: msOf(wire.validFrom),
      validToMs: msOf(wire.validTo),
      transactionId: wire.transactionId === undefined ? undefined : String(wire.transactionId),
      maxOfflineDuration,
      invalidAfterOfflineDuration,
      dynUpdateInterval,
    }),
  } as ChargingProfile;
  return { evseId: typeof evseId === 'number' ? evseId : 0, profile };
}

function readSchedule(wire: Fields): Schedule {
  const { id, chargingRateUnit, duration, minChargingRate, limitAtSoC, useLocalTime, randomizedDelay } = wire;
  const start = wire.startSchedule;
  // With useLocalTime the offset says nothing: the wall clock of the station counts (K01.FR.90).
  const isLocal = useLocalTime === true && typeof start === 'string';
  return {
    chargingRateUnit,
    chargingSchedulePeriod: wire.chargingSchedulePeriod,
    ...present({
      id,
      startScheduleMs: isLocal ? Date.parse(`${start.slice(0, 19)}Z`) : msOf(start),
      duration,
      minChargingRate,
      limitAtSoC,
      useLocalTime,
      randomizedDelay,
    }),
  } as Schedule;
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
