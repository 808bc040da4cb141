import { codecOf } from '../bridge/codecs.ts';
import { type Outcome, refused } from '../exchange/outcome.ts';
import type { OcpiVersion } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import type { Credentials } from '../model/index.ts';
import type { Answer } from '../server/answer.ts';
import { refusal } from '../server/answer.ts';
import type { Authenticated } from '../server/authentication.ts';
import { sentence } from '../server/problem-sentence.ts';
import { readJson } from '../transport/strict-json.ts';
import { hashToken, makeToken } from '../transport/token.ts';
import { discover } from '../versions/discovery.ts';
import { hubOf, mayBeHub, ownCredentials, partiesOf, partyConflict } from './own-credentials.ts';

/** A request for the credentials module of one version. */
export interface CredentialsCall {
  readonly method: string;
  readonly version: OcpiVersion;
  readonly who: Authenticated;
  readonly body: Uint8Array | string;
  readonly maxDepth: number;
}

const CREDENTIALS = codecOf('Credentials');

/** The credentials module, server side (OCPI 2.2.1 / 2.3.0 credentials). */
export async function answerCredentials(platform: OcpiPlatform, call: CredentialsCall): Promise<Answer> {
  const invited = call.who.token.use === 'invite';
  switch (call.method) {
    case 'GET':
      // The token is stored as a hash only, but the caller has just shown it.
      return { outcome: written(platform, call, call.who.presented) };
    case 'POST':
      if (!invited) return wrongState('GET, PUT, DELETE', 'already registered; use PUT to update');
      return { outcome: await accept(platform, call) };
    case 'PUT':
      if (invited) return wrongState('GET, POST', 'not registered yet; use POST');
      return { outcome: await accept(platform, call) };
    case 'DELETE':
      if (invited) return wrongState('GET, POST', 'not registered');
      return { outcome: await endRegistration(platform, call.who.peer) };
    default:
      return refusal(refused('methodNotAllowed', 'credentials knows GET, POST, PUT and DELETE.'), {
        Allow: 'GET, POST, PUT, DELETE',
      });
  }
}

function wrongState(allow: string, why: string): Answer {
  return refusal(refused('methodNotAllowed', `This platform is ${why}.`), { Allow: allow });
}

/** POST and PUT: reads what the client offers with the token it sent, then issues a new token and forgets every old one. */
async function accept(platform: OcpiPlatform, call: CredentialsCall): Promise<Outcome<unknown>> {
  const { peer } = call.who;
  const json = readJson(call.body, call.maxDepth);
  if (!json.ok) return refused('malformedJson', json.detail);
  const wire = { version: call.version, unitProfile: peer.unitProfile, agreements: peer.agreements };
  const reading = CREDENTIALS.read(json.value, wire);
  if (!reading.ok) return refused('invalidParameters', sentence('Credentials', reading.problems));
  const credentials = reading.value;
  const conflict = partyConflict(partiesOf(credentials), peer, await platform.peers.list());
  if (conflict !== undefined) return refused('invalidParameters', conflict);
  const access = {
    token: credentials.token,
    rawToken: peer.rawToken,
    allowPrivateAddresses: peer.allowPrivateAddresses,
  };
  const discovery = await discover(platform, credentials.url, access, call.version);
  if (!discovery.ok) return refused(discovery.error, discovery.detail);

  const token = makeToken(platform.randomBytes);
  const registered = registeredPeer(peer, credentials, platform.clock.now(), {
    version: discovery.found.version,
    endpoints: discovery.found.endpoints,
    // A handshake of our own that is under way at the same moment must still find its token.
    inboundTokens: [
      { hash: hashToken(token), use: 'regular' },
      ...peer.inboundTokens.filter((known) => known.use === 'handshake'),
    ],
  });
  const answer = written(platform, call, token);
  if (!answer.ok) return answer;
  if (!(await platform.peers.save(registered, peer))) {
    return refused('unauthorized', 'The token was used by another request in the meantime.');
  }
  platform.log.info(
    { peer: peer.id, version: registered.version, parties: registered.parties.length, method: call.method },
    'A platform registered',
  );
  return answer;
}

function written(platform: OcpiPlatform, call: CredentialsCall, token: string): Outcome<unknown> {
  const { peer } = call.who;
  const writing = CREDENTIALS.write(ownCredentials(platform, token), {
    version: call.version,
    unitProfile: peer.unitProfile,
    agreements: peer.agreements,
  });
  if (writing.ok) return { ok: true, data: writing.value };
  platform.log.error({ problems: writing.problems }, 'Defect: our own credentials break their schema');
  return refused('serverError', 'Our credentials cannot be sent; the defect was logged.');
}

/** A peer after a successful POST or PUT, on either side. */
export function registeredPeer(
  peer: Peer,
  credentials: Credentials,
  nowMs: number,
  news: Pick<Peer, 'version' | 'endpoints' | 'inboundTokens'>,
): Peer {
  const hubParty = mayBeHub(peer) ? hubOf(credentials) : undefined;
  return {
    ...peer,
    ...news,
    state: 'REGISTERED',
    outboundToken: credentials.token,
    versionsUrl: credentials.url,
    parties: partiesOf(credentials),
    ...(hubParty === undefined ? {} : { hubParty }),
    updatedMs: nowMs,
  };
}

/** DELETE: neither side can use its token any more; the peer stays known, to be invited again. */
async function endRegistration(platform: OcpiPlatform, peer: Peer): Promise<Outcome<undefined>> {
  await platform.peers.save(suspended(peer, platform.clock.now()));
  platform.log.info({ peer: peer.id }, 'A platform ended its registration');
  return { ok: true, data: undefined };
}

/** A peer without any token. */
export function suspended(peer: Peer, nowMs: number): Peer {
  const { outboundToken: _, ...rest } = peer;
  return { ...rest, state: 'SUSPENDED', inboundTokens: [], endpoints: [], updatedMs: nowMs };
}
