import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { codecOf } from '../../bridge/codecs.ts';
import { KINDS } from '../../model/index.ts';
import { mergePatch } from '../change/merge-patch.ts';
import { readOptimisation } from './read-optimisation.ts';

const document = readFileSync(
  new URL('../../../docs/smart-charging-optimisation.md', import.meta.url),
  'utf8',
);
const examples = [...document.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(json ?? ''));
const wire = { version: '2.3.0', unitProfile: 'd42-tables', agreements: [] } as const;

test('D4.2-§5.2-submit the module document describes every field the code knows, and no other', () => {
  const section = document.slice(document.indexOf('### 3.1'), document.indexOf('### 3.2'));
  const described = [...section.matchAll(/^\| ([a-z_0-9]+) \|/gm)].map(([, field]) => field);
  assert.deepEqual(described.sort(), Object.keys(KINDS.ScOptimisation.properties).sort());
});

test('D4.2-§5.2-submit the examples of the module document work as written', () => {
  assert.equal(examples.length, 2);
  const put = codecOf('ScOptimisation').read(examples[0], wire);
  const patch = codecOf('ScOptimisation').partial.read(examples[1], wire);
  assert.ok(put.ok && patch.ok);
  assert.deepEqual([put.warnings, patch.warnings], [[], []]);
  const context = readOptimisation(mergePatch(put.value, patch.value), 'd42-tables', () => 22_080);
  assert.ok(context.ok);
  assert.deepEqual(context.data.notes, []);
  assert.deepEqual(
    context.data.series.demand?.map((slot) => slot.value),
    [16_000, 18_000],
  );
});
