import { codecOf } from '../bridge/codecs.ts';
import type { CallFailed, CallResult } from '../client/call-result.ts';
import { callOverWire, failed } from '../client/wire-call.ts';
import type { InboundToken, Peer } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import { sentence } from '../server/problem-sentence.ts';
import { hashToken, makeToken } from '../transport/token.ts';
import { discover } from '../versions/discovery.ts';
import { registeredPeer } from './endpoint.ts';
import { ownCredentials, partiesOf, partyConflict } from './own-credentials.ts';

/** A handshake that takes longer than this is dead. */
const HANDSHAKE_MS = 10 * 60_000;

const CREDENTIALS = codecOf('Credentials');

/**
 * The client's side of POST and PUT credentials: discovers the peer, hands out a new token that can read versions meanwhile, and
 * takes the token of the answer. What others changed at the peer in the meantime (a PUT of the peer, an operator) is kept.
 */
export async function exchangeCredentials(
  platform: OcpiPlatform,
  before: Peer,
  method: 'POST' | 'PUT',
  presented: string,
): Promise<CallResult<Peer>> {
  const { rawToken, allowPrivateAddresses } = before;
  const access = { token: presented, rawToken, allowPrivateAddresses };
  const discovery = await discover(platform, before.versionsUrl ?? '', access);
  if (!discovery.ok) return discovery.call ?? failed('invalid', discovery.detail);
  const { version, endpoints, credentialsUrl } = discovery.found;
  const wire = { version, unitProfile: before.unitProfile, agreements: before.agreements };
  const token = makeToken(platform.randomBytes);
  const writing = CREDENTIALS.write(ownCredentials(platform, token), wire);
  if (!writing.ok) return failed('invalid', sentence('Our own credentials', writing.problems));

  const handedOut: InboundToken = {
    hash: hashToken(token),
    use: 'handshake',
    expiresMs: platform.clock.now() + HANDSHAKE_MS,
  };
  // TOKEN_B must be known before the peer reads our versions with it, which it does before it answers.
  await platform.peers.save({ ...before, inboundTokens: [...before.inboundTokens, handedOut] });
  const answer = await callOverWire(platform.http, platform.randomBytes, {
    method,
    url: credentialsUrl,
    access,
    body: writing.value,
  });
  const current = (await platform.peers.byId(before.id)) ?? before;
  if (!answer.ok) {
    await platform.peers.save(afterFailure(current, handedOut, answer));
    return answer;
  }
  const reading = CREDENTIALS.read(answer.data, wire);
  const refusal = reading.ok
    ? partyConflict(partiesOf(reading.value), before, await platform.peers.list())
    : sentence('Credentials', reading.problems);
  if (!reading.ok || refusal !== undefined) {
    await platform.peers.save({ ...current, inboundTokens: tokensWithout(current, [handedOut]) });
    if (reading.ok && method === 'POST') {
      // The peer believes in a registration that we do not accept: tell it once.
      await callOverWire(platform.http, platform.randomBytes, {
        method: 'DELETE',
        url: credentialsUrl,
        access: { ...access, token: reading.value.token },
      });
    }
    return failed('invalid', `The answer of the credentials module cannot be used: ${refusal}`);
  }
  const since = tokensWithout(current, [...before.inboundTokens, handedOut]);
  const peer = registeredPeer(current, reading.value, platform.clock.now(), {
    version,
    endpoints,
    inboundTokens: [{ hash: handedOut.hash, use: 'regular' }, ...since],
  });
  await platform.peers.save(peer);
  platform.log.info({ peer: peer.id, version, method }, 'Registered with a platform');
  const { httpStatus, statusCode, warnings } = answer;
  return { ok: true, data: peer, httpStatus, statusCode, warnings };
}

function tokensWithout(peer: Peer, gone: readonly InboundToken[]): InboundToken[] {
  return peer.inboundTokens.filter((token) => !gone.some((other) => other.hash === token.hash));
}

/**
 * When a PUT got no answer the peer may or may not have taken our new token: both stay valid, so that it can still reach us
 * whichever it uses.
 */
function afterFailure(peer: Peer, handedOut: InboundToken, failure: CallFailed): Peer {
  const others = tokensWithout(peer, [handedOut]);
  const undecided = failure.error === 'timeout' || failure.error === 'unreachable';
  if (!undecided || peer.state !== 'REGISTERED') return { ...peer, inboundTokens: others };
  return { ...peer, inboundTokens: [...others, { hash: handedOut.hash, use: 'regular' }] };
}
