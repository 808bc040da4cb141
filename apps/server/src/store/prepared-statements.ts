import { type PGlite, parse, protocol, type Results } from '@electric-sql/pglite';

/** `Results.messages` of PGlite, of which only the shape of rows is looked at here. */
type Messages = Awaited<ReturnType<PGlite['execProtocolStream']>>;

interface Prepared {
  readonly name: string;
  readonly parameterTypes: readonly number[];
  /** What tells the columns; PGlite's parser wants it before the rows. */
  readonly rowDescription: Messages;
}

const { serialize } = protocol;
/** Statements with lists come in many lengths; each prepared one holds memory of the database. */
const MOST_PREPARED = 200;
const MOST_SEEN = 2_000;
/** Of these the shape of a table may change, and with it what was prepared. */
const CHANGES_SHAPES = /^\s*(create|alter|drop|do|discard)\b/i;

/**
 * Statements of the embedded database. PGlite parses and plans every statement anew, in five crossings into WebAssembly; what comes
 * a second time is prepared here and takes one crossing. Only for one holder at a time.
 */
export class PreparedStatements {
  readonly #pglite: PGlite;
  readonly #prepared = new Map<string, Prepared>();
  readonly #seen = new Set<string>();
  #number = 0;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  async query<R>(sql: string, parameters: readonly unknown[] = []): Promise<Results<R>> {
    // A closed database says so itself.
    if (this.#pglite.closed || !this.#pglite.ready) return await this.#pglite.query<R>(sql, [...parameters]);
    if (CHANGES_SHAPES.test(sql)) {
      await this.#forgetAll();
      return await this.#pglite.query<R>(sql, [...parameters]);
    }
    const prepared = this.#prepared.get(sql);
    if (prepared === undefined && !this.#seen.has(sql)) {
      if (this.#seen.size >= MOST_SEEN) this.#seen.clear();
      this.#seen.add(sql);
      return await this.#pglite.query<R>(sql, [...parameters]);
    }
    return await this.#pglite.runExclusive(async () =>
      this.#run<R>(prepared ?? (await this.#prepare(sql)), parameters),
    );
  }

  async #run<R>(
    { name, parameterTypes, rowDescription }: Prepared,
    parameters: readonly unknown[],
  ): Promise<Results<R>> {
    const values = parameters.map((value, n) => {
      if (value === null || value === undefined) return null;
      const asText = this.#pglite.serializers[parameterTypes[n] ?? 0];
      return asText === undefined ? String(value) : asText(value);
    });
    const messages = await this.#exchange(
      serialize.bind({ statement: name, values }),
      serialize.execute({}),
      serialize.sync(),
    );
    const [result] = parse.parseResults([...rowDescription, ...messages], this.#pglite.parsers);
    return result as Results<R>;
  }

  async #prepare(sql: string): Promise<Prepared> {
    await this.#makeRoom();
    this.#number += 1;
    const name = `s${this.#number}`;
    const messages = await this.#exchange(
      serialize.parse({ name, text: sql }),
      serialize.describe({ type: 'S', name }),
      serialize.sync(),
    );
    const prepared: Prepared = {
      name,
      parameterTypes: parse.parseDescribeStatementResults(messages),
      rowDescription: messages.filter((message) => message.name === 'rowDescription'),
    };
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  /** The one prepared longest ago goes; what is needed all the time comes back at once. */
  async #makeRoom(): Promise<void> {
    const [oldest] = this.#prepared;
    if (oldest === undefined || this.#prepared.size < MOST_PREPARED) return;
    this.#prepared.delete(oldest[0]);
    await this.#exchange(serialize.close({ type: 'S', name: oldest[1].name }), serialize.sync());
  }

  async #forgetAll(): Promise<void> {
    if (this.#prepared.size === 0) return;
    this.#prepared.clear();
    // Fails in a transaction that has failed; what is left there is never named again.
    await this.#pglite.query('deallocate all').catch(() => {});
  }

  /** One crossing for all of them; rejects with the database's own error after the last is read. */
  async #exchange(...requests: readonly Uint8Array[]): Promise<Messages> {
    return await this.#pglite.execProtocolStream(Buffer.concat(requests), { syncToFs: false });
  }
}
