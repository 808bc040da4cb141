import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAcnSessions } from './acn-sessions.ts';
import { parseCo2Csv } from './co2-csv.ts';
import { type Loaded, problemText } from './loaded.ts';
import { parsePriceCsv } from './prices-csv.ts';
import { loadFile } from './text-file.ts';
import { parsePvwatts, parseSimbenchLoad } from './year-csv.ts';

// Other people's data beside the checkout (../shared/data): read in place, and these tests say so when it is absent.
const data = (path: string) => fileURLToPath(new URL(`../../../../../shared/data/${path}`, import.meta.url));
const absent = existsSync(data('PROVENANCE.md')) ? false : 'the data folder ../shared/data is absent';

function value<T>(loaded: Loaded<T>): T {
  if (!loaded.ok) assert.fail(loaded.problems.map(problemText).join('\n'));
  return loaded.value;
}

test('the JPL extract of ACN-Data loads: 6,026 sessions at 52 stations', { skip: absent }, async () => {
  const sessions = value(await loadFile(data('acn/acn_jpl_2019-05-01_2019-08-31.csv.gz'), parseAcnSessions));
  assert.equal(sessions.length, 6_026);
  assert.equal(new Set(sessions.map((s) => s.stationId)).size, 52);
});

test('the German day-ahead prices of 2024 load: 8,808 equal hours across both changes of clocks', {
  skip: absent,
}, async () => {
  const prices = value(await loadFile(data('prices/DE_dayahead_2024_hourly_ct_per_kWh.csv'), parsePriceCsv));
  assert.equal(prices.values.length, 8_808);
  assert.equal(prices.stepMs, 3_600_000);
  assert.ok(Math.abs(Math.min(...prices.values) + 0.13545) < 1e-9);
  assert.equal(prices.startMs, Date.parse('2023-12-31T23:00:00Z'));
});

test('SimBench load, PVWatts year and marginal emissions load', { skip: absent }, async () => {
  const load = value(
    await loadFile(data('loads/simbench_G0_commercial_pload_2018_15min.csv.gz'), parseSimbenchLoad),
  );
  assert.deepEqual([load.stepMinutes, load.values.length], [15, 35_040]);
  const pv = value(await loadFile(data('pv/pvwatts_jpl_220kWdc_30min_tmy.csv'), parsePvwatts));
  assert.deepEqual([pv.stepMinutes, pv.values.length], [30, 17_520]);
  const co2 = value(await loadFile(data('moer/moer_CAISO_SCE_2019-05_5min_actual_only.csv.gz'), parseCo2Csv));
  assert.equal(co2.values.length, 9_504);
});
