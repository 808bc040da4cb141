import {
  createHttpCaller,
  createOcpiHandler,
  createRegistrar,
  type OcpiPlatform,
  type OcpiPorts,
  type OcpiRequest,
  ocpiModules,
  type Peer,
} from '@smac/ocpi';
import { createParties } from './create-parties.ts';
import { PeerHealth } from './peer-health.ts';
import { createPeerStore } from './peer-store.ts';
import { hubPort } from './ports/hub-port.ts';
import { locationPort } from './ports/location-port.ts';
import { optimisationPort, shadowContexts } from './ports/optimisation-port.ts';
import { profilePort } from './ports/profile-port.ts';
import { sessionsReceiver, sessionsSender } from './ports/session-ports.ts';
import { tariffPort, tokenPort } from './ports/token-tariff-ports.ts';
import { Callbacks } from './profiles/callbacks.ts';
import { OcpiTarget } from './profiles/ocpi-target.ts';
import { Reaches } from './profiles/reach.ts';
import { pullPeer } from './pull.ts';
import { randomId } from './random-id.ts';
import { Schedule } from './schedule.ts';
import type { PullReport, Scsp, ScspOptions } from './scsp.ts';
import { openTokenSeal } from './token-seal.ts';
import { witnessed } from './witnessed.ts';

const HOUR_MS = 3_600_000;
/** A peer that is down is asked whether it is back this often (security.md 8 F5). */
const PROBE_MS = 30_000;
/** After a registration the peer still has to store our token before it can answer a pull. */
const FIRST_PULL_MS = 1_000;

