import type { ObjectCodec } from '../exchange/codec.ts';
import type { HubClientInfoReceiver, HubClientInfoSender } from '../exchange/ports.ts';
import type { ClientInfo } from '../model/index.ts';
import { defineModule, listRoute, type ModuleDefinition, route } from '../server/module-definition.ts';

/** HubClientInfo, both interfaces (OCPI mod_hub_client_info): a configuration module, never routed through a hub. */
export function hubClientInfoModules(clientInfo: ObjectCodec<ClientInfo>): readonly ModuleDefinition[] {
  return [
    defineModule({
      id: 'hubclientinfo',
      port: 'hubclientinfo',
      interfaceRole: 'RECEIVER',
      paths: ['hubclientinfo'],
      configuration: true,
      routes: [
        route({
          method: 'GET',
          path: '/:country_code/:party_id',
          ownership: 'anyone',
          answer: clientInfo,
          call: (port: HubClientInfoReceiver, caller, { owner }) => port.get(caller, owner),
        }),
        route({
          method: 'PUT',
          path: '/:country_code/:party_id',
          ownership: 'anyone',
          body: clientInfo,
          call: (port: HubClientInfoReceiver, caller, { owner, body }) => port.put(caller, owner, body),
        }),
      ],
    }),
    defineModule({
      id: 'hubclientinfo',
      port: 'hubclientinfo',
      interfaceRole: 'SENDER',
      paths: ['hubclientinfo'],
      configuration: true,
      routes: [
        listRoute({
          method: 'GET',
          path: '',
          list: {},
          answer: clientInfo,
          call: (port: HubClientInfoSender, caller, { page }) => port.list(caller, page),
        }),
      ],
    }),
  ];
}
