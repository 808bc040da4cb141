import type { Problem } from '../exchange/codec.ts';

/** What 2.2.1 cannot say about an object; becomes warnings of the codec. */
export type Losses = Problem[];

/** Keeps the values of an OpenEnum list that 2.2.1 knows and reports the others. */
export function knownOnly<T extends string>(
  values: readonly string[] | undefined,
  known: readonly T[],
  path: string,
  losses: Losses,
): T[] | undefined {
  if (values === undefined) return undefined;
  return values.filter((value): value is T => {
    if ((known as readonly string[]).includes(value)) return true;
    losses.push({ path, detail: `${value} is unknown to OCPI 2.2.1 and was left out` });
    return false;
  });
}

/** The object without fields that are undefined: absent and null are the same in OCPI, `undefined` is not JSON. */
export function compact<T extends object>(value: T): Compacted<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Compacted<T>;
}

/** `undefined` allowed in a field's type turned into a field that may be absent. */
export type Compacted<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
