/** OCPI 2.3.0 `mod_locations`: objects and classes. Differences to 2.2.1 are in `../bridge/locations.ts`. */
import Type, { type Static } from 'typebox';
import {
  CAPABILITIES,
  CONNECTOR_TYPES,
  ENVIRONMENTAL_IMPACTS,
  FACILITIES,
  IMAGE_CATEGORIES,
  PARKING_RESTRICTIONS,
  PARKING_TYPES,
} from './location-values.ts';
import {
  ciString,
  closedEnum,
  dateTime,
  identifier,
  integer,
  list,
  nonEmptyList,
  number,
  openEnum,
  optional,
  ownerFields,
  patterned,
  text,
  url,
} from './primitives.ts';
import { tokenTypeSchema } from './token-type.ts';

export const evseStatusSchema = closedEnum([
  'AVAILABLE',
  'BLOCKED',
  'CHARGING',
  'INOPERATIVE',
  'OUTOFORDER',
  'PLANNED',
  'REMOVED',
  'RESERVED',
  'UNKNOWN',
]);
export type EvseStatus = Static<typeof evseStatusSchema>;

export const powerTypeSchema = closedEnum([
  'AC_1_PHASE',
  'AC_2_PHASE',
  'AC_2_PHASE_SPLIT',
  'AC_3_PHASE',
  'DC',
]);
export type PowerType = Static<typeof powerTypeSchema>;

export const displayTextSchema = Type.Object({ language: text(2), text: text(512) });
export type DisplayText = Static<typeof displayTextSchema>;

export const imageSchema = Type.Object({
  url: url(),
  thumbnail: optional(url()),
  category: openEnum(IMAGE_CATEGORIES),
  type: ciString(4),
  width: optional(integer(0)),
  height: optional(integer(0)),
});
export type Image = Static<typeof imageSchema>;

export const businessDetailsSchema = Type.Object({
  name: text(100),
  website: optional(url()),
  logo: optional(imageSchema),
});
export type BusinessDetails = Static<typeof businessDetailsSchema>;

/** Some CPOs send fewer or more decimals than the five to seven of the specification; a position is accepted as long as it is one. */
const latitude = () => patterned('^-?[0-9]{1,2}(\\.[0-9]+)?$', '50.770774');
const longitude = () => patterned('^-?[0-9]{1,3}(\\.[0-9]+)?$', '-126.104965');

export const geoLocationSchema = Type.Object({ latitude: latitude(), longitude: longitude() });
export type GeoLocation = Static<typeof geoLocationSchema>;

export const additionalGeoLocationSchema = Type.Object({
  latitude: latitude(),
  longitude: longitude(),
  name: optional(displayTextSchema),
});
export type AdditionalGeoLocation = Static<typeof additionalGeoLocationSchema>;

const timeOfDay = () => patterned('^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$', '18:15');

export const hoursSchema = Type.Object({
  twentyfourseven: Type.Boolean(),
  regular_hours: list(
    Type.Object({
      weekday: Type.Integer({ minimum: 1, maximum: 7 }),
      period_begin: timeOfDay(),
      period_end: timeOfDay(),
    }),
  ),
  exceptional_openings: list(Type.Object({ period_begin: dateTime(), period_end: dateTime() })),
  exceptional_closings: list(Type.Object({ period_begin: dateTime(), period_end: dateTime() })),
});
export type Hours = Static<typeof hoursSchema>;

export const environImpactSchema = Type.Object({
  category: openEnum(ENVIRONMENTAL_IMPACTS),
  amount: number(),
});

export const energyMixSchema = Type.Object({
  is_green_energy: Type.Boolean(),
  energy_sources: list(
    Type.Object({
      source: closedEnum([
        'NUCLEAR',
        'GENERAL_FOSSIL',
        'COAL',
        'GAS',
        'GENERAL_GREEN',
        'SOLAR',
        'WIND',
        'WATER',
      ]),
      percentage: number(),
    }),
  ),
  environ_impact: list(environImpactSchema),
  supplier_name: optional(text(64)),
  energy_product_name: optional(text(64)),
});
export type EnergyMix = Static<typeof energyMixSchema>;

