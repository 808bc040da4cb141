import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { curveOf } from './energy-curve.ts';
import type { CityEvse, CityFacts, CitySession } from './facts.ts';
import { figuresOf } from './figures.ts';
import { heatOf } from './heat.ts';
import { nextDate } from './local-time.ts';
import { partOf } from './neighbours.ts';
import { chosen, type Selection } from './places.ts';
import { isSmall } from './suppress.ts';
import { daysOfFacts, usePerEvse, usePerGroup } from './tables.ts';

const HOUR_MS = 3_600_000;
const T0 = Date.parse('2026-06-01T00:00:00Z');
const DAYS = 4;
const evse = (operator: string, district: string, uid = 'E'): CityEvse => ({
  key: `p/${operator}/${district}/${uid}`,
  peerId: 'p',
  operator,
  siteKey: `p/${operator}/${district}`,
  siteName: district,
  district,
  timeZone: 'UTC',
  evseUid: uid,
  label: uid,
  status: 'AVAILABLE',
  longitude: null,
  latitude: null,
  maxW: 11_000,
  stationId: null,
});
const EVSES = [
  evse('NL-AAA', 'X'),
  evse('NL-AAA', 'Y'),
  evse('NL-BBB', 'Y'),
  evse('NL-BBB', 'Y', 'F'),
  evse('NL-BBB', 'Z'),
];
const [AX, AY, BY, , BZ] = EVSES.map(({ siteKey }) => siteKey) as [string, string, string, string, string];
const SELECTIONS: readonly Selection[] = [
  {},
  { operator: 'NL-AAA' },
  { operator: 'NL-BBB' },
  { district: 'X' },
  { district: 'Y' },
  { operator: 'NL-AAA', district: 'Y' },
  { district: 'Z' },
  { site: AX },
  { site: AY },
  { site: BY },
  { site: BZ },
];
const at = (wanted: Selection) =>
  SELECTIONS.findIndex((one) => JSON.stringify(one) === JSON.stringify(wanted));
/** Each sum, and what can be asked for that adds up to it. */
const SIBLINGS: readonly (readonly [Selection, ...(readonly Selection[])])[] = [
  [{}, { operator: 'NL-AAA' }, { operator: 'NL-BBB' }],
  [{}, { district: 'X' }, { district: 'Y' }, { district: 'Z' }],
  [{}, { site: AX }, { site: AY }, { site: BY }, { site: BZ }],
  [{ operator: 'NL-AAA' }, { site: AX }, { site: AY }],
  [{ operator: 'NL-BBB' }, { site: BY }, { site: BZ }],
  [{ district: 'Y' }, { site: AY }, { site: BY }],
];
const PERIODS = Array.from({ length: DAYS }, (_, a) =>
  Array.from({ length: DAYS - a }, (_, n) => ({ a, b: a + n })),
).flat();

/** Sessions by EVSE and day; each of one hour, at eight. */
const size = EVSES.length * DAYS;
const some = fc.integer({ min: 0, max: 9 });
const few = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 5, max: 9 }) },
  { weight: 1, arbitrary: some },
);
const cities = fc
  .constantFrom(some, few)
  .chain((ofDay) => fc.array(ofDay, { minLength: size, maxLength: size }));

function sessionsOf(counts: readonly number[]): CitySession[] {
  return counts.flatMap((count, n) =>
    Array.from({ length: count }, (_, card) => {
      const startMs = T0 + Math.floor(n / EVSES.length) * 24 * HOUR_MS + 8 * HOUR_MS;
      const endMs = startMs + HOUR_MS;
      const points = curveOf(startMs, [], { atMs: endMs, energyWh: 5_000 });
      return {
        evse: EVSES[n % EVSES.length]!,
        contextId: 'c',
        card,
        startMs,
        endMs,
        energyWh: 5_000,
        points,
      };
    }),
  );
}

function asked(counts: readonly number[], nowMs = T0 + 1e10) {
  const sessions = sessionsOf(counts);
  return PERIODS.map(({ a, b }) => {
    const period = { from: nextDate('2026-06-01', a), to: nextDate('2026-06-01', b) };
    const within = sessions.filter(
      ({ startMs }) => startMs >= T0 + a * 24 * HOUR_MS && startMs < T0 + (b + 1) * 24 * HOUR_MS,
    );
    const whole: CityFacts = { nowMs, period, evses: EVSES, sessions: within, bookings: [] };
    return SELECTIONS.map((selection) => {
      const part = partOf(whole, chosen(EVSES, selection));
      return {
        figures: figuresOf(part, new Map()),
        days: daysOfFacts(part),
        cells: heatOf(part),
        operators: usePerGroup(part, ({ operator }) => operator),
        evses: usePerEvse(whole).filter(({ evse: { key } }) => part.evses.some((one) => one.key === key)),
      };
    });
  });
}
type Answer = ReturnType<typeof asked>[number][number];

/** The count somebody may rely on; undefined where it is withheld or rounded. */
const toldBy = ({ figures }: Answer) => (figures.withheld || figures.rounded ? undefined : figures.sessions);

/** The same of a line or a day. */
const exact = ({ rounded, sessions }: { readonly rounded: boolean; readonly sessions: number | null }) =>
  rounded ? undefined : (sessions ?? undefined);

