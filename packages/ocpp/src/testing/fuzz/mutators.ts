import type { Random } from '../../rpc/index.ts';

/** A message as an array, to be spoiled. */
export type Message = readonly unknown[];

/** Stands in payloads of the fuzzer so that an echo of payload values can be seen. */
export const MARKER = 'MARK-7f3a';

const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.1 + 0.2,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  MARKER,
  'x'.repeat(5_000),
  '\u202Ereversed',
  '\u0000',
  '\uD800',
  '🚗'.repeat(40),
  '<script>alert(1)</script>',
  '=HYPERLINK("x")',
  "'; drop table stations; --",
  '0000-00-00T00:00:00Z',
  '9999-12-31T23:59:60Z',
  [],
  {},
  [[[[]]]],
  { vendorId: MARKER, deep: { deep: { deep: [] } } },
  { toString: 1, valueOf: 2, hasOwnProperty: 3 },
];

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** One random change inside a value: replaced, removed, added, repeated or swapped, at any depth. */
export function spoiled(random: Random, value: unknown, levels = 8): unknown {
  if (levels === 0 || random() < 0.25) return pick(random, values);
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    const at = Math.floor(random() * (copy.length + 1));
    if (random() < 0.2) copy.splice(at, 1);
    else if (random() < 0.3)
      copy.splice(at, 0, ...Array.from({ length: 1 + Math.floor(random() * 20) }, () => copy[0]));
    else copy[at] = spoiled(random, copy[at], levels - 1);
    return copy;
  }
  if (typeof value === 'object' && value !== null) {
    const copy: Record<string, unknown> = { ...value };
    const names = Object.keys(copy);
    const name =
      names.length === 0 || random() < 0.15
        ? pick(random, ['extra', 'customData', '', 'a.b'])
        : pick(random, names);
    if (random() < 0.3) delete copy[name];
    else copy[name] = spoiled(random, copy[name], levels - 1);
    return copy;
  }
  return pick(random, values);
}

type TextMutator = (random: Random, text: string) => string;

const insertions = [
  '"__proto__":{"polluted":1},',
  '"constructor":{"prototype":{"polluted":1}},',
  '"\\u005f_proto__":1,',
  '"a":1,"a":2,',
  '\\',
  '\\u',
  '\u2028',
  ',',
  ']',
  '}',
  '1e999',
  '-',
  '"',
];

/** Changes of the text itself, below what JSON knows. */
const textMutators: readonly TextMutator[] = [
  (random, text) => text.slice(0, Math.floor(random() * text.length)),
  (random, text) => text.slice(Math.floor(random() * text.length)),
  (random, text) => splice(text, random, 1, String.fromCharCode(Math.floor(random() * 0x250))),
  (random, text) => splice(text, random, 0, pick(random, insertions)),
  (random, text) => text.replace('{', `{${pick(random, insertions)}`),
  (random, text) => splice(text, random, Math.floor(random() * 10), ''),
  (_random, text) => text + text,
  (_random, text) => ` \n\t${text}\r\n `,
  (random, text) => text.replace('{}', '['.repeat(Math.floor(random() * 100_000))),
  (random, text) =>
    text.replaceAll(/\d+/g, () => pick(random, ['9'.repeat(400), '-0', '1e400', '0x1', '1.'])),
  (random, text) => splice(text, random, 0, 'y'.repeat(Math.floor(random() * 70_000))),
];

export function spoiledText(random: Random, text: string): string {
  return pick(random, textMutators)(random, text);
}

function splice(text: string, random: Random, drop: number, insert: string): string {
  const at = Math.floor(random() * text.length);
  return text.slice(0, at) + insert + text.slice(at + drop);
}

/** Wrong types, ids and arities. */
export function spoiledMessage(random: Random, message: Message): Message {
  const copy = [...message];
  switch (Math.floor(random() * 5)) {
    case 0:
      copy[0] = pick(random, [0, 1, 3, 4, 5, 6, 7, -2, 2.5, '2', null, [2], 1e21]);
      break;
    case 1:
      copy[1] = pick(random, [
        '',
        '-1',
        1,
        null,
        {},
        'i'.repeat(37),
        'i'.repeat(5_000),
        '__proto__',
        '\u0000',
      ]);
      break;
    case 2:
      copy[2] = pick(random, [
        '',
        'Reset',
        'NoSuchAction',
        '__proto__',
        7,
        null,
        'A'.repeat(10_000),
        'heartbeat',
      ]);
      break;
    case 3:
      copy.pop();
      break;
    default:
      copy.push(pick(random, values));
  }
  return copy;
}
