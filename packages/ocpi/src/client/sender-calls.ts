import { codecOf } from '../bridge/codecs.ts';
import type { Codec } from '../exchange/codec.ts';
import type { CallOptions, ListFilter, Listing, SenderCalls } from './calls.ts';
import type { Destination, Line } from './line.ts';
import { listAll } from './listing.ts';
import { partCodec, partSegments } from './location-part.ts';

/** Calls on the SENDER interfaces of a peer. */
export function senderCalls(line: Line): SenderCalls {
  const to = (module: string): Destination => ({ module, role: 'SENDER' });
  const list =
    <T>(destination: Destination, codec: Codec<T>) =>
    (filter?: ListFilter, options?: CallOptions): Listing<T> =>
      listAll(line, destination, codec, filter, options);
  const sessions = list(to('sessions'), codecOf('Session'));
  return {
    locations: {
      list: list(to('locations'), codecOf('Location')),
      get: (key, options) =>
        line.call(
          to('locations'),
          { method: 'GET', segments: partSegments(key), answer: partCodec(key) },
          options,
        ),
    },
    sessions: {
      // date_from is required here (OCPI mod_sessions, GET).
      list: (filter = {}, options) => sessions({ dateFromMs: 0, ...filter }, options),
      setChargingPreferences: (sessionId, preferences, options) =>
        line.call(
          to('sessions'),
          {
            method: 'PUT',
            segments: [sessionId, 'charging_preferences'],
            body: { codec: codecOf('ChargingPreferences'), value: preferences },
            answer: codecOf('ChargingPreferencesResponse'),
          },
          options,
        ),
    },
    tariffs: { list: list(to('tariffs'), codecOf('Tariff')) },
    cdrs: { list: list(to('cdrs'), codecOf('Cdr')) },
    tokens: {
      list: list(to('tokens'), codecOf('Token')),
      authorize: ({ uid, type }, location, options) =>
        line.call(
          to('tokens'),
          {
            method: 'POST',
            segments: [uid, 'authorize'],
            query: { type },
            ...(location === undefined
              ? {}
              : { body: { codec: codecOf('LocationReferences'), value: location } }),
            answer: codecOf('AuthorizationInfo'),
          },
          options,
        ),
    },
    chargingprofiles: {
      putActiveProfile: (sessionId, profile, options) =>
        line.call(
          to('chargingprofiles'),
          {
            method: 'PUT',
            segments: [sessionId],
            body: { codec: codecOf('ActiveChargingProfile'), value: profile },
          },
          options,
        ),
    },
    smartchargingoptimisation: {
      list: list(to('smartchargingoptimisation'), codecOf('ScOptimisation')),
    },
    hubclientinfo: {
      list: list({ ...to('hubclientinfo'), configuration: true }, codecOf('ClientInfo')),
    },
  };
}
