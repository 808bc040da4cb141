/** OCPI 2.3.0 `mod_hub_client_info`. */
import Type, { type Static } from 'typebox';
import { roleSchema } from './credentials.ts';
import { closedEnum, dateTime, ownerFields } from './primitives.ts';

export const clientInfoSchema = Type.Object({
  ...ownerFields,
  role: roleSchema,
  status: closedEnum(['CONNECTED', 'OFFLINE', 'PLANNED', 'SUSPENDED']),
  last_updated: dateTime(),
});
export type ClientInfo = Static<typeof clientInfoSchema>;
