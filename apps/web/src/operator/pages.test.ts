import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const source = readFileSync(new URL('./pages.ts', import.meta.url), 'utf8');

test('every page of the table has an address of its own, and every file it loads is there', () => {
  const patterns = [...source.matchAll(/pattern: '([^']+)'/g)].map(([, pattern]) => pattern ?? '');
  assert.ok(patterns.length > 1);
  assert.equal(new Set(patterns.map((pattern) => pattern.replaceAll(/:\w+/g, ':'))).size, patterns.length);
  for (const [, file] of source.matchAll(/import\('([^']+)'\)/g))
    assert.ok(readFileSync(new URL(file ?? '', import.meta.url), 'utf8').length > 0, file);
});
