import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { maxMainsW } from '../ev/charger.ts';
import { parseAcnSessions } from '../loaders/acn-sessions.ts';
import { parsePriceCsv } from '../loaders/prices-csv.ts';
import { loadFile } from '../loaders/text-file.ts';
import { createRandom } from '../random/random.ts';
import { wallOfEpoch, weekdayOf } from '../series/wall-time.ts';
import { DEPARTURE_ERROR_MIN, HABITS } from './habits.ts';
import { generateLoad } from './load.ts';
import { generatePrices } from './prices.ts';
import { clearSky, generatePv } from './pv.ts';
import { quantile, sampleQuantile } from './quantiles.ts';
import { generateVisits } from './visits.ts';

const data = (path: string) => fileURLToPath(new URL(`../../../../../shared/data/${path}`, import.meta.url));
const absent = existsSync(data('PROVENANCE.md')) ? false : 'the data folder ../shared/data is absent';

const zone = 'Europe/Berlin';
const startMs = Date.parse('2024-05-06T00:00:00Z');
const evseUids = Array.from({ length: 120 }, (_, n) => `EVSE-${n}`);
const workplace = (seed: number, days = 110) =>
  generateVisits({
    place: 'workplace',
    startMs,
    days,
    timeZone: zone,
    sessionsPerDay: 70,
    evseUids,
    random: createRandom(seed),
  });

const HOUR = 3_600_000;
const weekdayVisits = (seed: number) => workplace(seed).filter((v) => weekdayOf(v.plugInMs, zone) <= 5);
const arrivalH = (ms: number) => {
  const { hour, minute } = wallOfEpoch(ms, zone);
  return hour + minute / 60;
};

test('one seed gives the same visits, prices, load and PV; another seed others', () => {
  assert.deepEqual(workplace(5, 7), workplace(5, 7));
  assert.notDeepEqual(workplace(5, 7), workplace(6, 7));
  const endMs = startMs + 3 * 24 * HOUR;
  const all = (seed: number) => {
    const random = createRandom(seed);
    return [
      generatePrices({ startMs, days: 3, timeZone: zone, random }),
      generateLoad({ startMs, endMs, timeZone: zone, peakW: 80_000, random }),
      generatePv({ startMs, endMs, timeZone: zone, peakW: 60_000, random }),
    ];
  };
  assert.deepEqual(all(1), all(1));
  assert.notDeepEqual(all(1), all(2));
});

test('every visit is possible: one car per EVSE at a time, energy within the stay, announcement after arrival', () => {
  for (const place of ['workplace', 'public', 'home'] as const) {
    const uids = evseUids.slice(0, 20);
    const visits = generateVisits({
      place,
      startMs,
      days: 30,
      timeZone: zone,
      sessionsPerDay: 40,
      evseUids: uids,
      random: createRandom(3),
    });
    assert.ok(visits.length > 200);
    const freeFrom = new Map<string, number>();
    for (const visit of visits) {
      assert.ok((freeFrom.get(visit.evseUid) ?? 0) < visit.plugInMs);
      freeFrom.set(visit.evseUid, visit.unplugMs);
      const hours = (visit.unplugMs - visit.plugInMs) / HOUR;
      assert.ok(visit.needWh <= maxMainsW(visit.model.charger) * hours);
      assert.ok(visit.announcedDepartureMs! > visit.plugInMs);
      assert.ok(visit.soc >= 0 && visit.soc <= 0.95);
    }
  }
});

test('generated stays and energies of public and home charging follow the ElaadNL quantiles', () => {
  for (const place of ['public', 'home'] as const) {
    const visits = generateVisits({
      place,
      startMs,
      days: 60,
      timeZone: zone,
      sessionsPerDay: 60,
      evseUids: Array.from({ length: 400 }, (_, n) => `E${n}`),
      random: createRandom(11),
    });
    const stays = visits.map((v) => (v.unplugMs - v.plugInMs) / HOUR);
    for (const p of [0.25, 0.5, 0.75]) {
      const wanted = quantile(HABITS[place].stayH, p);
      assert.ok(Math.abs(sampleQuantile(stays, p) - wanted) < 0.08 * wanted + 0.3, `${place} stay ${p}`);
    }
    const energies = visits.map((v) => v.needWh / 1000);
    const median = sampleQuantile(energies, 0.5);
    // Some stays are too short for the energy drawn for them, so the median sits a little below the published one.
    assert.ok(median < quantile(HABITS[place].energyKwh, 0.5) * 1.05, `${place} energy`);
    assert.ok(median > quantile(HABITS[place].energyKwh, 0.5) * 0.8, `${place} energy`);
  }
});

