import {
  type ActiveChargingProfileResult,
  type CallResult,
  type ChargingProfileResponse,
  type ChargingProfileResult,
  type ClearProfileResult,
  createOcpiClient,
  type OcpiPlatform,
  ownEndpoint,
  type PartyId,
  type Peer,
  type ResultKind,
  responseUrl,
} from '@smac/ocpi';
import type {
  Profile,
  RandomBytes,
  SessionKey,
  Target,
  TargetAnswer,
  TargetEvents,
} from '../../../dispatch/index.ts';
import type { PeerHealth } from '../peer-health.ts';
import { randomId } from '../random-id.ts';
import type { Callbacks } from './callbacks.ts';
import { Lanes } from './lanes.ts';
import type { Reach, Reaches } from './reach.ts';
import { fromWire, toWire, UNKNOWN_CONNECTOR } from './wire-profile.ts';

export interface OcpiTargetOptions {
  readonly platform: () => OcpiPlatform;
  readonly callbacks: Callbacks;
  readonly reaches: Reaches;
  readonly health: PeerHealth;
  readonly random: RandomBytes;
  /** Longest wait for an asynchronous result, ms. */
  readonly answerTimeoutMs: number;
  readonly parallelPerPeer: number;
  readonly isShadow: (peerId: string) => boolean;
}

/** A peer may announce any time-out; shorter than this is not believed, because the result still has to travel. */
const LEAST_WAIT_MS = 2_000;

type Prepared = { readonly peer: Peer; readonly reach: Reach } | { readonly refusal: TargetAnswer };

/** The way out over OCPI ChargingProfiles (mod_charging_profiles, SCSP as SENDER). One attempt per call, nothing is queued (X40). */
export class OcpiTarget implements Target {
  readonly #options: OcpiTargetOptions;
  readonly #lanes: Lanes;
  events: TargetEvents | undefined;

  constructor(options: OcpiTargetOptions) {
    this.#options = options;
    this.#lanes = new Lanes(options.parallelPerPeer);
  }

  listen(events: TargetEvents): void {
    this.events = events;
    this.#options.health.listen(events);
  }

  async carriesDischarge(key: SessionKey): Promise<boolean> {
    const peer = await this.#options.platform().peers.byId(key.peerId);
    return peer?.agreements.includes('v2x') ?? false;
  }