/** The SCSP role over a store and the sites room. Nothing is sent before `start`, requests are answered at once. */
export async function createScsp(options: ScspOptions): Promise<Scsp> {
  const { store, config, clock, random, log, activity, sites, beside } = options;
  const seal = openTokenSeal(config.dataDir, random);
  const peers = createPeerStore(store, seal, clock);
  const health = new PeerHealth(store, clock, log);
  const callbacks = new Callbacks(clock);
  const reaches = new Reaches(sites);
  const schedule = new Schedule(clock, random);
  const shadows = new Set(await shadowPeers());
  const target = new OcpiTarget({
    platform: () => platform,
    callbacks,
    reaches,
    health,
    random,
    answerTimeoutMs: config.answerTimeoutMs ?? 30_000,
    parallelPerPeer: config.parallelPerPeer ?? 16,
    isShadow: (peerId) => shadows.has(peerId),
  });
  const witness = <T extends object>(port: T): T => witnessed(port, (peerId) => health.seen(peerId));
  const faces: OcpiPorts = {
    locations: { receiver: witness(locationPort(sites, () => reaches.clear())) },
    sessions: { receiver: witness(sessionsReceiver(sites)), sender: witness(sessionsSender(sites, clock)) },
    tariffs: { receiver: witness(tariffPort(sites)) },
    tokens: { receiver: witness(tokenPort(sites)) },
    chargingprofiles: { sender: witness(profilePort(callbacks, target, reaches)) },
    smartchargingoptimisation: {
      receiver: optimisationPort(sites, {
        unitProfile: async (peerId) => (await peers.byId(peerId))?.unitProfile ?? 'd42-tables',
        isShadow: (peerId) => shadows.has(peerId),
        now: () => clock.now(),
      }),
    },
    hubclientinfo: { receiver: witness(hubPort(store, peers, clock)) },
  };
  /** Where what is pulled goes. */
  const intake = beside === undefined ? sites : { ...sites, putToken: beside.putToken };
  const ports = beside === undefined ? faces : beside.ports(faces);
  const party = {
    countryCode: config.countryCode,
    partyId: config.partyId,
    businessDetails: { name: config.name ?? 'SMAC' },
  };
  const platform: OcpiPlatform = {
    baseUrl: `${config.publicUrl.replace(/\/+$/, '')}/ocpi`,
    parties: [{ ...party, role: 'SCSP' }, ...(beside === undefined ? [] : [{ ...party, role: beside.role }])],
    peers,
    ports,
    clock,
    randomBytes: random,
    log,
    http: options.http ?? createHttpCaller(),
  };
  // 50 requests a second and party, bursts of 200 (security.md 5).
  const handler = createOcpiHandler({
    ...platform,
    modules: ocpiModules(),
    limits: { rate: { perSecond: config.requestsPerSecond ?? 50, burst: config.requestBurst ?? 200 } },
  });
  const parties = createParties({
    store,
    peers,
    registrar: createRegistrar(platform),
    clock,
    log,
    allowPrivateAddresses: config.allowPrivateAddresses,
    hubOnly: config.hubOnly ?? false,
    shadows,
    onShadow: (peerId, shadow) => shadowContexts(sites, peerId, shadow),
  });
  let started = false;

  const unsubscribe = sites.onTrigger((trigger) => {
    // A default context comes into being with its first session; it follows its peer's shadow mode.
    const peerId = trigger.session?.peerId;
    if (trigger.cause === 'session-start' && peerId !== undefined && shadows.has(peerId)) {
      background(`The shadow mode of peer ${peerId}`, () => shadowContexts(sites, peerId, true));
    }
  });
  peers.onSaved((peer, before) => {
    const connected = peer.state === 'REGISTERED' && before?.state !== 'REGISTERED';
    if (connected && started) planPull(peer.id, FIRST_PULL_MS, FIRST_PULL_MS);
  });
  health.onTransition((peerId, down) => {
    if (down) planProbe(peerId);
    else if (started) planPull(peerId, 0, 5_000);
  });

  function planPull(peerId: string, leastMs: number, jitterMs: number): void {
    schedule.once(`pull ${peerId}`, leastMs, jitterMs, () => {
      const everyMs = (config.pullHours ?? 6) * HOUR_MS;
      planPull(peerId, everyMs * 0.9, everyMs * 0.2);
      background(`The pull from peer ${peerId}`, () => pull(peerId));
    });
  }

  function planProbe(peerId: string): void {
    schedule.once(`probe ${peerId}`, PROBE_MS / 2, PROBE_MS, () => {
      if (!health.isDown(peerId)) return;
      planProbe(peerId);
      background(`The question whether peer ${peerId} is back`, () => probe(peerId));
    });
  }

  /** Work nobody waits for: what goes wrong with one peer is told, and never ends the process for the others. */
  function background(what: string, work: () => Promise<unknown>): void {
    void activity
      .track(work)
      .catch((error: unknown) => log.error({ error }, `${what} failed; it comes again later`));
  }

  /** Is the peer back? The still-alive question of OCPI: its versions. */
  async function probe(peerId: string): Promise<void> {
    const peer = await peers.byId(peerId);
    if (peer?.versionsUrl === undefined || peer.outboundToken === undefined) return;
    const { outboundToken: token, rawToken, allowPrivateAddresses } = peer;
    const answer = await platform.http({
      method: 'GET',
      url: peer.versionsUrl,
      headers: {
        Authorization: `Token ${rawToken ? token : Buffer.from(token, 'utf8').toString('base64')}`,
        'X-Request-ID': randomId(random),
        'X-Correlation-ID': randomId(random),
      },
      allowPrivateAddresses,
    });
    if (answer.ok && answer.status < 500) health.seen(peerId);
  }

  async function pull(peerId?: string): Promise<readonly PullReport[]> {
    const all: readonly Peer[] = await peers.list();
    const wanted = all.filter(
      (peer) => peer.state === 'REGISTERED' && (peerId === undefined || peer.id === peerId),
    );
    const reports = await Promise.all(wanted.map((peer) => pullPeer(platform, intake, store, log, peer)));
    reaches.clear();
    return reports;
  }

  async function shadowPeers(): Promise<string[]> {
    const rows = await store.db
      .selectFrom('ocpi_peer_health')
      .select('peer_id')
      .where('shadow', '=', true)
      .execute();
    return rows.map((row) => row.peer_id);
  }

  return {
    platform,
    target,
    parties,
    pull,
    async handle(request: OcpiRequest) {
      return activity.track(() => handler.handle(request));
    },
    async start() {
      started = true;
      for (const peer of await peers.list()) {
        if (peer.state === 'REGISTERED') planPull(peer.id, 0, 5_000);
      }
    },
    async close() {
      unsubscribe();
      schedule.close();
      callbacks.close();
      reaches.close();
    },
  };
}
