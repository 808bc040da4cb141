import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { codecOf } from '../../bridge/codecs.ts';
import { readJson } from '../../transport/strict-json.ts';

const wire = { version: '2.2.1', unitProfile: 'd42-tables', agreements: [] } as const;
const codec = codecOf('ScOptimisation');

function text(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
}

/** The printed text without its trailing commas. */
function withoutCommas(name: string): string {
  return text(name).replace(/,(\s*[}\]])/g, '$1');
}

test('X4 D4.2-§5.1.2.2-EX1 D4.2-§5.1.2.2-EX2 D4.2-§5.1.3.1.1 the printed examples are refused as JSON, with the position of the comma', () => {
  for (const [name, place] of [
    ['d42-put.raw.txt', 'line 12, column 5'],
    ['d42-patch.raw.txt', 'line 30, column 1'],
    ['d42-object.raw.txt', 'line 12, column 5'],
  ] as const) {
    const reading = readJson(text(name), 32);
    assert.ok(!reading.ok, name);
    assert.ok(reading.detail.includes(place), `${name}: ${reading.detail}`);
  }
});

test('X4 without the trailing commas the printed objects still miss a bracket, and the printed PATCH its last_updated', () => {
  for (const name of ['d42-put.raw.txt', 'd42-object.raw.txt']) {
    const reading = readJson(withoutCommas(name), 32);
    assert.ok(!reading.ok, name);
    assert.match(reading.detail, /Expected ',' or ']' after array element/, name);
  }
  const patch = readJson(withoutCommas('d42-patch.raw.txt'), 32);
  assert.ok(patch.ok);
  assert.deepEqual(codec.partial.read(patch.value, wire), {
    ok: false,
    problems: [{ path: '/last_updated', detail: 'is required' }],
  });
});

test('X4 the corrected examples are strict JSON and valid objects', () => {
  for (const name of ['d42-put.json', 'd42-object.json']) {
    const json = readJson(text(name), 32);
    assert.ok(json.ok, name);
    assert.deepEqual(codec.read(json.value, wire), { ok: true, value: json.value, warnings: [] }, name);
  }
});
