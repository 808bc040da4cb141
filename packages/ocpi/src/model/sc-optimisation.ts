/**
 * SmartChargingOptimisation: the SCOptimisation object and its classes (D4.2 tables 17 to 23), as on the wire. Units depend on the unit
 * profile agreed with the party (X2); `modules/smart-charging-optimisation` converts.
 */
import Type, { type Static } from 'typebox';
import {
  dateTime,
  identifier,
  list,
  nonEmptyList,
  number,
  optional,
  ownerFields,
  patterned,
} from './primitives.ts';

const notNegative = () => Type.Number({ minimum: 0 });

/** D4.2 table 19. Accepts a number or a string and keeps a string (X3). */
export const scConnectorSchema = Type.Object({
  connector_id: Type.String({ ocpi: 'CiString', minLength: 1, maxLength: 36, exact: true, numberToo: true }),
  power: notNegative(),
  discharge_power: optional(notNegative()),
});
export type ScConnector = Static<typeof scConnectorSchema>;

/** D4.2 table 18. */
export const scEvseSchema = Type.Object({
  location_id: identifier(36),
  evse_uid: identifier(36),
  connectors: nonEmptyList(scConnectorSchema),
});
export type ScEvse = Static<typeof scEvseSchema>;

/** D4.2 tables 20 and 21: forecasts are magnitudes. */
export const scForecastValueSchema = Type.Object({ time_slot: dateTime(), value: notNegative() });
/** D4.2 tables 22 and 23: prices and flex orders may be negative. */
export const scSignedValueSchema = Type.Object({ time_slot: dateTime(), value: number() });
export type ScSlotValue = Static<typeof scSignedValueSchema>;

/** D4.2 table 17, then optional additions of ours (docs/smart-charging-optimisation.md); a receiver that does not know them ignores them. */
export const scOptimisationSchema = Type.Object({
  ...ownerFields,
  id: identifier(36),
  max_power: optional(notNegative()),
  /** Either sign: D4.2 table 1 reads it as a magnitude, table 17 as a signed minimum; both mean the same export floor (X6). */
  min_power: optional(number()),
  evses: nonEmptyList(scEvseSchema),
  opportunity_cost: optional(notNegative()),
  demand: list(scForecastValueSchema),
  generation: list(scForecastValueSchema),
  price: list(scSignedValueSchema),
  flex_orders: list(scSignedValueSchema),
  last_updated: dateTime(),
  /** ISO 4217; absent = EUR (X35). */
  currency: optional(patterned('^[A-Z]{3}$', 'NOK')),
  /** Minutes; absent = inferred from the spacing of the slots (X37). */
  slot_duration: optional(Type.Integer({ minimum: 1, maximum: 1440 })),
  /** Context whose limit also holds for this one (X44). */
  parent_id: optional(identifier(36)),
  export_price: optional(Type.Array(scSignedValueSchema)),
  /** Grid connection point, e.g. an EAN-18 (D1.5-R6-3). */
  grid_connection_id: optional(identifier(36)),
  /** Hard import cap per slot (fuse, grid operator) that no flex order lifts; unit of `max_power`. */
  site_cap: optional(Type.Array(scForecastValueSchema)),
  /** g CO2 per kWh, for GREEN preferences and reports. */
  co2_intensity: optional(Type.Array(scForecastValueSchema)),
  /** The owner confirms values that the plausibility gate would refuse (X2). */
  plausibility_confirmed: optional(Type.Boolean()),
});
export type ScOptimisation = Static<typeof scOptimisationSchema>;
