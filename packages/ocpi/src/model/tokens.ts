/** OCPI 2.3.0 `mod_tokens`. */
import Type, { type Static } from 'typebox';
import { displayTextSchema } from './locations.ts';
import {
  ciString,
  closedEnum,
  dateTime,
  identifier,
  list,
  optional,
  ownerFields,
  text,
} from './primitives.ts';
import { profileTypeSchema } from './sessions.ts';
import { tokenTypeSchema } from './token-type.ts';

export const tokenSchema = Type.Object({
  ...ownerFields,
  uid: identifier(36),
  type: tokenTypeSchema,
  contract_id: ciString(36),
  visual_number: optional(text(64)),
  issuer: text(64),
  group_id: optional(ciString(36)),
  valid: Type.Boolean(),
  whitelist: closedEnum(['ALWAYS', 'ALLOWED', 'ALLOWED_OFFLINE', 'NEVER']),
  language: optional(text(2)),
  default_profile_type: optional(profileTypeSchema),
  energy_contract: optional(Type.Object({ supplier_name: text(64), contract_id: optional(text(64)) })),
  last_updated: dateTime(),
});
export type Token = Static<typeof tokenSchema>;

export const locationReferencesSchema = Type.Object({
  location_id: ciString(36),
  evse_uids: list(ciString(36)),
});
export type LocationReferences = Static<typeof locationReferencesSchema>;

export const authorizationInfoSchema = Type.Object({
  allowed: closedEnum(['ALLOWED', 'BLOCKED', 'EXPIRED', 'NO_CREDIT', 'NOT_ALLOWED']),
  token: tokenSchema,
  location: optional(locationReferencesSchema),
  authorization_reference: optional(ciString(36)),
  info: optional(displayTextSchema),
});
export type AuthorizationInfo = Static<typeof authorizationInfoSchema>;
