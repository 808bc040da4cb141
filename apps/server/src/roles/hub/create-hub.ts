import {
  createHttpCaller,
  createOcpiClient,
  createOcpiHandler,
  createRegistrar,
  createRelay,
  done,
  type OcpiPlatform,
  parseDateTime,
} from '@smac/ocpi';
import { createParties } from '../scsp/create-parties.ts';
import { PeerHealth } from '../scsp/peer-health.ts';
import { createPeerStore } from '../scsp/peer-store.ts';
import { Schedule } from '../scsp/schedule.ts';
import type { Scsp, ScspOptions } from '../scsp/scsp.ts';
import { openTokenSeal } from '../scsp/token-seal.ts';
import { createNeighbours } from './neighbours.ts';

/** Who said nothing for so long is asked whether it is there (OCPI mod_hub_client_info: still-alive check). */
const SILENT_MS = 5 * 60_000;

/** What a hub shares with the other roles: it plans nothing, so it pulls nothing and sends no profiles of its own. */
export type Hub = Omit<Scsp, 'target' | 'pull'>;

/**
 * The hub role (D4.2 section 4): parties register with it, and what they send each other goes through it. It keeps who they are and how they
 * are doing, and no object of theirs.
 */
export async function createHub(options: Omit<ScspOptions, 'sites' | 'beside'>): Promise<Hub> {
  const { store, config, clock, random, log, activity } = options;
  const peers = createPeerStore(store, openTokenSeal(config.dataDir, random), clock);
  const health = new PeerHealth(store, clock, log);
  const schedule = new Schedule(clock, random);
  const party = { countryCode: config.countryCode, partyId: config.partyId };
  const platform: OcpiPlatform = {
    baseUrl: `${config.publicUrl.replace(/\/+$/, '')}/ocpi`,
    parties: [{ ...party, role: 'HUB', businessDetails: { name: config.name ?? 'SMAC hub' } }],
    hubParty: party,
    peers,
    ports: {
      hubclientinfo: {
        sender: {
          async list(caller, { offset, limit, dateFromMs = 0, dateToMs = Number.POSITIVE_INFINITY }) {
            const items = (await neighbours.list(caller.peerId)).filter((info) => {
              const updatedMs = parseDateTime(info.last_updated) ?? 0;
              return updatedMs >= dateFromMs && updatedMs < dateToMs;
            });
            return done({ items: items.slice(offset, offset + limit), totalCount: items.length });
          },
        },
      },
    },
    clock,
    randomBytes: random,
    log,
    http: options.http ?? createHttpCaller(),
  };
  const background = (what: string, work: () => Promise<unknown>) =>
    void activity
      .track(work)
      .catch((error: unknown) => log.error({ error }, `${what} failed; it comes again later`));
  const neighbours = createNeighbours({
    platform,
    schedule,
    log,
    background,
    answering: (peerId) => health.answering(peerId),
  });
  const relay = createRelay(platform, {
    onContact: (peerId, answered) =>
      answered ? health.seen(peerId) : health.failed(peerId, 'A request could not be passed on.'),
  });
  const handler = createOcpiHandler({
    ...platform,
    relay: (call) => {
      health.seen(call.peer.id);
      return relay(call);
    },
    limits: { rate: { perSecond: config.requestsPerSecond ?? 50, burst: config.requestBurst ?? 200 } },
  });
  const parties = createParties({
    store,
    peers,
    registrar: createRegistrar(platform),
    clock,
    log,
    allowPrivateAddresses: config.allowPrivateAddresses,
    hubOnly: false,
    shadows: new Set(),
    onShadow: async () => {},
  });

  peers.onSaved((peer, before) => {
    const isNews = peer.state !== before?.state || peer.parties.length !== before.parties.length;
    if (isNews) background('The news about a platform', () => neighbours.changed(peer.id));
  });
  health.onTransition((peerId) => background('The news about a platform', () => neighbours.changed(peerId)));

  function planStillAlive(): void {
    schedule.once('still alive', SILENT_MS, SILENT_MS / 5, () => {
      planStillAlive();
      background('The question who is still there', askSilent);
    });
  }

  async function askSilent(): Promise<void> {
    const sinceMs = clock.now() - SILENT_MS;
    for (const { id, state } of await peers.list()) {
      if (state !== 'REGISTERED' || health.lastSeenMs(id) >= sinceMs) continue;
      const answer = await createOcpiClient(platform, id).stillAlive();
      if (answer.ok) health.seen(id);
      else health.failed(id, answer.detail);
    }
  }

  return {
    platform,
    parties,
    handle: (request) => activity.track(() => handler.handle(request)),
    async start() {
      planStillAlive();
      for (const { id, state } of await peers.list()) {
        if (state === 'REGISTERED') await neighbours.changed(id);
      }
    },
    async close() {
      schedule.close();
    },
  };
}
