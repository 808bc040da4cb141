import type { Codec, Wire } from '../exchange/codec.ts';
import { type InterfaceRole, type PartyId, sameParty } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import { sentence } from '../server/problem-sentence.ts';
import { endpointUrl } from '../transport/endpoint-url.ts';
import { peerUrlRefusal } from '../transport/peer-url.ts';
import { routingHeaders } from '../transport/routing-headers.ts';
import type { CallFailed, CallResult } from './call-result.ts';
import type { CallOptions } from './calls.ts';
import { callOverWire, failed, type WireAnswer, type WireCall } from './wire-call.ts';

/** One interface of one module of the peer. */
export interface Destination {
  readonly module: string;
  readonly role: InterfaceRole;
  /** Configuration modules carry no routing headers. */
  readonly configuration?: true;
}

export interface LineCall<Body, Answer> {
  readonly method: WireCall['method'];
  readonly segments: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Owner of the object; speaks unless the caller says otherwise. */
  readonly owner?: PartyId;
  readonly body?: { readonly codec: Codec<Body>; readonly value: Body };
  /** Absent: `data` of the answer is ignored. */
  readonly answer?: Codec<Answer>;
}

/** Everything a call needs to know about the peer at this moment. */
export interface Connection {
  readonly peer: Peer;
  readonly wire: Wire;
  readonly endpoint: string;
  /** One request to an address below the endpoint (or of a following page). */
  send(
    call: Pick<WireCall, 'method' | 'url' | 'body'>,
    options?: CallOptions,
    owner?: PartyId,
  ): Promise<WireAnswer>;
}

/** The line to one peer: finds the endpoint, writes and reads objects in the words of the peer's version. */
export interface Line {
  call<Body, Answer>(
    to: Destination,
    call: LineCall<Body, Answer>,
    options?: CallOptions,
  ): Promise<CallResult<Answer>>;
  connect(to: Destination): Promise<Connection | CallFailed>;
  stillAlive(): Promise<CallResult<undefined>>;
  /** GET of an address that the peer named. */
  getAt<T>(url: string, codec: Codec<T>, options?: CallOptions): Promise<CallResult<T>>;
  post<T>(url: string, codec: Codec<T>, value: T, options?: CallOptions): Promise<CallResult<undefined>>;
}

export function openLine(platform: OcpiPlatform, peerId: string): Line {
  const connect = async (to: Destination): Promise<Connection | CallFailed> => {
    const peer = await platform.peers.byId(peerId);
    if (peer === undefined || peer.state !== 'REGISTERED' || peer.version === undefined) {
      return failed('no-endpoint', 'The peer is not registered.');
    }
    const endpoint = findEndpoint(peer, to);
    if (endpoint === undefined) {
      return failed('no-endpoint', `The peer offers no ${to.module} as ${to.role}.`);
    }
    return connection(platform, peer, endpoint, to.configuration === true);
  };
  return {
    connect,
    async call(to, call, options) {
      const line = await connect(to);
      if ('error' in line) return line;
      const url = endpointUrl(line.endpoint, call.segments, call.query);
      const body = call.body?.codec.write(call.body.value, line.wire);
      if (body?.ok === false) {
        return failed('invalid', sentence(`Not sent: ${call.body?.codec.kind}`, body.problems));
      }
      const request = { method: call.method, url, ...(body === undefined ? {} : { body: body.value }) };
      return readAnswer(await line.send(request, options, call.owner), call.answer, line.wire);
    },
    async stillAlive() {
      const peer = await platform.peers.byId(peerId);
      if (peer?.versionsUrl === undefined) return failed('no-endpoint', 'The peer is not registered.');
      const line = connection(platform, peer, peer.versionsUrl, true);
      if ('error' in line) return line;
      const answer = await line.send({ method: 'GET', url: peer.versionsUrl });
      return readAnswer<undefined>(answer, undefined, line.wire);
    },
    async getAt(url, codec, options) {
      const peer = await platform.peers.byId(peerId);
      if (peer?.version === undefined) return failed('no-endpoint', 'The peer is not registered.');
      const refusal = peerUrlRefusal(url, peer);
      if (refusal !== undefined) return failed('address', `The address ${refusal}.`);
      const line = connection(platform, peer, url, false);
      if ('error' in line) return line;
      return readAnswer(await line.send({ method: 'GET', url }, options), codec, line.wire);
    },
    async post(url, codec, value, options) {
      const peer = await platform.peers.byId(peerId);
      if (peer?.version === undefined) return failed('no-endpoint', 'The peer is not registered.');
      const refusal = peerUrlRefusal(url, peer);
      if (refusal !== undefined) return failed('address', `The response_url ${refusal}.`);
      const line = connection(platform, peer, url, false);
      if ('error' in line) return line;
      const body = codec.write(value, line.wire);
      if (!body.ok) return failed('invalid', sentence(`Not sent: ${codec.kind}`, body.problems));
      const answer = await line.send({ method: 'POST', url, body: body.value }, options);
      return readAnswer<undefined>(answer, undefined, line.wire);
    },
  };
}

/** By module id and by role: a module may be offered in both (OCPI version_information_endpoint, Endpoint). */
export function findEndpoint(peer: Peer, to: Destination): string | undefined {
  const suffix = `-${to.module}`;
  return peer.endpoints.find(({ identifier, role }) => {
    const id = identifier.toLowerCase();
    return role === to.role && (id === to.module || id.endsWith(suffix));
  })?.url;
}

function connection(
  platform: OcpiPlatform,
  peer: Peer,
  endpoint: string,
  configuration: boolean,
): Connection | CallFailed {
  const { outboundToken: token, version, rawToken, allowPrivateAddresses } = peer;
  if (token === undefined || version === undefined) {
    return failed('no-endpoint', 'The peer is not registered.');
  }
  return {
    peer,
    endpoint,
    wire: { version, unitProfile: peer.unitProfile, agreements: peer.agreements },
    send(call, options = {}, owner) {
      const own = owner && platform.parties.find((party) => sameParty(party, owner));
      const from = options.from ?? own ?? platform.parties[0];
      const to = options.to ?? peer.parties[0];
      return callOverWire(platform.http, platform.randomBytes, {
        ...call,
        access: { token, rawToken, allowPrivateAddresses },
        headers: configuration ? {} : routingHeaders({ from, ...(to === undefined ? {} : { to }) }),
        ...(options.correlationId === undefined ? {} : { correlationId: options.correlationId }),
      });
    },
  };
}

function readAnswer<T>(answer: WireAnswer, codec: Codec<T> | undefined, wire: Wire): CallResult<T> {
  if (!answer.ok) return answer;
  const { httpStatus, statusCode, warnings } = answer;
  const location = answer.headers.location === undefined ? {} : { location: answer.headers.location };
  if (codec === undefined) {
    return { ok: true, data: undefined as T, httpStatus, statusCode, warnings, ...location };
  }
  const reading = codec.read(answer.data, wire);
  if (!reading.ok)
    return failed('invalid', sentence(codec.kind, reading.problems), { httpStatus, statusCode });
  const data = reading.value;
  return { ok: true, data, httpStatus, statusCode, warnings: [...warnings, ...reading.warnings] };
}
