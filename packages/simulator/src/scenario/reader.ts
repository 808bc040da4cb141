/** What is wrong with a scenario file, as a person can put it right. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads the fields of an object by name; whatever is missing, wrong or unknown is said with its place and the fix. */
export class Reader {
  readonly #fields: Fields;
  readonly #at: string;
  readonly #read = new Set<string>();

  constructor(value: unknown, at: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ScenarioError(`${at === '' ? 'the file' : at}: write an object, like {"name": ...}`);
    }
    this.#fields = value as Fields;
    this.#at = at;
  }

  text(name: string, fallback?: string, pattern?: RegExp, says = 'a text'): string {
    const value = this.#value(name, fallback);
    if (typeof value !== 'string' || value === '' || (pattern && !pattern.test(value))) {
      throw this.#wrong(name, value, `write ${says}`);
    }
    return value;
  }

  number(name: string, range: readonly [number, number], fallback?: number): number {
    const value = this.#value(name, fallback);
    if (typeof value !== 'number' || !(value >= range[0] && value <= range[1])) {
      throw this.#wrong(name, value, `write a number from ${range[0]} to ${range[1]}`);
    }
    return value;
  }

  whole(name: string, range: readonly [number, number], fallback?: number): number {
    const value = this.number(name, range, fallback);
    if (!Number.isInteger(value)) throw this.#wrong(name, value, 'write a whole number');
    return value;
  }

  maybe<T>(name: string, read: () => T): T | undefined {
    this.#read.add(name);
    return this.#fields[name] === undefined ? undefined : read();
  }

  one<T extends string>(name: string, words: readonly T[], fallback?: T): T {
    const value = this.#value(name, fallback);
    const found = words.find((word) => word === value);
    if (found === undefined) throw this.#wrong(name, value, `write one of ${words.join(', ')}`);
    return found;
  }

  object<T>(name: string, read: (reader: Reader) => T, fallback?: Fields): T {
    const reader = new Reader(this.#value(name, fallback), this.#place(name));
    return reader.done(read(reader));
  }

  list<T>(name: string, read: (reader: Reader) => T, least = 0): readonly T[] {
    const value = this.#value(name, []);
    if (!Array.isArray(value)) throw this.#wrong(name, value, 'write a list, like [{...}]');
    if (value.length < least) throw new ScenarioError(`${this.#place(name)}: name at least ${least}`);
    return value.map((each, n) => {
      const reader = new Reader(each, `${this.#place(name)}[${n}]`);
      return reader.done(read(reader));
    });
  }

  /** An object whose keys are words and whose values are weights. */
  weights<T extends string>(name: string, words: readonly T[]): Readonly<Partial<Record<T, number>>> {
    const value = this.#value(name, {});
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#wrong(name, value, 'write weights, like {"good": 8, "sleeper": 1}');
    }
    for (const [word, weight] of Object.entries(value)) {
      if (!words.includes(word as T)) {
        throw new ScenarioError(`${this.#place(name)}: there is no "${word}"; use ${words.join(', ')}`);
      }
      if (typeof weight !== 'number' || !(weight >= 0)) {
        throw new ScenarioError(`${this.#place(name)}.${word}: write a weight of at least 0`);
      }
    }
    return value as Partial<Record<T, number>>;
  }

  /** Every field was understood; a word that nobody reads is a typing error. */
  done<T>(result: T): T {
    const unknown = Object.keys(this.#fields).find((name) => !this.#read.has(name));
    if (unknown !== undefined) {
      throw new ScenarioError(
        `${this.#place(unknown)}: nobody reads this field; there are ${[...this.#read].sort().join(', ')}`,
      );
    }
    return result;
  }

  /** A value that has the right type and still cannot be. */
  refuse(name: string, fix: string): ScenarioError {
    return this.#wrong(name, this.#fields[name], fix);
  }

  #value(name: string, fallback: unknown): unknown {
    this.#read.add(name);
    const value = this.#fields[name] ?? fallback;
    if (value === undefined) throw new ScenarioError(`${this.#place(name)}: is missing; add it`);
    return value;
  }

  #place(name: string): string {
    return this.#at === '' ? name : `${this.#at}.${name}`;
  }

  #wrong(name: string, value: unknown, fix: string): ScenarioError {
    return new ScenarioError(`${this.#place(name)}: ${fix}, not ${JSON.stringify(value)}`);
  }
}
