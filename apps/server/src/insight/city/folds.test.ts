import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { availabilityOf } from './availability.ts';
import { carbonOf, GRID_MIX_G_PER_KWH } from './carbon.ts';
import { csvOf } from './csv.ts';
import { chargingMs, curveOf, eachPart } from './energy-curve.ts';
import type { CityEvse, CityFacts, CitySession } from './facts.ts';
import { figuresOf } from './figures.ts';
import { heatOf } from './heat.ts';
import { boundsOf, daysOf, localTime, previousOf } from './local-time.ts';
import { LEAST_SESSIONS, withheld } from './suppress.ts';
import { daysOfFacts } from './tables.ts';

const HOUR_MS = 3_600_000;
const T0 = Date.parse('2026-06-01T00:00:00Z');
const EVSE: CityEvse = {
  key: 'p/NL-TNM/l/e',
  peerId: 'p',
  operator: 'NL-TNM',
  siteKey: 'p/NL-TNM/L',
  siteName: 'L',
  district: 'D',
  timeZone: 'UTC',
  evseUid: 'E',
  label: 'E',
  status: 'AVAILABLE',
  longitude: null,
  latitude: null,
  maxW: 11_000,
  stationId: null,
};

function session(startHour: number, hours: number, energyWh: number): CitySession {
  const startMs = T0 + startHour * HOUR_MS;
  const endMs = startMs + hours * HOUR_MS;
  const points = curveOf(startMs, [], { atMs: endMs, energyWh });
  return { evse: EVSE, contextId: 'c', card: 1, startMs, endMs, energyWh, points };
}

const facts = (sessions: readonly CitySession[]): CityFacts => ({
  nowMs: T0 + 30 * 24 * HOUR_MS,
  period: { from: '2026-06-01', to: '2026-06-07' },
  evses: [EVSE],
  sessions,
  bookings: [],
});

const someSessions = fc.array(
  fc
    .record({
      start: fc.integer({ min: 0, max: 160 }),
      hours: fc.integer({ min: 1, max: 8 }),
      wh: fc.integer({ min: 0, max: 60_000 }),
    })
    .map(({ start, hours, wh }) => session(start, hours, wh)),
  { maxLength: 60 },
);

test('what a table shows and its total never tell a small cell: what is withheld is nothing, or two cells and more that hold enough together', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 30 }), (counts) => {
      const hidden = withheld(counts);
      const hiddenCounts = counts.filter((_, n) => hidden[n]);
      for (const [n, count] of counts.entries()) {
        if (count > 0 && count < LEAST_SESSIONS) assert.ok(hidden[n]);
        if (count === 0) assert.equal(hidden[n], false);
      }
      const rest = counts.filter((count, n) => count > 0 && !hidden[n]);
      const enough = hiddenCounts.length >= 2 && hiddenCounts.reduce((a, b) => a + b, 0) >= LEAST_SESSIONS;
      assert.ok(hiddenCounts.length === 0 || enough || rest.length === 0);
    }),
  );
});

test('a cell that is withheld in one sum is not told by another', () => {
  // a site of one socket with 3, beside a site of 9 of the same operator, and another operator with 7.
  const counts = [3, 9, 7];
  const groupings = [
    ['A', 'B', 'C'],
    ['X', 'X', 'Y'],
    ['', '', ''],
  ];
  assert.deepEqual(withheld(counts, groupings), [true, true, false]);
});

test('the parts of an energy curve add up to its energy, whatever order its readings came in', () => {
  const point = fc.record({
    atMs: fc.integer({ min: T0 - HOUR_MS, max: T0 + 20 * HOUR_MS }),
    energyWh: fc.integer({ min: 0, max: 50_000 }),
  });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 20 }), (readings) => {
      const curve = curveOf(T0, readings, { atMs: T0 + 21 * HOUR_MS, energyWh: 50_000 });
      let wh = 0;
      eachPart(curve, 15 * 60_000, (atMs, part) => {
        assert.equal(atMs % (15 * 60_000), 0);
        assert.ok(part >= 0);
        wh += part;
      });
      assert.ok(Math.abs(wh - 50_000) < 1e-6);
    }),
  );
});

test('US-MA-m-time time charging counts while energy flows, time occupied while the car stands', () => {
  const points = [
    { atMs: T0, energyWh: 0 },
    { atMs: T0 + HOUR_MS, energyWh: 11_000 },
    // 99 W is a car that hangs on the cable.
    { atMs: T0 + 2 * HOUR_MS, energyWh: 11_099 },
    { atMs: T0 + 3 * HOUR_MS, energyWh: 11_200 },
  ];
  assert.equal(chargingMs({ points }), 2 * HOUR_MS);
});

test('US-MA-m-co2 each quarter hour counts with the intensity given for it, the rest with the stated mix, and the share says which', () => {
  const one = session(0, 2, 10_000);
  const intensities = new Map([['c', [{ startMs: T0, durationMs: HOUR_MS, gPerKwh: 100 }]]]);
  const { kg, seriesShare } = carbonOf([one], intensities);
  assert.ok(Math.abs(kg - (5 * 100 + 5 * GRID_MIX_G_PER_KWH) / 1000) < 1e-9);
  assert.ok(Math.abs(seriesShare! - 0.5) < 1e-9);
  assert.deepEqual(carbonOf([], intensities), { kg: 0, seriesShare: null });
});

