import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '@smac/simulator';
import { InputsAhead, type PlanInputs } from './plan-inputs.ts';

/** Inputs that differ by when their reading began, which ends when the test says. */
function ahead() {
  const clock = new VirtualClock(0);
  const reads: PromiseWithResolvers<PlanInputs | undefined>[] = [];
  const inputs = new InputsAhead(() => {
    const read = Promise.withResolvers<PlanInputs | undefined>();
    reads.push(read);
    return read.promise;
  }, clock);
  const pass = (ms: number) => clock.runUntil(clock.now() + ms, async () => {});
  /** Ends the reading that began as the nth. */
  const end = (nth: number) => {
    const inputsOfIt = { nth } as unknown as PlanInputs;
    reads[nth]?.resolve(inputsOfIt);
    return inputsOfIt;
  };
  return { inputs, reads, end, pass };
}

test('a plan takes what was read while it waited for its turn, also where that reading has not ended yet, and only once', async () => {
  const { inputs, reads, end } = ahead();
  void inputs.read('C');
  const taken = inputs.take('C');
  const first = end(0);
  assert.equal(await taken, first);
  const again = inputs.take('C');
  const second = end(1);
  assert.equal(await again, second);
  assert.equal(reads.length, 2);
});

test('what changed since, is older than two seconds, or could not be read is read again for the plan', async () => {
  const { inputs, reads, end, pass } = ahead();
  const takes = async (nth: number) => {
    const taken = inputs.take('C');
    while (reads.length <= nth) await new Promise((resolve) => setImmediate(resolve));
    const read = end(nth);
    assert.equal(await taken, read);
  };
  void inputs.read('C');
  end(0);
  inputs.drop('C');
  await takes(1);
  void inputs.read('C');
  end(2);
  await pass(2_001);
  await takes(3);
  const failed = inputs.read('C');
  reads[4]?.reject(new Error('away'));
  await assert.rejects(failed, /away/);
  await takes(5);
  assert.equal(reads.length, 6);
});
