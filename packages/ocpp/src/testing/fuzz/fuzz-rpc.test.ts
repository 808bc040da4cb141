import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../rpc/index.ts';
import { fuzzRpc } from './fuzz-rpc.ts';

const clock: Clock = {
  now: Date.now,
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};

test('T-FUZZ thousands of spoiled frames: no crash, no echo, sound calls and other stations are answered', async () => {
  const report = await fuzzRpc({ seed: 20_260_101, count: 4_500, clock });
  assert.deepEqual(report.failures, []);
  assert.equal(report.frames, 4_500);
  assert.ok(report.answers > 2_000, `${report.answers}`);
  assert.ok(report.soundCalls > 70, `${report.soundCalls}`);
  assert.equal(report.bystanderCalls, 30);
});
