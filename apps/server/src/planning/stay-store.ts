import { sql } from 'kysely';
import { evseKey, type SessionState } from '../sites/index.ts';
import { groupRead } from '../store/group-read.ts';
import type { Store } from '../store/index.ts';
import { localTime } from './local-time.ts';
import type { PlanningPolicy } from './policy.ts';
import { mixed, type StayDistribution } from './stay-distribution.ts';
import { priorOf, type StayClass, stayClass } from './stay-prior.ts';

/** Bins of learned stays: a quarter of an hour of stay, or a twentieth of the announced stay. */
const HOUR_BIN_MS = 15 * 60_000;
const RATIO_BIN = 0.05;
const BINS = 200;

/** Histograms of one site, by class. */
export type StayHistograms = ReadonlyMap<string, readonly number[]>;

/** A site learns for itself: the location, not the context, because contexts come and go. */
export function siteKey(session: Pick<SessionState, 'peerId' | 'party' | 'locationId'>): string {
  const [location] = evseKey({ locationId: session.locationId, evseUid: '' }).split('/');
  return `${session.peerId}/${session.party}/${location}`;
}

/** Reads the histograms of a site; sites that are asked for at once in one query. */
export type StayReader = (siteKey: string) => Promise<StayHistograms | undefined>;

export function stayReader({ db }: Pick<Store, 'db'>): StayReader {
  return groupRead(
    async (siteKeys: readonly string[]) => {
      const rows = await db
        .selectFrom('stay_histogram')
        .select(['site_key', 'class', 'counts'])
        .where('site_key', 'in', [...siteKeys])
        .execute();
      const sites = new Map<string, Map<string, readonly number[]>>();
      for (const row of rows) {
        const site = sites.get(row.site_key) ?? new Map<string, readonly number[]>();
        site.set(row.class, row.counts as number[]);
        sites.set(row.site_key, site);
      }
      return sites;
    },
    (key) => key,
  );
}

/** How long a car that arrived like this stays: what the site has seen, with the published statistics as a start. */
export function staysOf(
  session: Pick<SessionState, 'startMs' | 'preferences'>,
  timeZone: string,
  histograms: StayHistograms,
  policy: PlanningPolicy,
): StayDistribution {
  const { hour } = localTime(session.startMs, timeZone);
  const announcedMs = announced(session);
  const name = stayClass(hour, announcedMs);
  const counts = histograms.get(name) ?? [];
  const binMs = announcedMs === undefined ? HOUR_BIN_MS : RATIO_BIN * announcedMs;
  const seen = counts.flatMap((count, bin) => (count > 0 ? [{ stayMs: (bin + 0.5) * binMs, count }] : []));
  return mixed(priorOf(hour, announcedMs), policy.priorStays, seen);
}

/** Takes an ended stay into the histogram of its class. */
export async function learnStay(
  store: Store,
  session: Pick<SessionState, 'peerId' | 'party' | 'locationId' | 'startMs' | 'endMs' | 'preferences'>,
  endMs: number,
  timeZone: string,
): Promise<void> {
  const stayMs = endMs - session.startMs;
  if (!(stayMs > 0)) return;
  const { hour } = localTime(session.startMs, timeZone);
  const announcedMs = announced(session);
  const name: StayClass = stayClass(hour, announcedMs);
  const bin = Math.min(
    BINS - 1,
    Math.floor(announcedMs === undefined ? stayMs / HOUR_BIN_MS : stayMs / announcedMs / RATIO_BIN),
  );
  const site = siteKey(session);
  await store.transaction(async (trx) => {
    const row = await trx
      .selectFrom('stay_histogram')
      .select('counts')
      .where('site_key', '=', site)
      .where('class', '=', name)
      .forUpdate()
      .executeTakeFirst();
    const counts = [...((row?.counts as number[] | undefined) ?? [])];
    while (counts.length <= bin) counts.push(0);
    counts[bin]! += 1;
    await trx
      .insertInto('stay_histogram')
      .values({ site_key: site, class: name, counts: JSON.stringify(counts), samples: 1 })
      .onConflict((conflict) =>
        conflict.columns(['site_key', 'class']).doUpdateSet({
          counts: JSON.stringify(counts),
          samples: sql<number>`stay_histogram.samples + 1`,
        }),
      )
      .execute();
  });
}

function announced(session: Pick<SessionState, 'startMs' | 'preferences'>): number | undefined {
  const { departureMs } = session.preferences;
  if (departureMs === undefined || departureMs <= session.startMs) return undefined;
  return departureMs - session.startMs;
}
