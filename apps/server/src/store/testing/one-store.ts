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

async function empty({ db }: Store): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select quote_ident(tablename) as name from pg_tables
    where schemaname = current_schema() and tablename not like 'kysely%'`.execute(db);
  await sql`truncate ${sql.raw(rows.map(({ name }) => name).join(', '))} restart identity cascade`.execute(
    db,
  );
}
