import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aContext,
  aSession,
  at,
  HOUR_MS,
  MONDAY_MS,
  newOwner,
  quarterHours,
  readSi,
} from '../sites/testing/fixtures.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { loopBench } from './testing/loop.ts';

const NOW_MS = MONDAY_MS + 8 * HOUR_MS;
const DAY = Array.from({ length: 96 }, (_, slot) => slot);
const INPUTS = {
  nothing: {},
  'a price': {
    price: quarterHours(
      NOW_MS,
      DAY.map((slot) => (slot < 8 ? 0.4 : 0.1)),
    ),
  },
  'a demand': {
    demand: quarterHours(
      NOW_MS,
      DAY.map(() => 25_000),
    ),
  },
  'a generation': {
    generation: quarterHours(
      NOW_MS,
      DAY.map((slot) => (slot < 40 ? 5_000 : 0)),
    ),
  },
  'flex orders': {
    flex_orders: quarterHours(
      NOW_MS,
      DAY.slice(0, 4).map(() => -2_000),
    ),
  },
};

eachDatabase('dynamic inputs', (database) => {
  test('UC-002-c1 none of the dynamic inputs has to be given: a context with only a price, only a demand, only a generation, only flex orders, or nothing at all is planned, its limit holds and the car gets its energy', async () => {
    for (const [given, inputs] of Object.entries(INPUTS)) {
      const { sites, planning, plans, pass } = await loopBench(database.store, { nowMs: NOW_MS });
      const owner = newOwner();
      assert.ok((await sites.putContext(owner, aContext('C', inputs), readSi)).ok, given);
      await sites.putSession(owner, aSession('S'));
      await sites.setChargingPreferences(
        { peerId: owner.peerId, sessionId: 'S' },
        { profile_type: 'CHEAP', energy_need: 9, departure_time: at(NOW_MS + 8 * HOUR_MS) },
      );
      await pass(20);
      const { plan, degraded } = plans.at(-1) ?? assert.fail(given);
      assert.notEqual(plan.status, 'fallback', given);
      assert.ok(!degraded.some(({ code }) => code === 'solver_failed'), given);
      assert.ok(
        plan.site.net_w.every((w) => w <= 30_000.5),
        `${given}: ${Math.max(...plan.site.net_w)} W`,
      );
      assert.ok((plan.sessions[0]?.shortfall_wh ?? Infinity) < 1, given);
      await sites.patchSession(owner, 'S', { status: 'COMPLETED', last_updated: at(NOW_MS + 1) });
      await planning.stop();
    }
  });
});
