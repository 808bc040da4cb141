import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { PlanSchema, ProblemSchema } from './index.ts';

for (const [name, schema] of [
  ['problem', ProblemSchema],
  ['plan', PlanSchema],
] as const) {
  const file = new URL(`../../schema/${name}.schema.json`, import.meta.url);

  test(`the published ${name} schema is the one the code uses (written anew with SMAC_WRITE_SCHEMA=1)`, () => {
    const current = JSON.stringify(
      { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema },
      null,
      2,
    );
    if (process.env.SMAC_WRITE_SCHEMA === '1') writeFileSync(file, `${current}\n`);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(current));
  });
}
