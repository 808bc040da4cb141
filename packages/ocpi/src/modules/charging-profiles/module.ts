import { codecOf } from '../../bridge/codecs.ts';
import type { ChargingProfilesReceiver, ChargingProfilesSender } from '../../exchange/ports.ts';
import { defineModule, route } from '../../server/module-definition.ts';
import { RESULT_PATHS } from './result-paths.ts';

const response = codecOf('ChargingProfileResponse');
const responseUrl = { kind: 'url', required: true } as const;

/**
 * ChargingProfiles, RECEIVER: the CPO side (OCPI mod_charging_profiles). An unknown session is a normal answer with UNKNOWN_SESSION, never
 * an error status (2.12-13).
 */
export const chargingProfilesReceiver = defineModule({
  id: 'chargingprofiles',
  port: 'chargingprofiles',
  interfaceRole: 'RECEIVER',
  paths: ['chargingprofiles'],
  routes: [
    route({
      method: 'GET',
      path: '/:session_id',
      query: { duration: { kind: 'integer', required: true }, response_url: responseUrl },
      answer: response,
      call: (port: ChargingProfilesReceiver, caller, { path, query }) =>
        port.get(caller, path.session_id ?? '', Number(query.duration), String(query.response_url)),
    }),
    route({
      method: 'PUT',
      path: '/:session_id',
      body: codecOf('SetChargingProfile'),
      answer: response,
      call: (port: ChargingProfilesReceiver, caller, { path, body }) =>
        port.put(caller, path.session_id ?? '', body),
    }),
    route({
      method: 'DELETE',
      path: '/:session_id',
      query: { response_url: responseUrl },
      answer: response,
      call: (port: ChargingProfilesReceiver, caller, { path, query }) =>
        port.delete(caller, path.session_id ?? '', String(query.response_url)),
    }),
  ],
});

/** ChargingProfiles, SENDER: the SCSP side; results arrive bare, each kind at a path of its own. */
export const chargingProfilesSender = defineModule({
  id: 'chargingprofiles',
  port: 'chargingprofiles',
  interfaceRole: 'SENDER',
  paths: ['chargingprofiles'],
  routes: [
    route({
      method: 'POST',
      path: `${RESULT_PATHS.ChargingProfileResult}/:callback_id`,
      body: codecOf('ChargingProfileResult'),
      call: (port: ChargingProfilesSender, caller, { path, body }) =>
        port.profileResult(caller, path.callback_id ?? '', body),
    }),
    route({
      method: 'POST',
      path: `${RESULT_PATHS.ClearProfileResult}/:callback_id`,
      body: codecOf('ClearProfileResult'),
      call: (port: ChargingProfilesSender, caller, { path, body }) =>
        port.clearResult(caller, path.callback_id ?? '', body),
    }),
    route({
      method: 'POST',
      path: `${RESULT_PATHS.ActiveChargingProfileResult}/:callback_id`,
      body: codecOf('ActiveChargingProfileResult'),
      call: (port: ChargingProfilesSender, caller, { path, body }) =>
        port.activeProfileResult(caller, path.callback_id ?? '', body),
    }),
    route({
      method: 'PUT',
      path: '/:session_id',
      body: codecOf('ActiveChargingProfile'),
      call: (port: ChargingProfilesSender, caller, { path, body }) =>
        port.activeProfile(caller, path.session_id ?? '', body),
    }),
  ],
});