  async setProfile(key: SessionKey, profile: Profile, reference: string): Promise<TargetAnswer> {
    const prepared = await this.#prepare(key);
    if ('refusal' in prepared) return prepared.refusal;
    const { peer, reach } = prepared;
    const wire = toWire(profile, peer.agreements.includes('v2x'));
    return this.#ask<ChargingProfileResult>(peer, reference, 'ChargingProfileResult', (client, url) =>
      client.receiver.chargingprofiles.put(
        key.sessionId,
        { charging_profile: wire, response_url: url },
        { to: reach.party },
      ),
    );
  }

  async clearProfile(key: SessionKey, reference: string): Promise<TargetAnswer> {
    const prepared = await this.#prepare(key, true);
    if ('refusal' in prepared) return prepared.refusal;
    const { peer, reach } = prepared;
    this.#options.reaches.forget(key);
    return this.#ask<ClearProfileResult>(peer, reference, 'ClearProfileResult', (client, url) =>
      client.receiver.chargingprofiles.delete(key.sessionId, url, { to: reach.party }),
    );
  }

  async readProfile(key: SessionKey, durationS: number): Promise<Profile | undefined> {
    const prepared = await this.#prepare(key);
    if ('refusal' in prepared) return undefined;
    const { peer, reach } = prepared;
    let result: ActiveChargingProfileResult | undefined;
    await this.#ask<ActiveChargingProfileResult>(
      peer,
      randomId(this.#options.random),
      'ActiveChargingProfileResult',
      (client, url) =>
        client.receiver.chargingprofiles.get(key.sessionId, durationS, url, { to: reach.party }),
      (answer) => {
        result = answer;
      },
    );
    if (result?.result !== 'ACCEPTED' || result.profile === undefined) return undefined;
    return fromWire(result.profile, durationS * 1000, reach.electrical);
  }

  /** A session that sites still lists as live; its row is read anew. */
  async knows(key: SessionKey): Promise<boolean> {
    this.#options.reaches.forget(key);
    return (await this.#options.reaches.of(key)) !== undefined;
  }

  /** Everything that speaks against sending: unknown or foreign session, incapable EVSE, peer suspended, down or in shadow. */
  async #prepare(key: SessionKey, ended = false): Promise<Prepared> {
    const { platform, reaches, health, isShadow } = this.#options;
    const peer = await platform().peers.byId(key.peerId);
    if (peer === undefined || peer.state !== 'REGISTERED') {
      return { refusal: { result: 'REJECTED', detail: 'The peer is not registered.' } };
    }
    if (isShadow(peer.id)) {
      return { refusal: { result: 'REJECTED', detail: 'The peer is in shadow mode: nothing is sent.' } };
    }
    if (health.isDown(peer.id)) {
      return { refusal: { result: 'REJECTED', detail: 'Not sent: the peer does not answer at present.' } };
    }
    const reach = await reaches.of(key);
    if (reach === undefined) {
      if (ended && peer.parties[0]) return { peer, reach: endedReach(key, peer.parties[0]) };
      return { refusal: { result: 'UNKNOWN_SESSION', detail: 'No live session of this peer has that id.' } };
    }
    if (!reach.capable) {
      const detail = 'The EVSE is not CHARGING_PROFILE_CAPABLE; nothing is sent to it.';
      return { refusal: { result: 'NOT_SUPPORTED', detail } };
    }
    return { peer, reach };
  }

  /** One request and its asynchronous result. */
  async #ask<R extends { readonly result: 'ACCEPTED' | 'REJECTED' | 'UNKNOWN' }>(
    peer: Peer,
    callbackId: string,
    kind: ResultKind,
    call: (
      client: ReturnType<typeof createOcpiClient>,
      url: string,
    ) => Promise<CallResult<ChargingProfileResponse>>,
    take?: (result: R) => void,
  ): Promise<TargetAnswer> {
    const { callbacks, health, answerTimeoutMs } = this.#options;
    const platform = this.#options.platform();
    const endpoint = ownEndpoint(platform, peer.version ?? '2.3.0', 'chargingprofiles', 'SENDER');
    const awaited = callbacks.wait<R>(callbackId, peer.id, kind);
    const response = await this.#lanes.run(peer.id, () =>
      call(createOcpiClient(platform, peer.id), responseUrl(endpoint, kind, callbackId)),
    );
    const refusal = synchronousRefusal(response);
    if (!response.ok && isSilence(response)) health.failed(peer.id, response.detail);
    else health.seen(peer.id);
    if (refusal !== undefined && refusal.result !== 'UNKNOWN') {
      awaited.drop();
      return refusal;
    }
    // No usable answer: the peer may have taken the request all the same, and may still post its result.
    if (refusal !== undefined || !response.ok) {
      awaited.drop();
      return refusal ?? { result: 'UNKNOWN', detail: 'No usable answer.' };
    }
    awaited.within(Math.min(answerTimeoutMs, Math.max(LEAST_WAIT_MS, response.data.timeout * 1000)));
    const result = await awaited.result;
    if (result === undefined) {
      return { result: 'UNKNOWN', detail: 'The peer accepted the request and posted no result in time.' };
    }
    take?.(result);
    return fromResult(result.result);
  }
}

function endedReach(key: SessionKey, party: PartyId): Reach {
  return { key, party, capable: true, electrical: UNKNOWN_CONNECTOR };
}

/** What a posted result means. */
export function fromResult(result: 'ACCEPTED' | 'REJECTED' | 'UNKNOWN'): TargetAnswer {
  if (result === 'ACCEPTED') return { result };
  return {
    result,
    detail: result === 'REJECTED' ? 'The station refused.' : 'The peer does not know what the station did.',
  };
}

/** No answer, or none that OCPI wrote: says something about the peer, not about the session. */
function isSilence(failure: { readonly error: string }): boolean {
  return failure.error === 'unreachable' || failure.error === 'timeout' || failure.error === 'http';
}

function synchronousRefusal(response: CallResult<ChargingProfileResponse>): TargetAnswer | undefined {
  if (response.ok) {
    const { result } = response.data;
    return result === 'ACCEPTED' ? undefined : { result, detail: 'The peer answered so at once.' };
  }
  const { error, detail, statusCode, httpStatus } = response;
  if (error === 'no-endpoint') return { result: 'NOT_SUPPORTED', detail };
  if (error === 'address') return { result: 'REJECTED', detail };
  // Unknown sessions are often answered with an error instead of UNKNOWN_SESSION (ocpi.md 2.12-13).
  if (statusCode === 2003 || (error === 'http' && httpStatus === 404))
    return { result: 'UNKNOWN_SESSION', detail };
  if (error === 'ocpi' && statusCode !== undefined && statusCode < 3000)
    return { result: 'REJECTED', detail };
  return { result: 'UNKNOWN', detail };
}
