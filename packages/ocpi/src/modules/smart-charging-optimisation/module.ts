import { codecOf } from '../../bridge/codecs.ts';
import type { OptimisationReceiver, OptimisationSender } from '../../exchange/ports.ts';
import { defineModule, listRoute, type ModuleDefinition, route } from '../../server/module-definition.ts';
import { objectKey } from '../object-key.ts';

/** Identifier without prefix; OCPI advises `<country code><party id>-name` for custom modules, so a prefix can be put before it (X1). */
export const OPTIMISATION_MODULE = 'smartchargingoptimisation';

/** D4.2 writes the path in two ways and OCPI a third; all lead to the same handler, the first is advertised (X1). */
export const OPTIMISATION_PATHS = [OPTIMISATION_MODULE, 'smartChargingOptimisation', 'optimisation'] as const;

const OBJECT = '/:country_code/:party_id/:optimisation_id';
const optimisation = codecOf('ScOptimisation');

/**
 * SmartChargingOptimisation, both interfaces (D4.2 tables 8 to 16), for peers with an agreement only. `prefix` is the country code and party
 * id of the operator that owns the module's name, e.g. `nltnm`; absent = none.
 */
export function optimisationModules(prefix?: string): readonly [ModuleDefinition, ModuleDefinition] {
  const shared = {
    id: prefix === undefined ? OPTIMISATION_MODULE : `${prefix.toLowerCase()}-${OPTIMISATION_MODULE}`,
    port: 'smartchargingoptimisation',
    paths: OPTIMISATION_PATHS,
    byAgreement: true,
  } as const;
  const receiver = defineModule({
    ...shared,
    interfaceRole: 'RECEIVER',
    routes: [
      route({
        method: 'GET',
        path: OBJECT,
        answer: optimisation,
        call: (port: OptimisationReceiver, caller, args) =>
          port.get(caller, objectKey(args, 'optimisation_id')),
      }),
      route({
        method: 'PUT',
        path: OBJECT,
        identity: { optimisation_id: 'id' },
        body: optimisation,
        call: (port: OptimisationReceiver, caller, args) =>
          port.put(caller, objectKey(args, 'optimisation_id'), args.body),
      }),
      route({
        method: 'PATCH',
        path: OBJECT,
        identity: { optimisation_id: 'id' },
        body: optimisation.partial,
        call: (port: OptimisationReceiver, caller, args) =>
          port.patch(caller, objectKey(args, 'optimisation_id'), args.body),
      }),
      route({
        method: 'DELETE',
        path: OBJECT,
        call: (port: OptimisationReceiver, caller, args) =>
          port.delete(caller, objectKey(args, 'optimisation_id')),
      }),
    ],
  });
  const sender = defineModule({
    ...shared,
    interfaceRole: 'SENDER',
    routes: [
      listRoute({
        method: 'GET',
        path: '',
        list: {},
        answer: optimisation,
        call: (port: OptimisationSender, caller, { page }) => port.list(caller, page),
      }),
    ],
  });
  return [receiver, sender];
}
