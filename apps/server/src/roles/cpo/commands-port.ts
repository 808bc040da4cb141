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
  type UnlockConnector,
} from '@smac/ocpi';
import { answerLater } from './answer-later.ts';
import { COMMAND_TIMEOUT_S } from './executors.ts';
import type { CpoRooms } from './rooms.ts';

export function commandsReceiver(rooms: CpoRooms): CommandsReceiver {
  const { network, tokens, sites, commands } = rooms;
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
      const number = await numberOf(rooms, caller, request, evse_uid, expiresMs);
      await tokens.acceptByCommand(token, {
        stationId: place.stationId,
        evseId: place.evseId,
        ...(reference === undefined ? {} : { reference }),
      });
      return accept(caller, request.response_url, () =>
        commands.reserve({ place, number, token, expiresMs }),
      );
    }),
    cancelReservation: providersOnly(async (caller, { reservation_id, response_url }: CancelReservation) => {
      const row = await rooms.store.db
        .selectFrom('cpo_reservation')
        .selectAll()
        .where('peer_id', '=', caller.peerId)
        .where('party', '=', partyName(caller.from))
        .where('reservation_key', '=', reservation_id.toLowerCase())
        .where('ended_ms', 'is', null)
        .executeTakeFirst();
      const place = row && network.find(row.location_id, row.evse_uid);
      if (row === undefined || place === undefined) {
        return accept(caller, response_url, async () => ({ result: 'UNKNOWN_RESERVATION' }));
      }
      return accept(caller, response_url, async () => {
        const result = await commands.cancel(place, row.number);
        if (result.result === 'ACCEPTED') {
          await rooms.store.db
            .updateTable('cpo_reservation')
            .set({ ended_ms: rooms.clock.now() })
            .where('number', '=', row.number)
            .execute();
        }
        return result;
      });
    }),
  };
}

function hasConnector(
  place: { readonly connectors: readonly { readonly id: string }[] },
  connectorId: string,
): boolean {
  return place.connectors.some(({ id }) => id.toLowerCase() === connectorId.toLowerCase());
}

/** The station gets a number of ours, so that no eMSP can replace or cancel the reservation of another (mod_commands, ReserveNow). */
async function numberOf(
  { store }: CpoRooms,
  caller: Caller,
  request: ReserveNow,
  evseUid: string,
  expiresMs: number,
): Promise<number> {
  const values = {
    location_id: request.location_id,
    evse_uid: evseUid,
    token: JSON.stringify(request.token),
    reference: request.authorization_reference ?? null,
    response_url: request.response_url,
    expires_ms: expiresMs,
    ended_ms: null,
  };
  const row = await store.db
    .insertInto('cpo_reservation')
    .values({
      peer_id: caller.peerId,
      party: partyName(caller.from),
      reservation_key: request.reservation_id.toLowerCase(),
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['peer_id', 'party', 'reservation_key']).doUpdateSet(values))
    .returning('number')
    .executeTakeFirstOrThrow();
  return row.number;
}
