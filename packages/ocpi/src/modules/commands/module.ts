import { codecOf } from '../../bridge/codecs.ts';
import type { Codec } from '../../exchange/codec.ts';
import { type Caller, done, type Outcome, refused } from '../../exchange/outcome.ts';
import { sameParty } from '../../exchange/party.ts';
import type { CommandsReceiver, CommandsSender } from '../../exchange/ports.ts';
import type { CommandResponse, CommandType, Token } from '../../model/index.ts';
import { defineModule, type Route, route } from '../../server/module-definition.ts';

const response = codecOf('CommandResponse');

/**
 * Commands, RECEIVER: the CPO side (OCPI mod_commands). The answer says whether we took the command on; what the station said follows with
 * `postResult` to `response_url`, which has passed the address guard here. A command we never heard of is NOT_SUPPORTED (OpenEnum).
 */
export const commandsReceiver = defineModule({
  id: 'commands',
  port: 'commands',
  interfaceRole: 'RECEIVER',
  paths: ['commands'],
  routes: [
    command('START_SESSION', codecOf('StartSession'), (port, caller, body) =>
      withOwnToken(caller, body.token, () => port.startSession(caller, body)),
    ),
    command('STOP_SESSION', codecOf('StopSession'), (port, caller, body) => port.stopSession(caller, body)),
    command('RESERVE_NOW', codecOf('ReserveNow'), (port, caller, body) =>
      withOwnToken(caller, body.token, () => port.reserveNow(caller, body)),
    ),
    command('CANCEL_RESERVATION', codecOf('CancelReservation'), (port, caller, body) =>
      port.cancelReservation(caller, body),
    ),
    command('UNLOCK_CONNECTOR', codecOf('UnlockConnector'), (port, caller, body) =>
      port.unlockConnector(caller, body),
    ),
    route({
      method: 'POST',
      path: '/:command',
      answer: response,
      call: async () => done<CommandResponse>({ result: 'NOT_SUPPORTED', timeout: 0 }),
    }),
  ],
});

function command<Body>(
  type: CommandType,
  body: Codec<Body>,
  call: (port: CommandsReceiver, caller: Caller, body: Body) => Promise<Outcome<CommandResponse>>,
): Route<CommandsReceiver> {
  return route({
    method: 'POST',
    path: `/${type}`,
    body,
    answer: response,
    call: (port: CommandsReceiver, caller, args) => call(port, caller, args.body),
  });
}

/** "An eMSP SHALL only use Tokens that are owned by this eMSP" (OCPI mod_commands, StartSession and ReserveNow). */
async function withOwnToken(
  caller: Caller,
  token: Token,
  act: () => Promise<Outcome<CommandResponse>>,
): Promise<Outcome<CommandResponse>> {
  const owner = { countryCode: token.country_code, partyId: token.party_id };
  if (sameParty(caller.from, owner)) return act();
  return refused(
    'invalidParameters',
    'token: belongs to another party; only tokens of the sender can be used.',
  );
}

/** Commands, SENDER: the eMSP side; the result of the station arrives bare, at the `response_url` made by `commandResponseUrl`. */
export const commandsSender = defineModule({
  id: 'commands',
  port: 'commands',
  interfaceRole: 'SENDER',
  paths: ['commands'],
  routes: [
    route({
      method: 'POST',
      path: '/:command/:callback_id',
      body: codecOf('CommandResult'),
      call: (port: CommandsSender, caller, { path, body }) =>
        port.result(caller, path.command ?? '', path.callback_id ?? '', body),
    }),
  ],
});

/** `response_url` of a command; `endpointUrl` is our SENDER endpoint, `callbackId` (at most 36 characters) tells the request. */
export function commandResponseUrl(endpointUrl: string, type: CommandType, callbackId: string): string {
  return `${endpointUrl.replace(/\/+$/, '')}/${type}/${encodeURIComponent(callbackId)}`;
}
