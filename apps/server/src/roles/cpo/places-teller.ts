/** What changes about own locations and prices is pushed at once, one attempt; who was away pulls (X40, OCPI 2.3.0 mod_locations, mod_tariffs). */
import { createOcpiClient, type Peer } from '@smac/ocpi';
import type { LocationChange } from '../../network/index.ts';
import { ownLocations } from './own-places.ts';
import { serving } from './push.ts';
import { type CpoRooms, PROFILES_AGREEMENT } from './rooms.ts';

/** Prices that come into force are looked for at least this often, ms. */
const LOOK_MS = 15 * 60_000;

/** What of a location was not told yet. */
interface Untold {
  /** The location itself, with everything in it. */
  whole: boolean;
  /** The last word about each EVSE. */
  readonly statuses: Map<string, NonNullable<LocationChange['status']>>;
}

type Rooms = Pick<CpoRooms, 'platform' | 'network' | 'billing' | 'clock' | 'activity' | 'log'>;

export function placesTeller(rooms: Rooms): { close(): Promise<void> } {
  const { network, billing, clock, activity, log } = rooms;
  const untold = new Map<string, Untold>();
  const running = new Map<string, Promise<void>>();
  /** Revision of each tariff that other platforms can know. */
  const revisions = new Map<string, number>();
  let prices: Promise<void> = Promise.resolve();
  let cancelLook: (() => void) | undefined;
  let isClosed = false;

  function background(what: string, work: () => Promise<void>): Promise<void> {
    return activity.track(work).catch((error: unknown) => log.error({ error }, `${what} failed`));
  }

  function changed({ locationId, status }: LocationChange): void {
    const known = untold.get(locationId) ?? { whole: false, statuses: new Map() };
    untold.set(locationId, known);
    if (status === undefined) known.whole = true;
    else known.statuses.set(status.evseUid, status);
    next(locationId);
  }

  /** One message about a location at a time: a later word must not overtake an earlier one. */
  function next(locationId: string): void {
    const now = untold.get(locationId);
    if (now === undefined || running.has(locationId)) return;
    untold.delete(locationId);
    running.set(
      locationId,
      background('Telling a location', () => tellLocation(locationId, now)).then(() => {
        running.delete(locationId);
        next(locationId);
      }),
    );
  }

  async function tellLocation(locationId: string, { whole, statuses }: Untold): Promise<void> {
    const peers = (await serving(rooms, 'locations')).filter(isReader);
    await Promise.all(
      peers.map(async (peer) => {
        if (whole || !(await patch(peer, locationId, [...statuses.values()]))) await put(peer, locationId);
      }),
    );
  }

  async function patch(
    peer: Peer,
    locationId: string,
    statuses: readonly NonNullable<LocationChange['status']>[],
  ): Promise<boolean> {
    const { locations } = createOcpiClient(rooms.platform(), peer.id).receiver;
    for (const { evseUid, status, lastUpdated } of statuses) {
      const key = { owner: network.owner.party, locationId, evseUid };
      const sent = await locations.patch(key, { status, last_updated: lastUpdated });
      if (!sent.ok) return false;
    }
    return true;
  }

  async function put({ id: peerId }: Peer, locationId: string): Promise<void> {
    const all = await ownLocations(network, billing, clock.now());
    const location = all.find(({ id }) => id === locationId);
    if (location === undefined) return;
    const { locations } = createOcpiClient(rooms.platform(), peerId).receiver;
    const sent = await locations.put({ owner: network.owner.party, locationId }, location);
    if (!sent.ok)
      log.warn({ peerId, locationId, detail: sent.detail }, 'A location was not taken; it can be pulled');
  }

  /** Prices that came into force since the last look; the first look only learns what there is. */
  async function tellPrices(isFirst: boolean): Promise<void> {
    const nowMs = clock.now();
    const news = (await billing.tariffs.effective(nowMs)).filter(
      ({ tariffId, revision }) => revisions.get(tariffId) !== revision,
    );
    for (const { tariffId, revision } of news) revisions.set(tariffId, revision);
    if (news.length === 0 || isFirst) return;
    const peers = (await serving(rooms, 'tariffs')).filter(isReader);
    await Promise.all(
      peers.map(async ({ id: peerId }) => {
        const { tariffs } = createOcpiClient(rooms.platform(), peerId).receiver;
        for (const { tariff } of news) {
          const sent = await tariffs.put(tariff);
          if (sent.ok) continue;
          log.warn(
            { peerId, tariffId: tariff.id, detail: sent.detail },
            'A tariff was not taken; it can be pulled',
          );
        }
      }),
    );
    // Connectors name their tariffs.
    for (const { id } of await network.locations()) changed({ locationId: id });
  }

  function look(isFirst = false): void {
    prices = prices.then(() => background('Telling prices', () => tellPrices(isFirst)));
    void prices.then(planLook);
  }

  async function planLook(): Promise<void> {
    const nowMs = clock.now();
    const ahead = await billing.tariffs
      .revisions()
      .then((all) => all.flatMap(({ effectiveMs = 0 }) => (effectiveMs > nowMs ? [effectiveMs - nowMs] : [])))
      .catch(() => []);
    cancelLook?.();
    if (!isClosed) cancelLook = clock.after(Math.min(LOOK_MS, ...ahead), () => look());
  }

  const unsubscribes = [network.onLocation(changed), billing.tariffs.onApproved(() => look())];
  look(true);

  return {
    async close() {
      isClosed = true;
      for (const unsubscribe of unsubscribes) unsubscribe();
      await prices;
      cancelLook?.();
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}

/** Other operators do not read our locations and prices, nor does a provider that does not plan for us. */
function isReader({ parties, agreements, hubParty }: Peer): boolean {
  return (
    hubParty !== undefined ||
    agreements.includes(PROFILES_AGREEMENT) ||
    parties.some(({ role }) => role !== 'CPO' && role !== 'SCSP')
  );
}
