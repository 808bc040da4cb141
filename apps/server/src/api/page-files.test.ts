import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { ENTRIES, encoded, readBuiltPages } from './page-files.ts';

const dist = `${mkdtempSync(join(tmpdir(), 'smac-dist-'))}/`;
let server: TestServer;

before(async () => {
  mkdirSync(`${dist}assets`);
  const html =
    '<meta name="smac-base" content=""><link href="/favicon.svg"><script src="./assets/a-1.js"></script>';
  for (const entry of ENTRIES) writeFileSync(`${dist}${entry}.html`, html);
  writeFileSync(`${dist}assets/a-1.js`, 'let a;');
  writeFileSync(`${dist}assets/a-1.js.br`, 'b');
  writeFileSync(`${dist}assets/a-1.js.gz`, 'g');
  writeFileSync(`${dist}assets/a-1.unknown`, '');
  server = await testServer();
});
after(async () => {
  await server.close();
  rmSync(dist, { recursive: true });
});

test('pages name what they load from the root, below the path of the public address', () => {
  const built = readBuiltPages({ prefix: '/base', hasTiles: false }, dist);
  assert.equal(
    built?.entries.get('operator'),
    '<meta name="smac-base" content="/base"><link href="/base/favicon.svg"><script src="/base/assets/a-1.js"></script>',
  );
  assert.deepEqual([...built.assets.keys()], ['a-1.js']);
  assert.equal(
    readBuiltPages({ prefix: '', hasTiles: false }, `${dist}nothing/`),
    undefined,
    'nothing was built',
  );
});

test('a browser gets the smallest form it takes', () => {
  const file = readBuiltPages({ prefix: '', hasTiles: false }, dist)?.assets.get('a-1.js');
  assert.ok(file);
  const form = (accepted: string) => {
    const { content, encoding } = encoded(file, accepted);
    return [content.toString(), encoding];
  };
  assert.deepEqual(form('gzip, deflate, br, zstd'), ['b', 'br']);
  assert.deepEqual(form('gzip'), ['g', 'gzip']);
  assert.deepEqual(form(''), ['let a;', undefined]);
});

test('every address below an entry is its page, for anybody, under the policy against foreign script; files keep for a year', async () => {
  for (const path of ['/operator', '/operator/sites/1', '/drive', '/city/']) {
    const answer = await fetch(`${server.url}${path}`);
    const text = await answer.text();
    assert.equal(answer.status, 200, `${path}: ${text.slice(0, 300)}`);
    assert.match(
      answer.headers.get('content-security-policy') ?? '',
      /default-src 'none'; script-src 'self';/,
    );
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
    assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)|\sstyle=/);
    const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(text) ?? [];
    const file = await fetch(`${server.url}${script}`, { headers: { 'accept-encoding': 'br' } });
    assert.equal(file.status, 200, script);
    assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(file.headers.get('content-encoding'), 'br');
    assert.match(file.headers.get('content-type') ?? '', /^text\/javascript/);
  }
  for (const path of ['/assets/nothing.js', '/assets/../package.json', '/assets/%2e%2e/page-files.ts'])
    assert.equal((await fetch(`${server.url}${path}`)).status, 404, path);
});
