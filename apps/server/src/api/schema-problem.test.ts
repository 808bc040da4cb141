import assert from 'node:assert/strict';
import { test } from 'node:test';
import Type, { type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { fieldProblems } from './schema-problem.ts';

/** What a caller reads who sent this. */
function told(schema: TSchema, value: unknown): string[] {
  return fieldProblems('body', Compile(schema).Errors(value), schema, value).map(
    ({ field, problem }) => `${field} ${problem}`,
  );
}
const of = (schema: TSchema) => Type.Object({ x: schema }, { additionalProperties: false });

test('refusals of the API name the field, what is wrong and what would be right, without words of the schema language', () => {
  const cases: readonly (readonly [TSchema, unknown, string])[] = [
    [Type.Literal('yes'), 'no', 'must be "yes"'],
    [Type.Union([Type.Literal('a'), Type.Literal('b')]), 'c', 'must be one of a, b'],
    [Type.Enum(['p', 'q']), 'z', 'must be one of p, q'],
    [Type.Union([Type.String(), Type.Null()]), 5, 'must be a text or null'],
    [Type.Number(), 'five', 'must be a number, not "five"'],
    [Type.Integer(), 1.5, 'must be a whole number, not 1.5'],
    [Type.Boolean(), 'true', 'must be true or false, not "true"'],
    [Type.Array(Type.String()), {}, 'must be a list'],
    [Type.String({ pattern: '^[A-Z]{3}$' }), 'eur', 'must be three capital letters, like EUR or ESP'],
    [Type.String({ format: 'date-time' }), 'now', 'must be a time with zone, like 2026-11-21T17:00:00Z'],
    [Type.String({ minLength: 1 }), '', 'must not be empty'],
    [Type.String({ minLength: 12 }), 'short', 'must have 12 characters or more'],
    [Type.String({ maxLength: 2 }), 'long', 'must have 2 characters or fewer, not 4'],
    [Type.Number({ minimum: 0 }), -1, 'must be 0 or more'],
    [Type.Number({ maximum: 9 }), 10, 'must be 9 or less'],
    [Type.Number({ exclusiveMinimum: 0 }), 0, 'must be more than 0'],
    [Type.Number({ exclusiveMaximum: 1 }), 1, 'must be less than 1'],
    [Type.Number({ multipleOf: 5 }), 7, 'must be a multiple of 5'],
    [Type.Array(Type.String(), { minItems: 1 }), [], 'must not be empty'],
    [Type.Array(Type.String(), { maxItems: 1 }), ['a', 'b'], 'must have 1 entries or fewer'],
    [Type.Array(Type.String(), { uniqueItems: true }), ['a', 'a'], 'must not hold the same entry twice'],
    [Type.Object({}, { minProperties: 1 }), {}, 'must have at least one field'],
    [
      Type.String({ pattern: '^new$', description: 'The word new' }),
      'x',
      'is not written as it should be: the word new',
    ],
  ];
  for (const [schema, x, problem] of cases) assert.deepEqual(told(of(schema), { x }), [`body.x ${problem}`]);
  assert.deepEqual(told(of(Type.String()), {}), ['body.x is missing']);
  assert.deepEqual(told(of(Type.String()), { x: 'a', y: 1 }), ['body.y is not a known field']);
  assert.deepEqual(told(of(Type.String()), undefined), ['body must be an object']);
});

test('of several forms an object may have, the refusal speaks of the one that was meant', () => {
  const form = Type.Union([
    Type.Object({ kind: Type.Literal('cap'), powerW: Type.Number({ minimum: 0 }) }),
    Type.Object({ kind: Type.Literal('price'), value: Type.Number() }),
    Type.Null(),
  ]);
  assert.deepEqual(told(of(form), { x: { kind: 'cap', powerW: -1 } }), ['body.x.powerW must be 0 or more']);
  assert.deepEqual(told(of(form), { x: { kind: 'price' } }), ['body.x.value is missing']);
  assert.deepEqual(told(of(Type.Array(form)), { x: [{ kind: 'price', value: 'a' }] }), [
    'body.x.0.value must be a number, not "a"',
  ]);
  assert.deepEqual(told(of(form), { x: 7 }), ['body.x must be an object or null']);
});
