import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
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

test('the archive is never sent as a whole: a range too many, too long or without an end is refused with what to do', async () => {
  const asked = async (headers: Record<string, string>) => {
    const answer = await fetch(`${server.url}${MAP_TILES_URL}`, { headers });
    return { status: answer.status, text: await answer.text() };
  };
  const whole = await asked({});
  assert.equal(whole.status, 400);
  assert.match(whole.text, /Range: bytes=0-16383/);
  for (const range of [
    'bytes=0-',
    'bytes=-500',
    'bytes=0-1,5-6',
    'bytes=0-99999999',
    'bytes=9-8',
    'lines=0-1',
  ])
    assert.equal((await asked({ range })).status, 416, range);
  // A copy that is older is no way to the whole of it.
  const part = await asked({ range: 'bytes=8-14', 'if-range': '"older"' });
  assert.deepEqual(part, { status: 206, text: 'streets' });
});

test('nothing beside the archive is served', async () => {
  // `fetch` would resolve the dots before it asks.
  const statusOf = (path: string) =>
    new Promise<number | undefined>((answered, failed) => {
      const { hostname, port } = new URL(server.url);
      const asking = request({ hostname, port, path, headers: { range: 'bytes=0-4' } }, (answer) => {
        answer.resume();
        answered(answer.statusCode);
      });
      asking.on('error', failed);
      asking.end();
    });
  assert.equal(await statusOf(MAP_TILES_URL), 206);
  for (const path of ['/map/secret.txt', '/map/../secret.txt', '/map/%2e%2e/secret.txt', '/map/'])
    assert.equal(await statusOf(path), 404, path);
});

test('a file that is no archive of tiles stops the start with what to do', async () => {
  await assert.rejects(
    testServer({ SMAC_MAP_TILES: join(folder, 'secret.txt') }),
    /SMAC_MAP_TILES .*PMTiles/,
  );
});
