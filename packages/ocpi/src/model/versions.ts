/** OCPI 2.3.0 `version_information_endpoint`. */
import Type, { type Static } from 'typebox';
import { closedEnum, nonEmptyList, openEnum, url } from './primitives.ts';

export const versionSchema = Type.Object({
  version: openEnum(['2.0', '2.1', '2.1.1', '2.2', '2.2.1', '2.3.0']),
  url: url(),
});
export type Version = Static<typeof versionSchema>;

export const endpointSchema = Type.Object({
  identifier: openEnum([
    'cdrs',
    'chargingprofiles',
    'commands',
    'credentials',
    'hubclientinfo',
    'locations',
    'sessions',
    'tariffs',
    'tokens',
  ]),
  role: closedEnum(['SENDER', 'RECEIVER']),
  url: url(),
});
export type Endpoint = Static<typeof endpointSchema>;

export const versionDetailsSchema = Type.Object({
  version: openEnum(['2.0', '2.1', '2.1.1', '2.2', '2.2.1', '2.3.0']),
  endpoints: nonEmptyList(endpointSchema),
});
export type VersionDetails = Static<typeof versionDetailsSchema>;
