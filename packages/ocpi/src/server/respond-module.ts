import { type Caller, refused } from '../exchange/outcome.ts';
import { sameParty } from '../exchange/party.ts';
import { readRouting } from '../transport/routing-headers.ts';
import { type Answer, refusal } from './answer.ts';
import type { Authenticated } from './authentication.ts';
import type { Exchange, Face } from './exchange-state.ts';
import { callModule } from './module-call.ts';
import { mayOwn, speakingParty } from './ownership.ts';
import { readPath } from './request-values.ts';
import type { ModuleTarget } from './router.ts';

/** Finds the route, the routing headers and the parties of a request for a module, then runs it. */
export async function respondModule(
  face: Face,
  exchange: Exchange,
  who: Authenticated,
  target: ModuleTarget,
): Promise<Answer> {
  const { platform } = face;
  const { request, head } = exchange;
  const { peer } = who;
  const routed = target.module.configuration !== true;
  const routing = routed ? readRouting(head.headers) : {};
  if ('problem' in routing) return refusal(refused('invalidParameters', routing.problem));
  if (routed) {
    exchange.answerRouting = {
      from: routing.to ?? platform.parties[0],
      ...(routing.from === undefined ? {} : { to: routing.from }),
    };
  }
  const route = target.routes.find((candidate) => candidate.method === request.method);
  if (route === undefined) {
    const allow = [...new Set(target.routes.map((candidate) => candidate.method))].join(', ');
    const detail = `${request.method.slice(0, 20)} is not defined here; use ${allow}.`;
    return refusal(refused('methodNotAllowed', detail), { Allow: allow });
  }
  const values = readPath(target.path);
  if (!values.ok) return { outcome: values };
  const { path, owner } = values.data;
  const pathOwner = route.ownership === 'anyone' ? undefined : owner;
  const from = speakingParty(peer, routing, pathOwner);
  if (!from.ok) return { outcome: from };
  const { to } = routing;
  const address = `${new URL(platform.baseUrl).origin}${head.path}`;
  if (routed && face.relay !== undefined) {
    if (pathOwner !== undefined && !mayOwn(peer, from.data, pathOwner)) {
      return refusal(
        refused('foreignParty', 'The country code and party id of the URL are not those of the sender.'),
      );
    }
    exchange.answerRouting = { ...exchange.answerRouting, to: from.data };
    return face.relay({
      target,
      route,
      peer,
      from: from.data,
      ...(to === undefined ? {} : { to }),
      path,
      pathOwner: owner,
      query: head.query,
      body: request.body,
      address,
      correlationId: head.correlationId,
    });
  }
  if (to !== undefined && !platform.parties.some((party) => sameParty(party, to))) {
    const detail = `OCPI-to names ${to.countryCode}-${to.partyId}, which is no party of this platform.`;
    return refusal(refused('invalidParameters', detail));
  }
  if (routed) exchange.answerRouting = { ...exchange.answerRouting, to: from.data };
  const caller: Caller = {
    peerId: peer.id,
    parties: peer.parties,
    from: from.data,
    ...(to === undefined ? {} : { to }),
    version: target.version,
    requestId: head.requestId,
    correlationId: head.correlationId,
  };
  const call = {
    target,
    route,
    peer,
    caller,
    path,
    pathOwner: owner,
    query: head.query,
    body: request.body,
    address,
  };
  return callModule(call, platform.ports, face.limits, platform.log);
}
