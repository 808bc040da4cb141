import type { Wire } from '../exchange/codec.ts';
import { type Caller, type Outcome, refused } from '../exchange/outcome.ts';
import type { PartyId } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import type { OcpiPorts, Page, PageRequest } from '../exchange/ports.ts';
import type { Log } from '../exchange/surroundings.ts';
import { pageHeaders, readPage } from '../transport/paging.ts';
import { readJson } from '../transport/strict-json.ts';
import type { Answer } from './answer.ts';
import { refusal } from './answer.ts';
import type { OcpiLimits } from './handler-contract.ts';
import type { Route } from './module-definition.ts';
import { bodyRefusal, mayOwn } from './ownership.ts';
import { sentence } from './problem-sentence.ts';
import { readQuery, responseUrlRefusal } from './request-values.ts';
import type { ModuleTarget } from './router.ts';

/** A request for a module after token, headers and path were understood. */
export interface ModuleCall {
  readonly target: ModuleTarget;
  readonly route: Route<unknown>;
  readonly peer: Peer;
  readonly caller: Caller;
  /** Decoded path variables; the owner is kept apart, in upper case. */
  readonly path: Readonly<Record<string, string>>;
  readonly pathOwner: PartyId | undefined;
  readonly query: URLSearchParams;
  readonly body: Uint8Array | string;
  /** Absolute address of this very resource, without query. */
  readonly address: string;
}

const NO_PAGE: PageRequest = { offset: 0, limit: 1 };

/** Runs one route: ownership, query, body, port, and the answer in the words of the peer's version. */
export async function callModule(
  call: ModuleCall,
  ports: OcpiPorts,
  limits: OcpiLimits,
  log: Log,
): Promise<Answer> {
  const { route, caller, peer, pathOwner } = call;
  const wire = wireOf(peer, caller);
  if (pathOwner !== undefined && route.ownership !== 'anyone' && !mayOwn(peer, caller.from, pathOwner)) {
    return refusal(
      refused('foreignParty', 'The country code and party id of the URL are not those of the sender.'),
    );
  }
  const query = readQuery(route.query ?? {}, call.query, peer);
  if (!query.ok) return { outcome: query };
  const page = route.list
    ? readPage(call.query, limits.maxPageSize, route.list.dateFromRequired === true)
    : undefined;
  if (page !== undefined && !page.ok) return { outcome: page };
  const body = readBody(call, wire, limits, query.data, log);
  if (!body.ok) return { outcome: body };

  const port = portOf(ports, call);
  const outcome = await route.call(port, caller, {
    path: call.path,
    owner: pathOwner ?? caller.from,
    query: query.data,
    body: body.data,
    page: page?.data ?? NO_PAGE,
  });
  if (outcome === undefined) {
    return refusal(refused('methodNotAllowed', 'This platform does not offer this function.'), { Allow: '' });
  }
  if (!outcome.ok) return { outcome };
  if (outcome.location !== undefined) {
    const location = [call.address.replace(/\/$/, ''), ...outcome.location.map(encodeURIComponent)].join('/');
    return { outcome: writeAnswer(route, outcome, wire, log), headers: { Location: location } };
  }
  if (page !== undefined)
    return listAnswer(call, outcome.data as Page<unknown>, page.data, wire, limits, log);
  return { outcome: writeAnswer(route, outcome, wire, log) };
}

function wireOf(peer: Peer, caller: Caller): Wire {
  return { version: caller.version, unitProfile: peer.unitProfile, agreements: peer.agreements };
}

function portOf(ports: OcpiPorts, call: ModuleCall): unknown {
  const module: Readonly<Record<string, unknown>> | undefined = ports[call.target.module.port];
  return module?.[call.target.module.interfaceRole.toLowerCase()];
}

function readBody(
  call: ModuleCall,
  wire: Wire,
  limits: OcpiLimits,
  query: Readonly<Record<string, string | number | undefined>>,
  log: Log,
): Outcome<unknown> {
  const { route, peer, caller } = call;
  if (route.body === undefined) return { ok: true, data: undefined };
  if (route.bodyOptional === true && call.body.length === 0) return { ok: true, data: undefined };
  const json = readJson(call.body, limits.maxDepth);
  if (!json.ok) return refused('malformedJson', json.detail);
  const reading = route.body.read(json.value, wire);
  if (!reading.ok) return refused('invalidParameters', sentence(route.body.kind, reading.problems));
  if (reading.warnings.length > 0) {
    log.warn(
      { peer: peer.id, kind: route.body.kind, warnings: reading.warnings, requestId: caller.requestId },
      'Accepted an object that departs from OCPI',
    );
  }
  const { from } = caller;
  const refusal = bodyRefusal({ ...call, from, query }, reading.value);
  if (refusal !== undefined) return refusal;
  const url = responseUrlRefusal(reading.value, peer);
  if (url !== undefined) return refused('invalidParameters', url);
  return { ok: true, data: reading.value };
}

function writeAnswer(
  route: Route<unknown>,
  outcome: Outcome<unknown> & { readonly ok: true },
  wire: Wire,
  log: Log,
): Outcome<unknown> {
  const created = outcome.created === undefined ? {} : { created: outcome.created };
  if (route.answer === undefined) return { ok: true, data: undefined, ...created };
  const written = route.answer.write(outcome.data, wire);
  if (written.ok) return { ok: true, data: written.value, ...created };
  log.error(
    { kind: route.answer.kind, problems: written.problems },
    'Defect: an answer of ours breaks its own schema and was not sent',
  );
  return refused('serverError', `The ${route.answer.kind} cannot be sent; the defect was logged.`);
}

function listAnswer(
  call: ModuleCall,
  found: Page<unknown>,
  page: PageRequest,
  wire: Wire,
  limits: OcpiLimits,
  log: Log,
): Answer {
  const items: unknown[] = [];
  for (const item of found.items) {
    const written = writeAnswer(call.route, { ok: true, data: item }, wire, log);
    if (!written.ok) return { outcome: written };
    items.push(written.data);
  }
  return {
    outcome: { ok: true, data: items },
    headers: pageHeaders(call.address, call.query, page, items.length, found.totalCount, limits.maxPageSize),
  };
}
