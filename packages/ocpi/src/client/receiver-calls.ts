import { codecOf } from '../bridge/codecs.ts';
import type { Codec, ObjectCodec } from '../exchange/codec.ts';
import type { PartyId } from '../exchange/party.ts';
import type { ObjectKey } from '../exchange/ports.ts';
import type { CommandResponse, CommandType } from '../model/index.ts';
import type { CallResult } from './call-result.ts';
import type { CallOptions, ReceiverCalls } from './calls.ts';
import type { Destination, Line } from './line.ts';
import { partCodec, partSegments } from './location-part.ts';

/** Calls on the RECEIVER interfaces of a peer. */
export function receiverCalls(line: Line): ReceiverCalls {
  const tokens = destination('tokens');
  const profiles = destination('chargingprofiles');
  const hubInfo: Destination = { ...destination('hubclientinfo'), configuration: true };
  const sessions = ownedObjects(line, 'sessions', codecOf('Session'));
  const tariffs = ownedObjects(line, 'tariffs', codecOf('Tariff'));
  const optimisations = ownedObjects(line, 'smartchargingoptimisation', codecOf('ScOptimisation'));
  return {
    locations: {
      get: (key, options) =>
        line.call(
          destination('locations'),
          {
            method: 'GET',
            segments: under(key.owner, ...partSegments(key)),
            owner: key.owner,
            answer: partCodec(key),
          },
          options,
        ),
      put: (key, value, options) =>
        write(
          line,
          destination('locations'),
          'PUT',
          key.owner,
          partSegments(key),
          partCodec(key),
          value,
          options,
        ),
      patch: (key, value, options) =>
        write(
          line,
          destination('locations'),
          'PATCH',
          key.owner,
          partSegments(key),
          partCodec(key).partial,
          value,
          options,
        ),
    },
    sessions: { get: sessions.get, put: sessions.put, patch: sessions.patch },
    tariffs: { get: tariffs.get, put: tariffs.put, delete: tariffs.delete },
    tokens: {
      get: ({ owner, uid, type }, options) =>
        line.call(
          tokens,
          { method: 'GET', segments: under(owner, uid), query: { type }, owner, answer: codecOf('Token') },
          options,
        ),
      put: (token, options) => {
        const owner = ownerOf(token);
        const body = { codec: codecOf('Token'), value: token };
        const query = { type: token.type };
        return line.call(
          tokens,
          { method: 'PUT', segments: under(owner, token.uid), query, owner, body },
          options,
        );
      },
      patch: ({ owner, uid, type }, patch, options) => {
        const body = { codec: codecOf('Token').partial, value: patch };
        return line.call(
          tokens,
          { method: 'PATCH', segments: under(owner, uid), query: { type }, owner, body },
          options,
        );
      },
    },
    cdrs: {
      getAt: (location, options) => line.getAt(location, codecOf('Cdr'), options),
      post: (cdr, options) => {
        const body = { codec: codecOf('Cdr'), value: cdr };
        return line.call(
          destination('cdrs'),
          { method: 'POST', segments: [], owner: ownerOf(cdr), body },
          options,
        );
      },
    },
    commands: {
      startSession: command(line, 'START_SESSION', codecOf('StartSession')),
      stopSession: command(line, 'STOP_SESSION', codecOf('StopSession')),
      reserveNow: command(line, 'RESERVE_NOW', codecOf('ReserveNow')),
      cancelReservation: command(line, 'CANCEL_RESERVATION', codecOf('CancelReservation')),
      unlockConnector: command(line, 'UNLOCK_CONNECTOR', codecOf('UnlockConnector')),
    },
    chargingprofiles: {
      get: (sessionId, durationS, responseUrl, options) => {
        const query = { duration: String(Math.floor(durationS)), response_url: responseUrl };
        const answer = codecOf('ChargingProfileResponse');
        return line.call(profiles, { method: 'GET', segments: [sessionId], query, answer }, options);
      },
      put: (sessionId, request, options) => {
        const body = { codec: codecOf('SetChargingProfile'), value: request };
        const answer = codecOf('ChargingProfileResponse');
        return line.call(profiles, { method: 'PUT', segments: [sessionId], body, answer }, options);
      },
      delete: (sessionId, responseUrl, options) => {
        const query = { response_url: responseUrl };
        const answer = codecOf('ChargingProfileResponse');
        return line.call(profiles, { method: 'DELETE', segments: [sessionId], query, answer }, options);
      },
    },
    smartchargingoptimisation: optimisations,
    hubclientinfo: {
      get: (party, options) =>
        line.call(hubInfo, { method: 'GET', segments: under(party), answer: codecOf('ClientInfo') }, options),
      put: (info, options) => {
        const body = { codec: codecOf('ClientInfo'), value: info };
        return line.call(hubInfo, { method: 'PUT', segments: under(ownerOf(info)), body }, options);
      },
    },
  };
}

function command<Body>(line: Line, type: CommandType, codec: Codec<Body>) {
  const answer = codecOf('CommandResponse');
  return (value: Body, options?: CallOptions): Promise<CallResult<CommandResponse>> =>
    line.call(
      destination('commands'),
      { method: 'POST', segments: [type], body: { codec, value }, answer },
      options,
    );
}

function destination(module: string): Destination {
  return { module, role: 'RECEIVER' };
}

function under(owner: PartyId, ...segments: readonly string[]): string[] {
  return [owner.countryCode, owner.partyId, ...segments];
}

function ownerOf(object: { readonly country_code: string; readonly party_id: string }): PartyId {
  return { countryCode: object.country_code, partyId: object.party_id };
}

/** The four methods of a client-owned object with an id. */
function ownedObjects<T extends { country_code: string; party_id: string; id: string }>(
  line: Line,
  module: string,
  codec: ObjectCodec<T>,
) {
  const to = destination(module);
  return {
    get: ({ owner, id }: ObjectKey, options?: CallOptions): Promise<CallResult<T>> =>
      line.call(to, { method: 'GET', segments: under(owner, id), owner, answer: codec }, options),
    put: (object: T, options?: CallOptions) =>
      write(line, to, 'PUT', ownerOf(object), [object.id], codec, object, options),
    patch: ({ owner, id }: ObjectKey, patch: Partial<T>, options?: CallOptions) =>
      write(line, to, 'PATCH', owner, [id], codec.partial, patch, options),
    delete: ({ owner, id }: ObjectKey, options?: CallOptions): Promise<CallResult<undefined>> =>
      line.call(to, { method: 'DELETE', segments: under(owner, id), owner }, options),
  };
}

function write<T>(
  line: Line,
  to: Destination,
  method: 'PUT' | 'PATCH',
  owner: PartyId,
  segments: readonly string[],
  codec: Codec<T>,
  value: T,
  options: CallOptions | undefined,
): Promise<CallResult<undefined>> {
  return line.call(
    to,
    { method, segments: under(owner, ...segments), owner, body: { codec, value } },
    options,
  );
}
