import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { parseAcnSessions } from '@smac/simulator';
import fc from 'fast-check';
import { aSession, at, bench, MONDAY_MS, newOwner } from '../sites/testing/fixtures.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { localTime } from './local-time.ts';
import { DEFAULT_PLANNING_POLICY } from './policy.ts';
import { latestSafeCompletion, mixed } from './stay-distribution.ts';
import { priorOf, stayClass } from './stay-prior.ts';
import { learnStay, siteKey, stayReader, staysOf } from './stay-store.ts';

const HOUR_MS = 3_600_000;

test('D4.2-§3.3.1-opt: however late charging waits, the expected loss stays within the risk', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 23 }),
      fc.option(fc.double({ min: 0.3, max: 16, noNaN: true })),
      fc.double({ min: 500, max: 60_000, noNaN: true }),
      fc.double({ min: 1_400, max: 22_000, noNaN: true }),
      fc.constantFrom(0.002, 0.01, 0.05),
      (hour, announcedHours, needWh, powerW, risk) => {
        const stays = priorOf(hour, announcedHours === null ? undefined : announcedHours * HOUR_MS);
        const completionMs = latestSafeCompletion(stays, needWh, powerW, risk);
        assert.ok(completionMs >= (needWh / powerW) * HOUR_MS - 1);
        let uncontrolled = 0;
        let latest = 0;
        for (const { stayMs, weight } of stays) {
          const full = Math.min(needWh, (powerW * stayMs) / HOUR_MS);
          uncontrolled += weight * full;
          const lateWh = needWh - (powerW * (completionMs - stayMs)) / HOUR_MS;
          latest += weight * Math.min(full, Math.max(0, stayMs >= completionMs ? needWh : lateWh));
        }
        assert.ok(latest >= (1 - risk) * uncontrolled - 1e-6);
      },
    ),
  );
});

test('The weights of a distribution add up to 1, with and without what was seen', () => {
  for (const announcedMs of [undefined, HOUR_MS, 4 * HOUR_MS, 9 * HOUR_MS]) {
    for (let hour = 0; hour < 24; hour += 1) {
      const seen = [{ stayMs: HOUR_MS, count: 7 }];
      const total = mixed(priorOf(hour, announcedMs), 40, seen).reduce((sum, point) => sum + point.weight, 0);
      assert.ok(Math.abs(total - 1) < 1e-9);
      assert.match(stayClass(hour, announcedMs), /^(hour:[0-5]|announced:(morning|later):[0-2])$/);
    }
  }
});

eachDatabase('learned stays', (database) => {
  test('A site learns its own stays: where cars never leave early, charging may wait longer', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    await sites.putSession(owner, aSession('S', { start_date_time: at(MONDAY_MS + 7 * HOUR_MS) }));
    const session = (await sites.session({ peerId: owner.peerId, sessionId: 'S' }))!;
    const site = siteKey(session);
    const safeMs = async () => {
      const histograms = (await stayReader(database.store)(site)) ?? new Map();
      const stays = staysOf(session, 'UTC', histograms, DEFAULT_PLANNING_POLICY);
      return latestSafeCompletion(stays, 10_000, 10_000, 0.01);
    };
    const before = await safeMs();
    for (let day = 0; day < 400; day += 1) {
      await learnStay(database.store, session, session.startMs + 9 * HOUR_MS, 'UTC');
    }
    assert.ok((await safeMs()) > before + HOUR_MS);
  });
});

/** Fits on July and August, so May and June are data the prior has not seen. */
test('D1.5-§1.1-1: on recorded stays with announced departures only, waiting as long as allowed costs less than 1 % of the energy', (t: TestContext) => {
  const file = new URL(
    '../../../../../shared/data/acn/acn_jpl_2019-05-01_2019-08-31.csv.gz',
    import.meta.url,
  );
  if (!existsSync(file)) return t.skip('the recorded sessions are not beside the checkout');
  const loaded = parseAcnSessions(gunzipSync(readFileSync(file)).toString(), 'acn.csv');
  assert.ok(loaded.ok);
  const visits = loaded.value.filter((visit) => visit.arrivalMs < Date.UTC(2019, 6, 1));
  assert.ok(visits.length > 2_000);
  let uncontrolledWh = 0;
  let latestWh = 0;
  let waitedHours = 0;
  for (const visit of visits) {
    const needWh = visit.deliveredWh;
    const powerW = 6_600;
    const stayMs = visit.departureMs - visit.arrivalMs;
    const announcedMs =
      visit.announcedDepartureMs === undefined ? undefined : visit.announcedDepartureMs - visit.arrivalMs;
    const { hour } = localTime(visit.arrivalMs, 'America/Los_Angeles');
    const usable = announcedMs !== undefined && announcedMs > 0 ? announcedMs : undefined;
    const completionMs = latestSafeCompletion(
      priorOf(hour, usable),
      needWh,
      powerW,
      DEFAULT_PLANNING_POLICY.departureRisk,
    );
    const full = Math.min(needWh, (powerW * stayMs) / HOUR_MS);
    const late = stayMs >= completionMs ? needWh : needWh - (powerW * (completionMs - stayMs)) / HOUR_MS;
    uncontrolledWh += full;
    latestWh += Math.min(full, Math.max(0, late));
    waitedHours += (completionMs - (needWh / powerW) * HOUR_MS) / HOUR_MS;
  }
  t.diagnostic(
    `${visits.length} stays: ${((100 * latestWh) / uncontrolledWh).toFixed(2)} % of the energy, room of ${(waitedHours / visits.length).toFixed(1)} h on average`,
  );
  assert.ok(latestWh >= 0.99 * uncontrolledWh);
});
