import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadFile } from '../loaders/text-file.ts';
import { parsePvwatts, parseSimbenchLoad } from '../loaders/year-csv.ts';
import { createRandom } from '../random/random.ts';
import { wallOfEpoch, weekdayOf } from '../series/wall-time.ts';
import { seriesOfYear } from '../series/year-profile.ts';
import { generateLoad } from './load.ts';
import { generatePv } from './pv.ts';

const data = (path: string) => fileURLToPath(new URL(`../../../../../shared/data/${path}`, import.meta.url));
const absent = existsSync(data('PROVENANCE.md')) ? false : 'the data folder ../shared/data is absent';
const startMs = Date.parse('2023-01-01T00:00:00Z');
const endMs = Date.parse('2024-01-01T00:00:00Z');
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('the generated load of a workday has the hours of the SimBench profile G0', {
  skip: absent,
}, async () => {
  const loaded = await loadFile(
    data('loads/simbench_G0_commercial_pload_2018_15min.csv.gz'),
    parseSimbenchLoad,
  );
  assert.ok(loaded.ok);
  const timeZone = 'UTC';
  const real = seriesOfYear(loaded.value, { startMs, endMs, timeZone });
  const made = generateLoad({ startMs, endMs, timeZone, peakW: 1_000_000, random: createRandom(4) });
  const ofHour = ({ values }: { readonly values: readonly number[] }, scale: number, hour: number) =>
    mean(
      values.filter((_, n) => {
        const at = startMs + n * 900_000;
        return wallOfEpoch(at, timeZone).hour === hour && weekdayOf(at, timeZone) <= 5;
      }),
    ) / scale;
  for (const hour of [3, 8, 11, 14, 18, 21]) {
    const [a, b] = [ofHour(real, 1, hour), ofHour(made, 1_000_000, hour)];
    assert.ok(Math.abs(a - b) < 0.12, `hour ${hour}: real ${a.toFixed(3)}, generated ${b.toFixed(3)}`);
  }
});

/** kWh a year per kW of rating. */
const yieldOf = (values: readonly number[], ratingW: number) =>
  (mean(values) * (endMs - startMs)) / 3_600_000 / ratingW;
/** Share of the year's energy that each hour of the day brings. */
function hoursOf(values: readonly number[], stepMs: number, timeZone: string): readonly number[] {
  const hours = Array.from({ length: 24 }, () => 0);
  for (const [n, value] of values.entries())
    hours[wallOfEpoch(startMs + n * stepMs, timeZone).hour]! += value;
  const total = hours.reduce((sum, value) => sum + value, 0);
  return hours.map((value) => value / total);
}

test('generated PV in Berlin yields about 1,000 kWh a year per kW, as German systems do', () => {
  const made = generatePv({ startMs, endMs, timeZone: 'UTC', peakW: 100_000, random: createRandom(4) });
  const kwh = yieldOf(made.values, 100_000);
  assert.ok(kwh > 800 && kwh < 1150, `${kwh} kWh per kW`);
});

test('generated PV has the hours of the PVWatts year of Pasadena, and less energy: its clouds are German', {
  skip: absent,
}, async () => {
  const loaded = await loadFile(data('pv/pvwatts_jpl_220kWdc_30min_tmy.csv'), parsePvwatts);
  assert.ok(loaded.ok);
  // Standard time all year, as solar time is.
  const timeZone = 'Etc/GMT+8';
  const real = seriesOfYear(loaded.value, { startMs, endMs, timeZone });
  const place = { latitude: 34.2, longitude: -118.17, timeZone };
  const made = generatePv({ startMs, endMs, peakW: 220_000, random: createRandom(4), ...place });
  const [a, b] = [hoursOf(real.values, real.stepMs, timeZone), hoursOf(made.values, made.stepMs, timeZone)];
  for (const [hour, share] of a.entries()) {
    assert.ok(Math.abs(share - b[hour]!) < 0.03, `hour ${hour}: real ${share}, generated ${b[hour]}`);
  }
  assert.ok(yieldOf(made.values, 220_000) < yieldOf(real.values, 220_000));
});
