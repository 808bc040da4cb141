import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { planNow } from '@smac/optimiser';
import { aContext, aSession, at, newOwner, readSi } from '../sites/testing/fixtures.ts';
import { eachDatabase } from '../store/testing/index.ts';
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
});

test('F8 what was read before a plan began is not told after it: the plan knows better', async () => {
  const told: (number | null | undefined)[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const limits = new FallenLimits(
    async () => {
      await promise;
      return [{ startMs: 0, endMs: 1, powerW: 5_000 }];
    },
    (_id, budget) => told.push(budget[0]?.powerW),
  );
  const looked = limits.look('C');
  limits.planBegins('C');
  resolve();
  await looked;
  assert.deepEqual([told, limits.since('C')], [[], undefined]);
  await limits.look('C');
  assert.deepEqual([told, limits.since('C')?.[0]?.powerW], [[5_000], 5_000]);
});
