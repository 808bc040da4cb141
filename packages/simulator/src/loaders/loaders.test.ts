import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { valueAt } from '../series/series.ts';
import { seriesOfYear } from '../series/year-profile.ts';
import { parseAcnSessions } from './acn-sessions.ts';
import { parseCo2Csv } from './co2-csv.ts';
import { parseEntsoeA44 } from './entsoe-prices.ts';
import { type Loaded, problemText } from './loaded.ts';
import { parsePriceCsv } from './prices-csv.ts';
import { loadFile } from './text-file.ts';
import { parsePvwatts, parseSimbenchLoad } from './year-csv.ts';

function value<T>(loaded: Loaded<T>): T {
  if (!loaded.ok) assert.fail(loaded.problems.map(problemText).join('\n'));
  return loaded.value;
}

function problems<T>(loaded: Loaded<T>): string[] {
  assert.equal(loaded.ok, false);
  return loaded.ok ? [] : loaded.problems.map(problemText);
}

const ACN_HEADER =
  'arrival,departure,requested_energy (kWh),delivered_energy (kWh),station_id,session_id,estimated_departure,claimed';

test('ACN sessions: local times with offset become instants, unclaimed rows have no announcement', () => {
  const sessions = value(
    parseAcnSessions(
      `${ACN_HEADER}
2019-05-01 07:00:00-07:00,2019-05-01 16:00:00-07:00,20,12.5,AG-1,s2,2019-05-01 15:30:00-07:00,True
2019-05-01 06:00:00-07:00,2019-05-01 08:00:00-07:00,,3.25,AG-2,s1,,False
`,
      'a.csv',
    ),
  );
  assert.deepEqual(
    sessions.map((s) => [s.id, s.deliveredWh, s.announcedDepartureMs ?? null, s.arrival.hour]),
    [
      ['s1', 3_250, null, 6],
      ['s2', 12_500, Date.parse('2019-05-01T22:30:00Z'), 7],
    ],
  );
  assert.equal(sessions[1]?.arrivalMs, Date.parse('2019-05-01T14:00:00Z'));
});

test('ACN sessions: every bad cell is named by line, column and fix', () => {
  const text = `${ACN_HEADER}
2019-05-01 07:00:00,2019-05-01 16:00:00-07:00,20,12.5,AG-1,s2,2019-05-01 15:30:00-07:00,True
2019-05-01 09:00:00-07:00,2019-05-01 08:00:00-07:00,1,kWh,AG-2,s1,2019-05-01 15:30:00-07:00,True
2019-05-01 09:00:00-07:00,2019-05-01 10:00:00-07:00
`;
  assert.deepEqual(problems(parseAcnSessions(text, 'a.csv')), [
    'a.csv:4: row: has 2 cells, the header has 8; complete the row',
    'a.csv:2: arrival: must be a time with an offset like 2019-05-01 05:04:06-07:00, got "2019-05-01 07:00:00"',
    'a.csv:3: delivered_energy (kWh): must be a number in kWh, got "kWh"',
  ]);
  assert.match(
    problems(parseAcnSessions('a,b\n1,2\n', 'b.csv'))[0]!,
    /^b\.csv:1: arrival: this column is missing/,
  );
  assert.match(problems(parseAcnSessions('', 'c.csv'))[0]!, /the file is empty/);
});

test('X37 prices of a day with 23 and of a day with 25 local hours are hourly steps in UTC', () => {
  const spring = value(
    parsePriceCsv(
      'local_start,price_ct_per_kWh\n2024-03-31 00:00:00 CET,7\n2024-03-31 01:00:00 CET,6\n2024-03-31 03:00:00 CEST,-5\n',
      'p.csv',
    ),
  );
  assert.equal(spring.stepMs, 3_600_000);
  assert.deepEqual(spring.values, [0.07, 0.06, -0.05]);
  const autumn = value(
    parsePriceCsv(
      'start,price_ct_per_kWh\n2024-10-27 01:00:00 CEST,1\n2024-10-27 02:00:00 CEST,2\n2024-10-27 02:00:00 CET,3\n',
      'p.csv',
    ),
  );
  assert.equal(autumn.startMs, Date.parse('2024-10-26T23:00:00Z'));
  assert.deepEqual(autumn.values, [0.01, 0.02, 0.03]);
});

