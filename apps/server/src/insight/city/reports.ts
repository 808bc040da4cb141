import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';

/** A named question to the figures of a city: a link that everybody who may see them finds in the list (D4.2 US-ii-1). */
export interface CityReport {
  readonly name: string;
  /** What stands after `?` in the address of the page. */
  readonly query: string;
  readonly madeMs: number;
}

const MOST = 100;
/** Of one person, so that nobody leaves the others without. */
const MOST_OF_ONE = 20;

async function cityReports({ db }: Store): Promise<readonly CityReport[]> {
  const rows = await db.selectFrom('city_report').selectAll().orderBy('name').execute();
  return rows.map(({ name, query, made_ms }) => ({ name, query, madeMs: made_ms }));
}

/** @returns `taken` where somebody else keeps that name, `full` when there are too many, of this person or in all */
async function keepReport(
  store: Store,
  { name, query, madeMs }: CityReport,
  accountId: string,
): Promise<'kept' | 'taken' | 'full'> {
  return store.transaction(async (trx) => {
    const rows = await trx.selectFrom('city_report').select(['name', 'made_by']).execute();
    const known = rows.find((row) => row.name === name);
    if (known !== undefined && known.made_by !== accountId) return 'taken';
    const own = rows.filter((row) => row.made_by === accountId);
    if (known === undefined && (rows.length >= MOST || own.length >= MOST_OF_ONE)) return 'full';
    await trx
      .insertInto('city_report')
      .values({ name, query, made_by: accountId, made_ms: madeMs })
      .onConflict((c) => c.column('name').doUpdateSet({ query, made_ms: madeMs }))
      .execute();
    return 'kept';
  });
}

/** @returns false where there is none of that name, or it is somebody else's; an admin clears away what others left */
async function dropReport(
  { db }: Store,
  name: string,
  { id, role }: { readonly id: string; readonly role: string },
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('city_report')
    .where('name', '=', name)
    .$if(role !== 'admin', (query) => query.where('made_by', '=', id))
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export interface CityReports {
  list(): Promise<readonly CityReport[]>;
  keep(name: string, query: string, accountId: string): ReturnType<typeof keepReport>;
  drop(name: string, person: { readonly id: string; readonly role: string }): Promise<boolean>;
}

export function createCityReports({
  store,
  clock,
}: {
  store: Store;
  clock: Pick<Clock, 'now'>;
}): CityReports {
  return {
    list: () => cityReports(store),
    keep: (name, query, accountId) => keepReport(store, { name, query, madeMs: clock.now() }, accountId),
    drop: (name, person) => dropReport(store, name, person),
  };
}
