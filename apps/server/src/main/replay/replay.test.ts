import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { memoryStore } from '../../store/testing/index.ts';
import type { ScenarioOptions } from '../scenario/options.ts';
import { openScenario } from '../scenario/scenario.ts';
import type { DayFigures } from './figures.ts';
import { replay } from './run.ts';

const data = (path: string) =>
  fileURLToPath(new URL(`../../../../../../shared/data/${path}`, import.meta.url));
const sessionsFile = data('acn/acn_jpl_2019-05-01_2019-08-31.csv.gz');
const pricesFile = data('prices/DE_dayahead_2024_hourly_ct_per_kWh.csv');
const isHere = existsSync(sessionsFile) && existsSync(pricesFile);

const OPTIONS: ScenarioOptions = {
  days: 1,
  departures: 'true',
  seed: '1',
  loadKw: 0,
  pvKw: 0,
  priceAdder: 0.12,
  forecastError: 0,
  sessionsPerDay: 8,
  evses: 6,
};

/** One day through the real loop, every `nth` car of it; it is over when the last car has left. */
async function played(options: Partial<ScenarioOptions>, nth: number): Promise<DayFigures> {
  const scenario = await openScenario({ ...OPTIONS, ...options });
  const visits = scenario.visits.filter((_, index) => index % nth === 0);
  const lastMs = Math.max(...visits.map((visit) => visit.unplugMs));
  const errors: string[] = [];
  const days: DayFigures[] = [];
  const total = await replay({
    scenario: { ...scenario, visits, midnightsMs: [scenario.midnightsMs[0]!, lastMs] },
    options: { ...OPTIONS, ...options },
    store: await memoryStore(),
    log: { info() {}, warn() {}, error: (_, message) => errors.push(message) },
    stopwatch: () => performance.now(),
    report: { day: (figures) => days.push(figures), progress() {} },
  });
  assert.deepEqual(errors, []);
  assert.equal(days.length, 1);
  assert.equal(total.sessions, visits.length);
  return total;
}

/** D1.5-§1.1-1: what drivers notice; D4.2-§3.1-2: what the fuse notices. */
function judge(figures: DayFigures, t: TestContext): void {
  const share = figures.deliveredWh / figures.uncontrolledWh;
  t.diagnostic(
    `${figures.sessions} cars, ${(100 * share).toFixed(2)} % of the energy of uncontrolled charging, ` +
      `cost ${figures.cost.toFixed(2)} against ${figures.uncontrolledCost.toFixed(2)}, ${figures.plans} plans`,
  );
  assert.equal(figures.overLimitSlots, 0);
  assert.ok(share >= 0.99, `${share} of the energy`);
  assert.ok(figures.cost / figures.deliveredWh < figures.uncontrolledCost / figures.uncontrolledWh);
  assert.ok(figures.plans >= figures.sessions);
}

test('UC-006 D4.2-§3.2.1 D4.2-§3.1-2 D1.5-§1.1-1: a generated day through the real loop: profiles are carried out, no slot over the limit, at least 99 % of the energy, cheaper', async (t) => {
  judge(await played({ limitKw: 22 }, 1), t);
});

test('UC-006 D4.2-§3.1-2 D1.5-§1.1-1: recorded sessions and day-ahead prices through the real loop', {
  skip: isHere ? false : 'the recorded sessions and prices of ../shared/data are absent',
}, async (t) => {
  judge(await played({ sessionsFile, pricesFile, from: '2019-05-02', limitKw: 22 }, 10), t);
});
