/** Commands, RECEIVER (OCPI 2.3.0 mod_commands): taken on at once, carried out by the station, result to response_url. */
import {
  type Caller,
  type CancelReservation,
  type CommandResponse,
  type CommandResult,
  type CommandsReceiver,
  done,
  type Outcome,
  parseDateTime,
  partyName,
  type ReserveNow,
  refused,
  type StartSession,
  type StopSession,
  type Token,
  type UnlockConnector,
} from '@smac/ocpi';
import { answerLater } from './answer-later.ts';
import { COMMAND_TIMEOUT_S } from './executors.ts';
import { lockRefusal } from './lock-refusal.ts';
import type { CpoRooms } from './rooms.ts';

export function commandsReceiver(rooms: CpoRooms): CommandsReceiver {
  const { network, tokens, sites, commands, reservations } = rooms;
  const accept = (caller: Caller, responseUrl: string, work: () => Promise<CommandResult>) => {
    answerLater(rooms, caller, responseUrl, async () => ({ kind: 'CommandResult', result: await work() }));
    return done<CommandResponse>({ result: 'ACCEPTED', timeout: COMMAND_TIMEOUT_S });
  };
  const answer = (result: CommandResponse['result'], text?: string) =>
    done<CommandResponse>({
      result,
      timeout: 0,
      ...(text === undefined ? {} : { message: [{ language: 'en', text }] }),
    });
  const unknownPlace = () => refused('unknownLocation', 'location_id, evse_uid: there is no such EVSE here.');

  /** Commands are for mobility providers (OCPI mod_commands): nobody else opens a lock or starts a car. */
  const providersOnly =
    <Request>(act: (caller: Caller, request: Request) => Promise<Outcome<CommandResponse>>) =>
    async (caller: Caller, request: Request): Promise<Outcome<CommandResponse>> =>
      (await rooms.isProvider(caller.peerId, caller.from))
        ? act(caller, request)
        : answer('REJECTED', 'Commands are for mobility service providers.');

  return {
    startSession: providersOnly(async (caller, request: StartSession) => {
      const { location_id, evse_uid, connector_id, token, authorization_reference: reference } = request;
      if (evse_uid === undefined) {
        return network.evses(location_id).length === 0
          ? unknownPlace()
          : answer('NOT_SUPPORTED', 'Name the EVSE: this operator does not choose one.');
      }
      const place = network.find(location_id, evse_uid);
      if (place === undefined) return unknownPlace();
      if (connector_id !== undefined && !hasConnector(place, connector_id)) return unknownPlace();
      const holder = await reservations.holderAt(place.stationId, place.evseId);
      if (holder !== undefined && !isHolder(holder, token)) {
        return answer('REJECTED', RESERVED);
      }
      // The token is not to be validated (mod_commands, StartSession): it is known to be good for a while.
      await tokens.acceptByCommand(token, {
        stationId: place.stationId,
        evseId: place.evseId,
        ...(reference === undefined ? {} : { reference }),
      });
      return accept(caller, request.response_url, () =>
        commands.start({
          place,
          token,
          ...(connector_id === undefined ? {} : { connectorId: connector_id }),
        }),
      );
    }),
    stopSession: providersOnly(async (caller, { session_id, response_url }: StopSession) => {
      const session = await sites.getSession(network.owner, session_id);
      if (!session.ok || !['ACTIVE', 'PENDING'].includes(session.data.status))
        return answer('UNKNOWN_SESSION');
      const { country_code: countryCode, party_id: partyId } = session.data.cdr_token;
      if (partyName({ countryCode, partyId }) !== partyName(caller.from)) {
        return answer('REJECTED', 'The session is not one of your customers.');
      }
      return accept(caller, response_url, () => commands.stop(session.data.id));
    }),
    unlockConnector: providersOnly(
      async (caller, { location_id, evse_uid, connector_id, response_url }: UnlockConnector) => {
        const place = network.find(location_id, evse_uid);
        if (place === undefined || !hasConnector(place, connector_id)) return unknownPlace();
        const refusal = await lockRefusal(rooms, place, caller.from);
        if (refusal !== undefined) return answer('REJECTED', refusal);
        return accept(caller, response_url, () => commands.unlock(place, connector_id));
      },
    ),
    reserveNow: providersOnly(async (caller, request: ReserveNow) => {
      const { location_id, evse_uid, token, authorization_reference: reference } = request;
      if (evse_uid === undefined) {
        return network.evses(location_id).length === 0
          ? unknownPlace()
          : answer('NOT_SUPPORTED', 'Name the EVSE: this operator does not choose one.');
      }
      const place = network.find(location_id, evse_uid);
      if (place === undefined) return unknownPlace();
      const expiresMs = parseDateTime(request.expiry_date) ?? 0;
      if (expiresMs <= rooms.clock.now()) return answer('REJECTED', 'expiry_date is over.');
      const holder = await reservations.holderAt(place.stationId, place.evseId);
      if (holder !== undefined && !isHolder(holder, token)) return answer('REJECTED', RESERVED);
      const { number, undo } = await reservations.note(caller, { ...request, evse_uid }, expiresMs);
      await tokens.acceptByCommand(token, {
        stationId: place.stationId,
        evseId: place.evseId,
        ...(reference === undefined ? {} : { reference }),
      });
      return accept(caller, request.response_url, async () => {
        const result = await commands.reserve({ place, number, token, expiresMs });
        if (result.result !== 'ACCEPTED') await undo();
        return result;
      });
    }),
    cancelReservation: providersOnly(async (caller, { reservation_id, response_url }: CancelReservation) => {
      const row = await reservations.find(caller, reservation_id);
      const place = row && network.find(row.location_id, row.evse_uid);
      if (row === undefined || place === undefined) {
        return accept(caller, response_url, async () => ({ result: 'UNKNOWN_RESERVATION' }));
      }
      return accept(caller, response_url, async () => {
        const result = await commands.cancel(place, row.number);
        if (result.result === 'ACCEPTED') await reservations.end(row.number);
        return result;
      });
    }),
  };
}

const RESERVED = 'The EVSE is reserved for somebody else.';

function hasConnector(
  place: { readonly connectors: readonly { readonly id: string }[] },
  connectorId: string,
): boolean {
  return place.connectors.some(({ id }) => id.toLowerCase() === connectorId.toLowerCase());
}

function isHolder(holder: Token, { uid, group_id }: Token): boolean {
  return (
    holder.uid.toLowerCase() === uid.toLowerCase() || (group_id !== undefined && holder.group_id === group_id)
  );
}
