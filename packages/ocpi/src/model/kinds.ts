/** Every kind of object on the wire, with its schema in each version. */
import type { Static, TSchema } from 'typebox';
import type { OcpiVersion } from '../exchange/party.ts';
import { cdrSchema } from './cdrs.ts';
import * as profiles from './charging-profiles.ts';
import * as commands from './commands.ts';
import { credentialsSchema } from './credentials.ts';
import { clientInfoSchema } from './hub-client-info.ts';
import * as locations from './locations.ts';
import { scOptimisationSchema } from './sc-optimisation.ts';
import * as sessions from './sessions.ts';
import { tariffSchema } from './tariffs.ts';
import { authorizationInfoSchema, locationReferencesSchema, tokenSchema } from './tokens.ts';
import { endpointSchema, versionDetailsSchema, versionSchema } from './versions.ts';
import * as v221 from './wire-221.ts';

/** The internal model by kind; names as in the specification. */
export const KINDS = {
  Location: locations.locationSchema,
  Evse: locations.evseSchema,
  Connector: locations.connectorSchema,
  Session: sessions.sessionSchema,
  ChargingPreferences: sessions.chargingPreferencesSchema,
  ChargingPreferencesResponse: sessions.chargingPreferencesResponseSchema,
  Cdr: cdrSchema,
  Tariff: tariffSchema,
  Token: tokenSchema,
  LocationReferences: locationReferencesSchema,
  AuthorizationInfo: authorizationInfoSchema,
  Credentials: credentialsSchema,
  Version: versionSchema,
  VersionDetails: versionDetailsSchema,
  Endpoint: endpointSchema,
  ClientInfo: clientInfoSchema,
  StartSession: commands.startSessionSchema,
  StopSession: commands.stopSessionSchema,
  ReserveNow: commands.reserveNowSchema,
  CancelReservation: commands.cancelReservationSchema,
  UnlockConnector: commands.unlockConnectorSchema,
  CommandResponse: commands.commandResponseSchema,
  CommandResult: commands.commandResultSchema,
  SetChargingProfile: profiles.setChargingProfileSchema,
  ChargingProfileResponse: profiles.chargingProfileResponseSchema,
  ChargingProfileResult: profiles.chargingProfileResultSchema,
  ClearProfileResult: profiles.clearProfileResultSchema,
  ActiveChargingProfile: profiles.activeChargingProfileSchema,
  ActiveChargingProfileResult: profiles.activeChargingProfileResultSchema,
  ScOptimisation: scOptimisationSchema,
} as const satisfies Record<string, TSchema>;

export type Kind = keyof typeof KINDS;
export type KindType<K extends Kind> = Static<(typeof KINDS)[K]>;

const WIRE: Readonly<Record<OcpiVersion, Partial<Record<Kind, TSchema>>>> = {
  '2.2.1': {
    Location: v221.location221Schema,
    Evse: v221.evse221Schema,
    Connector: v221.connector221Schema,
    Session: v221.session221Schema,
    Cdr: v221.cdr221Schema,
    StartSession: v221.startSession221Schema,
    ReserveNow: v221.reserveNow221Schema,
    Tariff: v221.tariff221Schema,
    Token: v221.token221Schema,
    AuthorizationInfo: v221.authorizationInfo221Schema,
    Credentials: v221.credentials221Schema,
  },
  '2.3.0': { Credentials: v221.credentials230Schema, ClientInfo: v221.clientInfo230Schema },
};

/** JSON Schema of a kind as it travels in `version`. */
export function schemaOf(kind: Kind, version: OcpiVersion): TSchema {
  return WIRE[version][kind] ?? KINDS[kind];
}
