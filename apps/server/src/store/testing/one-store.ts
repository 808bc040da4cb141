import { after } from 'node:test';
import { sql } from 'kysely';
import type { Store } from '../store.ts';
import { memoryStore } from './memory.ts';

/**
 * For files whose tests begin one after the other with an empty database: one database in memory for all of them, emptied in between,
 * which costs a tenth of a new one. Called once, at the top of the file; what it returns is called by each test, and closing that is free.
 */
export function oneStore(): () => Promise<Store> {
  let opened: Store | undefined;
  after(() => opened?.close());
  return async () => {
    if (opened === undefined) opened = await memoryStore();
    else await empty(opened);
    return { ...opened, close: async () => {} };
  };
}

/** Only what a test wrote to: each of a hundred tables that is truncated makes new files for itself and every index. */
async function empty({ db }: Store): Promise<void> {
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(tablename) as name from pg_tables
    where schemaname = current_schema() and tablename not like 'kysely%'`.execute(db);
  const written = tables.map(
    ({ name }) => sql`
    select ${sql.lit(name)} as name where exists (select from ${sql.raw(name)})`,
  );
  const { rows: full } = await sql<{ name: string }>`${sql.join(written, sql` union all `)}`.execute(db);
  if (full.length > 0)
    await sql`truncate ${sql.raw(full.map(({ name }) => name).join(', '))} cascade`.execute(db);
  // Also those of tables whose rows are gone already.
  const { rows: counters } = await sql<{ name: string }>`
    select quote_ident(sequencename) as name from pg_sequences
    where schemaname = current_schema() and last_value is not null`.execute(db);
  for (const { name } of counters) await sql`alter sequence ${sql.raw(name)} restart`.execute(db);
}
