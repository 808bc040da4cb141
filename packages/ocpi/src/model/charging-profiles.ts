/** OCPI 2.3.0 `mod_charging_profiles`; the same in 2.2.1. */
import Type, { type Static } from 'typebox';
import { closedEnum, dateTime, extension, integer, list, optional, url } from './primitives.ts';

/** OCPI: at most one digit fraction. */
const rate = () => Type.Number({ minimum: 0, decimals: 1 });

export const chargingProfilePeriodSchema = Type.Object({
  /** s from the start of the profile. */
  start_period: integer(0),
  /** W, or A per phase; a maximum, never a target (X56). Whatever is below zero has no meaning in OCPI. */
  limit: rate(),
  /** V2G by agreement (X56, D1.5-R4-1): largest discharging power as a magnitude, same unit as `limit`. */
  discharge_limit: extension('v2x', rate()),
  /** V2G by agreement: wanted power, charging positive, discharging negative, same unit as `limit`. */
  setpoint: extension('v2x', Type.Number({ decimals: 1 })),
});
export type ChargingProfilePeriod = Static<typeof chargingProfilePeriodSchema>;

export const chargingProfileSchema = Type.Object({
  /** Absent: relative to the start of charging. */
  start_date_time: optional(dateTime()),
  /** s; absent: the last period has no end. */
  duration: optional(integer(0)),
  charging_rate_unit: closedEnum(['W', 'A']),
  min_charging_rate: optional(rate()),
  charging_profile_period: list(chargingProfilePeriodSchema),
});
export type ChargingProfile = Static<typeof chargingProfileSchema>;

export const setChargingProfileSchema = Type.Object({
  charging_profile: chargingProfileSchema,
  response_url: url(),
});
export type SetChargingProfile = Static<typeof setChargingProfileSchema>;

export const chargingProfileResponseSchema = Type.Object({
  result: closedEnum(['ACCEPTED', 'NOT_SUPPORTED', 'REJECTED', 'TOO_OFTEN', 'UNKNOWN_SESSION']),
  /** s. */
  timeout: integer(0),
});
export type ChargingProfileResponse = Static<typeof chargingProfileResponseSchema>;

const resultType = closedEnum(['ACCEPTED', 'REJECTED', 'UNKNOWN']);

export const chargingProfileResultSchema = Type.Object({ result: resultType });
export type ChargingProfileResult = Static<typeof chargingProfileResultSchema>;

export const clearProfileResultSchema = Type.Object({ result: resultType });
export type ClearProfileResult = Static<typeof clearProfileResultSchema>;

export const activeChargingProfileSchema = Type.Object({
  start_date_time: dateTime(),
  charging_profile: chargingProfileSchema,
});
export type ActiveChargingProfile = Static<typeof activeChargingProfileSchema>;

export const activeChargingProfileResultSchema = Type.Object({
  result: resultType,
  profile: optional(activeChargingProfileSchema),
});
export type ActiveChargingProfileResult = Static<typeof activeChargingProfileResultSchema>;
