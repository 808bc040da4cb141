/** OCPI 2.3.0 `mod_commands`. */
import Type, { type Static } from 'typebox';
import { displayTextSchema } from './locations.ts';
import { ciString, closedEnum, dateTime, identifier, integer, list, optional, url } from './primitives.ts';
import { tokenSchema } from './tokens.ts';

export const COMMANDS = [
  'CANCEL_RESERVATION',
  'RESERVE_NOW',
  'START_SESSION',
  'STOP_SESSION',
  'UNLOCK_CONNECTOR',
] as const;
export type CommandType = (typeof COMMANDS)[number];

export const cancelReservationSchema = Type.Object({ response_url: url(), reservation_id: identifier(36) });
export type CancelReservation = Static<typeof cancelReservationSchema>;

export const reserveNowSchema = Type.Object({
  response_url: url(),
  token: tokenSchema,
  expiry_date: dateTime(),
  /** Of the sender; a station must never see it as it is, or one eMSP could replace the reservation of another. */
  reservation_id: identifier(36),
  location_id: identifier(36),
  evse_uid: optional(identifier(36)),
  authorization_reference: optional(ciString(36)),
});
export type ReserveNow = Static<typeof reserveNowSchema>;

export const startSessionSchema = Type.Object({
  response_url: url(),
  token: tokenSchema,
  location_id: identifier(36),
  evse_uid: optional(identifier(36)),
  connector_id: optional(identifier(36)),
  authorization_reference: optional(ciString(36)),
});
export type StartSession = Static<typeof startSessionSchema>;

export const stopSessionSchema = Type.Object({ response_url: url(), session_id: identifier(36) });
export type StopSession = Static<typeof stopSessionSchema>;

export const unlockConnectorSchema = Type.Object({
  response_url: url(),
  location_id: identifier(36),
  evse_uid: identifier(36),
  connector_id: identifier(36),
});
export type UnlockConnector = Static<typeof unlockConnectorSchema>;

export const commandResponseSchema = Type.Object({
  result: closedEnum(['ACCEPTED', 'NOT_SUPPORTED', 'REJECTED', 'UNKNOWN_SESSION']),
  /** s. */
  timeout: integer(0),
  message: list(displayTextSchema),
});
export type CommandResponse = Static<typeof commandResponseSchema>;

export const COMMAND_RESULTS = [
  'ACCEPTED',
  'CANCELED_RESERVATION',
  'EVSE_OCCUPIED',
  'EVSE_INOPERATIVE',
  'FAILED',
  'NOT_SUPPORTED',
  'REJECTED',
  'TIMEOUT',
  'UNKNOWN_RESERVATION',
] as const;

export const commandResultSchema = Type.Object({
  result: closedEnum(COMMAND_RESULTS),
  message: list(displayTextSchema),
});
export type CommandResult = Static<typeof commandResultSchema>;
