import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clustersOf, fanned, located, type MapPoint, stepThatSplits } from './clusters.ts';
import { moved, placed, scaleBar, viewOf, worldOf, zoomed } from './map-view.ts';

const SIZE = { width: 640, height: 400 };
const at = (id: string, longitude: number, latitude: number): MapPoint => ({
  id,
  label: id,
  tone: 'good',
  longitude,
  latitude,
});
const near = (found: number, wanted: number, most = 1e-6) =>
  assert.ok(Math.abs(found - wanted) <= most, `${found} is not ${wanted}`);

test('a position stands where web mercator puts it', () => {
  near(worldOf({ longitude: 0, latitude: 0 }).x, 0.5);
  near(worldOf({ longitude: 0, latitude: 0 }).y, 0.5);
  // Amsterdam is in tile 32/21 of zoom 6 (OpenStreetMap's numbering).
  const { x, y } = worldOf({ longitude: 4.9, latitude: 52.37 });
  assert.deepEqual([Math.floor(x * 64), Math.floor(y * 64)], [32, 21]);
});

test('everything is in sight at first, also one place alone and none', () => {
  const points = located([at('a', 2.1, 41.3), at('b', 2.2, 41.5), at('c', 2.15, 41.4)]);
  const view = viewOf(points, SIZE);
  for (const point of points) {
    const { x, y } = placed(point, view, SIZE);
    assert.ok(x > 40 && x < 600 && y > 40 && y < 360, `${point.point.id} at ${x} ${y}`);
  }
  assert.equal(viewOf(points.slice(0, 1), SIZE).zoom, 15);
  assert.ok(viewOf([], SIZE).zoom < 6);
});

test('moving follows the pointer, and zooming keeps what is under it', () => {
  const [one] = located([at('a', 24.9, 60.2)]);
  assert.ok(one);
  const view = { ...viewOf([one], SIZE), zoom: 12.5 };
  const before = placed(one, view, SIZE);
  const after = placed(one, moved(view, 30, -20), SIZE);
  near(after.x - before.x, 30);
  near(after.y - before.y, -20);
  const under = { x: 100, y: -50 };
  const there = moved(view, 100, -50);
  near(placed(one, zoomed(there, 2, under), SIZE).x, placed(one, there, SIZE).x);
  near(placed(one, zoomed(there, 2, under), SIZE).y, placed(one, there, SIZE).y);
});

test('the scale bar is a round length that fits', () => {
  const { metres, px } = scaleBar({ ...worldOf({ longitude: 0, latitude: 60 }), zoom: 14 }, 100);
  assert.equal(metres, 200);
  assert.ok(px > 30 && px <= 100, String(px));
});

test('no point is lost or shown twice, whatever the zoom', () => {
  const points = fc.array(
    fc.record({
      longitude: fc.double({ min: -30, max: 40, noNaN: true }),
      latitude: fc.double({ min: 35, max: 70, noNaN: true }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(points, fc.integer({ min: 2, max: 19 }), (places, step) => {
      const all = located(places.map(({ longitude, latitude }, n) => at(String(n), longitude, latitude)));
      const ids = clustersOf(all, step).flatMap(({ members }) => members.map(({ point }) => point.id));
      assert.deepEqual([...ids].sort(), all.map(({ point }) => point.id).sort());
    }),
    { numRuns: 50 },
  );
});

test('sockets of one street are one mark from afar and fall apart nearby; those of one place are fanned', () => {
  const street = located([at('a', 2.19, 41.39), at('b', 2.191, 41.3905)]);
  assert.equal(clustersOf(street, 10).length, 1);
  assert.equal(clustersOf(street, 17).length, 2);
  const [mark] = clustersOf(street, 10);
  assert.ok(mark);
  const step = stepThatSplits(mark, { ...mark, zoom: 10 });
  assert.ok(step !== undefined && clustersOf(street, step).length === 2);
  const [one] = clustersOf(located([at('a', 2.19, 41.39), at('b', 2.19, 41.39)]), 19);
  assert.ok(one);
  assert.equal(stepThatSplits(one, { ...one, zoom: 3 }), undefined);
  const [first, second] = fanned(2);
  assert.ok(first && second);
  assert.ok(Math.hypot(first.x - second.x, first.y - second.y) > 24, 'two fingers can tell them apart');
});

test('a position that is no number is left out', () => {
  assert.equal(located([at('a', Number.NaN, 1), at('b', 1, 1)]).length, 1);
});
