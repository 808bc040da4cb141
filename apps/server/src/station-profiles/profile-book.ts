/**
 * What every station was given, and what it answered: the memory of this room. It is asked for every profile and every reading, so what
 * was read once is kept in memory; three entries per station, one of which only while a car charges. A cut of a site's limit writes for
 * hundreds of stations at once: what comes together is committed together.
 */
import type { ChargingProfile, InstalledProfile } from '@smac/ocpp/profiles';
import type { Selectable, Transaction } from 'kysely';
import type { Profile } from '../dispatch/index.ts';
import { groupCommit } from '../store/group-commit.ts';
import type { Database, Store } from '../store/index.ts';
import { putRows } from '../store/put-rows.ts';
import type { StationProfileTable } from '../store/tables/station-profiles.ts';
import type { Clock } from '../time/clock.ts';

export type BookState = 'sent' | 'accepted' | 'refused' | 'unknown';

export interface BookEntry extends InstalledProfile {
  readonly stationId: string;
  readonly state: BookState;
  readonly transactionId?: string;
  /** The plan it carries. */
  readonly plan?: Profile;
  readonly detail?: string;
  readonly setMs: number;
}

export interface ProfileBook {
  /** Committed before the message leaves. */
  sent(
    stationId: string,
    installed: InstalledProfile,
    of?: { transactionId: string; plan?: Profile },
  ): Promise<void>;
  /** The plan that a profile carries is another now, because a dynamic profile above it was changed. */
  replanned(stationId: string, profileId: number, plan: Profile): Promise<void>;
  answered(stationId: string, profileId: number, state: BookState, detail?: string): Promise<void>;
  gone(stationId: string, profileIds: readonly number[]): Promise<void>;
  /** In the order of their ids. */
  of(stationId: string): Promise<readonly BookEntry[]>;
}

/** What a profile is from now on; undefined: nothing is held under its id any more. */
interface Change {
  readonly stationId: string;
  readonly profileId: number;
  readonly entry: BookEntry | undefined;
  readonly answeredMs: number | null;
}

type Page = Map<number, BookEntry>;

/** Stations whose page is kept in memory, those that were asked about last: a large city charging at once. */
const MOST_PAGES = 20_000;

interface OpenPage {
  readonly read: Promise<Page>;
  /** Changes under way: only a page nobody writes to is let go, or its next reader would miss them. */
  writers: number;
  /** What profiles are about to be, while their change is being committed. */
  readonly coming: Map<number, { readonly entry: BookEntry | undefined }>;
}

export function profileBook(store: Store, clock: Clock, mostPages = MOST_PAGES): ProfileBook {
  const pages = new Map<string, OpenPage>();
  const changes = groupCommit<Change>((group) => store.transaction((trx) => write(trx, group)));

  function open(stationId: string): OpenPage {
    const known = pages.get(stationId);
    const page = known ?? { read: readPage(store, stationId), writers: 0, coming: new Map() };
    // The newest stands last.
    pages.delete(stationId);
    pages.set(stationId, page);
    // What could not be read is read again the next time.
    if (known === undefined) {
      page.read.catch(() => pages.delete(stationId));
      letGo();
    }
    return page;
  }

  function letGo(): void {
    for (const [stationId, { writers }] of pages) {
      if (pages.size <= mostPages) return;
      if (writers === 0) pages.delete(stationId);
    }
  }

  /** In memory once it is committed: what a failed commit held was never given. */
  async function change(
    stationId: string,
    profileId: number,
    entry: BookEntry | undefined,
    answeredMs: number | null,
  ): Promise<void> {
    const page = open(stationId);
    const coming = { entry };
    page.writers += 1;
    page.coming.set(profileId, coming);
    try {
      const held = await page.read;
      await changes.add({ stationId, profileId, entry, answeredMs });
      if (entry === undefined) held.delete(profileId);
      else held.set(profileId, entry);
    } finally {
      page.writers -= 1;
      if (page.coming.get(profileId) === coming) page.coming.delete(profileId);
    }
  }

  /** An answer that comes while its profile is being struck out must not write it back. */
  async function newest(stationId: string, profileId: number): Promise<BookEntry | undefined> {
    const page = open(stationId);
    const held = await page.read;
    const coming = page.coming.get(profileId);
    return coming === undefined ? held.get(profileId) : coming.entry;
  }

  return {
    async sent(stationId, { evseId, profile }, of) {
      const entry: BookEntry = {
        stationId,
        evseId,
        profile,
        state: 'sent',
        setMs: clock.now(),
        ...of,
      };
      await change(stationId, profile.id, entry, null);
    },
    async replanned(stationId, profileId, plan) {
      const known = await newest(stationId, profileId);
      if (known === undefined) return;
      const nowMs = clock.now();
      await change(stationId, profileId, { ...known, plan, setMs: nowMs }, nowMs);
    },
    async answered(stationId, profileId, state, detail) {
      const known = await newest(stationId, profileId);
      if (known === undefined) return;
      const { detail: _, ...rest } = known;
      const entry = { ...rest, state, ...(detail === undefined ? {} : { detail }) };
      await change(stationId, profileId, entry, clock.now());
    },
    async gone(stationId, profileIds) {
      await Promise.all(profileIds.map((profileId) => change(stationId, profileId, undefined, null)));
    },
    async of(stationId) {
      return [...(await open(stationId).read).values()].sort((a, b) => a.profile.id - b.profile.id);
    },
  };
}

async function readPage({ db }: Store, stationId: string): Promise<Page> {
  const rows = await db
    .selectFrom('station_profile')
    .selectAll()
    .where('station_id', '=', stationId)
    .execute();
  return new Map(
    rows.map((row) => [
      row.profile_id,
      {
        stationId: row.station_id,
        evseId: row.evse_id,
        state: row.state,
        profile: row.profile as ChargingProfile,
        setMs: row.set_ms,
        ...(row.transaction_id === null ? {} : { transactionId: row.transaction_id }),
        ...(row.plan === null ? {} : { plan: row.plan as Profile }),
        ...(row.detail === null ? {} : { detail: row.detail }),
      },
    ]),
  );
}

const putProfiles = putRows('station_profile', { key: ['station_id', 'profile_id'], ifThere: 'replaced' });

/** The last change of each profile counts. */
async function write(trx: Transaction<Database>, group: readonly Change[]): Promise<void> {
  const last = [
    ...new Map(group.map((change) => [`${change.stationId} ${change.profileId}`, change])).values(),
  ];
  const rows = last.flatMap(({ entry, answeredMs }) =>
    entry === undefined ? [] : [rowOf(entry, answeredMs)],
  );
  await putProfiles(trx, rows);
  for (const { stationId, profileId, entry } of last) {
    if (entry !== undefined) continue;
    await trx
      .deleteFrom('station_profile')
      .where('station_id', '=', stationId)
      .where('profile_id', '=', profileId)
      .execute();
  }
}

function rowOf(
  { stationId, evseId, profile, state, transactionId, plan, detail, setMs }: BookEntry,
  answeredMs: number | null,
): Selectable<StationProfileTable> {
  return {
    station_id: stationId,
    profile_id: profile.id,
    evse_id: evseId,
    purpose: profile.chargingProfilePurpose,
    transaction_id: transactionId ?? null,
    state,
    profile,
    plan: plan ?? null,
    detail: detail?.replaceAll('\0', ' ').toWellFormed() ?? null,
    set_ms: setMs,
    answered_ms: answeredMs,
  };
}