function tellsNothingSmall(more: number | null | undefined, less: number | null | undefined, what: string) {
  if (more === undefined || more === null || less === undefined || less === null) return;
  assert.ok(!isSmall(Math.abs(more - less)), `${what}: ${more} - ${less}`);
}

test('two answers that differ in one filter never tell a small count by subtraction: sums, days and hours of the week', () => {
  fc.assert(
    fc.property(cities, (counts) => {
      const answers = asked(counts);
      for (const [p, period] of PERIODS.entries())
        for (const [s] of SELECTIONS.entries()) {
          const here = answers[p]![s]!;
          // Another end of the period.
          for (const [q, { a, b }] of PERIODS.entries())
            if ((a === period.a) !== (b === period.b)) {
              tellsNothingSmall(toldBy(here), toldBy(answers[q]![s]!), 'period');
              for (const [n, cell] of here.cells.entries()) {
                const there = answers[q]![s]!.cells[n]!;
                if (!cell.rounded && !there.rounded) tellsNothingSmall(cell.sessions, there.sessions, 'hour');
              }
            }
          // A larger place.
          for (const larger of [0, ...(s === 5 ? [1, 4] : [])]) {
            const there = answers[p]![larger]!;
            tellsNothingSmall(toldBy(there), toldBy(here), 'place');
            for (const one of here.operators)
              for (const other of there.operators)
                if (one.name === other.name && !one.rounded && !other.rounded)
                  tellsNothingSmall(other.sessions, one.sessions, 'operator');
            for (const [n, day] of here.days.entries())
              tellsNothingSmall(exact(there.days[n]!), exact(day), 'day');
          }
        }
    }),
    { numRuns: 25 },
  );
});

test('what is left of a sum when its parts that are told are taken away is never a few: siblings, EVSEs of a site, a month by its days', () => {
  fc.assert(
    fc.property(cities, (counts) => {
      const answers = asked(counts);
      const left = (sum: number | undefined, parts: readonly (number | undefined)[], what: string) => {
        const told = parts.filter((part) => part !== undefined);
        if (sum !== undefined)
          tellsNothingSmall(
            sum,
            told.reduce((a, b) => a + b, 0),
            what,
          );
      };
      for (const [p, { a, b }] of PERIODS.entries()) {
        const answer = (selection: Selection, q = p) => answers[q]![at(selection)]!;
        for (const [larger, ...parts] of SIBLINGS) {
          left(
            toldBy(answer(larger)),
            parts.map((part) => toldBy(answer(part))),
            'siblings',
          );
          for (let n = 0; n <= b - a; n += 1)
            left(
              exact(answer(larger).days[n]!),
              parts.map((part) => exact(answer(part).days[n]!)),
              'days of siblings',
            );
        }
        for (const site of [AX, AY, BY, BZ])
          left(toldBy(answer({ site })), answer({ site }).evses.map(exact), 'EVSEs of a site');
        const days = PERIODS.flatMap((one, q) => (one.a === one.b && one.a >= a && one.b <= b ? [q] : []));
        for (const [n, line] of answer({}).evses.entries())
          left(
            exact(line),
            days.map((q) => exact(answer({}, q).evses[n]!)),
            'an EVSE by its days',
          );
        for (const selection of SELECTIONS)
          left(
            toldBy(answer(selection)),
            days.map((q) => toldBy(answer(selection, q))),
            'a sum by its days',
          );
      }
    }),
    { numRuns: 30 },
  );
});

test('of days that go on, two answers do not tell who came between them', () => {
  const city = (last: number) =>
    asked([...Array.from({ length: size - 1 }, () => 5), last], T0 + 3.9 * 24 * HOUR_MS);
  const [before, after] = [5, 6].map((last) => {
    const now = city(last);
    const running = PERIODS.findIndex(({ a, b }) => a === 0 && b === DAYS - 1);
    const over = PERIODS.findIndex(({ a, b }) => a === 0 && b === DAYS - 2);
    assert.ok(
      now[over]!.every(({ figures }) => !figures.withheld && !figures.rounded),
      'what is over is exact',
    );
    return now[running]!;
  });
  for (const [s] of SELECTIONS.entries()) {
    const [one, two] = [before![s]!, after![s]!];
    assert.ok(!two.figures.withheld && two.figures.rounded);
    assert.ok([...two.evses, ...two.operators, two.days.at(-1)!].every(({ rounded }) => rounded));
    assert.ok(two.cells.every(({ rounded, sessions }) => rounded || sessions === 0));
    assert.equal(two.figures.sessions, one.figures.withheld ? undefined : one.figures.sessions);
  }
});

test('what is rounded stays near: at most two sessions away, and none stays none', () => {
  fc.assert(
    fc.property(cities, (counts) => {
      const whole = asked(counts)[PERIODS.findIndex(({ a, b }) => a === 0 && b === DAYS - 1)]![0]!.figures;
      const sessions = counts.reduce((a, b) => a + b, 0);
      assert.ok(whole.withheld ? isSmall(sessions) : Math.abs(whole.sessions - sessions) <= 2);
    }),
    { numRuns: 20 },
  );
});
