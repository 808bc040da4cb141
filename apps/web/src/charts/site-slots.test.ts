import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE_LOAD, evenStep, GENERATION, layersOf, powerScale, type SiteSlot } from './site-slots.ts';
import { stepArea, stepLine } from './step-paths.ts';

function slot(baseLoadW: number, generationW: number, byEvseW: readonly number[]): SiteSlot {
  const evW = byEvseW.reduce((sum, w) => sum + w, 0);
  return {
    startMs: 0,
    endMs: 900_000,
    isOver: false,
    limitW: 30_000,
    baseLoadW,
    generationW,
    evW,
    byEvseW,
    netW: baseLoadW - generationW + evW,
    plannedNetW: null,
    price: 0.1,
  };
}

test('the top of the stack is the net power that the limit is about; cars reach into what the sun gives', () => {
  const slots = [slot(5_000, 0, [11_000, 0, 4_000]), slot(2_000, 8_000, [11_000, 0, 0])];
  const layers = layersOf(slots);
  assert.deepEqual(
    layers.map(({ evse }) => evse),
    [GENERATION, BASE_LOAD, 0, 2],
    'an EVSE that does nothing is no layer',
  );
  const [generation, base, first, last] = layers;
  assert.deepEqual(generation?.toW, [-0, -8_000]);
  assert.deepEqual(base?.toW, [5_000, 0]);
  assert.deepEqual(first?.fromW, [5_000, -6_000]);
  assert.deepEqual(first?.toW, [16_000, 5_000]);
  assert.deepEqual(
    last?.toW,
    slots.map(({ netW }) => netW),
  );
});

test('what cars give back is stacked downwards', () => {
  const [, , car] = layersOf([slot(5_000, 0, [-7_000])]);
  assert.deepEqual([car?.fromW, car?.toW], [[5_000], [-2_000]]);
});

test('lines of the chart stand at even numbers and hold everything', () => {
  assert.deepEqual([0.7, 1, 1.2, 2.3, 3, 7, 23].map(evenStep), [1, 1, 2, 2.5, 5, 10, 25]);
  const slots = [slot(5_000, 8_000, [11_000])];
  const { lowW, highW, stepW } = powerScale(slots, layersOf(slots));
  assert.ok(lowW <= -8_000 && highW >= 30_000);
  assert.equal(Math.abs(lowW % stepW), 0);
  assert.equal(highW % stepW, 0);
  const beside = powerScale(slots, layersOf(slots), [null, 72_000]);
  assert.ok(beside.highW >= 72_000 && beside.lowW <= -8_000, 'also what is compared with');
});

test('a line is broken where nothing is known, an area where nothing is', () => {
  const same = (value: number) => value;
  assert.equal(stepLine([1, 2, null, 3], same, same), 'M0 1H1V2H2M3 3H4');
  assert.equal(stepArea([0, 0, 0], [1, 0, 2], same, same), 'M0 1V1H1V0H0ZM2 2V2H3V0H2Z');
});
