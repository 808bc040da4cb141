import { PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { CannotStart } from '../config/index.ts';
import { BIGINT_OID } from './embedded.ts';
import { type Store, storeOf } from './store.ts';

/** Advisory lock key of "one server per database" (ASCII `SMAC`). */
const SERVER_LOCK = 0x534d4143;

/** Opens a PostgreSQL server. `owner` = this process is the server: a second server on the same database is refused. */
export async function openPostgres(databaseUrl: string, owner: boolean): Promise<Store> {
  const place = withoutPassword(databaseUrl);
  const pool = poolOf(databaseUrl);
  let lock: pg.PoolClient;
  try {
    lock = await pool.connect();
  } catch (error) {
    await pool.end();
    throw new CannotStart(
      `The database ${place} cannot be reached (${reason(error)}): start it, correct DATABASE_URL, or unset it to use the embedded database.`,
    );
  }
  const { rows } = owner
    ? await lock.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [SERVER_LOCK])
    : { rows: [{ mine: true }] };
  if (!rows[0]?.mine) {
    lock.release(true);
    await pool.end();
    throw new CannotStart(
      `The database ${place} is in use by another SMAC server: stop that one, or point DATABASE_URL to another database.`,
    );
  }
  if (!owner) lock.release();
  // Kysely ends the pool, which waits for every client: the one that holds the lock is given back first.
  const dialect = new PostgresDialect({
    pool: {
      options: {},
      connect: () => pool.connect(),
      async end() {
        if (owner) lock.release(true);
        await pool.end();
      },
    },
  });
  const store = await storeOf('postgres', place, dialect);
  await sql`select 1`.execute(store.db);
  return store;
}

function poolOf(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 5_000,
    application_name: 'smac',
    options: '-c synchronous_commit=on -c timezone=UTC',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === BIGINT_OID ? Number : pg.types.getTypeParser(oid, format as 'text'),
    },
  });
  // A connection that breaks while idle is replaced by the pool; without a listener the event would end the process.
  pool.on('error', () => {});
  return pool;
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  return `${url.hostname || 'localhost'}${url.port ? `:${url.port}` : ''}${url.pathname}`;
}

function reason(error: unknown): string {
  if (error instanceof AggregateError) return reason(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
