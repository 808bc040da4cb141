import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { systemClock } from './clock.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
/** Of Node. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

test('D1.5-§2.2.1.2-EXT: a timer of a year, as a limit without a near end sets it, is none of a millisecond', async (t) => {
  const warnings: string[] = [];
  const heard = ({ name }: Error) => warnings.push(name);
  process.on('warning', heard);
  t.after(() => process.off('warning', heard));
  for (const delayMs of [YEAR_MS, Number.POSITIVE_INFINITY]) systemClock.after(delayMs, assert.fail)();
  await setImmediate();
  assert.deepEqual(warnings, []);
});

test('a long timer goes off once, when all of it has passed, and not at all once it was cancelled', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  let fired = 0;
  systemClock.after(LONGEST_TIMER_MS + 1_000, () => {
    fired += 1;
  });
  const cancel = systemClock.after(LONGEST_TIMER_MS + 1_000, assert.fail);
  mock.timers.tick(LONGEST_TIMER_MS);
  cancel();
  mock.timers.tick(999);
  assert.equal(fired, 0);
  mock.timers.tick(1);
  assert.equal(fired, 1);
  mock.timers.tick(LONGEST_TIMER_MS);
  assert.equal(fired, 1);
});
