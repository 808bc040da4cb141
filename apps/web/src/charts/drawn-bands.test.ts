import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bandsOf, MOST_BANDS, wholeOf } from './drawn-bands.ts';
import type { Layer } from './site-slots.ts';

/** Five hundred cars on 1 kW of the building: every third gives, the others draw; nobody in the last slot. */
function stack(): readonly Layer[] {
  let upW = 1_000;
  let downW = 1_000;
  return Array.from({ length: 500 }, (_, evse) => {
    const powerW = evse % 3 === 0 ? -700 : 1_100;
    const fromW = powerW < 0 ? downW : upW;
    if (powerW < 0) downW += powerW;
    else upW += powerW;
    return { evse, fromW: [fromW, 0], toW: [fromW + powerW, 0] };
  });
}

const areaOf = (shapes: readonly Pick<Layer, 'fromW' | 'toW'>[], slot: number) =>
  shapes.reduce((sum, { fromW, toW }) => sum + Math.abs((toW[slot] ?? 0) - (fromW[slot] ?? 0)), 0);

test('a stack of 500 cars is drawn as few bands of the same size, each way', () => {
  const layers = stack();
  const bands = bandsOf(layers);
  assert.ok(bands.length <= 2 * MOST_BANDS, String(bands.length));
  assert.equal(areaOf(bands, 0), areaOf(layers, 0));
  assert.equal(areaOf(bands, 1), 0);
  const whole = wholeOf(layers);
  assert.equal(areaOf(whole, 0), areaOf(layers, 0));
  assert.deepEqual(
    whole.map(({ fromW }) => fromW[0]),
    [1_000, 1_000],
    'both ways begin at what the building draws',
  );
});

test('a few cars keep a band each', () => {
  const layers = stack().slice(0, MOST_BANDS);
  assert.deepEqual(bandsOf(layers), layers);
});
