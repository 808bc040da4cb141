import { codecOf } from '../../bridge/codecs.ts';
import type { TariffsReceiver, TariffsSender } from '../../exchange/ports.ts';
import { defineModule, listRoute, route } from '../../server/module-definition.ts';
import { objectKey } from '../object-key.ts';

const TARIFF = '/:country_code/:party_id/:tariff_id';
const tariff = codecOf('Tariff');

/** Tariffs, RECEIVER: PUT and DELETE, no PATCH (OCPI mod_tariffs). */
export const tariffsReceiver = defineModule({
  id: 'tariffs',
  port: 'tariffs',
  interfaceRole: 'RECEIVER',
  paths: ['tariffs'],
  routes: [
    route({
      method: 'GET',
      path: TARIFF,
      answer: tariff,
      call: (port: TariffsReceiver, caller, args) => port.get(caller, objectKey(args, 'tariff_id')),
    }),
    route({
      method: 'PUT',
      path: TARIFF,
      identity: { tariff_id: 'id' },
      body: tariff,
      call: (port: TariffsReceiver, caller, args) =>
        port.put(caller, objectKey(args, 'tariff_id'), args.body),
    }),
    route({
      method: 'DELETE',
      path: TARIFF,
      call: (port: TariffsReceiver, caller, args) => port.delete(caller, objectKey(args, 'tariff_id')),
    }),
  ],
});

/** Tariffs, SENDER: pull. */
export const tariffsSender = defineModule({
  id: 'tariffs',
  port: 'tariffs',
  interfaceRole: 'SENDER',
  paths: ['tariffs'],
  routes: [
    listRoute({
      method: 'GET',
      path: '',
      list: {},
      answer: tariff,
      call: (port: TariffsSender, caller, { page }) => port.list(caller, page),
    }),
  ],
});
