import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { curveOf } from './energy-curve.ts';
import type { CityEvse, CityFacts, CitySession } from './facts.ts';
import { figuresOf } from './figures.ts';
import { heatOf } from './heat.ts';
import { nextDate } from './local-time.ts';
import { partOf, restsOf } from './neighbours.ts';
import { chosen, type Selection } from './places.ts';
import { isSmall } from './suppress.ts';
import { daysOfFacts, usePerGroup } from './tables.ts';

const HOUR_MS = 3_600_000;
const T0 = Date.parse('2026-06-01T00:00:00Z');
const DAYS = 4;
const evse = (operator: string, district: string): CityEvse => ({
  key: `p/${operator}/${district}/e`,
  peerId: 'p',
  operator,
  siteKey: `p/${operator}/${district}`,
  siteName: district,
  district,
  timeZone: 'UTC',
  evseUid: 'E',
  label: 'E',
  status: 'AVAILABLE',
  longitude: null,
  latitude: null,
  maxW: 11_000,
  stationId: null,
});
const EVSES = [evse('NL-AAA', 'X'), evse('NL-AAA', 'Y'), evse('NL-BBB', 'Y')];
const SELECTIONS: readonly Selection[] = [
  {},
  { operator: 'NL-AAA' },
  { operator: 'NL-BBB' },
  { district: 'X' },
  { district: 'Y' },
  { operator: 'NL-AAA', district: 'Y' },
];
const PERIODS = Array.from({ length: DAYS }, (_, a) =>
  Array.from({ length: DAYS - a }, (_, n) => ({ a, b: a + n })),
).flat();

/** Sessions by EVSE and day; each of one hour, at eight. */
const cities = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3 * DAYS, maxLength: 3 * DAYS });

function sessionsOf(counts: readonly number[]): CitySession[] {
  return counts.flatMap((count, n) =>
    Array.from({ length: count }, (_, card) => {
      const startMs = T0 + Math.floor(n / 3) * 24 * HOUR_MS + 8 * HOUR_MS;
      const endMs = startMs + HOUR_MS;
      const points = curveOf(startMs, [], { atMs: endMs, energyWh: 5_000 });
      return { evse: EVSES[n % 3]!, contextId: 'c', card, startMs, endMs, energyWh: 5_000, points };
    }),
  );
}

function asked(counts: readonly number[]) {
  const sessions = sessionsOf(counts);
  return PERIODS.map(({ a, b }) => {
    const period = { from: nextDate('2026-06-01', a), to: nextDate('2026-06-01', b) };
    const within = sessions.filter(
      ({ startMs }) => startMs >= T0 + a * 24 * HOUR_MS && startMs < T0 + (b + 1) * 24 * HOUR_MS,
    );
    const whole: CityFacts = { nowMs: T0 + 1e10, period, evses: EVSES, sessions: within, bookings: [] };
    return SELECTIONS.map((selection) => {
      const part = partOf(whole, chosen(EVSES, selection));
      const rests = restsOf(whole, part.evses);
      return {
        figures: figuresOf(part, new Map(), rests),
        days: daysOfFacts(part, rests),
        cells: heatOf(part, rests),
        operators: usePerGroup(part, ({ operator }) => operator, whole),
      };
    });
  });
}
type Answer = ReturnType<typeof asked>[number][number];

/** The count somebody may rely on; undefined where it is withheld or rounded. */
const toldBy = ({ figures }: Answer) => (figures.withheld || figures.rounded ? undefined : figures.sessions);

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
              tellsNothingSmall(there.days[n]!.sessions, day.sessions, 'day');
          }
        }
    }),
    { numRuns: 40 },
  );
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
