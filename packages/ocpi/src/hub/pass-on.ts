import { callOverWire, type WireAnswer } from '../client/wire-call.ts';
import type { Wire } from '../exchange/codec.ts';
import { refused } from '../exchange/outcome.ts';
import { type PartyId, partyName } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import { type Answer, refusal } from '../server/answer.ts';
import type { Route } from '../server/module-definition.ts';
import { sentence } from '../server/problem-sentence.ts';
import { routingHeaders } from '../transport/routing-headers.ts';

/** One request of a hub to one platform. */
export interface Passage {
  readonly route: Route<unknown>;
  readonly url: string;
  readonly peer: Peer;
  readonly from: PartyId;
  readonly to: PartyId;
  /** Object in the model of this library, which the receiver gets in the words of its version; undefined: no body. */
  readonly body?: unknown;
  readonly correlationId: string;
}

/** What came back: the answer in the model of this library, or why there is none. */
export type Passed =
  | { readonly ok: true; readonly data: unknown; readonly answer: WireAnswer & { readonly ok: true } }
  | {
      readonly ok: false;
      readonly answer: Answer;
      /** Did the platform answer at all? undefined: it was not asked. */
      readonly reached: boolean | undefined;
    };

type Platform = Pick<OcpiPlatform, 'http' | 'randomBytes' | 'log'>;

/**
 * Sends one request on. 2xxx and 3xxx of the receiver go back as they are, the hub's own failures are 4xxx (OCPI status_codes). Objects
 * pass through the codecs of both sides: the versions may differ, and fields beyond OCPI reach only who agreed on them.
 */
export async function passOn(platform: Platform, passage: Passage): Promise<Passed> {
  const { route, peer, to, from } = passage;
  const { outboundToken: token, rawToken, allowPrivateAddresses } = peer;
  if (token === undefined || peer.version === undefined) {
    return missed(refusal(refused('receiverNotConnected', `${partyName(to)} is not connected.`)));
  }
  const wire = wireOf(peer);
  const body = passage.body === undefined ? undefined : route.body?.write(passage.body, wire);
  if (body?.ok === false) {
    const detail = sentence(`Not passed on in OCPI ${peer.version}: ${route.body?.kind}`, body.problems);
    return missed(refusal(refused('invalidParameters', detail)));
  }
  const answer = await callOverWire(platform.http, platform.randomBytes, {
    method: route.method,
    url: passage.url,
    access: { token, rawToken, allowPrivateAddresses },
    headers: routingHeaders({ from, to }),
    correlationId: passage.correlationId,
    ...(body === undefined ? {} : { body: body.value }),
  });
  if (!answer.ok) return missed(failureOf(answer, to), answer.httpStatus !== undefined);
  const data = read(route, answer.data, wire);
  if (data.ok) return { ok: true, data: data.value, answer };
  platform.log.warn({ peer: peer.id, problem: data.detail }, 'The answer of a platform cannot be passed on');
  const detail = `The answer of ${partyName(to)} cannot be passed on: ${data.detail}`;
  return missed(refusal(refused('hubFailed', detail)), true);
}

export function wireOf(peer: Peer): Wire {
  return {
    version: peer.version ?? '2.3.0',
    unitProfile: peer.unitProfile,
    agreements: peer.agreements,
  };
}

function missed(answer: Answer, reached?: boolean): Passed {
  return { ok: false, answer, reached };
}

function failureOf(answer: WireAnswer & { readonly ok: false }, to: PartyId): Answer {
  const { statusCode, httpStatus, detail } = answer;
  if (httpStatus === 401) {
    return refusal(refused('hubFailed', `${partyName(to)} does not accept the token of this hub.`));
  }
  if (statusCode !== undefined && statusCode >= 2000 && statusCode < 5000) {
    return {
      outcome: refused('clientError', detail.replace(/^\d{4} ?/, '')),
      passedOn: { statusCode },
      ...(httpStatus === undefined ? {} : { httpStatus }),
    };
  }
  const name = partyName(to);
  if (answer.error === 'timeout') {
    return refusal(refused('receiverTimeout', `${name} did not answer in time.`));
  }
  if (answer.error === 'invalid' || answer.error === 'http') {
    return refusal(refused('hubFailed', `${name} answered with something else than OCPI: ${detail}`));
  }
  return refusal(refused('receiverNotConnected', `${name} cannot be reached.`));
}

function read(
  route: Route<unknown>,
  data: unknown,
  wire: Wire,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string } {
  const { answer: codec } = route;
  if (codec === undefined) return { ok: true, value: undefined };
  if (route.list === undefined) {
    const reading = codec.read(data, wire);
    return reading.ok ? reading : { ok: false, detail: sentence(codec.kind, reading.problems) };
  }
  if (!Array.isArray(data)) return { ok: false, detail: 'data is not a list.' };
  const items: unknown[] = [];
  for (const item of data) {
    const reading = codec.read(item, wire);
    if (!reading.ok) return { ok: false, detail: sentence(codec.kind, reading.problems) };
    items.push(reading.value);
  }
  return { ok: true, value: items };
}
