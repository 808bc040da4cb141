/** One setting: what people read about it, and how its text becomes a value. */
export interface Setting<T> {
  readonly env: string;
  readonly title: string;
  readonly description: string;
  /** Unit of the number, empty where there is none. */
  readonly unit: string;
  /** The default as text, as it stands in the table; empty = not set. */
  readonly defaultText: string;
  /** true = never printed. */
  readonly secret?: boolean;
  readonly parse: (text: string) => Parsed<T>;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly must: string };

type Described = Pick<Setting<unknown>, 'env' | 'title' | 'description'> & { readonly unit?: string };

const value = <T>(v: T): Parsed<T> => ({ ok: true, value: v });
const must = (sentence: string): Parsed<never> => ({ ok: false, must: sentence });

export function integer(about: Described, defaultValue: number, min: number, max: number): Setting<number> {
  return {
    unit: '',
    ...about,
    defaultText: String(defaultValue),
    parse(text) {
      const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return number >= min && number <= max ? value(number) : must(`be a whole number from ${min} to ${max}`);
    },
  };
}

export function seconds(about: Described, defaultValue: number, min: number, max: number): Setting<number> {
  return {
    ...about,
    unit: 's',
    defaultText: String(defaultValue),
    parse(text) {
      const number = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
      return number >= min && number <= max ? value(number) : must(`be a number from ${min} to ${max}`);
    },
  };
}

export function flag(about: Described, defaultValue: boolean): Setting<boolean> {
  return {
    unit: '',
    ...about,
    defaultText: String(defaultValue),
    parse: (text) =>
      text === 'true' || text === 'false' ? value(text === 'true') : must('be true or false'),
  };
}

export function choice<const T extends string>(
  about: Described,
  defaultValue: T,
  options: readonly T[],
): Setting<T> {
  return {
    unit: '',
    ...about,
    defaultText: defaultValue,
    parse(text) {
      const found = options.find((option) => option === text);
      return found ? value(found) : must(`be one of ${options.join(', ')}`);
    },
  };
}

export function pattern(
  about: Described,
  defaultText: string,
  shape: RegExp,
  sentence: string,
): Setting<string> {
  return {
    unit: '',
    ...about,
    defaultText,
    parse: (text) => (shape.test(text) ? value(text) : must(sentence)),
  };
}

/** A text that may be absent. */
export function optional(
  about: Described,
  sentence: string,
  accepts: (text: string) => boolean,
  secret = false,
): Setting<string | undefined> {
  return {
    unit: '',
    ...about,
    defaultText: '',
    secret,
    parse: (text) => (text === '' ? value(undefined) : accepts(text) ? value(text) : must(sentence)),
  };
}

/** A whole number that may be absent. */
export function optionalInteger(about: Described, min: number, max: number): Setting<number | undefined> {
  const present = integer(about, min, min, max);
  return {
    unit: '',
    ...about,
    defaultText: '',
    parse: (text) => (text === '' ? value(undefined) : present.parse(text)),
  };
}
