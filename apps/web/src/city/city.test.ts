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

const feature = (id: string, coordinates: number[] | null, energyWh: number | null, status: string) =>
  ({
    id,
    geometry: coordinates && { type: 'Point', coordinates },
    properties: { energyWh, status },
  }) as unknown as Feature;

test('the map marks state and use, and leaves out what has no place', () => {
  const points = pointsOf(
    [
      feature('free', [4.8, 52.3], 0, 'AVAILABLE'),
      feature('busy', [4.9, 52.4], 90_000, 'CHARGING'),
      feature('broken', [4.9, 52.4], 45_000, 'OUTOFORDER'),
      feature('odd', [4.9, 52.4], null, 'SOMETHING'),
      feature('nowhere', null, 5_000, 'AVAILABLE'),
    ],
    ({ id }) => id.toUpperCase(),
  );
  assert.deepEqual(
    points.map(({ id, label, tone, weight }) => [id, label, tone, weight]),
    [
      ['free', 'FREE', 'good', 0],
      ['busy', 'BUSY', 'busy', 1],
      ['broken', 'BROKEN', 'bad', 0.5],
      ['odd', 'ODD', 'quiet', 0],
    ],
  );
});
