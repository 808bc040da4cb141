import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { converted, limitInAmpere, limitInWatt, powerAtLimit, roundedDown } from './conversion.ts';

test('K01.FR.43-51: A and W convert by nominal voltage and phases, both ways', () => {
  assert.equal(converted(16, 'A', 'W', 230, 3), 11_040);
  assert.equal(converted(11_040, 'W', 'A', 230, 3), 16);
  assert.equal(converted(16, 'A', 'A', 230, 1), 16);
});

test('citrineos-core #959: multiples of 0.1 survive rounding down (8.1 stays 8.1)', () => {
  for (let tenths = 60; tenths < 1000; tenths++) {
    const currentA = tenths / 10;
    assert.equal(roundedDown(currentA), currentA);
    assert.equal(limitInAmpere(powerAtLimit(currentA, 230, 3), 230, 3), currentA);
  }
});

test('limits are rounded down: back in W never above the power asked, and less than 0.1 A lost', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 400_000, noNaN: true }),
      fc.constantFrom(1, 2, 3),
      (powerW, phases) => {
        const currentA = limitInAmpere(powerW, 230, phases);
        assert.ok(powerAtLimit(currentA, 230, phases) <= powerW + 1e-9);
        if (currentA > 0) assert.ok(powerW - powerAtLimit(currentA, 230, phases) < 0.1 * 230 * phases + 1e-9);
        assert.ok(limitInWatt(powerW, 230, phases) <= powerW);
      },
    ),
  );
});

test('X14: 0 or at least 6 A', () => {
  assert.equal(limitInAmpere(5.99 * 690, 230, 3), 0);
  assert.equal(limitInAmpere(6 * 690, 230, 3), 6);
  assert.equal(limitInWatt(4139, 230, 3), 0);
  assert.equal(limitInWatt(4140.9, 230, 3), 4140);
});