test('prices: unit by header or option, local times by time zone option', () => {
  const perMwh = value(
    parsePriceCsv('start,price_per_MWh\n2024-01-01T00:00:00Z,85\n2024-01-01T00:15:00Z,90\n', 'p.csv'),
  );
  assert.deepEqual([perMwh.stepMs, ...perMwh.values], [900_000, 0.085, 0.09]);
  const local = value(
    parsePriceCsv('start,price\n2024-07-01 00:00,0.3\n2024-07-01 01:00,0.2\n', 'p.csv', {
      unit: 'per_kwh',
      timeZone: 'Europe/Berlin',
    }),
  );
  assert.equal(local.startMs, Date.parse('2024-06-30T22:00:00Z'));
  assert.match(
    problems(parsePriceCsv('start,price\n2024-07-01T00:00:00Z,0.3\n', 'p.csv'))[0]!,
    /^p\.csv:1: price: does not say its unit/,
  );
});

test('prices: a gap, a doubled row and a time without a zone name line, field and fix', () => {
  const rows = (...starts: string[]) => `start,price_per_kWh\n${starts.map((s) => `${s},0.1`).join('\n')}\n`;
  assert.deepEqual(
    problems(parsePriceCsv(rows('2024-01-01T00:00Z', '2024-01-01T01:00Z', '2024-01-01T03:00Z'), 'p.csv')),
    ['p.csv:4: start: comes 120 min after the row before, the others 60 min; add the missing rows'],
  );
  assert.match(
    problems(parsePriceCsv(rows('2024-01-01T00:00Z', '2024-01-01T01:00Z', '2024-01-01T01:00Z'), 'p.csv'))[0]!,
    /p\.csv:4: start: is not after the row before/,
  );
  assert.match(
    problems(parsePriceCsv(rows('2024-01-01 00:00'), 'p.csv'))[0]!,
    /p\.csv:2: start: .*add an offset/,
  );
  assert.match(problems(parsePriceCsv(rows('2024-02-30T00:00Z'), 'p.csv'))[0]!, /p\.csv:2: start/);
});

const a44 = (
  curve: string,
  resolution: string,
  points: string,
  end = '2024-01-01T01:00Z',
) => `<?xml version="1.0"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:0">
  <type>A44</type>
  <TimeSeries><currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>
  <curveType>${curve}</curveType>
  <Period><timeInterval><start>2024-01-01T00:00Z</start><end>${end}</end></timeInterval>
  <resolution>${resolution}</resolution>
  ${points}
  </Period></TimeSeries>
</Publication_MarketDocument>`;
const point = (position: number, price: string) =>
  `<Point><position>${position}</position><price.amount>${price}</price.amount></Point>`;

test('ENTSO-E A44: PT15M with curve type A03 holds the last value over missing positions', () => {
  const { prices, currency } = value(
    parseEntsoeA44(a44('A03', 'PT15M', point(1, '80') + point(3, '-12.5')), 'e.xml'),
  );
  assert.equal(currency, 'EUR');
  assert.equal(prices.stepMs, 900_000);
  assert.deepEqual(prices.values, [0.08, 0.08, -0.0125, -0.0125]);
});

test('ENTSO-E A44: PT60M, and A01 with a missing position is refused with the period and its line', () => {
  const hours = value(
    parseEntsoeA44(a44('A01', 'PT60M', point(1, '80') + point(2, '81'), '2024-01-01T02:00Z'), 'e.xml'),
  );
  assert.deepEqual([hours.prices.stepMs, ...hours.prices.values], [3_600_000, 0.08, 0.081]);
  assert.deepEqual(
    problems(parseEntsoeA44(a44('A01', 'PT15M', point(1, '80') + point(3, '70') + point(4, '70')), 'e.xml')),
    ['e.xml:6: Period 2024-01-01T00:00Z: point 2 is missing and curveType is not A03'],
  );
  assert.match(
    problems(parseEntsoeA44(a44('A03', 'PT15M', point(1, 'n/a')), 'e.xml')).join('\n'),
    /e\.xml:8: Point 1 of 2024-01-01T00:00Z: price\.amount must be a number/,
  );
  assert.match(problems(parseEntsoeA44('<a><b></a>', 'e.xml'))[0]!, /^e\.xml:1: xml:/);
  assert.match(
    problems(
      parseEntsoeA44(
        '<Acknowledgement_MarketDocument><Reason><text>No matching data found</text></Reason></Acknowledgement_MarketDocument>',
        'e.xml',
      ),
    )[0]!,
    /No matching data found/,
  );
});

