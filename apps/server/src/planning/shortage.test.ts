import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plan, planNow } from '@smac/optimiser';
import { aContext, aSession, at, HOUR_MS, MONDAY_MS, newOwner, readSi } from '../sites/testing/fixtures.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { loopBench } from './testing/loop.ts';

const NOW_MS = MONDAY_MS + 8 * HOUR_MS;
const evse = (uid: string) => ({
  location_id: 'L1',
  evse_uid: uid,
  connectors: [{ connector_id: '1', power: 11_000 }],
});

eachDatabase('shortage', (database) => {
  /** Each plan for one session at a site of three EVSEs and 6 kW is solved once. @returns the room that is kept for others, W per slot */
  async function solvedOnce(
    energyNeedKwh: number,
    change: Partial<Plan> = {},
  ): Promise<readonly number[] | undefined> {
    let solved = 0;
    const owner = newOwner();
    const loop = await loopBench(database.store, {
      policy: { trustDepartures: true },
      planner: {
        plan: async (problem, options) => {
          if (problem.sessions?.some(({ id }) => id.startsWith(`${owner.peerId}/`))) solved += 1;
          return { ...(await planNow(problem, options)), ...change };
        },
      },
    });
    const context = aContext('C', { max_power: 6_000, evses: ['E1', 'E2', 'E3'].map(evse) });
    await loop.sites.putContext(owner, context, readSi);
    await loop.sites.putSession(owner, aSession('S'));
    await loop.sites.setChargingPreferences(
      { peerId: owner.peerId, sessionId: 'S' },
      { profile_type: 'CHEAP', energy_need: energyNeedKwh, departure_time: at(NOW_MS + 8 * HOUR_MS) },
    );
    await loop.pass(20);
    const [record, another] = loop.plans.filter(({ sessions }) => sessions[0]?.ref.peerId === owner.peerId);
    assert.ok(record !== undefined && another === undefined);
    assert.equal(solved, 1);
    await loop.planning.stop();
    await loop.sites.patchSession(owner, 'S', { status: 'COMPLETED', last_updated: at(NOW_MS + HOUR_MS) });
    return record.reservedW;
  }

  test('UC-005 D4.2-§3.3.4 in a shortage no plan is solved that keeps more room for newcomers than can be right', async () => {
    assert.ok(await solvedOnce(10), 'nothing is short with room');
    assert.equal(await solvedOnce(60), undefined, '48 kWh are all there is');
  });

  test('UC-005 a solver that had no time for a problem is not asked again with other room for newcomers', async () => {
    const overrun = { solver: 'heuristic', status: 'fallback', shortfall_wh: 50_000 } as const;
    assert.equal(await solvedOnce(60, overrun), undefined);
  });
});
