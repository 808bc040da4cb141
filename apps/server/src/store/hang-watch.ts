/**
 * A database that hangs (a stopped process, a network that swallows packets, a disk that does not answer the log) breaks no connection, and
 * what waits for it would wait for ever. A statement may take long; so when one does, the database is asked a question of its own, and where
 * that is not answered either the connection is broken, which everybody knows as "away" (F11).
 */
import pg from 'pg';

/** So long a statement is waited for before somebody looks, ms; twice of it, and a retry, fit into what stations wait. */
const PATIENCE_MS = 5_000;
/** Longest time for the question, ms. */
const ANSWER_MS = 3_000;

/** What Kysely needs of a connection. */
export type WatchedClient = Pick<pg.PoolClient, 'query' | 'release'>;

export class HangWatch {
  readonly #settings: pg.ClientConfig;
  #asking: Promise<boolean> | undefined;

  constructor(settings: pg.ClientConfig) {
    this.#settings = { ...settings, connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS };
  }

  /** The client with every statement watched. */
  over(client: pg.PoolClient): WatchedClient {
    const query = (...args: Parameters<pg.PoolClient['query']>): unknown => {
      const running = client.query(...args) as unknown;
      if (running instanceof Promise) this.#watch(client, running);
      return running;
    };
    return { query: query as pg.PoolClient['query'], release: (error) => client.release(error) };
  }

  #watch(client: pg.PoolClient, running: Promise<unknown>): void {
    let isOver = false;
    const look = async (): Promise<void> => {
      const answers = await this.#answers();
      if (isOver) return;
      if (answers) arm();
      // With a statement under way this breaks the connection; the pool replaces it.
      else void (client as pg.PoolClient & Pick<pg.Client, 'end'>).end().catch(() => {});
    };
    let timer: NodeJS.Timeout;
    const arm = () => {
      timer = setTimeout(() => void look(), PATIENCE_MS).unref();
    };
    arm();
    const end = () => {
      isOver = true;
      clearTimeout(timer);
    };
    running.then(end, end);
  }

  /** One question for everybody who waits. */
  #answers(): Promise<boolean> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<boolean> {
    const client = new pg.Client(this.#settings);
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch (error) {
      // An error with a code of PostgreSQL is an answer, too: too many connections, for example.
      return error instanceof pg.DatabaseError;
    } finally {
      void client.end().catch(() => {});
    }
  }
}
