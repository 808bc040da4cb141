import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aSession, HOUR_MS } from '../sites/testing/fixtures.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { type GridRig, gridRig, HOLD_MS } from './testing/grid-rig.ts';

const QUARTER_MS = 15 * 60_000;
const MINUTE_MS = 60_000;

async function withCar(rig: GridRig): Promise<GridRig> {
  assert.ok((await rig.sites.putSession(rig.owner, aSession('S'))).ok);
  await rig.pass(20);
  return rig;
}

/** 96 different capacities below the contract of 30 kW, in kW. */
const DAY = Array.from({ length: 96 }, (_, slot) => 5 + (slot % 20));

eachDatabase('grid', (database) => {
  test('SC3 NL-202: 24 h capacity forecast becomes the limit of each slot; a stale forecast falls back', async (t) => {
    const rig = await withCar(await gridRig(t, database.store));
    const { cp, clock, contextId, grid } = rig;
    const startMs = Math.floor(clock.now() / QUARTER_MS) * QUARTER_MS;
    const fallback = await cp.forecast('G1', 'FALLBACK_CONSUMPTION', startMs, 48 * HOUR_MS, [4.2]);
    assert.equal(fallback.status, 204);
    const plansBefore = rig.plans.length;
    const answer = await cp.forecast('G1', 'CONSUMPTION', startMs, QUARTER_MS, DAY);
    assert.equal(answer.status, 204);
    // Committed before it was acknowledged.
    const kept = await database.store.db
      .selectFrom('grid_signal')
      .select(['type', 'request_id'])
      .where('partner_id', '=', rig.partnerId)
      .orderBy('number', 'desc')
      .executeTakeFirst();
    assert.deepEqual(kept, { type: 'CONSUMPTION', request_id: answer.requestId });
    const written = (await rig.sites.series(contextId, startMs, startMs + 24 * HOUR_MS)).grid_cap;
    assert.equal(written.length, 96);
    assert.match(written[0]?.source ?? '', /The grid operator/);

    await rig.pass(1_000);
    assert.ok(rig.plans.length > plansBefore, 'it triggers a plan');
    assert.ok(rig.plans.at(-1)?.causes.includes('cap'));
    assert.deepEqual(
      await rig.capW(),
      DAY.map((kW) => kW * 1000),
    );
    const [assignment] = rig.assignments.slice(-1);
    assert.equal(assignment?.budget[0]?.powerW, 5000);
    const [view] = grid.groups(contextId);
    assert.equal(view?.trusted, true);
    assert.deepEqual([view?.inForce.import[0]?.powerW, view?.inForce.import[0]?.from], [5000, 'forecast']);

    // Heard of until a minute from now; from then on the fallback holds.
    assert.equal((await cp.heartbeat(clock.now() + MINUTE_MS)).status, 204);
    await rig.pass(MINUTE_MS);
    assert.equal((await rig.capW())[0], 5000);
    await rig.pass(2_000);
    assert.equal(grid.partners().find(({ id }) => id === rig.partnerId)?.state, 'offline');
    const after = await rig.capW();
    assert.ok(
      after.every((w) => w === 4200),
      JSON.stringify(after),
    );
    assert.equal(rig.assignments.at(-1)?.budget[0]?.powerW, 4200);
    assert.equal(grid.groups(contextId)[0]?.inForce.import[0]?.from, 'fallback');
  });

  test('SC3 F7: a fallback holds until a fresh sign of life, for its least time, and until a new forecast; earlier ones stop counting', async (t) => {
    const rig = await withCar(await gridRig(t, database.store));
    const { cp, clock, grid, contextId } = rig;
    const startMs = Math.floor(clock.now() / QUARTER_MS) * QUARTER_MS;
    const from = () => grid.groups(contextId)[0]?.inForce.import[0]?.from;
    await cp.forecast('G1', 'FALLBACK_CONSUMPTION', startMs, 48 * HOUR_MS, [4.2]);
    await cp.forecast('G1', 'CONSUMPTION', startMs, 24 * HOUR_MS, [20]);
    await cp.heartbeat(clock.now() + MINUTE_MS);
    await rig.pass(MINUTE_MS + 1);
    assert.equal(from(), 'fallback');
    const goneMs = clock.now();
    await rig.pass(MINUTE_MS);
    assert.equal((await cp.heartbeat(clock.now() + 2 * HOUR_MS)).status, 204);
    assert.equal(from(), 'fallback', 'back, but what it said before is over');
    await cp.forecast('G1', 'CONSUMPTION', startMs, 24 * HOUR_MS, [18]);
    assert.equal(from(), 'fallback', 'not before its least time is over');
    await rig.pass(goneMs + HOLD_MS - clock.now() - 1);
    assert.equal((await rig.capW())[0], 4200);
    await rig.pass(MINUTE_MS + 1_000);
    assert.equal(from(), 'forecast');
    assert.equal((await rig.capW())[0], 18_000);
  });

  test('SC3 F7: a restart in the middle keeps limits, tokens and fallbacks; a promise that broke meanwhile is seen at once', async (t) => {
    const rig = await withCar(await gridRig(t, database.store));
    const { cp, clock, contextId } = rig;
    const startMs = Math.floor(clock.now() / QUARTER_MS) * QUARTER_MS;
    await cp.forecast('G1', 'FALLBACK_CONSUMPTION', startMs, 48 * HOUR_MS, [3]);
    await cp.forecast('G1', 'CONSUMPTION', startMs, 24 * HOUR_MS, [20]);
    await cp.heartbeat(clock.now() + 10 * MINUTE_MS);
    await rig.restart();
    assert.equal((await cp.forecast('G1', 'CONSUMPTION', startMs, 24 * HOUR_MS, [16])).status, 204);
    await rig.pass(1_000);
    assert.equal((await rig.capW())[0], 16_000);
    await rig.grid.close();
    await rig.pass(HOUR_MS);
    await rig.restart();
    await rig.pass(1_000);
    assert.equal((await rig.capW())[0], 3000);
    const { db } = database.store;
    const row = await db
      .selectFrom('grid_partner')
      .selectAll()
      .where('id', '=', rig.partnerId)
      .executeTakeFirst();
    assert.equal(row?.state, 'offline');
    assert.ok(!JSON.stringify(row).includes(cp.theirToken), 'tokens are hashed or sealed');
    assert.ok(row?.outbound_token_sealed);
    assert.equal(rig.grid.groups(contextId)[0]?.inForce.import[0]?.from, 'fallback');
  });

  test('SC3: the lowest of all sources holds, an OPTIMUM and a wider forecast lift nothing, phases and export are limited too', async (t) => {
    const rig = await withCar(await gridRig(t, database.store));
    const { cp, clock, contextId, sites } = rig;
    const startMs = Math.floor(clock.now() / QUARTER_MS) * QUARTER_MS;
    const slot = { startMs, durationMs: 24 * HOUR_MS };
    assert.ok((await sites.putSeries(contextId, 'cap', [{ ...slot, value: 9_000 }], { source: 'fuse' })).ok);
    await cp.forecast('G1', 'CONSUMPTION', startMs, 12 * HOUR_MS, [7, 50]);
    await cp.forecast('G1', 'OPTIMUM', startMs, 24 * HOUR_MS, [1]);
    await rig.pass(1_000);
    const cap = await rig.capW();
    assert.deepEqual([cap[0], cap[47], cap[60]], [7_000, 7_000, 9_000]);
    const other = await rig.grid.invite({
      name: 'Another',
      dialect: 'vector',
      baseUrl: cp.baseUrl,
      token: 'x',
    });
    assert.ok(other.ok);
    const { partnerId, token } = other.data;
    assert.ok((await rig.grid.setGroup({ partnerId, groupId: 'G2', contextId })).ok);
    const own = cp.theirToken;
    cp.theirToken = token;
    await cp.forecast('G2', 'CONSUMPTION', startMs, 24 * HOUR_MS, [8], 'A', 'ONE');
    await cp.forecast('G2', 'GENERATION', startMs, 24 * HOUR_MS, [-2]);
    cp.theirToken = own;
    await rig.pass(1_000);
    assert.equal((await rig.capW())[0], 3 * 8 * 230);
    assert.equal((await rig.planning.latest(contextId))?.problem.site?.max_phase_w, 8 * 230);
    const series = await sites.series(contextId, startMs, startMs + HOUR_MS);
    assert.equal(series.grid_export_cap[0]?.value, 2_000);
    assert.ok((await rig.grid.removeGroup(partnerId, 'G2')).ok);
    assert.equal((await rig.grid.removeGroup(partnerId, 'G2')).ok, false);
    await rig.pass(1_000);
    assert.equal((await rig.capW())[0], 7_000);
  });

  test('SC3: what cannot be obeyed is objected to, once, with what is needed; what is used is told', async (t) => {
    const rig = await withCar(await gridRig(t, database.store, new Array(200).fill(6_000)));
    const { cp, clock, sites, owner } = rig;
    const startMs = Math.floor(clock.now() / QUARTER_MS) * QUARTER_MS;
    const low = await cp.forecast('G1', 'CONSUMPTION', startMs, 24 * HOUR_MS, [4]);
    const objected = cp.next('group_capacity_compliance_error');
    await rig.pass(1_000);
    const error = await objected;
    assert.equal(error.problem, undefined);
    assert.equal(error.headers['x-correlation-id'], low.requestId);
    assert.match(String(error.body?.message), /what cannot be controlled needs more/);
    const [needed] = (error.body?.forecasted_blocks ?? []) as unknown as { capacity: number; unit: string }[];
    assert.deepEqual([needed?.capacity, needed?.unit], [6_000, 'W']);
    await rig.pass(QUARTER_MS);
    const errors = () => cp.heard.filter(({ path }) => path === 'group_capacity_compliance_error');
    assert.equal(errors().length, 1, 'once per forecast');

    // A station that does not answer counts with what it may still draw.
    await cp.heartbeat(clock.now() + HOUR_MS);
    rig.ceilingW = 11_000;
    const next = await cp.forecast('G1', 'CONSUMPTION', startMs, 24 * HOUR_MS, [12]);
    await rig.pass(MINUTE_MS);
    assert.equal(errors().length, 1, 'two minutes are for obeying');
    await rig.pass(3 * MINUTE_MS);
    assert.equal(errors().length, 2);
    assert.equal(errors()[1]?.headers['x-correlation-id'], next.requestId);
    assert.match(String(errors()[1]?.body?.message), /may still draw 17000 W where 12000 W are allowed/);

    const kwh = (value: number, atMs: number) =>
      sites.putSession(owner, aSession('S', { kwh: value, last_updated: new Date(atMs).toISOString() }));
    assert.ok((await kwh(2.5, clock.now())).ok);
    await rig.pass(MINUTE_MS);
    const told = cp.last('update_group_measurements');
    assert.equal(told?.problem, undefined);
    const [measured] = (told?.body?.measurements ?? []) as unknown as { value: number; unit: string }[];
    assert.deepEqual([measured?.value, measured?.unit], [2_500, 'WH']);
    const count = cp.heard.length;
    await rig.grid.unregister(rig.partnerId);
    await rig.pass(2 * MINUTE_MS);
    assert.equal(cp.heard.slice(count).filter(({ path }) => path === 'update_group_measurements').length, 0);
  });

  test('SC3: bad input is refused with its field named and changes nothing; an adjustment is asked for', async (t) => {
    const rig = await withCar(await gridRig(t, database.store));
    const { cp, clock, contextId, grid, partnerId } = rig;
    const nowMs = clock.now();
    const block = (capacity: unknown, from = 0, to = 1) => ({
      capacity,
      phase: 'ALL',
      unit: 'KW',
      start_time: new Date(nowMs + from * HOUR_MS).toISOString(),
      end_time: new Date(nowMs + to * HOUR_MS).toISOString(),
    });
    const forecast = (blocks: unknown, group_id = 'G1') =>
      cp.post('update_group_capacity_forecast', { group_id, type: 'CONSUMPTION', forecasted_blocks: blocks });
    for (const [answer, status, says] of [
      [await forecast([block(1)], 'G7'), 404, /group_id: G7 is not a group/],
      [await forecast([block(-1)]), 400, /forecasted_blocks\[0\]\.capacity: must not be negative/],
      [await forecast([block(1, 1, 1)]), 400, /end_time: must be later/],
      [await forecast([]), 400, /forecasted_blocks/],
    ] as const) {
      assert.equal(answer.status, status);
      assert.match(answer.body, says);
    }
    assert.deepEqual(grid.groups(contextId)[0]?.signals, []);
    assert.deepEqual((await rig.sites.series(contextId, nowMs, nowMs + HOUR_MS)).grid_cap, []);
    assert.equal((await grid.setGroup({ partnerId, groupId: 'G2', contextId: 'none' })).ok, false);
    assert.equal((await grid.setGroup({ partnerId: 'none', groupId: 'G2', contextId })).ok, false);
    assert.equal((await grid.invite({ name: 'half', baseUrl: cp.baseUrl })).ok, false);
    const wanted = { group_id: 'G1', type: 'CONSUMPTION', forecasted_blocks: [block(25)] } as never;
    assert.ok((await grid.adjust(partnerId, wanted)).ok);
    assert.equal(cp.last('adjust_group_capacity_forecast')?.problem, undefined);
    const bad = await grid.adjust(partnerId, { ...(wanted as object), type: 'MORE' } as never);
    assert.ok(!bad.ok && bad.code === 'invalid');
    assert.ok((await grid.rotate(partnerId)).ok);
    assert.equal((await cp.heartbeat(nowMs + HOUR_MS)).status, 204);
  });
});
