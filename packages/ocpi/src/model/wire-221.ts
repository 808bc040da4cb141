/**
 * OCPI 2.2.1 as on the wire, where it differs from 2.3.0: an Object here is the 2.3.0 one without the fields and enum values that came
 * later (the releases compared file by file; errata of 2.2.1-d2 included, so address 255 and state 45).
 */
import Type from 'typebox';
import { cdrLocationSchema, cdrSchema } from './cdrs.ts';
import * as commands from './commands.ts';
import * as credentials from './credentials.ts';
import { ROLES, ROLES_221 } from './credentials.ts';
import * as hub from './hub-client-info.ts';
import * as values from './location-values.ts';
import * as locations from './locations.ts';
import { price221Schema } from './price.ts';
import { legacyEnum, list, nonEmptyList, optional } from './primitives.ts';
import * as sessions from './sessions.ts';
import * as tariffs from './tariffs.ts';
import { TOKEN_TYPES_221 } from './token-type.ts';
import * as tokens from './tokens.ts';

const tokenType = legacyEnum(TOKEN_TYPES_221);

const { capabilities: _plugAndCharge, ...connectorFields } = locations.connectorSchema.properties;
export const connector221Schema = Type.Object({
  ...connectorFields,
  standard: legacyEnum(values.CONNECTOR_TYPES_221),
});

const image = Type.Object({
  ...locations.imageSchema.properties,
  category: legacyEnum(values.IMAGE_CATEGORIES),
});
const businessDetails = Type.Object({
  ...locations.businessDetailsSchema.properties,
  logo: optional(image),
});

const {
  parking: _parking,
  accepted_service_providers: _providers,
  ...evseFields
} = locations.evseSchema.properties;
export const evse221Schema = Type.Object({
  ...evseFields,
  capabilities: list(legacyEnum(values.CAPABILITIES)),
  connectors: nonEmptyList(connector221Schema),
  parking_restrictions: list(legacyEnum(values.PARKING_RESTRICTIONS_221)),
  images: list(image),
});

const energyMix = Type.Object({
  ...locations.energyMixSchema.properties,
  environ_impact: list(
    Type.Object({
      ...locations.environImpactSchema.properties,
      category: legacyEnum(values.ENVIRONMENTAL_IMPACTS),
    }),
  ),
});

const {
  parking_places: _places,
  help_phone: _phone,
  ...locationFields
} = locations.locationSchema.properties;
export const location221Schema = Type.Object({
  ...locationFields,
  publish_allowed_to: list(
    Type.Object({ ...locations.publishTokenSchema.properties, type: optional(tokenType) }),
  ),
  parking_type: optional(legacyEnum(values.PARKING_TYPES)),
  evses: list(evse221Schema),
  operator: optional(businessDetails),
  suboperator: optional(businessDetails),
  owner: optional(businessDetails),
  facilities: list(legacyEnum(values.FACILITIES)),
  images: list(image),
  energy_mix: optional(energyMix),
});

export const session221Schema = Type.Object({
  ...sessions.sessionSchema.properties,
  cdr_token: Type.Object({ ...sessions.cdrTokenSchema.properties, type: tokenType }),
  total_cost: optional(price221Schema),
});

const { tax_included: _taxIncluded, ...tariffFields } = tariffs.tariffSchema.properties;
export const tariff221Schema = Type.Object({
  ...tariffFields,
  min_price: optional(price221Schema),
  max_price: optional(price221Schema),
  energy_mix: optional(energyMix),
});

export const token221Schema = Type.Object({ ...tokens.tokenSchema.properties, type: tokenType });

export const cdr221Schema = Type.Object({
  ...cdrSchema.properties,
  cdr_token: Type.Object({ ...sessions.cdrTokenSchema.properties, type: tokenType }),
  cdr_location: Type.Object({
    ...cdrLocationSchema.properties,
    connector_standard: legacyEnum(values.CONNECTOR_TYPES_221),
  }),
  tariffs: list(tariff221Schema),
  total_cost: price221Schema,
  total_fixed_cost: optional(price221Schema),
  total_energy_cost: optional(price221Schema),
  total_time_cost: optional(price221Schema),
  total_parking_cost: optional(price221Schema),
  total_reservation_cost: optional(price221Schema),
});

export const startSession221Schema = Type.Object({
  ...commands.startSessionSchema.properties,
  token: token221Schema,
});
export const reserveNow221Schema = Type.Object({
  ...commands.reserveNowSchema.properties,
  token: token221Schema,
});

export const authorizationInfo221Schema = Type.Object({
  ...tokens.authorizationInfoSchema.properties,
  token: token221Schema,
});

const { hub_party_id: _hubPartyId, ...credentialsFields } = credentials.credentialsSchema.properties;
const credentialsRole = (roles: readonly string[]) =>
  Type.Object({
    ...credentials.credentialsRoleSchema.properties,
    role: legacyEnum(roles),
    business_details: businessDetails,
  });
export const credentials221Schema = Type.Object({
  ...credentialsFields,
  roles: nonEmptyList(credentialsRole(ROLES_221)),
});

/** 2.3.0 has no HUB role; the internal model has, so the wire of 2.3.0 is narrower than the model, too. */
export const credentials230Schema = Type.Object({
  ...credentials.credentialsSchema.properties,
  roles: nonEmptyList(credentialsRole(ROLES)),
});
export const clientInfo230Schema = Type.Object({
  ...hub.clientInfoSchema.properties,
  role: legacyEnum(ROLES),
});