export const connectorSchema = Type.Object({
  id: identifier(36),
  standard: openEnum(CONNECTOR_TYPES),
  format: closedEnum(['SOCKET', 'CABLE']),
  power_type: powerTypeSchema,
  /** V; line to neutral for AC_3_PHASE. */
  max_voltage: integer(0),
  /** A. */
  max_amperage: integer(0),
  /** W. */
  max_electric_power: optional(integer(0)),
  tariff_ids: list(ciString(36)),
  terms_and_conditions: optional(url()),
  capabilities: list(openEnum(['ISO_15118_2_PLUG_AND_CHARGE', 'ISO_15118_20_PLUG_AND_CHARGE'])),
  last_updated: dateTime(),
});
export type Connector = Static<typeof connectorSchema>;

export const evseParkingSchema = Type.Object({
  parking_id: ciString(36),
  evse_position: optional(closedEnum(['LEFT', 'RIGHT', 'CENTER'])),
});
export type EvseParking = Static<typeof evseParkingSchema>;

export const evseSchema = Type.Object({
  uid: identifier(36),
  evse_id: optional(ciString(48)),
  status: evseStatusSchema,
  status_schedule: list(
    Type.Object({ period_begin: dateTime(), period_end: optional(dateTime()), status: evseStatusSchema }),
  ),
  capabilities: list(openEnum(CAPABILITIES)),
  connectors: nonEmptyList(connectorSchema),
  floor_level: optional(text(4)),
  coordinates: optional(geoLocationSchema),
  physical_reference: optional(text(16)),
  directions: list(displayTextSchema),
  parking_restrictions: list(openEnum(PARKING_RESTRICTIONS)),
  parking: list(evseParkingSchema),
  images: list(imageSchema),
  accepted_service_providers: list(text(50)),
  last_updated: dateTime(),
});
export type Evse = Static<typeof evseSchema>;

/** Lengths in cm, weight in kg, `time_limit` in minutes. */
export const parkingSchema = Type.Object({
  id: identifier(36),
  physical_reference: optional(text(12)),
  vehicle_types: nonEmptyList(
    openEnum([
      'MOTORCYCLE',
      'PERSONAL_VEHICLE',
      'PERSONAL_VEHICLE_WITH_TRAILER',
      'VAN',
      'SEMI_TRACTOR',
      'RIGID',
      'TRUCK_WITH_TRAILER',
      'BUS',
      'DISABLED',
    ]),
  ),
  max_vehicle_weight: optional(number()),
  max_vehicle_height: optional(number()),
  max_vehicle_length: optional(number()),
  max_vehicle_width: optional(number()),
  parking_space_length: optional(number()),
  parking_space_width: optional(number()),
  dangerous_goods_allowed: optional(Type.Boolean()),
  direction: optional(closedEnum(['PARALLEL', 'PERPENDICULAR', 'ANGLE'])),
  drive_through: optional(Type.Boolean()),
  restricted_to_type: Type.Boolean(),
  reservation_required: Type.Boolean(),
  time_limit: optional(number()),
  roofed: optional(Type.Boolean()),
  images: list(imageSchema),
  lighting: optional(Type.Boolean()),
  refrigeration_outlet: optional(Type.Boolean()),
  standards: list(ciString(36)),
  apds_reference: optional(ciString(255)),
});
export type Parking = Static<typeof parkingSchema>;

export const publishTokenSchema = Type.Object({
  uid: optional(ciString(36)),
  type: optional(tokenTypeSchema),
  visual_number: optional(text(64)),
  issuer: optional(text(64)),
  group_id: optional(ciString(36)),
});
export type PublishToken = Static<typeof publishTokenSchema>;

export const locationSchema = Type.Object({
  ...ownerFields,
  id: identifier(36),
  publish: Type.Boolean(),
  publish_allowed_to: list(publishTokenSchema),
  name: optional(text(255)),
  address: text(255),
  city: text(45),
  postal_code: optional(text(10)),
  state: optional(text(45)),
  country: text(3),
  coordinates: geoLocationSchema,
  related_locations: list(additionalGeoLocationSchema),
  parking_type: optional(openEnum(PARKING_TYPES)),
  evses: list(evseSchema),
  parking_places: list(parkingSchema),
  directions: list(displayTextSchema),
  operator: optional(businessDetailsSchema),
  suboperator: optional(businessDetailsSchema),
  owner: optional(businessDetailsSchema),
  facilities: list(openEnum(FACILITIES)),
  time_zone: text(255),
  opening_times: optional(hoursSchema),
  charging_when_closed: optional(Type.Boolean()),
  images: list(imageSchema),
  energy_mix: optional(energyMixSchema),
  help_phone: optional(ciString(25)),
  last_updated: dateTime(),
});
export type Location = Static<typeof locationSchema>;
