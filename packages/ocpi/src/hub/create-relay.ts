import { type Outcome, refused } from '../exchange/outcome.ts';
import { type PartyId, partyName } from '../exchange/party.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import { type Answer, refusal } from '../server/answer.ts';
import { sentence } from '../server/problem-sentence.ts';
import type { Relay, RelayCall } from '../server/relay-contract.ts';
import { responseUrlRefusal } from '../server/request-values.ts';
import { endpointUrl } from '../transport/endpoint-url.ts';
import { nextLink, pageHeaders, readPage } from '../transport/paging.ts';
import { routingHeaders } from '../transport/routing-headers.ts';
import { ownEndpoint } from '../versions/offer.ts';
import { readAll } from './all-lists.ts';
import { Callbacks } from './callbacks.ts';
import { type Destination, type Way, wayOf } from './destinations.ts';
import { type Passed, passOn, wireOf } from './pass-on.ts';
import { readRelayed } from './relayed-body.ts';
import { headersOf } from './relayed-headers.ts';
import { RESULT_ROUTES } from './result-routes.ts';

export interface RelayOptions {
  /** A platform answered (`true`) or could not be reached. */
  readonly onContact?: (peerId: string, answered: boolean) => void;
  /** Deepest nesting of a body, default 32. */
  readonly maxDepth?: number;
  /** Largest page of a list that is put together of several, default 1,000. */
  readonly maxPageSize?: number;
}

/** What makes a platform a hub (OCPI transport_and_format, Message Routing): requests for functional modules go on to whom OCPI-to names. */
export function createRelay(platform: OcpiPlatform, options: RelayOptions = {}): Relay {
  const hub: PartyId = platform.hubParty ?? platform.parties[0];
  const callbacks = new Callbacks(platform.clock, platform.randomBytes);
  const maxPageSize = options.maxPageSize ?? 1_000;

  return async (call) => {
    const body = readRelayed(call, options.maxDepth ?? 32);
    if (!body.ok) return { outcome: body };
    const { callback_id: callbackId } = call.path;
    if (callbackId !== undefined) return deliver(call, callbackId, body.data);
    const way = wayOf(call, await platform.peers.list(), hub);
    if (!way.ok) return { outcome: way };
    const units = unitsDiffer(call, way.data);
    if (units !== undefined) return refusal(refused('hubFailed', units));
    switch (way.data.kind) {
      case 'direct':
        return direct(call, way.data.destination, body.data);
      case 'broadcast':
        return broadcast(call, way.data.destinations, body.data);
      default:
        return all(call, way.data.destinations);
    }
  };

  async function send(
    call: RelayCall,
    destination: Destination,
    from: PartyId,
    body: unknown,
    query: Readonly<Record<string, string>> = queryOf(call),
  ): Promise<Passed> {
    const { peer, party: to, endpoint } = destination;
    const answerTo = responseUrlOf(call, body);
    const instead = answerTo === undefined ? undefined : callbackUrl(call, destination, answerTo);
    const passed = await passOn(platform, {
      route: call.route,
      url: endpointUrl(
        endpoint,
        segmentsOf(call),
        instead && query.response_url !== undefined ? { ...query, response_url: instead } : query,
      ),
      peer,
      from,
      to,
      ...(body === undefined
        ? {}
        : { body: instead && hasResponseUrl(body) ? { ...body, response_url: instead } : body }),
      correlationId: call.correlationId,
    });
    noteContact(peer.id, passed);
    return passed;
  }

  /** What could not be written for a platform says nothing about whether it is there. */
  function noteContact(peerId: string, passed: Passed): void {
    const answered = passed.ok || passed.reached;
    if (answered !== undefined) options.onContact?.(peerId, answered);
  }

  async function direct(call: RelayCall, destination: Destination, body: unknown): Promise<Answer> {
    const passed = await send(call, destination, call.from, body);
    // Who asked without naming a receiver learns who it was (OCPI transport_and_format, Open Routing).
    const speaker = routingHeaders({ from: destination.party });
    const answer = passed.ok ? brought(call, passed, destination.endpoint) : passed.answer;
    return { ...answer, headers: { ...speaker, ...answer.headers } };
  }

  /** Told to everybody at once; acknowledged only when all have it, so that who sends can send again. */
  async function broadcast(
    call: RelayCall,
    destinations: readonly Destination[],
    body: unknown,
  ): Promise<Answer> {
    const all = await Promise.all(destinations.map((destination) => send(call, destination, hub, body)));
    const missing = destinations.filter((_, index) => all[index]?.ok === false);
    if (missing.length === 0) return { outcome: { ok: true, data: undefined } };
    const names = missing.slice(0, 10).map(({ party }) => partyName(party));
    const detail = `${missing.length} of ${destinations.length} did not take it: ${names.join(', ')}. Send it again.`;
    return refusal(refused('hubFailed', detail));
  }

  async function all(call: RelayCall, destinations: readonly Destination[]): Promise<Answer> {
    const page = readPage(call.query, maxPageSize, call.route.list?.dateFromRequired === true);
    if (!page.ok) return { outcome: page };
    const found = await readAll(destinations, page.data, async (destination, offset, limit) => {
      const query = { ...queryOf(call), offset: String(offset), limit: String(limit) };
      const passed = await send(call, destination, call.from, undefined, query);
      if (!passed.ok) return { ok: false, answer: passed.answer };
      const items = passed.data as readonly unknown[];
      return { ok: true, items, totalCount: totalOf(passed.answer.headers, offset + items.length) };
    });
    if (found.ok === 'failed') return found.answer;
    if (!found.ok) return { outcome: found };
    const { items, totalCount } = found.data;
    const headers = pageHeaders(call.address, call.query, page.data, items.length, totalCount, maxPageSize);
    const data = writeAnswer(call, items);
    return data.ok ? { outcome: data, headers } : { outcome: data };
  }

  /** A result for a request that went through this hub. */
  async function deliver(call: RelayCall, callbackId: string, body: unknown): Promise<Answer> {
    const callback = callbacks.find(callbackId, call.peer.id, call.from);
    const peer = callback && (await platform.peers.byId(callback.peerId));
    if (callback === undefined || peer?.state !== 'REGISTERED') {
      return refusal(refused('unknownObject', 'No request of yours waits for a result at this address.'));
    }
    const { url, party: to } = callback;
    // Registered anew since it asked, perhaps elsewhere.
    const elsewhere = responseUrlRefusal({ response_url: url }, peer);
    if (elsewhere !== undefined) return refusal(refused('receiverNotConnected', elsewhere));
    const { route, from, correlationId } = call;
    const passed = await passOn(platform, { route, url, peer, from, to, body, correlationId });
    noteContact(peer.id, passed);
    if (!passed.ok) return passed.answer;
    callbacks.forget(callbackId);
    return { outcome: { ok: true, data: undefined } };
  }

  function callbackUrl(call: RelayCall, { peer, party }: Destination, url: string): string {
    const id = callbacks.keep({
      peerId: call.peer.id,
      party: call.from,
      url,
      answererId: peer.id,
      answerer: party,
    });
    const { module } = call.target;
    const endpoint = ownEndpoint(platform, peer.version ?? call.target.version, module.port, 'SENDER');
    return `${endpoint}${RESULT_ROUTES[module.id]?.(call) ?? ''}/${id}`;
  }

  function brought(
    call: RelayCall,
    { data, answer }: Passed & { readonly ok: true },
    endpoint: string,
  ): Answer {
    const written = writeAnswer(call, data);
    if (!written.ok) return { outcome: written };
    return {
      outcome: written,
      // Always with an envelope, which an empty answer (204) could not have.
      httpStatus: answer.httpStatus === 201 ? 201 : 200,
      passedOn: { statusCode: answer.statusCode },
      headers: headersOf(call, answer.headers, endpoint),
    };
  }

  function writeAnswer(call: RelayCall, data: unknown): Outcome<unknown> {
    const codec = call.route.answer;
    if (codec === undefined) return { ok: true, data: undefined };
    const wire = { ...wireOf(call.peer), version: call.target.version };
    const written: unknown[] = [];
    for (const item of call.route.list === undefined ? [data] : (data as readonly unknown[])) {
      const writing = codec.write(item, wire);
      if (!writing.ok) {
        const detail = sentence(
          `The answer does not go into OCPI ${call.target.version}: ${codec.kind}`,
          writing.problems,
        );
        return refused('hubFailed', detail);
      }
      written.push(writing.value);
    }
    return { ok: true, data: call.route.list === undefined ? written[0] : written };
  }
}

