// `npm run screens`: writes docs/screens, each main page at three widths, from a real server with simulated stations.
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { look, openBrowser } from './browser.ts';
import { atCarPark } from './car-park.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/screens/', import.meta.url));
const WIDTHS = { phone: 390, tablet: 820, desktop: 1360 } as const;
const MOST_BYTES = 200_000;
/** Below this a page goes on in the same way. */
const MOST_HEIGHT = 1800;

const browser = await openBrowser();
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
await atCarPark(async ({ server, contextId }) => {
  const site = `operator/sites/${encodeURIComponent(await contextId())}`;
  for (const [size, width] of Object.entries(WIDTHS)) {
    await shoot(`${server.url}/operator`, `overview-${size}`, width);
    await shoot(`${server.url}/${site}`, `site-${size}`, width);
    await shoot(`${server.url}/operator/sign-in`, `sign-in-${size}`, width);
  }
  await shoot(`${server.url}/${site}`, 'site-desktop-dark', WIDTHS.desktop, 'dark');
}, 0);
await browser.close();

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
  const path = `${FOLDER}${name}.png`;
  const whole = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const clip = { x: 0, y: 0, width, height: Math.min(whole, MOST_HEIGHT) };
  await page.screenshot({ path, fullPage: true, clip });
  const bytes = statSync(path).size;
  if (bytes > MOST_BYTES) throw new Error(`${name}.png is ${bytes} bytes: at most ${MOST_BYTES}`);
  console.log(`docs/screens/${name}.png ${Math.round(bytes / 1000)} kB`);
  await close();
}
