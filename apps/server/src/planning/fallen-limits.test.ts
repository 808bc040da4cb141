import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { planNow } from '@smac/optimiser';
import { VirtualClock } from '@smac/simulator';
import type { Limits, PartLimit } from '../dispatch/index.ts';
import { aContext, aSession, at, newOwner, quarterHours, readSi } from '../sites/testing/fixtures.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { Activity } from '../time/activity.ts';
import { FallenLimits } from './fallen-limits.ts';
import { type LoopBench, loopBench } from './testing/loop.ts';

const BURST_MS = 20;

eachDatabase('a limit that falls', (database) => {
  const owners = [newOwner(), newOwner()] as const;
  const contexts: string[] = [];
  let loop: LoopBench;
  /** Solves that were begun and wait to be let go. */
  const held: (() => void)[] = [];
  let isHeld = false;

  const asked = async (count: number) => {
    while (held.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  /** Lets timers fire without waiting for what they begin. */
  const fire = () => loop.clock.runUntil(loop.clock.now() + BURST_MS, async () => {});
  const letGo = async () => {
    isHeld = false;
    for (const go of held.splice(0)) go();
    await loop.activity.idle();
    await loop.pass(BURST_MS);
  };
  const cap = (n: 0 | 1, maxPowerW: number) =>
    loop.sites.patchContext(
      owners[n],
      'C',
      { max_power: maxPowerW, last_updated: at(loop.clock.now()) },
      readSi,
    );
  /** The object as it is, with a limit on each phase and one of the station that it cannot say. */
  const parts = (maxPhaseW: number, stationW: number) =>
    loop.sites.patchContext(owners[0], 'C', { last_updated: at(loop.clock.now()) }, (object) => {
      const read = readSi(object, () => undefined);
      if (!read.ok) return read;
      const groups = [{ id: 'S1', maxPowerW: stationW, evses: [{ locationId: 'L1', evseUid: 'E1' }] }];
      return { ok: true, data: { ...read.data, statics: { ...read.data.statics, maxPhaseW, groups } } };
    });
  const told = async (watts: number) => {
    while (!loop.limitsW.includes(watts)) await new Promise((resolve) => setImmediate(resolve));
  };

  before(async () => {
    loop = await loopBench(database.store, {
      planner: {
        async plan(problem, options) {
          if (isHeld) await new Promise<void>((resolve) => held.push(resolve));
          return planNow(problem, options);
        },
      },
      policy: { concurrency: 1 },
    });
    for (const owner of owners) {
      await loop.sites.putContext(owner, aContext('C'), readSi);
      await loop.sites.putSession(owner, aSession('S'));
      contexts.push((await loop.sites.session({ peerId: owner.peerId, sessionId: 'S' }))!.contextId);
    }
    await loop.pass(BURST_MS);
  });
  after(async () => {
    await letGo();
    await loop.planning.stop();
  });
  beforeEach(() => {
    loop.limitsW.length = 0;
  });

  test('F8 while a plan is being solved is told to the guard at once, and the plan made before it fell is not let above it', async () => {
    isHeld = true;
    await cap(0, 18_000);
    await fire();
    await asked(1);
    const before = loop.assignments.length;
    await cap(0, 7_000);
    await told(7_000);
    assert.equal(loop.assignments.length, before, 'the solver has not answered yet');
    await letGo();
    const [stale, next] = loop.assignments.slice(before);
    assert.deepEqual([stale?.budget[0]?.powerW, next?.budget[0]?.powerW], [7_000, 7_000]);
  });

  test('F8 of a phase and of a station while a plan is being solved are told at once as well, and hold for the plan made before', async () => {
    isHeld = true;
    await cap(0, 16_000);
    await fire();
    await asked(1);
    const before = loop.assignments.length;
    const session = { peerId: owners[0].peerId, sessionId: 'S' };
    await parts(2_000, 5_000);
    const isTold = () => loop.told.some(({ parts: of }) => of?.some(({ id }) => id === 'station S1'));
    while (!isTold()) await new Promise((resolve) => setImmediate(resolve));
    const limits = { 'phase 1': 2_000, 'phase 2': 2_000, 'phase 3': 2_000, 'station S1': 5_000 };
    const limitsOf = (of: { parts?: readonly PartLimit[] } | undefined) =>
      Object.fromEntries(of?.parts?.map(({ id, budget }) => [id, budget[0]?.powerW]) ?? []);
    assert.deepEqual(limitsOf(loop.told.at(-1)), limits);
    assert.deepEqual(
      loop.told.at(-1)?.shares?.map(({ key, shares }) => [key, shares['station S1']]),
      [[session, 1]],
    );
    assert.equal(loop.assignments.length, before, 'the solver has not answered yet');
    await letGo();
    const [stale, next] = loop.assignments.slice(before);
    assert.deepEqual([limitsOf(stale), limitsOf(next)], [limits, limits]);
    assert.equal(stale?.sessions[0]?.shares?.['station S1'], 1);
  });

  test('F8 while every thread solves for others is told to the guard at once', async () => {
    isHeld = true;
    await cap(0, 17_000);
    await fire();
    await asked(1);
    await cap(1, 6_000);
    await fire();
    await told(6_000);
    assert.equal(held.length, 1, 'no plan for it was begun');
    await letGo();
  });

  test('what was read for a look at the limits is the input of the plan that waits, unless something changed since', async () => {
    const read = { count: 0 };
    const { snapshot } = loop.sites;
    loop.sites.snapshot = (contextId, atMs) => {
      if (contextId === contexts[1]) read.count += 1;
      return snapshot(contextId, atMs);
    };
    const planned = async () => (await loop.planning.latest(contexts[1]!))?.problem.site;
    const waits = async (limitW: number) => {
      isHeld = true;
      await cap(0, limitW + 1_000);
      await fire();
      await asked(1);
      read.count = 0;
      await cap(1, limitW);
      await fire();
      await told(limitW);
    };
    await waits(5_500);
    await letGo();
    assert.deepEqual([read.count, (await planned())?.max_import_w], [1, 5_500]);
    await waits(5_000);
    const price = quarterHours(loop.clock.now(), [0.77]);
    const now = at(loop.clock.now());
    await loop.sites.patchContext(owners[1], 'C', { price, last_updated: now }, readSi);
    await letGo();
    const site = await planned();
    assert.deepEqual([site?.max_import_w, site?.import_price?.[0]], [5_000, 0.77]);
    loop.sites.snapshot = snapshot;
  });
});

/** Limits that are read as the test says, on a clock it moves. */
function looker(read: () => Promise<Limits>) {
  const told: (number | null | undefined)[] = [];
  const errors: string[] = [];
  const clock = new VirtualClock(0);
  const activity = new Activity();
  const limits = new FallenLimits({
    read,
    tell: (_id, { budget }) => told.push(budget[0]?.powerW),
    clock,
    activity,
    log: { error: (_object, message) => errors.push(message) },
  });
  return {
    limits,
    told,
    errors,
    pass: (ms: number) => clock.runUntil(clock.now() + ms, () => activity.idle()),
  };
}
const allOf = (powerW: number): Limits => ({ budget: [{ startMs: 0, endMs: 1, powerW }] });

test('F8 what was read before a plan began is not told after it: the plan knows better', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { limits, told } = looker(async () => {
    await promise;
    return allOf(5_000);
  });
  const looked = limits.look('C');
  limits.planBegins('C');
  resolve();
  await looked;
  assert.deepEqual([told, limits.since('C')], [[], undefined]);
  await limits.look('C');
  assert.deepEqual([told, limits.since('C')?.budget[0]?.powerW], [[5_000], 5_000]);
});

test('F8 F11 what cannot be read because the database is away is read again until it is back, also what fell meanwhile', async () => {
  let isAway = true;
  let limitW = 5_000;
  let reads = 0;
  const { limits, told, errors, pass } = looker(async () => {
    reads += 1;
    if (isAway) throw new Error('no connection');
    return allOf(limitW);
  });
  await limits.look('C');
  limitW = 4_000;
  await limits.look('C');
  await pass(10_000);
  assert.deepEqual(told, []);
  assert.ok(reads >= 10 && errors.length === reads, `${reads} reads, ${errors.length} told`);
  isAway = false;
  await pass(1_000);
  assert.deepEqual(told, [4_000]);
  const before = reads;
  await pass(60_000);
  assert.equal(reads, before, 'what was read is not read again');
});

test('F8 a planning room that is closed looks at nothing any more', async () => {
  let reads = 0;
  const { limits, pass } = looker(async () => {
    reads += 1;
    throw new Error('no connection');
  });
  await limits.look('C');
  limits.stop();
  await pass(10_000);
  assert.equal(reads, 1);
});
