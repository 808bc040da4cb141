import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from './context-diff.ts';
import { emptyDraft, policiesOf, problemsOf, staticsOf } from './draft.ts';
import { readCsv, sampleCsv } from './input-csv.ts';
import { coveredUntil, type Slot, valueAt } from './series.ts';
import { dayAndNight, stretchesOf } from './week.ts';

const ZONE = 'Europe/Madrid';

test('a file is read with commas, semicolons and the clock of the site; what is wrong is named by line and field', () => {
  const read = readCsv('start,value\n2026-06-20T10:00:00Z,8000\n2026-06-20 12:15,8100', 'demand', ZONE);
  assert.deepEqual(read.problems, []);
  assert.deepEqual(
    read.slots.map(({ startMs, value }) => [new Date(startMs).toISOString(), value]),
    [
      ['2026-06-20T10:00:00.000Z', 8000],
      ['2026-06-20T10:15:00.000Z', 8100],
    ],
  );
  assert.deepEqual(readCsv('2026-06-20 12:00;0,25;60', 'price', ZONE).slots[0], {
    startMs: Date.parse('2026-06-20T10:00:00Z'),
    value: 0.25,
    minutes: 60,
  });
  const wrong = readCsv(
    'start,value\nsoon,1\n2026-06-20T10:00Z,-1\n2026-03-29 02:30,2\n1,2,3,4',
    'demand',
    ZONE,
  );
  assert.deepEqual(
    wrong.problems.map(({ line, field, reason }) => [line, field, reason]),
    [
      [2, 'start', 'time'],
      [3, 'value', 'negative'],
      // The clocks go forward at two.
      [4, 'start', 'no_such_time'],
      [5, 'line', 'columns'],
    ],
  );
  assert.deepEqual(readCsv('start,value\n', 'demand', ZONE).problems[0]?.reason, 'empty');
  for (const kind of ['demand', 'price', 'flex', 'co2']) {
    const sample = readCsv(sampleCsv(kind, Date.parse('2026-06-20T10:00:00Z')), kind, ZONE);
    assert.deepEqual([sample.slots.length, sample.problems.length], [96, 0], kind);
  }
});

test('an empty field is no value, and a rule over midnight goes on in the morning', () => {
  const draft = { ...emptyDraft(), objectId: 'x', maxImportKw: 75 };
  assert.deepEqual(staticsOf(draft), { currency: 'EUR', maxImportW: 75_000, evses: [] });
  assert.deepEqual(policiesOf(draft), []);
  assert.deepEqual(problemsOf(draft), ['contexts.wrong.evses']);
  const connector = {
    connectorId: '1',
    standard: '',
    isDc: false,
    mostKw: 7,
    chargeKw: null,
    dischargeKw: null,
  };
  const night = dayAndNight([{ locationId: 'L', evseUid: 'E', label: 'E', connectors: [connector] }]);
  assert.deepEqual(stretchesOf(night, 1), [
    { policy: 0, fromHour: 8, toHour: 22 },
    { policy: 1, fromHour: 0, toHour: 8 },
    { policy: 1, fromHour: 22, toHour: 24 },
  ]);
});

test('two versions differ in what was changed, added and taken away', () => {
  const before = { statics: { currency: 'EUR', maxImportW: 75_000, capW: 90_000, evses: [] } };
  const after = { statics: { currency: 'EUR', maxImportW: 70_000, maxPhaseW: 23_000, evses: [] } };
  assert.deepEqual(
    differences(before, after).map(({ name, before: was, after: is }) => [name, was, is]),
    [
      ['maxImportW', 75_000, 70_000],
      ['capW', 90_000, null],
      ['maxPhaseW', null, 23_000],
    ],
  );
});

test('an override counts until its end, then what was pushed counts again', () => {
  const at = Date.parse('2026-06-20T10:00:00Z');
  const slot = (layer: Slot['layer'], value: number, more: Partial<Slot> = {}): Slot => ({
    start: new Date(at).toISOString(),
    durationMs: 3_600_000,
    value,
    layer,
    source: 'x',
    received: new Date(at).toISOString(),
    ...more,
  });
  const validUntil = new Date(at + 900_000).toISOString();
  const slots = [slot('base', 8), slot('override', 12, { validUntil })];
  assert.equal(valueAt(slots, at)?.value, 12);
  assert.equal(valueAt(slots, at + 900_000)?.value, 8);
  assert.equal(coveredUntil(slots, at), at + 3_600_000);
});
