import { codecOf } from '../../bridge/codecs.ts';
import type { SessionsReceiver, SessionsSender } from '../../exchange/ports.ts';
import { defineModule, listRoute, route } from '../../server/module-definition.ts';
import { objectKey } from '../object-key.ts';

const SESSION = '/:country_code/:party_id/:session_id';
const session = codecOf('Session');

/** Sessions, RECEIVER: what a CPO (or the hub) pushes (OCPI mod_sessions). */
export const sessionsReceiver = defineModule({
  id: 'sessions',
  port: 'sessions',
  interfaceRole: 'RECEIVER',
  paths: ['sessions'],
  routes: [
    route({
      method: 'GET',
      path: SESSION,
      answer: session,
      call: (port: SessionsReceiver, caller, args) => port.get(caller, objectKey(args, 'session_id')),
    }),
    route({
      method: 'PUT',
      path: SESSION,
      identity: { session_id: 'id' },
      body: session,
      call: (port: SessionsReceiver, caller, args) =>
        port.put(caller, objectKey(args, 'session_id'), args.body),
    }),
    route({
      method: 'PATCH',
      path: SESSION,
      identity: { session_id: 'id' },
      body: session.partial,
      call: (port: SessionsReceiver, caller, args) =>
        port.patch(caller, objectKey(args, 'session_id'), args.body),
    }),
  ],
});

/**
 * Sessions, SENDER: pull, and the preferences of the driver. An SCSP serves it for the preferences alone (D4.2-T24-SES, X39); the port
 * answers `foreignParty` (HTTP 404 with 2001) where the EVSE is not CHARGING_PREFERENCES_CAPABLE.
 */
export const sessionsSender = defineModule({
  id: 'sessions',
  port: 'sessions',
  interfaceRole: 'SENDER',
  paths: ['sessions'],
  routes: [
    listRoute({
      method: 'GET',
      path: '',
      list: { dateFromRequired: true },
      answer: session,
      call: async (port: SessionsSender, caller, { page }) => port.list?.(caller, page),
    }),
    route({
      method: 'PUT',
      path: '/:session_id/charging_preferences',
      body: codecOf('ChargingPreferences'),
      answer: codecOf('ChargingPreferencesResponse'),
      call: (port: SessionsSender, caller, { path, body }) =>
        port.setChargingPreferences(caller, path.session_id ?? '', body),
    }),
  ],
});
