/** OCPI 2.3.0 `mod_sessions` and the classes of `mod_cdrs` a Session is made of. */
import Type, { type Static } from 'typebox';
import { priceSchema } from './price.ts';
import {
  ciString,
  closedEnum,
  dateTime,
  extension,
  identifier,
  list,
  nonEmptyList,
  number,
  optional,
  ownerFields,
  text,
} from './primitives.ts';
import { tokenTypeSchema } from './token-type.ts';

export const cdrTokenSchema = Type.Object({
  ...ownerFields,
  uid: ciString(36),
  type: tokenTypeSchema,
  contract_id: ciString(36),
});
export type CdrToken = Static<typeof cdrTokenSchema>;

export const CDR_DIMENSIONS = [
  'CURRENT',
  'ENERGY',
  'ENERGY_EXPORT',
  'ENERGY_IMPORT',
  'MAX_CURRENT',
  'MIN_CURRENT',
  'MAX_POWER',
  'MIN_POWER',
  'PARKING_TIME',
  'POWER',
  'RESERVATION_TIME',
  'STATE_OF_CHARGE',
  'TIME',
] as const;

/** `volume` in A, kWh, kW, hours or % (STATE_OF_CHARGE 0..100), by `type`. */
export const cdrDimensionSchema = Type.Object({ type: closedEnum(CDR_DIMENSIONS), volume: number() });
export type CdrDimension = Static<typeof cdrDimensionSchema>;

export const chargingPeriodSchema = Type.Object({
  start_date_time: dateTime(),
  dimensions: nonEmptyList(cdrDimensionSchema),
  tariff_id: optional(ciString(36)),
});
export type ChargingPeriod = Static<typeof chargingPeriodSchema>;

export const SESSION_STATUSES = ['ACTIVE', 'COMPLETED', 'INVALID', 'PENDING', 'RESERVATION'] as const;

export const sessionSchema = Type.Object({
  ...ownerFields,
  id: identifier(36),
  start_date_time: dateTime(),
  end_date_time: optional(dateTime()),
  /** kWh. */
  kwh: number(),
  cdr_token: cdrTokenSchema,
  auth_method: closedEnum(['AUTH_REQUEST', 'COMMAND', 'WHITELIST']),
  authorization_reference: optional(ciString(36)),
  location_id: ciString(36),
  evse_uid: ciString(36),
  connector_id: ciString(36),
  meter_id: optional(text(255)),
  currency: text(3),
  charging_periods: list(chargingPeriodSchema),
  total_cost: optional(priceSchema),
  status: closedEnum(SESSION_STATUSES),
  last_updated: dateTime(),
  /** kWh; hub to SCSP only, never towards a CPO or eMSP (D4.2-§4.1.2.1, X39). */
  battery_capacity: extension('battery_capacity', Type.Number({ exclusiveMinimum: 0 })),
});
export type Session = Static<typeof sessionSchema>;

export const PROFILE_TYPES = ['CHEAP', 'FAST', 'GREEN', 'REGULAR'] as const;
export const profileTypeSchema = closedEnum(PROFILE_TYPES);
export type ProfileType = Static<typeof profileTypeSchema>;

/** State of charge as a share of the capacity, 0..1. */
const soc = () => Type.Number({ minimum: 0, maximum: 1 });

export const chargingPreferencesSchema = Type.Object({
  profile_type: profileTypeSchema,
  departure_time: optional(dateTime()),
  /** kWh from the start of the session (X53). */
  energy_need: optional(Type.Number({ minimum: 0 })),
  discharge_allowed: optional(Type.Boolean()),
  /** Extensions of the driver's wish (D1.5-R1-1, X18), 0..1. */
  target_soc: extension('soc_preferences', soc()),
  min_soc: extension('soc_preferences', soc()),
  max_soc: extension('soc_preferences', soc()),
  reserve_soc: extension('soc_preferences', soc()),
});
export type ChargingPreferences = Static<typeof chargingPreferencesSchema>;

export const CHARGING_PREFERENCES_RESPONSES = [
  'ACCEPTED',
  'DEPARTURE_REQUIRED',
  'ENERGY_NEED_REQUIRED',
  'NOT_POSSIBLE',
  'PROFILE_TYPE_NOT_SUPPORTED',
] as const;
export const chargingPreferencesResponseSchema = closedEnum(CHARGING_PREFERENCES_RESPONSES);
export type ChargingPreferencesResponse = Static<typeof chargingPreferencesResponseSchema>;
