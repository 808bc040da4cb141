import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { settled, WorkInFlight } from './quiescence.ts';
import { VirtualClock } from './virtual-clock.ts';

const nothing = async () => {};

test('timers fire in time order, those of one instant in the order they were set', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), async (delays) => {
      const clock = new VirtualClock(1_000);
      const fired: { due: number; order: number; at: number }[] = [];
      delays.forEach((delay, order) => {
        clock.after(delay, () => fired.push({ due: 1_000 + delay, order, at: clock.now() }));
      });
      await clock.runUntil(2_000, nothing);
      assert.equal(fired.length, delays.length);
      assert.equal(clock.now(), 2_000);
      for (const timer of fired) assert.equal(timer.at, timer.due);
      const sorted = [...fired].sort((a, b) => a.due - b.due || a.order - b.order);
      assert.deepEqual(fired, sorted);
    }),
  );
});

test('a cancelled timer never fires and a timer set by a timer fires in the same run', async () => {
  const clock = new VirtualClock(0);
  const fired: string[] = [];
  const cancel = clock.after(5, () => fired.push('cancelled'));
  clock.after(3, () => {
    fired.push('first');
    cancel();
    clock.after(4, () => fired.push('second'));
  });
  await clock.runUntil(6, nothing);
  assert.deepEqual(fired, ['first']);
  assert.equal(clock.nextDueMs(), 7);
  await clock.runUntil(7, nothing);
  assert.deepEqual(fired, ['first', 'second']);
});

test('the clock does not move while work is in flight, not even work that one peer hands to another', async () => {
  const clock = new VirtualClock(0);
  const server = new WorkInFlight();
  const counterpart = new WorkInFlight();
  const seen: number[] = [];
  const hop = (from: WorkInFlight, left: number): Promise<void> =>
    from.track(
      () =>
        new Promise((resolve) =>
          setImmediate(() => {
            seen.push(clock.now());
            if (left > 0) void hop(from === server ? counterpart : server, left - 1);
            resolve();
          }),
        ),
    );
  clock.after(10, () => void hop(server, 6));
  clock.after(20, () => seen.push(-1));
  await clock.runUntil(30, () => settled([server, counterpart]));
  assert.deepEqual(seen, [10, 10, 10, 10, 10, 10, 10, -1]);
});
