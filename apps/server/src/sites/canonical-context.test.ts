import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ContextState,
  canonicalContextOf,
  SERIES_KINDS,
  type SeriesKind,
  type StoredSlot,
} from './index.ts';

const NOW_MS = Date.UTC(2026, 0, 1, 8, 20);
const MINUTE_MS = 60_000;

function slot(startMin: number, minutes: number, value: number): StoredSlot {
  return {
    startMs: NOW_MS + startMin * MINUTE_MS,
    durationMs: minutes * MINUTE_MS,
    value,
    layer: 'base',
    source: 'test',
    receivedMs: NOW_MS,
  };
}

function told(series: Partial<Record<SeriesKind, readonly StoredSlot[]>>) {
  const none = Object.fromEntries(SERIES_KINDS.map((kind) => [kind, []])) as unknown as Record<
    SeriesKind,
    readonly StoredSlot[]
  >;
  const context: ContextState = {
    id: 'C',
    kind: 'operator',
    peerId: 'own',
    party: 'NL-TNM',
    objectId: 'C',
    version: 1,
    shadow: false,
    statics: { maxImportW: 30_000, currency: 'EUR', evses: [] },
    updatedMs: NOW_MS,
  };
  return canonicalContextOf(context, { ...none, ...series }, NOW_MS).series;
}

test('SC3: whoever plans for a supply point is told the lower of what is given by hand and what the grid operator allows, in quarters of an hour', () => {
  const grid = told({ grid_cap: [slot(0, 17, 7_000), slot(17, 60 * 24 * 9, 9_000)] }).cap ?? [];
  assert.equal(grid.length, 4 * 47 + 3, 'no further than what is told of everything');
  assert.ok(
    grid.every(
      ({ startMs, durationMs }) => startMs % (15 * MINUTE_MS) === 0 && durationMs === 15 * MINUTE_MS,
    ),
  );
  assert.deepEqual(
    grid.slice(0, 4).map(({ value }) => value),
    [7_000, 7_000, 9_000, 9_000],
  );
  const both = told({ cap: [slot(-20, 60, 8_000)], grid_cap: [slot(-5, 60, 7_000)] }).cap ?? [];
  assert.deepEqual(
    both.map(({ startMs, value }) => [(startMs - NOW_MS) / MINUTE_MS, value]),
    [
      [-20, 8_000],
      [-5, 7_000],
      [10, 7_000],
      [25, 7_000],
      [40, 7_000],
    ],
  );
  assert.deepEqual(told({ cap: [slot(0, 60, 8_000)] }).cap?.length, 1);
  assert.deepEqual(
    Object.keys(told({ grid_export_cap: [slot(0, 60, 1)], grid_phase_cap: [slot(0, 60, 1)] })),
    [],
  );
});
