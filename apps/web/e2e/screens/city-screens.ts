import type { Browser } from 'playwright-core';
import { signedIn } from '../../../server/src/main/testing/signed-in.ts';
import { look } from '../browser.ts';
import { cityServer } from '../city-places.ts';
import { type Camera, viewport } from './camera.ts';

const DAYS = 28;

/** Four weeks of a city, as its planner sees them. */
export async function cityScreens(browser: Browser, camera: Camera): Promise<void> {
  const { server, clock } = await cityServer(DAYS);
  try {
    const planner = await signedIn(server, 'city', clock.now(), 'planner@example.org');
    const [name = '', value = ''] = planner.cookie.split('=');
    const { page, close } = await look(browser, { viewport: viewport('desktop') });
    await page.context().addCookies([{ name, value, url: server.url }]);
    await page.addInitScript("localStorage.setItem('smac-signed-in', 'yes')");
    await page.goto(`${server.url}/city`);
    await page.locator('[data-mark]').first().waitFor();
    await camera.take(page, {
      name: 'city',
      title: 'City: how charging goes',
      says: 'Sessions, energy, CO2 with its method, time charging against time occupied, by district and by hour of the week.',
      dark: 'desktop',
    });
    await close();
  } finally {
    await server.close();
  }
}
