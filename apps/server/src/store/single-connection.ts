import type { PGlite } from '@electric-sql/pglite';
import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PGliteAdapter,
  PGliteDialect,
  type QueryResult,
} from 'kysely';
import { PreparedStatements } from './prepared-statements.ts';

/**
 * PGlite has one connection, handed to one holder at a time in order of arrival. Kysely's own PGlite dialect queues too, but
 * before its driver is asked, where a query inside a transaction that forgot to use it can only wait for ever; here the store's
 * guard sees that query first.
 */
export function singleConnectionDialect(pglite: PGlite): Dialect {
  const standard = new PGliteDialect({ pglite });
  return {
    createDriver: () => new SingleConnectionDriver(pglite),
    createAdapter: () => new QueueingAdapter(),
    createIntrospector: (db) => standard.createIntrospector(db),
    createQueryCompiler: () => standard.createQueryCompiler(),
  };
}

class QueueingAdapter extends PGliteAdapter {
  /** The driver below queues by itself. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class SingleConnectionDriver implements Driver {
  readonly #pglite: PGlite;
  readonly #statements: PreparedStatements;
  readonly #connection: DatabaseConnection;
  #tail: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
    this.#statements = new PreparedStatements(pglite);
    this.#connection = new OneConnection(this.#statements);
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
    await this.#statements.query('begin');
  }

  async commitTransaction(): Promise<void> {
    const { command } = await this.#statements.query('commit');
    // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK: that must never look like success.
    if (command !== 'COMMIT') throw new AbortedTransactionError();
  }

  async rollbackTransaction(): Promise<void> {
    await this.#statements.query('rollback');
  }

  async destroy(): Promise<void> {
    if (!this.#pglite.closed) await this.#pglite.close();
  }
}

class OneConnection implements DatabaseConnection {
  readonly #statements: PreparedStatements;

  constructor(statements: PreparedStatements) {
    this.#statements = statements;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affectedRows } = await this.#statements.query<R>(query.sql, query.parameters);
    return affectedRows === undefined ? { rows } : { rows, numAffectedRows: BigInt(affectedRows) };
  }

  // biome-ignore lint/correctness/useYield: part of Kysely's interface; PGlite cannot stream
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('PGlite cannot stream rows: read them in pages.');
  }
}
