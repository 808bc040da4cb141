/** Contents that fit a schema and are meant badly (security.md 13 T-POISON). */
export type Random = () => number;

const TEXTS = [
  '',
  ' ',
  '\u202etxt.exe',
  '\u0000',
  '\ud800',
  '😀'.repeat(9),
  '=HYPERLINK("http://x")',
  '<img src=x onerror=alert(1)>',
  "'; drop table station; --",
  '__proto__',
  '{{7*7}}',
  '../../etc/passwd',
  '1e308',
  '-1',
  'NaN',
  'x'.repeat(300),
];
const NUMBERS = [0, -1, 1e308, -1e308, 2 ** 31, -(2 ** 31), 2 ** 53, 0.1 + 0.2, 1e-300, 999_999_999, 65_536];
const TIMES = [
  '1970-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '2099-12-31T23:59:59Z',
  '9999-12-31T23:59:59.999Z',
  '2024-02-30T12:00:00Z',
  '2026-03-29T02:30:00+01:00',
  '+275760-09-13T00:00:00Z',
];

export function pick<T>(random: Random, of: readonly T[]): T {
  return of[Math.floor(random() * of.length)] as T;
}

/** Spoils about so many of the leaves; words that look like those of an enumeration are mostly left, so that the message is still taken. */
export function hostile(
  random: Random,
  value: unknown,
  share: number,
  foreignIds: readonly unknown[],
): unknown {
  if (Array.isArray(value)) return value.map((each) => hostile(random, each, share, foreignIds));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        spoiledField(random, name, each, share, foreignIds),
      ]),
    );
  }
  if (random() >= share) return value;
  if (typeof value === 'number') return pick(random, NUMBERS);
  if (typeof value !== 'string') return value;
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return pick(random, TIMES);
  if (/^[A-Z][A-Za-z0-9.-]+$/.test(value) && random() < 0.9) return value;
  return pick(random, TEXTS);
}

function spoiledField(
  random: Random,
  name: string,
  value: unknown,
  share: number,
  foreignIds: readonly unknown[],
): unknown {
  if (/^(transactionId|id|requestId|chargingProfileId|idTag|idToken)$/.test(name) && random() < 0.3) {
    const fitting = foreignIds.filter((id) => typeof id === typeof value);
    if (fitting.length > 0) return pick(random, fitting);
  }
  if (/^(connectorId|evseId)$/.test(name) && random() < 0.7)
    return pick(random, [0, 1, 1, 2, 999, 1_000_000]);
  return hostile(random, value, share, foreignIds);
}
