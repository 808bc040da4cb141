import type { PGlite } from '@electric-sql/pglite';
import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PGliteDialect,
  type QueryResult,
} from 'kysely';

/**
 * PGlite has one connection. Kysely's own PGlite driver hands that connection to everybody at once, so a query of one request
 * would run inside another request's open transaction and be rolled back with it after it was acknowledged. This driver hands
 * the connection to one holder at a time, in order of arrival.
 */
export function singleConnectionDialect(pglite: PGlite): Dialect {
  const sameSql = new PGliteDialect({ pglite });
  return {
    createDriver: () => new SingleConnectionDriver(pglite),
    createAdapter: () => sameSql.createAdapter(),
    createIntrospector: (db) => sameSql.createIntrospector(db),
    createQueryCompiler: () => sameSql.createQueryCompiler(),
  };
}

class SingleConnectionDriver implements Driver {
  readonly #pglite: PGlite;
  readonly #connection: DatabaseConnection;
  #tail: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
    this.#connection = new OneConnection(pglite);
  }

  async init(): Promise<void> {
    await this.#pglite.waitReady;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await before;
    this.#release = resolve;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  async beginTransaction(): Promise<void> {
    await this.#pglite.query('begin');
  }

  async commitTransaction(): Promise<void> {
    const { command } = await this.#pglite.query('commit');
    // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK: that must never look like success.
    if (command !== 'COMMIT') throw new AbortedTransactionError();
  }

  async rollbackTransaction(): Promise<void> {
    await this.#pglite.query('rollback');
  }

  async destroy(): Promise<void> {
    if (!this.#pglite.closed) await this.#pglite.close();
  }
}

class OneConnection implements DatabaseConnection {
  readonly #pglite: PGlite;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affectedRows } = await this.#pglite.query<R>(query.sql, [...query.parameters]);
    return affectedRows === undefined ? { rows } : { rows, numAffectedRows: BigInt(affectedRows) };
  }

  // biome-ignore lint/correctness/useYield: part of Kysely's interface; PGlite cannot stream
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('PGlite cannot stream rows: read them in pages.');
  }
}
