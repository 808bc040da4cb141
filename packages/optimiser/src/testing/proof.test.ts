import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROBLEM_CLASS_NAMES } from './problem-classes.ts';
import { proveInstance } from './prove-instance.ts';

/** A sample of every class; `npm run proof` runs thousands. */
const SEEDS = Array.from({ length: 15 }, (_, index) => 50_000 + index);

for (const kind of PROBLEM_CLASS_NAMES) {
  test(`D4.2-§5.3-LP O1 O4 C1.3 C3.1: ${kind} problems are planned as the literal model demands, level by level`, async () => {
    for (const seed of SEEDS) {
      const { mismatches, plan } = await proveInstance(kind, seed);
      assert.deepEqual(mismatches, [], `seed ${seed}`);
      assert.equal(plan.status, 'optimal', `seed ${seed}`);
    }
  });
}
