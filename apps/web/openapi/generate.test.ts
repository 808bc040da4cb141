import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describedApi } from './described-api.ts';
import { operationTypes } from './generate.ts';
import { OPERATIONS } from './operations.ts';
import { typeText } from './type-text.ts';

test('the types of the API client say what the server describes (else: node apps/web/openapi/write.ts)', {
  timeout: 300_000,
}, async () => {
  const written = readFileSync(new URL('../src/api/operations.ts', import.meta.url), 'utf8');
  assert.equal(written, operationTypes(await describedApi(), OPERATIONS));
});

test('schemas become types: optional fields, nulls, lists, literals; what is not known is an error', () => {
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      soc: { anyOf: [{ type: 'number' }, { type: 'null' }] },
      slots: { type: 'array', items: { anyOf: [{ type: 'integer' }, { type: 'null' }] } },
      kind: { anyOf: [{ const: 'a' }, { const: 'b' }] },
      'odd-name': { type: 'boolean' },
    },
    required: ['name', 'soc'],
  };
  assert.equal(
    typeText(schema),
    '{\n  readonly name: string;\n  readonly soc: number | null;\n  readonly slots?: readonly (number | null)[];\n  readonly kind?: "a" | "b";\n  readonly "odd-name"?: boolean;\n}',
  );
  assert.throws(() => typeText({ type: 'file' }), /No TypeScript type is known/);
  assert.throws(() => operationTypes({ paths: {} }, ['GET /api/nothing']), /not in the description/);
});
