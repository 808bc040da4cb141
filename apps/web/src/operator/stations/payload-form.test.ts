import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blankOf, fieldsOf, type PayloadSchema, problemsOf, withField } from './payload-form.ts';

const NOW = '2026-06-01T12:00:00.000Z';
const SCHEMA: PayloadSchema = {
  type: 'object',
  definitions: {
    Kind: { type: 'string', enum: ['Hard', 'Soft'] },
    Period: {
      type: 'object',
      properties: {
        startPeriod: { type: 'integer', minimum: 0 },
        limit: { type: 'number', multipleOf: 0.1 },
      },
      required: ['startPeriod', 'limit'],
    },
  },
  properties: {
    note: { type: 'string', maxLength: 5 },
    kind: { $ref: '#/definitions/Kind' },
    evseId: { type: 'integer', minimum: 0 },
    at: { type: 'string', format: 'date-time' },
    periods: { type: 'array', minItems: 1, maxItems: 2, items: { $ref: '#/definitions/Period' } },
    customData: { type: 'object' },
  },
  required: ['kind', 'evseId', 'at', 'periods'],
};
const definitions = SCHEMA.definitions ?? {};
const blank = blankOf(SCHEMA, definitions, NOW) as Record<string, unknown>;
const codes = (value: unknown) =>
  problemsOf(SCHEMA, definitions, value).map(({ field, code }) => `${field} ${code}`);

test('a payload begins with every required field filled in and nothing else, and may be sent so', () => {
  assert.deepEqual(blank, { kind: 'Hard', evseId: 1, at: NOW, periods: [{ startPeriod: 0, limit: 0 }] });
  assert.deepEqual(codes(blank), []);
  assert.deepEqual(
    fieldsOf(SCHEMA).map(({ name }) => name),
    ['kind', 'evseId', 'at', 'periods', 'note'],
  );
});

test('what is wrong names the field: missing, of the wrong type, outside its list or bounds, unknown', () => {
  assert.deepEqual(codes(withField(blank, 'kind', undefined)), ['kind missing']);
  assert.deepEqual(codes({ ...blank, kind: 'Warm' }), ['kind list']);
  assert.deepEqual(codes({ ...blank, evseId: 1.5 }), ['evseId type']);
  assert.deepEqual(codes({ ...blank, evseId: -1 }), ['evseId low']);
  assert.deepEqual(codes({ ...blank, note: 'too long' }), ['note long']);
  assert.deepEqual(codes({ ...blank, at: 'noon' }), ['at time']);
  assert.deepEqual(codes({ ...blank, periods: [] }), ['periods few']);
  assert.deepEqual(codes({ ...blank, periods: [{ startPeriod: 0, limit: 8.15 }] }), [
    'periods[0].limit step',
  ]);
  assert.deepEqual(codes({ ...blank, periods: [{ startPeriod: 0, limit: 8.1 }] }), []);
  assert.deepEqual(codes({ ...blank, other: 1 }), ['other unknown']);
  assert.deepEqual(codes([]), [' type']);
});
