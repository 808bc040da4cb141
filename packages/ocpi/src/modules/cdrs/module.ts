import { codecOf } from '../../bridge/codecs.ts';
import type { CdrsReceiver, CdrsSender } from '../../exchange/ports.ts';
import { defineModule, listRoute, route } from '../../server/module-definition.ts';
import { objectKey } from '../object-key.ts';

const cdr = codecOf('Cdr');

/**
 * CDRs, RECEIVER: POST and GET, nothing else: a CDR cannot be changed (OCPI mod_cdrs). The answer to a POST says in `Location` where the
 * CDR can be read; that address is ours to define.
 */
export const cdrsReceiver = defineModule({
  id: 'cdrs',
  port: 'cdrs',
  interfaceRole: 'RECEIVER',
  paths: ['cdrs'],
  routes: [
    route({
      method: 'POST',
      path: '',
      ownership: 'body',
      body: cdr,
      call: async (port: CdrsReceiver, caller, { body }) => {
        const outcome = await port.post(caller, body);
        if (!outcome.ok) return outcome;
        return { ...outcome, location: [body.country_code, body.party_id, body.id] };
      },
    }),
    route({
      method: 'GET',
      path: '/:country_code/:party_id/:cdr_id',
      answer: cdr,
      call: (port: CdrsReceiver, caller, args) => port.get(caller, objectKey(args, 'cdr_id')),
    }),
  ],
});

/** CDRs, SENDER: pull. */
export const cdrsSender = defineModule({
  id: 'cdrs',
  port: 'cdrs',
  interfaceRole: 'SENDER',
  paths: ['cdrs'],
  routes: [
    listRoute({
      method: 'GET',
      path: '',
      list: {},
      answer: cdr,
      call: (port: CdrsSender, caller, { page }) => port.list(caller, page),
    }),
  ],
});
