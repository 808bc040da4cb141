import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { CannotStart } from '../config/index.ts';
import { BIGINT_OID } from './embedded.ts';
import { HangWatch } from './hang-watch.ts';
import { HeldByAnother, ServerLock } from './server-lock.ts';
import { type Store, storeOf } from './store.ts';

/**
 * Opens a PostgreSQL server. `owner` = this process is the server: a second server on the same database is refused.
 * `patience` = how long a statement may take before somebody looks whether the database hangs.
 */
export async function openPostgres(
  databaseUrl: string,
  owner: boolean,
  patience: { readonly patienceMs?: number } = {},
): Promise<Store> {
  const place = withoutPassword(databaseUrl);
  const settings = connectionTo(databaseUrl);
  const lock = owner ? new ServerLock(settings) : undefined;
  try {
    if (lock) await lock.hold();
  } catch (error) {
    throw new CannotStart(
      error instanceof HeldByAnother
        ? `The database ${place} is in use by another SMAC server: stop that one, or point DATABASE_URL to another database.`
        : unreachable(place, error),
    );
  }
  const pool = poolOf(settings);
  const watch = new HangWatch(settings, patience);
  const dialect = new PostgresDialect({
    pool: {
      options: {},
      async connect() {
        // Nothing is read or written that another server could be changing at the same time.
        await lock?.hold();
        return watch.over(await pool.connect());
      },
      async end() {
        await pool.end();
        await lock?.release();
      },
    },
  });
  try {
    const client = await pool.connect();
    client.release();
  } catch (error) {
    await pool.end();
    await lock?.release();
    throw new CannotStart(unreachable(place, error));
  }
  return storeOf('postgres', place, dialect);
}

function unreachable(place: string, error: unknown): string {
  return `The database ${place} cannot be reached (${reason(error)}): start it, correct DATABASE_URL, or unset it to use the embedded database.`;
}

function connectionTo(connectionString: string): pg.ClientConfig {
  return {
    connectionString,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: 'smac',
    // A connection that a broken network left behind gives the server's lock back after a minute, not after two hours.
    options:
      '-c synchronous_commit=on -c timezone=UTC -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === BIGINT_OID ? Number : pg.types.getTypeParser(oid, format as 'text'),
    },
  };
}

function poolOf(settings: pg.ClientConfig): pg.Pool {
  const pool = new pg.Pool({ ...settings, max: 10 });
  // The database may go away and come back (RT14): a connection that breaks fails the query it carries and is replaced. Without
  // listeners, for idle ones on the pool and for used ones on the client, the event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
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
