import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Profile, powerAt } from '../dispatch/index.ts';
import { Offers } from './offers.ts';

const MINUTE_MS = 60_000;
const END_MS = 600 * MINUTE_MS;

const profile = (startMs: number, ...powers: number[]): Profile => ({
  startMs,
  endMs: END_MS,
  periods: powers.map((powerW, n) => ({ startMs: startMs + n * 15 * MINUTE_MS, powerW })),
});

test('X56: an increase that waited counts from when the station took it, not from the plan', () => {
  const offers = new Offers();
  offers.holds('p/s', profile(0, 0), 0);
  offers.holds('p/s', profile(0, 7_000), 4 * MINUTE_MS);
  assert.deepEqual(offers.between('p/s', 0, 15 * MINUTE_MS), { leastW: 0, mostW: 7_000 });
  assert.deepEqual(offers.between('p/s', 4 * MINUTE_MS, 15 * MINUTE_MS), { leastW: 7_000, mostW: 7_000 });
});

test('X56: nothing is concluded while it is in doubt what a station holds', () => {
  const offers = new Offers();
  assert.equal(offers.between('p/s', 0, MINUTE_MS), undefined);
  offers.holds('p/s', profile(0, 7_000), 0);
  offers.holds('p/s', undefined, 5 * MINUTE_MS);
  offers.holds('p/s', profile(0, 7_000), 6 * MINUTE_MS);
  assert.equal(offers.between('p/s', 0, 10 * MINUTE_MS), undefined);
  assert.deepEqual(offers.between('p/s', 6 * MINUTE_MS, 10 * MINUTE_MS), { leastW: 7_000, mostW: 7_000 });
  assert.equal(offers.between('p/s', END_MS - MINUTE_MS, END_MS + MINUTE_MS), undefined);
});

test('X56: the range of what was allowed is that of the power minute by minute', () => {
  const minute = fc.integer({ min: 0, max: 119 });
  const change = fc.record({ at: minute, powers: fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 5 }), minute, minute, minute, (changes, a, b, dropped) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
      const sorted = [{ at: 0, powers: [3] }, ...changes].sort((x, y) => x.at - y.at);
      const offers = new Offers();
      const heldAt: Profile[] = [];
      for (const { at, powers } of sorted) {
        const held = profile(at * MINUTE_MS, ...powers);
        offers.holds('p/s', held, at * MINUTE_MS);
        for (let n = at; n < 120; n += 1) heldAt[n] = held;
      }
      offers.forgetBefore('p/s', Math.min(from, dropped) * MINUTE_MS);
      const seen: number[] = [];
      for (let n = from; n < to; n += 1) seen.push(powerAt(heldAt[n]!, n * MINUTE_MS)!);
      assert.deepEqual(offers.between('p/s', from * MINUTE_MS, to * MINUTE_MS), {
        leastW: Math.min(...seen),
        mostW: Math.max(...seen),
      });
    }),
  );
});
