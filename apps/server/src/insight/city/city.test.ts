import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KyselyPlugin } from 'kysely';
import { createPlanning } from '../../planning/index.ts';
import {
  aLocation,
  anEvse,
  aSession,
  at,
  bench,
  HOUR_MS,
  MONDAY_MS,
  newOwner,
  silentLog,
} from '../../sites/testing/fixtures.ts';
import { eachDatabase } from '../../store/testing/index.ts';
import { Activity } from '../../time/activity.ts';
import { createCity } from './city.ts';
import { partOf } from './neighbours.ts';
import { chosen, readPlaces } from './places.ts';
import { readFacts } from './read.ts';
import { usePerGroup } from './tables.ts';

eachDatabase('figures of a city', (database) => {
  test('what a page asks for at once is one reading of one moment; the next question reads anew', async () => {
    let reads = 0;
    const counting: KyselyPlugin = {
      transformQuery({ node }) {
        if (JSON.stringify(node).includes('"session_reading"')) reads += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const store = { ...database.store, db: database.store.db.withPlugin(counting) };
    const { sites, clock } = bench(database.store, MONDAY_MS + 20 * HOUR_MS);
    const planning = createPlanning({
      store: database.store,
      sites,
      planner: { plan: () => Promise.reject(new Error('nothing is planned here')) },
      dispatcher: {
        execute: async () => {},
        end: async () => {},
        limit: () => {},
        sessions: () => [],
        heldByOthers: () => [],
        held: () => undefined,
        drawn: () => undefined,
      },
      carriesDischarge: async () => false,
      clock,
      log: silentLog,
      activity: new Activity(),
    });
    const city = createCity({ store, planning, clock });
    const owner = newOwner();
    await sites.putLocation(owner, aLocation('L1', [anEvse('E1')]));
    const charge = async (n: number) =>
      sites.putSession(
        owner,
        aSession(`S${n}`, {
          status: 'COMPLETED',
          kwh: 5,
          start_date_time: at(MONDAY_MS + n * HOUR_MS),
          end_date_time: at(MONDAY_MS + (n + 1) * HOUR_MS),
          last_updated: at(MONDAY_MS + (n + 1) * HOUR_MS),
        }),
      );
    for (let n = 1; n <= 6; n += 1) await charge(n);
    const query = { site: `${owner.peerId}/NL-TNM/L1` };
    const sessionsOf = ({ figures }: Awaited<ReturnType<typeof city.summary>>) =>
      figures.withheld ? undefined : figures.sessions;
    const [summary, heat, again] = await Promise.all([
      city.summary(query),
      city.heat(query),
      city.summary(query),
    ]);
    // One for the period; each summary reads the period before as well.
    assert.equal(reads, 3);
    // Days that go on are told to five sessions.
    assert.deepEqual([summary, again].map(sessionsOf), [5, 5]);
    assert.equal(summary.nowMs, again.nowMs);
    assert.ok(
      heat.cells.some(({ withheld }) => withheld),
      'hours of one session each are there, and withheld',
    );
    for (const n of [7, 8]) await charge(n);
    assert.equal(sessionsOf(await city.summary(query)), 10);
    assert.equal(sessionsOf(await city.summary({ ...query, to: '2026-11-22' })), 0, 'another period');
  });

  test('an EVSE that was moved away keeps its past in every sum; it is no EVSE of today', async () => {
    const { store } = database;
    const { sites, clock } = bench(store, MONDAY_MS + 48 * HOUR_MS);
    const city = createCity({
      store,
      planning: { savings: () => Promise.reject(new Error('nothing is planned here')) },
      clock,
    });
    const owner = newOwner();
    await sites.putLocation(owner, aLocation('L1', [anEvse('E1'), anEvse('E3')]));
    for (let n = 1; n <= 6; n += 1)
      await sites.putSession(
        owner,
        aSession(`S${n}`, {
          status: 'COMPLETED',
          kwh: 5,
          start_date_time: at(MONDAY_MS + n * HOUR_MS),
          end_date_time: at(MONDAY_MS + (n + 1) * HOUR_MS),
          last_updated: at(MONDAY_MS + (n + 1) * HOUR_MS),
        }),
      );
    const gone = ['E1', 'E3'].map((uid) => anEvse(uid, { status: 'REMOVED' }));
    const last_updated = at(MONDAY_MS + 40 * HOUR_MS);
    const after = { ...aLocation('L1', [...gone, anEvse('E2')]), last_updated };
    assert.ok((await sites.putLocation(owner, after)).ok);
    const site = `${owner.peerId}/NL-TNM/L1`;
    const period = { from: '2026-11-23', to: '2026-11-23' };
    const facts = await readFacts(store, await readPlaces(store), period, clock.now());
    const here = partOf(facts, chosen(facts.evses, { site }));
    assert.deepEqual(
      here.evses.map(({ evseUid }) => evseUid),
      ['E2', 'E1'],
    );
    assert.equal(here.sessions.length, 6);
    assert.deepEqual(
      usePerGroup(here, ({ siteKey }) => siteKey).map(({ evses, sessions }) => [evses, sessions]),
      [[1, 6]],
    );
    const { lines } = await city.evses({ site, ...period });
    assert.deepEqual(
      lines.map(({ evse }) => evse.evseUid),
      ['E2'],
    );
  });
});
