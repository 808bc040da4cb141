import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { MAP_TILES_URL } from './map-tiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'smac-tiles-'));
const archive = join(folder, 'city.pmtiles');
const CONTENT = `PMTiles\u0003${'streets'.repeat(100)}`;
let server: TestServer;

before(async () => {
  writeFileSync(archive, CONTENT, 'latin1');
  writeFileSync(join(folder, 'secret.txt'), 'nobody reads this');
  server = await testServer({ SMAC_MAP_TILES: archive });
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

test('pages are told where the streets are and read them from this server alone, by ranges', async () => {
  const page = await (await fetch(`${server.url}/drive`)).text();
  assert.ok(page.includes(`<meta name="smac-tiles" content="${MAP_TILES_URL}">`));
  const part = await fetch(`${server.url}${MAP_TILES_URL}`, { headers: { range: 'bytes=8-14' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-range'), `bytes 8-14/${CONTENT.length}`);
  assert.equal(await part.text(), 'streets');
  const beyond = await fetch(`${server.url}${MAP_TILES_URL}`, { headers: { range: 'bytes=9000-9001' } });
  assert.equal(beyond.status, 416);
});

test('nothing beside the archive is served', async () => {
  for (const path of ['/map/secret.txt', '/map/../secret.txt', '/map/%2e%2e/secret.txt', '/map/'])
    assert.equal((await fetch(`${server.url}${path}`)).status, 404, path);
});

test('a file that is no archive of tiles stops the start with what to do', async () => {
  await assert.rejects(
    testServer({ SMAC_MAP_TILES: join(folder, 'secret.txt') }),
    /SMAC_MAP_TILES .*PMTiles/,
  );
});
