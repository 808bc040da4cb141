import {
  createOcpiClient,
  type Listed,
  type Listing,
  type OcpiPlatform,
  type Outcome,
  type PartyId,
  type Peer,
  partyName,
  sameParty,
} from '@smac/ocpi';
import type { Log } from '../../dispatch/index.ts';
import type { Owner, Sites } from '../../sites/index.ts';
import type { Store } from '../../store/index.ts';
import { contextReader } from './ports/optimisation-port.ts';
import type { PullReport } from './scsp.ts';

/** Sessions of so long ago are asked for when nothing was pulled before. */
const FIRST_SESSIONS_MS = 7 * 24 * 3_600_000;
/** Sessions are asked for again from a little before the last pull: the clocks of two platforms differ. */
const OVERLAP_MS = 3_600_000;
/** A peer that sends nothing but broken objects is not worth a longer list. */
const MOST_PROBLEMS = 100;

interface Owned {
  readonly country_code: string;
  readonly party_id: string;
  readonly id?: string;
  readonly uid?: string;
}

/**
 * Everything a peer owns, by GET (D4.2-§5.1.1.2, X40: after an outage the receiver pulls, nothing was queued). The pull of contexts is
 * unfiltered and therefore replaces the set; sessions are filtered and only updated (D4.2-§5.1.2.1.1-stale).
 */
export async function pullPeer(
  platform: OcpiPlatform,
  sites: Sites,
  store: Store,
  log: Log,
  peer: Peer,
): Promise<PullReport> {
  const client = createOcpiClient(platform, peer.id);
  const startedMs = platform.clock.now();
  const health = await store.db
    .selectFrom('ocpi_peer_health')
    .select('last_pull_ms')
    .where('peer_id', '=', peer.id)
    .executeTakeFirst();
  const pull = new Pull(peer);
  const offers = (module: string) =>
    peer.endpoints.some(
      (endpoint) =>
        endpoint.role === 'SENDER' && endpoint.identifier.toLowerCase().endsWith(module.toLowerCase()),
    );

  if (offers('locations')) {
    await pull.take('locations', client.sender.locations.list(), (owner, each) =>
      sites.putLocation(owner, each),
    );
  }
  if (offers('tariffs')) {
    await pull.take('tariffs', client.sender.tariffs.list(), (owner, each) => sites.putTariff(owner, each));
  }
  if (offers('tokens')) {
    await pull.take('tokens', client.sender.tokens.list(), (owner, each) => sites.putToken(owner, each));
  }
  if (offers('smartchargingoptimisation')) {
    const reader = contextReader(peer.unitProfile);
    const seen = await pull.take(
      'smartchargingoptimisation',
      client.sender.smartchargingoptimisation.list(),
      (owner, each) => sites.putContext(owner, each, reader),
    );
    if (seen !== undefined) await retire(sites, peer, seen, pull, startedMs);
  }
  if (offers('sessions')) {
    const lastMs = health?.last_pull_ms ?? null;
    const dateFromMs = lastMs === null ? startedMs - FIRST_SESSIONS_MS : lastMs - OVERLAP_MS;
    await pull.take('sessions', client.sender.sessions.list({ dateFromMs }), (owner, each) =>
      sites.putSession(owner, each),
    );
  }
  if (pull.complete) {
    await store.db
      .insertInto('ocpi_peer_health')
      .values({ peer_id: peer.id, shadow: false, last_pull_ms: startedMs })
      .onConflict((conflict) => conflict.column('peer_id').doUpdateSet({ last_pull_ms: startedMs }))
      .execute();
  }
  const counts = Object.entries(pull.taken).map(([module, count]) => `${count} ${module}`);
  log[pull.problems.length > 0 ? 'warn' : 'info'](
    { peerId: peer.id, taken: pull.taken, problems: pull.problems.slice(0, 5) },
    `Pulled ${counts.join(', ') || 'nothing'} from ${peer.name}${
      pull.problems.length > 0 ? `; ${pull.problems.length} problem(s): ${pull.problems[0]}` : ''
    }`,
  );
  return { peerId: peer.id, taken: pull.taken, problems: pull.problems };
}

/** Contexts of the peer's parties that a complete list no longer has are gone. */
async function retire(
  sites: Sites,
  peer: Peer,
  seen: readonly Owned[],
  pull: Pull,
  startedMs: number,
): Promise<void> {
  for (const party of ownersOf(peer)) {
    const ids = seen
      .filter((each) => sameParty({ countryCode: each.country_code, partyId: each.party_id }, party))
      .map((each) => each.id ?? '');
    const retired = await sites.retireContextsExcept({ peerId: peer.id, party }, ids, startedMs);
    if (retired.length > 0)
      pull.taken['contexts retired'] = (pull.taken['contexts retired'] ?? 0) + retired.length;
  }
}

function ownersOf(peer: Peer): readonly PartyId[] {
  return [...peer.parties, ...(peer.reachable ?? [])].map(({ countryCode, partyId }) => ({
    countryCode,
    partyId,
  }));
}

class Pull {
  readonly taken: Record<string, number> = {};
  readonly problems: string[] = [];
  complete = true;
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Every object of a list to its place; the objects seen, or undefined when the list could not be read to its end. */
  async take<T extends Owned>(
    module: string,
    listing: Listing<T>,
    store: (owner: Owner, object: T) => Promise<Outcome<unknown>>,
  ): Promise<readonly T[] | undefined> {
    const seen: T[] = [];
    let whole = true;
    for await (const entry of listing as AsyncIterable<Listed<T>>) {
      if (entry.kind === 'failed') {
        this.#report(`${module}: ${entry.failure.detail}`);
        this.complete = false;
        return undefined;
      }
      if (entry.kind === 'invalid') {
        // What it was is unknown, so nothing may be concluded from its absence.
        whole = false;
        const [first] = entry.problems;
        this.#report(`${module}: an object is not valid at ${first?.path ?? '/'}: ${first?.detail ?? ''}`);
        continue;
      }
      const { object } = entry;
      const party = {
        countryCode: object.country_code.toUpperCase(),
        partyId: object.party_id.toUpperCase(),
      };
      const name = object.id ?? object.uid ?? '';
      seen.push(object);
      if (!ownersOf(this.#peer).some((own) => sameParty(own, party))) {
        this.#report(
          `${module} ${name}: belongs to ${partyName(party)}, which this peer does not speak for.`,
        );
        continue;
      }
      const outcome = await store({ peerId: this.#peer.id, party }, object);
      if (outcome.ok) this.taken[module] = (this.taken[module] ?? 0) + 1;
      else this.#report(`${module} ${name}: ${outcome.detail}`);
    }
    return whole ? seen : undefined;
  }

  #report(problem: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
  }
}
