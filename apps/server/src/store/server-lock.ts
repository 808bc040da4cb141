import pg from 'pg';

/** Advisory lock key of "one server per database" (ASCII `SMAC`). */
const SERVER_LOCK = 0x534d4143;

/** Everybody waits for the lock: a database that takes the connection and says nothing more is away, ms. */
const ANSWER_MS = 5_000;

export class HeldByAnother extends Error {
  override readonly name = 'HeldByAnother';
  constructor() {
    super('The database is in use by another SMAC server.');
  }
}

/**
 * The right to be the one server of a PostgreSQL database: an advisory lock on a connection of its own, so that it ends with the process.
 * When that connection breaks (the database was restarted) the lock is taken again before anything else is done.
 */
export class ServerLock {
  readonly #settings: pg.ClientConfig;
  #held: pg.Client | undefined;
  #taking: Promise<void> | undefined;

  constructor(settings: pg.ClientConfig) {
    this.#settings = { query_timeout: ANSWER_MS, ...settings };
  }

  /**
   * Resolves while this process holds the lock.
   * @throws HeldByAnother, or the error of the connection
   */
  async hold(): Promise<void> {
    if (this.#held !== undefined) return;
    this.#taking ??= this.#take().finally(() => {
      this.#taking = undefined;
    });
    await this.#taking;
  }

  async release(): Promise<void> {
    const client = this.#held;
    this.#held = undefined;
    await client?.end();
  }

  async #take(): Promise<void> {
    const client = new pg.Client(this.#settings);
    const lost = () => {
      if (this.#held === client) this.#held = undefined;
    };
    client.on('error', lost);
    client.on('end', lost);
    try {
      await client.connect();
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
        SERVER_LOCK,
      ]);
      if (!rows[0]?.mine) throw new HeldByAnother();
      this.#held = client;
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
  }
}