test('figures agree with each other: days add up to the total, nothing is charged longer than it stands, fewer than five sessions show nothing', () => {
  fc.assert(
    fc.property(someSessions, (sessions) => {
      const shown = figuresOf(facts(sessions), new Map());
      assert.equal(shown.withheld, sessions.length > 0 && sessions.length < LEAST_SESSIONS);
      if (shown.withheld) return;
      if (shown.rounded) {
        assert.equal(shown.sessions % LEAST_SESSIONS, 0);
        assert.ok(Math.abs(shown.sessions - sessions.length) < LEAST_SESSIONS / 2);
        return;
      }
      assert.equal(shown.sessions, sessions.length);
      assert.ok(shown.chargingHours <= shown.occupiedHours + 1e-9);
      assert.ok((shown.simultaneous?.value ?? 0) <= sessions.length);
      const days = daysOfFacts(facts(sessions));
      assert.equal(days.length, 7);
      if (days.some((bar) => bar.withheld)) return;
      assert.equal(
        days.reduce((sum, { energyWh }) => sum + energyWh!, 0),
        shown.energyWh,
      );
    }),
    { numRuns: 60 },
  );
});

test('sessions that touch are not at the same time, and a peak is the mean of a quarter hour', () => {
  // Five one after the other with 4 kW, and one beside the third with 8 kW.
  const sessions = [0, 1, 2, 3, 4].map((hour) => session(hour, 1, 4_000));
  const shown = figuresOf(facts([...sessions, session(2, 1, 8_000)]), new Map());
  assert.ok(!shown.withheld);
  assert.deepEqual(shown.simultaneous, { value: 2, atMs: T0 + 2 * HOUR_MS });
  assert.equal(shown.peak?.atMs, T0 + 2 * HOUR_MS);
  assert.ok(Math.abs(shown.peak.value - 12_000) < 1e-6);
});

test('US-MA-3 a period runs from midnight to midnight at the site, on days that clocks change too, and is compared with as many days before', () => {
  const spring = boundsOf({ from: '2026-03-29', to: '2026-03-29' }, 'Europe/Amsterdam');
  assert.equal(new Date(spring.fromMs).toISOString(), '2026-03-28T23:00:00.000Z');
  assert.equal(spring.untilMs - spring.fromMs, 23 * HOUR_MS);
  const autumn = boundsOf({ from: '2026-10-25', to: '2026-10-25' }, 'Europe/Helsinki');
  assert.equal(autumn.untilMs - autumn.fromMs, 25 * HOUR_MS);
  for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu', 'UTC']) {
    const { fromMs, untilMs } = boundsOf({ from: '2026-05-30', to: '2026-05-31' }, timeZone);
    assert.deepEqual(localTime(fromMs, timeZone), { date: '2026-05-30', weekday: 5, hour: 0 });
    assert.equal(localTime(untilMs - 1, timeZone).date, '2026-05-31');
  }
  const may = { from: '2026-05-01', to: '2026-05-31' };
  assert.deepEqual(previousOf(may), { from: '2026-03-31', to: '2026-04-30' });
  assert.equal(daysOf(may), 31);
});

test('the heat map has every hour of the week once, and only hours of the period', () => {
  const begunBefore = session(-2, 4, 4_000);
  const cells = heatOf(facts(Array.from({ length: 5 }, () => begunBefore)));
  assert.equal(cells.length, 168);
  const warm = cells.filter(({ energyWh }) => (energyWh ?? 0) > 0);
  assert.deepEqual(
    warm.map(({ weekday, hour, sessions }) => [weekday, hour, sessions]),
    [
      [0, 0, 5],
      [0, 1, 5],
    ],
  );
  for (const { energyWh } of warm) assert.ok(Math.abs(energyWh! - 5_000) < 1e-6);
});

test('BI13-8 BI13-9 uptime counts from when a station first came; connections that overlap count once, and a short gap is no malfunction', () => {
  const at = (minutes: number) => T0 + minutes * 60_000;
  const connections = [
    { fromMs: at(300), untilMs: null },
    { fromMs: at(100), untilMs: at(150) },
    { fromMs: at(140), untilMs: at(200) },
    { fromMs: at(203), untilMs: at(280) },
  ];
  assert.deepEqual(availabilityOf(connections, at(0), at(400)), {
    uptimeShare: 1 - 23 / 300,
    outages: [{ fromMs: at(280), untilMs: at(300) }],
  });
  assert.deepEqual(availabilityOf(connections, at(0), at(90)), { uptimeShare: null, outages: [] });
  assert.deepEqual(availabilityOf([], at(0), at(90)), { uptimeShare: null, outages: [] });
});

test('a text that a spreadsheet would run is told to be a text, quotes and lines stay in their cell', () => {
  for (const evil of ['=1+1', '+1', '-1', '@x', '\t=1', ' =1', '\r=1', '\uff1d1'])
    assert.match(csvOf(['a'], [[evil]]), /^a\r\n"?'/, JSON.stringify(evil));
  assert.equal(
    csvOf(
      ['a', 'b'],
      [
        ['x "y", z\n', -2.5],
        [null, true],
      ],
    ),
    'a,b\r\n"x ""y"", z\n",-2.5\r\n,true\r\n',
  );
});
