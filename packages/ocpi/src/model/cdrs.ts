/** OCPI 2.3.0 `mod_cdrs`: what a session is billed by. */
import Type, { type Static } from 'typebox';
import { CONNECTOR_TYPES } from './location-values.ts';
import { geoLocationSchema, powerTypeSchema } from './locations.ts';
import { priceSchema } from './price.ts';
import {
  ciString,
  closedEnum,
  dateTime,
  extension,
  identifier,
  integer,
  list,
  nonEmptyList,
  number,
  openEnum,
  optional,
  ownerFields,
  text,
} from './primitives.ts';
import { cdrTokenSchema, chargingPeriodSchema } from './sessions.ts';
import { tariffSchema } from './tariffs.ts';

export const cdrLocationSchema = Type.Object({
  id: ciString(36),
  name: optional(text(255)),
  address: text(45),
  city: text(45),
  postal_code: optional(text(10)),
  state: optional(text(20)),
  country: text(3),
  coordinates: geoLocationSchema,
  /** `#NA` for a reservation that never became a session. */
  evse_uid: ciString(36),
  evse_id: ciString(48),
  connector_id: ciString(36),
  connector_standard: openEnum(CONNECTOR_TYPES),
  connector_format: closedEnum(['SOCKET', 'CABLE']),
  connector_power_type: powerTypeSchema,
});
export type CdrLocation = Static<typeof cdrLocationSchema>;

/** CiString where OCPI says string: free text is tidied up on the way out, and a signature does not survive that. */
const signedText = () => ciString(5000);

export const signedValueSchema = Type.Object({
  nature: ciString(32),
  plain_data: signedText(),
  signed_data: signedText(),
});
export type SignedValue = Static<typeof signedValueSchema>;

export const signedDataSchema = Type.Object({
  encoding_method: ciString(36),
  encoding_method_version: optional(integer()),
  public_key: optional(ciString(512)),
  signed_values: nonEmptyList(signedValueSchema),
  url: optional(text(512)),
});
export type SignedData = Static<typeof signedDataSchema>;

export const cdrSchema = Type.Object({
  ...ownerFields,
  /** At most 36 characters, but for what a credit CDR appends. */
  id: identifier(39),
  start_date_time: dateTime(),
  end_date_time: dateTime(),
  session_id: optional(ciString(36)),
  cdr_token: cdrTokenSchema,
  auth_method: closedEnum(['AUTH_REQUEST', 'COMMAND', 'WHITELIST']),
  authorization_reference: optional(ciString(36)),
  cdr_location: cdrLocationSchema,
  meter_id: optional(text(255)),
  currency: text(3),
  tariffs: list(tariffSchema),
  charging_periods: nonEmptyList(chargingPeriodSchema),
  signed_data: optional(signedDataSchema),
  total_cost: priceSchema,
  total_fixed_cost: optional(priceSchema),
  /** kWh charged. */
  total_energy: number(),
  total_energy_cost: optional(priceSchema),
  /** Hours, parking included. */
  total_time: number(),
  total_time_cost: optional(priceSchema),
  /** Hours. */
  total_parking_time: optional(number()),
  total_parking_cost: optional(priceSchema),
  total_reservation_cost: optional(priceSchema),
  remark: optional(text(255)),
  invoice_reference_id: optional(ciString(39)),
  credit: optional(Type.Boolean()),
  credit_reference_id: optional(ciString(39)),
  home_charging_compensation: optional(Type.Boolean()),
  last_updated: dateTime(),
  /** kWh given back, a magnitude (D1.5-Q5-9, D1.5-REP-V2X); `total_energy` is never reduced by it. */
  total_exported_energy: extension('v2x', Type.Number({ minimum: 0 })),
});
export type Cdr = Static<typeof cdrSchema>;