test('load and PV files are typical years; a wrong row names what is expected', () => {
  const days = Array.from({ length: 365 }, (_, day) => new Date(Date.UTC(2018, 0, 1 + day)));
  const two = (n: number) => String(n).padStart(2, '0');
  const rows = days.flatMap((day) =>
    Array.from(
      { length: 24 },
      (_, hour) =>
        `${two(day.getUTCDate())}.${two(day.getUTCMonth() + 1)}.2018 ${two(hour)}:00;0.${two(hour)}`,
    ),
  );
  const profile = value(parseSimbenchLoad(`time;pload\n${rows.join('\n')}\n`, 'l.csv'));
  assert.deepEqual([profile.stepMinutes, profile.values.length], [60, 8_760]);
  const leapDay = seriesOfYear(
    profile,
    {
      startMs: Date.parse('2024-02-28T23:00:00Z'),
      endMs: Date.parse('2024-02-29T23:00:00Z'),
      timeZone: 'Europe/Berlin',
    },
    1000,
  );
  assert.equal(leapDay.values.length, 24);
  assert.equal(valueAt(leapDay, Date.parse('2024-02-29T11:00:00Z')), 120);
  const gap = problems(
    parseSimbenchLoad(`time;pload\n${rows.filter((_, k) => k !== 5).join('\n')}\n`, 'l.csv'),
  );
  assert.match(gap[0]!, /^l\.csv:7: time: step 6 of the year is expected here/);

  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const pvRows = days.flatMap((day) =>
    Array.from({ length: 24 }, (_, hour) => {
      const time = `${two(hour % 12 === 0 ? 12 : hour % 12)}:00 ${hour < 12 ? 'am' : 'pm'}`;
      return `"${months[day.getUTCMonth()]} ${day.getUTCDate()}, ${time}",${hour === 12 ? 100 : -0.1}`;
    }),
  );
  const pv = value(parsePvwatts(`"Time stamp","Array DC power | (kW)"\n${pvRows.join('\n')}\n`, 'v.csv'));
  assert.equal(pv.values[12], 100_000);
  assert.equal(pv.values[0], 0);
  assert.match(
    problems(parsePvwatts('"Time stamp","kW"\n"Jan 1 noon",1\n', 'v.csv'))[0]!,
    /^v\.csv:2: Time stamp: must look like/,
  );
});

test('CO2: moer in kg/kWh and columns in g/kWh become g/kWh, other names are refused', () => {
  const kg = value(
    parseCo2Csv('time,moer\n2019-05-01 00:00:00+00:00,0.25\n2019-05-01 00:05:00+00:00,0.3\n', 'c.csv'),
  );
  assert.deepEqual([kg.stepMs, ...kg.values], [300_000, 250, 300]);
  const grams = value(
    parseCo2Csv('time,co2_g_per_kWh\n2024-05-01T00:00:00Z,380\n2024-05-01T01:00:00Z,390\n', 'c.csv'),
  );
  assert.deepEqual(grams.values, [380, 390]);
  assert.match(
    problems(parseCo2Csv('time,intensity\n2024-05-01T00:00:00Z,380\n', 'c.csv'))[0]!,
    /does not say its unit/,
  );
});

test('a file is unpacked when it is gzip, and a missing or broken one is refused with the reason', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'smac-loaders-'));
  t.after(() => rm(folder, { recursive: true }));
  const text = 'start,price_per_kWh\n2024-01-01T00:00:00Z,0.1\n2024-01-01T01:00:00Z,0.2\n';
  await writeFile(join(folder, 'p.csv.gz'), gzipSync(`﻿${text}`));
  await writeFile(join(folder, 'broken.csv.gz'), Buffer.from([0x1f, 0x8b, 0, 1]));
  const prices = value(await loadFile(join(folder, 'p.csv.gz'), parsePriceCsv));
  assert.deepEqual(prices.values, [0.1, 0.2]);
  assert.match(problems(await loadFile(join(folder, 'broken.csv.gz'), parsePriceCsv))[0]!, /does not unpack/);
  assert.match(problems(await loadFile(join(folder, 'none.csv'), parsePriceCsv))[0]!, /ENOENT/);
});
