/**
 * A database that hangs (a stopped process, a network that swallows packets, a disk that does not answer the log) breaks no connection, and
 * what waits for it would wait for ever. A statement may take long; so when one does, the database is asked a question of its own, and where
 * that is not answered either the connection is broken, which everybody knows as "away" (F11).
 */
import { setImmediate as turn } from 'node:timers/promises';
import pg from 'pg';

/** So long a statement is waited for before somebody looks, ms; twice of it, and a retry, fit into what stations wait. */
const PATIENCE_MS = 5_000;
/** Longest time for the question, ms. */
const ANSWER_MS = 3_000;

/** What Kysely needs of a connection. */
export type WatchedClient = Pick<pg.PoolClient, 'query' | 'release'>;

export class HangWatch {
  readonly #settings: pg.ClientConfig;
  readonly #patienceMs: number;
  #asking: Promise<boolean> | undefined;

  constructor(settings: pg.ClientConfig, { patienceMs = PATIENCE_MS, answerMs = ANSWER_MS } = {}) {
    this.#settings = { ...settings, connectionTimeoutMillis: answerMs, query_timeout: answerMs };
    this.#patienceMs = patienceMs;
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
      // Where this process itself stood still, answers are there that nobody has read yet.
      if (!answers) await turn();
      if (isOver) return;
      if (answers) arm();
      // With a statement under way this breaks the connection; the pool replaces it.
      else void (client as pg.PoolClient & Pick<pg.Client, 'end'>).end().catch(() => {});
    };
    let timer: NodeJS.Timeout;
    const arm = () => {
      timer = setTimeout(() => void look(), this.#patienceMs).unref();
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
