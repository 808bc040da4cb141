import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readJson } from './strict-json.ts';

const detailOf = (body: string | Uint8Array, depth = 32) => {
  const reading = readJson(body, depth);
  return reading.ok ? undefined : reading.detail;
};

test('X4 a trailing comma is refused with its position', () => {
  assert.match(detailOf('{\n "discharge_power": 0,}') ?? '', /position 24 \(line 2, column 23\)/);
  assert.match(detailOf('[1,2,]') ?? '', /position 5 \(line 1, column 6\)/);
});

test('X4 every broken text is refused with a position inside it, and the message never quotes the body', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', 'x', "'", 'NaN'), (text, at, junk) => {
      const index = at % (text.length + 1);
      const broken = text.slice(0, index) + junk + (junk === '' ? '' : text.slice(index));
      const reading = readJson(broken, 1000);
      let parses = true;
      try {
        JSON.parse(broken);
      } catch {
        parses = false;
      }
      if (parses) return;
      assert.equal(reading.ok, false);
      if (reading.ok || broken.trim() === '') return;
      const position = Number(/position (\d+) /.exec(reading.detail)?.[1]);
      assert.ok(position >= 0 && position <= broken.length, reading.detail);
    }),
    { numRuns: 300 },
  );
  assert.doesNotMatch(detailOf('{"token": "s3cret" x}') ?? '', /s3cret/);
});

test('T-BOMB a body that nests 100,000 levels deep is refused before it is built', () => {
  assert.match(detailOf('['.repeat(100_000)) ?? '', /deeper than 32 levels at position 32/);
  assert.equal(detailOf(`${'['.repeat(32)}${']'.repeat(32)}`), undefined);
  assert.equal(detailOf('"[[[[["', 2), undefined);
  assert.equal(detailOf('"\\"[[[[["', 2), undefined);
});

test('ASVS 15.3.6 a member named __proto__ is refused at any depth', () => {
  assert.match(detailOf('{"a":[{"__proto__":{"admin":true}}]}') ?? '', /__proto__/);
  assert.match(detailOf('{"\\u005f_proto__":1}') ?? '', /__proto__/);
});

test('T-FUZZ bytes that are no UTF-8 and empty bodies are refused', () => {
  assert.match(detailOf(new Uint8Array([0x22, 0xc3, 0x28, 0x22])) ?? '', /UTF-8/);
  assert.match(detailOf('  \n') ?? '', /empty/);
});
