import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, exportPath, type Feature, filterOf, metricOf, reportPath } from './city-query.ts';
import { pointsOf } from './map-points.ts';

test('the filter is what stands in the address, and what is no day or empty is left out', () => {
  const query = new URLSearchParams(
    'from=2026-06-01&to=soon&site=&district=1011AB&operator=NL-TNM&metric=sessions',
  );
  const filter = filterOf(query);
  assert.deepEqual(filter, { from: '2026-06-01', district: '1011AB', operator: 'NL-TNM' });
  assert.equal(metricOf(query), 'sessions');
  assert.equal(metricOf(new URLSearchParams('metric=odd')), 'energy');
  assert.equal(
    exportPath('evses', filter, 'csv'),
    '/api/city/evses?from=2026-06-01&district=1011AB&operator=NL-TNM&format=csv',
  );
  assert.equal(exportPath('evses', {}), '/api/city/evses');
  assert.equal(
    reportPath(filter, '2026-06-30'),
    '/api/city/report?month=2026-06&district=1011AB&operator=NL-TNM&format=csv',
  );
});

test('a change is told only where there is something to compare with', () => {
  assert.equal(changeOf(15, 10), 0.5);
  assert.equal(changeOf(5, 10), -0.5);
  assert.equal(changeOf(5, 0), undefined);
  assert.equal(changeOf(null, 10), undefined);
  assert.equal(changeOf(5, undefined), undefined);
});

const feature = (id: string, coordinates: number[] | null, energyWh: number | null) =>
  ({
    id,
    geometry: coordinates && { type: 'Point', coordinates },
    properties: { energyWh },
  }) as unknown as Feature;

test('the map has north up and east to the right, sockets of one place beside each other, and what has no place left out', () => {
  const points = pointsOf(
    [
      feature('south-west', [4.8, 52.3], 0),
      feature('north-east', [4.9, 52.4], 90_000),
      feature('beside', [4.9, 52.4], 10_000),
      feature('nowhere', null, 5_000),
    ],
    640,
    420,
  );
  const at = (id: string) => points.find((point) => point.feature.id === id)!;
  assert.equal(points.length, 3);
  assert.ok(at('north-east').x > at('south-west').x && at('north-east').y < at('south-west').y);
  assert.notDeepEqual([at('beside').x, at('beside').y], [at('north-east').x, at('north-east').y]);
  assert.ok(at('north-east').radius > at('beside').radius && at('beside').radius > at('south-west').radius);
  assert.equal(points[0]?.feature.id, 'north-east', 'the large ones lie below');
  for (const { x, y, radius } of points)
    assert.ok(x >= radius && x <= 640 - radius && y >= radius && y <= 420 - radius);
  assert.deepEqual(pointsOf([], 640, 420), []);
});
