import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const DIST = new URL('../dist/', import.meta.url);
const MOST_BYTES = 150 * 1024;

test('each entry loads at most 150 kB of script, gzip, before charts and map', () => {
  for (const entry of ['operator', 'drive', 'city']) {
    const html = readFileSync(new URL(`${entry}.html`, DIST), 'utf8');
    const scripts = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(
      ([, file]) => file ?? '',
    );
    assert.ok(scripts.length > 0, entry);
    const bytes = scripts.reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, DIST))).length, 0);
    assert.ok(bytes <= MOST_BYTES, `${entry}: ${bytes} bytes`);
    assert.doesNotMatch(
      html,
      /<script(?![^>]*\bsrc=)|<style|\sstyle=/,
      'nothing inline: the content policy forbids it',
    );
  }
  assert.ok(globSync('assets/*.js.br', { cwd: DIST }).length > 0, 'compressed once, when it was built');
});
