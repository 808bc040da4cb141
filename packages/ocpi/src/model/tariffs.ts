/** OCPI 2.3.0 `mod_tariffs`. */
import Type, { type Static } from 'typebox';
import { displayTextSchema, energyMixSchema } from './locations.ts';
import { priceLimitSchema } from './price.ts';
import {
  closedEnum,
  dateTime,
  identifier,
  integer,
  list,
  nonEmptyList,
  number,
  optional,
  ownerFields,
  patterned,
  text,
  url,
} from './primitives.ts';

export const priceComponentSchema = Type.Object({
  type: closedEnum(['ENERGY', 'FLAT', 'PARKING_TIME', 'TIME']),
  /** Per kWh (ENERGY), per hour (TIME, PARKING_TIME) or once (FLAT); with or without taxes as `tax_included` says. */
  price: number(),
  vat: optional(number()),
  /** Wh for ENERGY, seconds for TIME and PARKING_TIME. */
  step_size: integer(0),
});
export type PriceComponent = Static<typeof priceComponentSchema>;

const timeOfDay = () => patterned('^([01][0-9]|2[0-3]):[0-5][0-9]$', '13:30');
const date = () => patterned('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', '2026-12-24');

/** Times and dates are local to the Location; kWh, A (sum over phases), kW, seconds. */
export const tariffRestrictionsSchema = Type.Object({
  start_time: optional(timeOfDay()),
  end_time: optional(timeOfDay()),
  start_date: optional(date()),
  end_date: optional(date()),
  min_kwh: optional(number()),
  max_kwh: optional(number()),
  min_current: optional(number()),
  max_current: optional(number()),
  min_power: optional(number()),
  max_power: optional(number()),
  min_duration: optional(integer(0)),
  max_duration: optional(integer(0)),
  day_of_week: list(
    closedEnum(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']),
  ),
  reservation: optional(closedEnum(['RESERVATION', 'RESERVATION_EXPIRES'])),
});
export type TariffRestrictions = Static<typeof tariffRestrictionsSchema>;

export const tariffElementSchema = Type.Object({
  price_components: nonEmptyList(priceComponentSchema),
  restrictions: optional(tariffRestrictionsSchema),
});
export type TariffElement = Static<typeof tariffElementSchema>;

export const tariffSchema = Type.Object({
  ...ownerFields,
  id: identifier(36),
  currency: text(3),
  type: optional(closedEnum(['AD_HOC_PAYMENT', 'PROFILE_CHEAP', 'PROFILE_FAST', 'PROFILE_GREEN', 'REGULAR'])),
  tariff_alt_text: list(displayTextSchema),
  tariff_alt_url: optional(url()),
  min_price: optional(priceLimitSchema),
  max_price: optional(priceLimitSchema),
  elements: nonEmptyList(tariffElementSchema),
  tax_included: closedEnum(['YES', 'NO', 'N/A']),
  start_date_time: optional(dateTime()),
  end_date_time: optional(dateTime()),
  energy_mix: optional(energyMixSchema),
  last_updated: dateTime(),
});
export type Tariff = Static<typeof tariffSchema>;
