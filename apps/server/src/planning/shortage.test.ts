import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNow } from '@smac/optimiser';
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
  async function solvedOnce(energyNeedKwh: number): Promise<readonly number[] | undefined> {
    let solved = 0;
    const loop = await loopBench(database.store, {
      policy: { trustDepartures: true },
      planner: {
        plan: (problem, options) => {
          solved += 1;
          return planNow(problem, options);
        },
      },
    });
    const owner = newOwner();
    const context = aContext('C', { max_power: 6_000, evses: ['E1', 'E2', 'E3'].map(evse) });
    await loop.sites.putContext(owner, context, readSi);
    await loop.sites.putSession(owner, aSession('S'));
    await loop.sites.setChargingPreferences(
      { peerId: owner.peerId, sessionId: 'S' },
      { profile_type: 'CHEAP', energy_need: energyNeedKwh, departure_time: at(NOW_MS + 8 * HOUR_MS) },
    );
    await loop.pass(20);
    const [record] = loop.plans.filter(({ sessions }) => sessions[0]?.ref.peerId === owner.peerId);
    assert.ok(record);
    assert.equal(solved, loop.plans.length, `plans of ${loop.plans.map(({ contextId }) => contextId)}`);
    await loop.planning.stop();
    await loop.sites.patchSession(owner, 'S', { status: 'COMPLETED', last_updated: at(NOW_MS + HOUR_MS) });
    return record.reservedW;
  }

  test('UC-005 D4.2-§3.3.4 in a shortage no plan is solved that keeps more room for newcomers than can be right', async () => {
    assert.ok(await solvedOnce(10), 'nothing is short with room');
    assert.equal(await solvedOnce(60), undefined, '48 kWh are all there is');
  });
});
