// `npm run screens`: writes docs/screens, each main page at three widths, from a real server with simulated stations.
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { RunningServer } from '../../server/src/main/start-server.ts';
import { signedIn } from '../../server/src/main/testing/signed-in.ts';
import { look, openBrowser } from './browser.ts';
import { atCarPark } from './car-park.ts';
import { cityServer } from './city-places.ts';
import { driverScreens } from './driver-screens.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/screens/', import.meta.url));
const WIDTHS = { phone: 390, tablet: 820, desktop: 1360 } as const;
const MOST_BYTES = 250_000;
/** Below this a page goes on in the same way. */
const MOST_HEIGHT = 1600;
const CITY_DAYS = 28;

const browser = await openBrowser();
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
await atCarPark(async (carPark) => {
  const { server, contextId } = carPark;
  const site = `operator/sites/${encodeURIComponent(await contextId())}`;
  await otherSites(server);
  for (const [size, width] of Object.entries(WIDTHS)) {
    await shoot(`${server.url}/operator`, `overview-${size}`, width);
    await shoot(`${server.url}/${site}`, `site-${size}`, width);
    await shoot(`${server.url}/operator/sign-in`, `sign-in-${size}`, width);
  }
  await shoot(`${server.url}/${site}`, 'site-desktop-dark', WIDTHS.desktop, 'dark');
}, 0);
await driverScreens(browser, save);
await cityScreens();
await browser.close();

/** Sites where nobody charges now, so that the list is one. */
async function otherSites({ stations, backOffice: { network } }: RunningServer): Promise<void> {
  const places = [
    { id: 'HUB', name: 'Via Colombo hub', city: 'Rome', country: 'ITA', timeZone: 'Europe/Rome', sockets: 8 },
    {
      id: 'SQ',
      name: 'Glories square',
      city: 'Barcelona',
      country: 'ESP',
      timeZone: 'Europe/Madrid',
      sockets: 5,
    },
  ];
  for (const { id, name, city, country, timeZone, sockets } of places) {
    const supply = { maxImportW: 75_000, currency: 'EUR' };
    const [latitude, longitude] = ['41.40', '2.18'];
    await network.addLocation({
      id,
      name,
      address: name,
      city,
      country,
      latitude,
      longitude,
      timeZone,
      supply,
    });
    await stations.admin.add({ stationId: id, securityProfile: 1 }, 'local');
    for (let socket = 1; socket <= sockets; socket += 1)
      await network.placeEvse({
        stationId: id,
        evseId: socket,
        locationId: id,
        evseUid: `${id}-${socket}`,
        connectors: [
          {
            id: '1',
            connectorId: 1,
            standard: 'IEC_62196_T2',
            format: 'SOCKET',
            powerType: 'AC_3_PHASE',
            maxVoltageV: 230,
            maxCurrentA: 16,
            dischargeW: 0,
            tariffIds: [],
          },
        ],
      });
  }
}

/** Four weeks of a city, as its planner sees them. */
async function cityScreens(): Promise<void> {
  const { server, clock } = await cityServer(CITY_DAYS);
  try {
    const planner = await signedIn(server, 'city', clock.now(), 'planner@example.org');
    const [name = '', value = ''] = planner.cookie.split('=');
    for (const [size, width] of Object.entries(WIDTHS))
      for (const colorScheme of size === 'desktop' ? (['light', 'dark'] as const) : (['light'] as const)) {
        const { page, close } = await look(browser, { viewport: { width, height: 900 }, colorScheme });
        await page.context().addCookies([{ name, value, url: server.url }]);
        await page.addInitScript("localStorage.setItem('smac-signed-in', 'yes')");
        await page.goto(`${server.url}/city`);
        await page.locator('[data-mark]').first().waitFor();
        await save(page, `city-${size}${colorScheme === 'dark' ? '-dark' : ''}`, width);
        await close();
      }
  } finally {
    await server.close();
  }
}

async function shoot(
  url: string,
  name: string,
  width: number,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<void> {
  const viewport = { width, height: Math.round(width < 500 ? width * 2 : width * 0.72) };
  const { page, close } = await look(browser, { viewport, colorScheme });
  await page.goto(url);
  await page
    .getByRole('table')
    .or(page.getByRole('slider'))
    .or(page.getByLabel('Password'))
    .first()
    .waitFor();
  await page.getByText('Live', { exact: true }).or(page.getByLabel('Password')).first().waitFor();
  await save(page, name, width);
  await close();
}

async function save(page: Page, name: string, width: number): Promise<void> {
  const path = `${FOLDER}${name}.png`;
  const whole = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const clip = { x: 0, y: 0, width, height: Math.min(whole, MOST_HEIGHT) };
  await page.screenshot({ path, fullPage: true, clip });
  const bytes = statSync(path).size;
  if (bytes > MOST_BYTES) throw new Error(`${name}.png is ${bytes} bytes: at most ${MOST_BYTES}`);
  console.log(`docs/screens/${name}.png ${Math.round(bytes / 1000)} kB`);
}
