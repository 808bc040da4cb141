import type { TariffsReceiver, TokensReceiver } from '@smac/ocpi';
import type { Sites } from '../../../sites/index.ts';

/** Tariffs, RECEIVER: which profile types are priced, and what the driver pays. */
export function tariffPort(sites: Sites): TariffsReceiver {
  return {
    get: (caller, key) => sites.getTariff({ peerId: caller.peerId, party: key.owner }, key.id),
    put: (caller, key, tariff) => sites.putTariff({ peerId: caller.peerId, party: key.owner }, tariff),
    delete: (caller, key) => sites.deleteTariff({ peerId: caller.peerId, party: key.owner }, key.id),
  };
}

/** Tokens, RECEIVER: the default profile type of a driver (SMC_006). */
export function tokenPort(sites: Sites): TokensReceiver {
  return {
    get: (caller, key) => sites.getToken({ peerId: caller.peerId, party: key.owner }, key.uid, key.type),
    put: (caller, key, token) => sites.putToken({ peerId: caller.peerId, party: key.owner }, token),
    patch: (caller, key, patch) =>
      sites.patchToken({ peerId: caller.peerId, party: key.owner }, key.uid, key.type, patch),
  };
}
