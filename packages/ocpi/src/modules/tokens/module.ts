import { codecOf } from '../../bridge/codecs.ts';
import type { Codec } from '../../exchange/codec.ts';
import type { TokenKey, TokensReceiver, TokensSender } from '../../exchange/ports.ts';
import type { LocationReferences } from '../../model/index.ts';
import { defineModule, listRoute, type RouteArgs, route } from '../../server/module-definition.ts';

const TOKEN = '/:country_code/:party_id/:token_uid';
const query = { type: { kind: 'string' } } as const;
const identity = { token_uid: 'uid', type: 'type' } as const;
const token = codecOf('Token');

/** Tokens, RECEIVER: what an eMSP pushes; the key is uid and type (OCPI mod_tokens). */
export const tokensReceiver = defineModule({
  id: 'tokens',
  port: 'tokens',
  interfaceRole: 'RECEIVER',
  paths: ['tokens'],
  routes: [
    route({
      method: 'GET',
      path: TOKEN,
      query,
      answer: token,
      call: (port: TokensReceiver, caller, args) => port.get(caller, keyOf(args)),
    }),
    route({
      method: 'PUT',
      path: TOKEN,
      query,
      identity,
      body: token,
      call: (port: TokensReceiver, caller, args) => port.put(caller, keyOf(args, args.body.type), args.body),
    }),
    route({
      method: 'PATCH',
      path: TOKEN,
      query,
      identity,
      body: token.partial,
      call: (port: TokensReceiver, caller, args) =>
        port.patch(caller, keyOf(args, args.body.type), args.body),
    }),
  ],
});

/** Tokens, SENDER: pull, and real-time authorisation (POST {token_uid}/authorize). */
export const tokensSender = defineModule({
  id: 'tokens',
  port: 'tokens',
  interfaceRole: 'SENDER',
  paths: ['tokens'],
  routes: [
    listRoute({
      method: 'GET',
      path: '',
      list: {},
      answer: token,
      call: (port: TokensSender, caller, { page }) => port.list(caller, page),
    }),
    route({
      method: 'POST',
      path: '/:token_uid/authorize',
      query,
      body: codecOf('LocationReferences') as Codec<LocationReferences | undefined>,
      bodyOptional: true,
      answer: codecOf('AuthorizationInfo'),
      call: async (port: TokensSender, caller, args) => {
        const { uid, type } = keyOf(args);
        return port.authorize?.(caller, { uid, type }, args.body);
      },
    }),
  ],
});

/** Without `?type` the type of the body counts: many platforms leave the parameter out for app users. Then RFID (OCPI default). */
function keyOf(args: Pick<RouteArgs<unknown>, 'owner' | 'path' | 'query'>, bodyType?: string): TokenKey {
  const type = args.query.type ?? bodyType ?? 'RFID';
  return { owner: args.owner, uid: args.path.token_uid ?? '', type: String(type) };
}
