import { RESULT_PATHS } from '../modules/charging-profiles/result-paths.ts';
import type { RelayCall } from '../server/relay-contract.ts';

/** Path below the SENDER endpoint of a module at which the result of a request arrives, before the callback id. */
export const RESULT_ROUTES: Readonly<Record<string, (call: RelayCall) => string>> = {
  chargingprofiles: ({ route }) =>
    RESULT_PATHS[
      route.method === 'PUT'
        ? 'ChargingProfileResult'
        : route.method === 'DELETE'
          ? 'ClearProfileResult'
          : 'ActiveChargingProfileResult'
    ],
  commands: ({ route, path }) => (path.command === undefined ? route.path : `/${path.command}`),
};
