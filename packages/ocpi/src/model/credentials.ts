/** OCPI 2.3.0 `credentials` and the Role of `types`. */
import Type, { type Static } from 'typebox';
import { businessDetailsSchema } from './locations.ts';
import { closedEnum, identifier, nonEmptyList, optional, ownerFields, secret, url } from './primitives.ts';

export const ROLES = ['CPO', 'EMSP', 'NAP', 'NSP', 'OTHER', 'SCSP'] as const;
export const ROLES_221 = [...ROLES, 'HUB'] as const;

/** OCPI 2.3.0 has no HUB role, 2.2.1 has; the internal model keeps it so that a 2.2.1 hub stays one. */
export const roleSchema = closedEnum(ROLES_221);
export type Role = Static<typeof roleSchema>;

export const credentialsRoleSchema = Type.Object({
  role: roleSchema,
  business_details: businessDetailsSchema,
  ...ownerFields,
});
export type CredentialsRole = Static<typeof credentialsRoleSchema>;

export const credentialsSchema = Type.Object({
  token: secret('^[\\u0021-\\u007E]{1,64}$', 'printable ASCII without blanks, at most 64 characters'),
  url: url(),
  /** Country code and party id of the hub this platform is, in one (2.3.0). */
  hub_party_id: optional(identifier(5, 3)),
  roles: nonEmptyList(credentialsRoleSchema),
});
export type Credentials = Static<typeof credentialsSchema>;