test('drivers: a quarter leave more than 15 minutes before what they said, two thirds later than they said', () => {
  const errors = workplace(2).map((v) => (v.unplugMs - v.announcedDepartureMs!) / 60_000);
  const early = errors.filter((m) => m < -15).length / errors.length;
  const late = errors.filter((m) => m > 0).length / errors.length;
  assert.ok(Math.abs(early - 0.26) < 0.05, `early ${early}`);
  assert.ok(Math.abs(late - 0.66) < 0.07, `late ${late}`);
});

test('generated prices: two peaks, a valley at noon, some negative hours', () => {
  const { values } = generatePrices({
    startMs: Date.parse('2024-01-01T00:00:00Z'),
    days: 364,
    timeZone: zone,
    random: createRandom(1),
  });
  const byHour = Array.from({ length: 24 }, (_, h) => values.filter((_, k) => k % 24 === h));
  const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length;
  assert.ok(mean(byHour[8]!) > mean(byHour[3]!) && mean(byHour[8]!) > mean(byHour[13]!) + 0.02);
  assert.ok(mean(byHour[19]!) > mean(byHour[13]!) + 0.04);
  const negative = values.filter((v) => v < 0).length / values.length;
  assert.ok(negative > 0.02 && negative < 0.09, `negative ${negative}`);
});

test('the clear sky of Berlin: dark at night, several times more in June than in December', () => {
  assert.equal(clearSky(Date.parse('2024-06-21T23:00:00Z'), 52.5, 13.4), 0);
  const june = clearSky(Date.parse('2024-06-21T11:00:00Z'), 52.5, 13.4);
  const december = clearSky(Date.parse('2024-12-21T11:00:00Z'), 52.5, 13.4);
  assert.ok(june > 0.65 && june < 0.85, `june ${june}`);
  assert.ok(december < june / 3, `december ${december}`);
});

test('generated workplace sessions resemble the JPL file', { skip: absent }, async () => {
  const loaded = await loadFile(data('acn/acn_jpl_2019-05-01_2019-08-31.csv.gz'), parseAcnSessions);
  assert.ok(loaded.ok);
  const real = loaded.value.filter(({ arrival }) => {
    const weekday = new Date(Date.UTC(arrival.year, arrival.month - 1, arrival.day)).getUTCDay();
    return weekday >= 1 && weekday <= 5;
  });
  const made = weekdayVisits(4);
  const compare = (
    what: string,
    fromReal: number[],
    fromMade: number[],
    tolerance: (real: number) => number,
  ) => {
    for (const p of [0.1, 0.25, 0.5, 0.75, 0.9]) {
      const [a, b] = [sampleQuantile(fromReal, p), sampleQuantile(fromMade, p)];
      assert.ok(
        Math.abs(a - b) <= tolerance(a),
        `${what} p${p * 100}: real ${a.toFixed(2)}, generated ${b.toFixed(2)}`,
      );
    }
  };
  compare(
    'arrival hour',
    real.map((s) => s.arrival.hour + s.arrival.minute / 60),
    made.map((v) => arrivalH(v.plugInMs)),
    () => 0.6,
  );
  compare(
    'stay h',
    real.map((s) => (s.departureMs - s.arrivalMs) / HOUR),
    made.map((v) => (v.unplugMs - v.plugInMs) / HOUR),
    (h) => 0.1 * h + 0.2,
  );
  compare(
    'energy kWh',
    real.map((s) => s.deliveredWh / 1000),
    made.map((v) => v.needWh / 1000),
    (kwh) => 0.12 * kwh + 0.3,
  );
  const realErrors = real.flatMap((s) =>
    s.announcedDepartureMs === undefined ? [] : [(s.departureMs - s.announcedDepartureMs) / 60_000],
  );
  for (const p of [0.1, 0.25, 0.5, 0.75]) {
    assert.ok(Math.abs(sampleQuantile(realErrors, p) - quantile(DEPARTURE_ERROR_MIN, p)) < 10);
  }
});

test('generated prices resemble the German day-ahead prices of 2024', { skip: absent }, async () => {
  const loaded = await loadFile(data('prices/DE_dayahead_2024_hourly_ct_per_kWh.csv'), parsePriceCsv);
  assert.ok(loaded.ok);
  const made = generatePrices({
    startMs: Date.parse('2024-01-01T00:00:00Z'),
    days: 366,
    timeZone: zone,
    random: createRandom(9),
  });
  for (const p of [0.05, 0.25, 0.5, 0.75, 0.95]) {
    const [a, b] = [sampleQuantile(loaded.value.values, p), sampleQuantile(made.values, p)];
    assert.ok(Math.abs(a - b) <= 0.02, `p${p * 100}: real ${a.toFixed(4)}, generated ${b.toFixed(4)}`);
  }
});
