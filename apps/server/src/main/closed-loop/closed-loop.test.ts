import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CATALOGUE, type Visit } from '@smac/simulator';
import { type Scenario, shippedScenario } from '@smac/simulator/scenario';
import { memoryStore } from '../../store/testing/index.ts';
import { silentLog } from '../log.ts';
import { type LoopFigures, playLoop } from './run.ts';

const QUIET: Scenario['faults'] = {
  linkLossPercent: 0,
  outageS: 60,
  latencyMs: 0,
  halfOpenPerDay: 0,
  stormsPerDay: 0,
  powerCutsPerDay: 0,
  limitCuts: [],
};

async function played(
  t: TestContext,
  scenario: Scenario,
  startMs: number,
  hours: number,
  visits?: readonly Visit[],
): Promise<LoopFigures> {
  const figures = await playLoop({
    ...(visits === undefined ? {} : { visits }),
    scenario,
    startMs,
    hours,
    withFaults: true,
    forecastError: 0.1,
    log: silentLog,
    store: await memoryStore(),
  });
  for (const site of figures.sites) {
    t.diagnostic(
      `${site.siteId}: ${site.overLimitSeconds} s above the limit, peak ${(site.peakW / 1000).toFixed(1)} kW, ` +
        `${(site.evWh / 1000).toFixed(1)} kWh into cars, ${(site.exportedWh / 1000).toFixed(1)} given back; ${figures.plans} plans, ${figures.messages} messages, ${figures.faults} faults`,
    );
  }
  return figures;
}

test('US-TUR-site D4.2-§3.1-2 D1.5-Q2-9: a busy morning in Turku second by second, the limit halved in the middle, lines that break: never above the limit a minute after the cut', {
  timeout: 300_000,
}, async (t) => {
  const turku = shippedScenario('turku');
  const scenario: Scenario = {
    ...turku,
    faults: {
      ...QUIET,
      linkLossPercent: 10,
      stormsPerDay: 40,
      limitCuts: [{ atHour: 0.25, minutes: 12, toShare: 0.5 }],
    },
  };
  const figures = await played(t, scenario, Date.parse('2026-06-01T05:00:00Z'), 0.45);
  const [site] = figures.sites;
  assert.ok(site);
  assert.equal(site.overLimitSeconds, 0, `first after ${site.firstOverS} s by ${site.worstOverW} W`);
  assert.equal(site.hasFuseMelted, false);
  assert.ok(figures.faults > 3, `${figures.faults} faults`);
  assert.ok(site.evWh > 2_000, `${site.evWh} Wh: cars really charge`);
});

test('a street in Eindhoven gives energy back in the evening: its cars say their batteries and that they may, plans discharge them where energy is dear, and their meters show it', {
  timeout: 300_000,
}, async (t) => {
  const scenario: Scenario = { ...shippedScenario('eindhoven-v2g'), faults: QUIET };
  // The dearest hour of the day is from eight to nine in the evening.
  const figures = await played(t, scenario, Date.parse('2026-06-01T17:50:00Z'), 0.6);
  const [site] = figures.sites;
  assert.ok(site);
  assert.equal(site.overLimitSeconds, 0, `first after ${site.firstOverS} s by ${site.worstOverW} W`);
  assert.ok(site.exportedWh > 1_000, `${site.exportedWh} Wh given back`);
});

test('SC6 poles of a street that hold two profiles, or one, carry the plan all the same: a car that needs its full power all the time gets it', {
  timeout: 300_000,
}, async (t) => {
  const budapest = shippedScenario('budapest');
  const kinds = budapest.sites.flatMap(({ stations }) => stations.filter(({ quirk }) => quirk !== undefined));
  const few = kinds.filter(({ quirk }) => quirk !== 'amperes-only').map((kind) => ({ ...kind, count: 1 }));
  const startMs = Date.parse('2026-06-01T14:00:00Z');
  const three = CATALOGUE.find(({ model }) => model.charger.phases === 3)!.model;
  const visit = (minute: number, minutes: number): Visit => ({
    id: `S${minute}`,
    evseUid: 'any',
    plugInMs: startMs + minute * 60_000,
    unplugMs: startMs + (minute + minutes) * 60_000,
    announcedDepartureMs: startMs + (minute + minutes) * 60_000,
    needWh: Math.floor((11_040 * (minutes - 1)) / 60),
    model: three,
    soc: 0.2,
    wish: 'FAST',
    dischargeAllowed: false,
  });
  // Without a plan each of the two poles keeps to half of the limit, 7 kW.
  const scenario: Scenario = {
    ...budapest,
    faults: QUIET,
    sites: [{ ...budapest.sites[0]!, limitW: 14_000, stations: few }],
  };
  const figures = await played(t, scenario, startMs, 1, [visit(17, 14), visit(32, 14), visit(47, 12)]);
  const [site] = figures.sites;
  assert.ok(site);
  assert.equal(few.length, 2);
  assert.equal(site.stays, 3);
  assert.equal(site.overLimitSeconds, 0);
  assert.ok(site.needsMet > 0.95, `${(100 * site.needsMet).toFixed(1)} % of what the cars could have got`);
});
