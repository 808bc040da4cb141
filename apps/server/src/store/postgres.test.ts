import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { openPostgres } from './postgres.ts';
import { onPostgres } from './testing/each-database.ts';

onPostgres('a database that goes away and comes back', (database, url) => {
  /** What a restart of PostgreSQL does to its clients; resolves when they are gone and this process heard of it. */
  async function dropEveryConnection(): Promise<void> {
    await withClient((client) =>
      client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      ),
    );
    let left = 1;
    while (left > 0) left = await withClient(othersOn);
    // The end of a socket is heard before the answers that a later connection brings.
    await withClient(othersOn);
  }

  async function othersOn(client: pg.Client): Promise<number> {
    const { rows } = await client.query<{ others: number }>(
      'select count(*)::int as others from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    return rows[0]!.others;
  }

  async function withClient<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  test('RT14: dropped connections fail what they carried and nothing else; afterwards everything works again', async () => {
    const { store } = database;
    const carried = store.transaction((trx) => sql`select pg_sleep(20)`.execute(trx));
    const failed = assert.rejects(carried);
    await sql`select 1`.execute(store.db);
    await dropEveryConnection();
    await failed;
    const { rows } = await sql<{ one: number }>`select 1 as one`.execute(store.db);
    assert.deepEqual(rows, [{ one: 1 }]);
  });

  test('RT14: a second server is refused before and after, and takes over only when the first one is gone', async () => {
    await assert.rejects(openPostgres(url, true), /in use by another SMAC server/);
    await dropEveryConnection();
    await sql`select 1`.execute(database.store.db);
    await assert.rejects(openPostgres(url, true), /in use by another SMAC server/);
    const beside = await openPostgres(url, false);
    await beside.close();
  });

  test('RT14: who lost the database to another server neither reads nor writes any more', async () => {
    await dropEveryConnection();
    const other = await openPostgres(url, true);
    await assert.rejects(sql`select 1`.execute(database.store.db), /in use by another SMAC server/);
    await other.close();
    await sql`select 1`.execute(database.store.db);
  });
});
