import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from './random.ts';

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);

test('one seed gives one sequence, another seed another', () => {
  const first = createRandom(7);
  const again = createRandom(7);
  const other = createRandom(8);
  const numbers = draw(100, first.next);
  assert.deepEqual(draw(100, again.next), numbers);
  assert.notDeepEqual(draw(100, other.next), numbers);
});

test('a stream does not depend on what was drawn before from its parent', () => {
  const untouched = createRandom('seed').stream('cars');
  const parent = createRandom('seed');
  draw(50, parent.next);
  assert.deepEqual(draw(20, parent.stream('cars').next), draw(20, untouched.next));
  assert.notDeepEqual(
    draw(20, parent.stream('drivers').next),
    draw(20, createRandom('seed').stream('cars').next),
  );
});

test('uniform and normal draws have the moments they should', () => {
  const random = createRandom(1);
  const count = 50_000;
  const uniform = draw(count, random.next);
  const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length;
  const variance = (x: number[]) => {
    const centre = mean(x);
    return mean(x.map((v) => (v - centre) ** 2));
  };
  assert.ok(uniform.every((v) => v >= 0 && v < 1));
  assert.ok(Math.abs(mean(uniform) - 0.5) < 0.005);
  assert.ok(Math.abs(variance(uniform) - 1 / 12) < 0.002);
  const normal = draw(count, random.normal);
  assert.ok(Math.abs(mean(normal)) < 0.02);
  assert.ok(Math.abs(variance(normal) - 1) < 0.03);
});

test('a pick follows the weights', () => {
  const random = createRandom(3);
  let heavy = 0;
  for (let n = 0; n < 10_000; n++)
    if (random.pick(['a', 'b'], (x) => (x === 'a' ? 3 : 1)) === 'a') heavy += 1;
  assert.ok(Math.abs(heavy / 10_000 - 0.75) < 0.02);
});
