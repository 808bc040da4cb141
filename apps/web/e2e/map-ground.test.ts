import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { until } from '../../server/src/main/testing/played-stations.ts';
import { signedIn } from '../../server/src/main/testing/signed-in.ts';
import { look, openBrowser } from './browser.ts';
import { cityServer } from './city-places.ts';
import { townTiles } from './town-tiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'smac-town-'));
let city: Awaited<ReturnType<typeof cityServer>>;
let browser: Browser;

before(
  async () => {
    const tiles = join(folder, 'town.pmtiles');
    writeFileSync(tiles, townTiles([4.892, 52.365]));
    [city, browser] = await Promise.all([cityServer(1, { SMAC_MAP_TILES: tiles }), openBrowser()]);
  },
  { timeout: 300_000 },
);
after(async () => {
  await browser?.close();
  await city?.server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('below the marks lie the streets of the region, from this server alone; from afar land and sea', async () => {
  const { server, clock } = city;
  const planner = await signedIn(server, 'city', clock.now(), 'planner@example.org');
  const [name = '', value = ''] = planner.cookie.split('=');
  const { page, complaints, close } = await look(browser);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.context().addCookies([{ name, value, url: server.url }]);
  await page.addInitScript("localStorage.setItem('smac-signed-in', 'yes')");
  await page.goto(`${server.url}/city`);
  await page.getByText('© Surveyors of the town').waitFor();
  // Earth, water, park and roads.
  await until(async () => (await colours(page, 0.0005)) > 3);
  const map = page.getByRole('application').first();
  await map.focus();
  for (let press = 0; press < 9; press += 1) await page.keyboard.press('-');
  // Land and sea.
  await until(async () => (await colours(page, 0.1)) === 2);
  assert.deepEqual(
    asked.filter(
      (url) => !url.startsWith(server.url) && !url.startsWith('blob:') && !url.startsWith('data:'),
    ),
    [],
    'nobody else is asked for anything',
  );
  assert.deepEqual(complaints, []);
  await close();
});

const CANVAS = 'document.querySelector(".maplibregl-canvas")';
const SHARES = `(() => {
  if (${CANVAS} === null) return [];
  const { width, height } = ${CANVAS};
  const copy = Object.assign(document.createElement('canvas'), { width, height });
  const pen = copy.getContext('2d');
  pen.drawImage(${CANVAS}, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const found = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const key = data[at] * 65536 + data[at + 1] * 256 + data[at + 2];
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return [...found.values()].map((pixels) => pixels / (width * height));
})()`;
/** How many colours fill at least such a share of the ground. */
async function colours(page: Page, share: number): Promise<number> {
  const shares = (await page.evaluate(SHARES)) as readonly number[];
  return shares.filter((one) => one >= share).length;
}