/** How many objects a list has; who does not say so has what it sent so far, and one more where it names a next page. */
function totalOf(headers: Readonly<Record<string, string>>, sofar: number): number {
  const { 'x-total-count': total = '', link } = headers;
  if (/^\d{1,15}$/.test(total)) return Number(total);
  return sofar + (nextLink(link) === undefined ? 0 : 1);
}

function hasResponseUrl(body: unknown): body is { readonly response_url: string } {
  return typeof body === 'object' && body !== null && 'response_url' in body;
}

function responseUrlOf(call: RelayCall, body: unknown): string | undefined {
  return hasResponseUrl(body) ? body.response_url : queryOf(call).response_url;
}

/**
 * The query as it was checked: of a name that comes twice the first value, and an address for results only where the route has one, so
 * that nothing travels beside the checks.
 */
function queryOf({ query, route }: RelayCall): Readonly<Record<string, string>> {
  const { response_url: resultsTo, ...first } = Object.fromEntries([...query].reverse());
  return resultsTo === undefined || route.query?.response_url === undefined
    ? first
    : { ...first, response_url: resultsTo };
}

function segmentsOf({ route, path }: RelayCall): string[] {
  if (route.path === '') return [];
  return route.path
    .slice(1)
    .split('/')
    .map((part) => (part.startsWith(':') ? (path[part.slice(1)] ?? '') : part));
}

/** Numbers of SmartChargingOptimisation travel in the units that were agreed with each side (X2); a hub does not convert them. */
function unitsDiffer(call: RelayCall, way: Way): string | undefined {
  if (call.target.module.byAgreement !== true) return undefined;
  const destinations = way.kind === 'direct' ? [way.destination] : way.destinations;
  const other = destinations.find(({ peer }) => peer.unitProfile !== call.peer.unitProfile);
  return (
    other &&
    `${partyName(other.party)} uses other units for ${call.target.module.id}; agree on the same at the hub.`
  );
}
