import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { ownServer, until } from '../../../server/src/main/testing/played-stations.ts';
import { PASSWORD } from '../../../server/src/main/testing/signed-in.ts';
import { allRead, look } from '../browser.ts';
import { type Camera, viewport } from './camera.ts';

const QUARTER_MS = 15 * 60_000;

/** The driver app, with one car that charges overnight. */
export async function driverScreens(browser: Browser, camera: Camera): Promise<void> {
  const server = await ownServer();
  try {
    const station = await server.play('2.0.1', 'marina-1', { dischargeW: 7_000 });
    await station.boot();
    const [context] = await server.sites.contexts();
    assert.ok(context);
    const fromMs = Math.floor(Date.now() / QUARTER_MS) * QUARTER_MS;
    const slots = Array.from({ length: 96 }, (_, slot) => ({
      startMs: fromMs + slot * QUARTER_MS,
      durationMs: QUARTER_MS,
      value: Math.round((0.2 + 0.09 * Math.cos((slot / 48) * Math.PI)) * 1000) / 1000,
    }));
    await server.sites.putSeries(context.id, 'price', slots, { source: 'screens' });
    const { page, close } = await look(browser, { viewport: viewport('phone') });
    await page.goto(`${server.url}/drive`);
    await page.getByRole('button', { name: 'I am new here' }).waitFor();
    await camera.take(page, {
      name: 'drive-entry',
      title: 'Driver: the first page',
      says: 'An account, or none: the code on a socket is enough.',
    });
    await page.getByRole('button', { name: 'I am new here' }).click();
    await page.getByLabel('E-mail address').fill('pedro@example.org');
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('link', { name: 'Find', exact: true }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await allRead(page);
    await camera.take(page, {
      name: 'drive-find',
      title: 'Driver: finding a charging point',
      says: 'Free and taken, with the price of the charge that is wished, before charging.',
    });
    await page.getByRole('link', { name: 'My car' }).click();
    await page.getByLabel('Make and model').selectOption('BYD Atto 3');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'BYD Atto 3' }).waitFor();
    await camera.take(page, {
      name: 'drive-car',
      title: 'Driver: the car',
      says: 'Capacity, phases and power come from the list; usual wishes are set once.',
    });
    await page.getByRole('link', { name: 'Charge', exact: true }).click();
    await page.getByRole('button', { name: /^Start charging/ }).waitFor();
    await camera.take(page, {
      name: 'drive-start',
      title: 'Driver: starting',
      says: 'Sockets one has used or scanned, with their price.',
    });
    await page.getByRole('button', { name: /^Start charging/ }).click();
    const { payload } = await until(() =>
      station.heard.find(({ action }) => action === 'RequestStartTransaction'),
    );
    await station.start((payload.idToken as { idToken: string }).idToken);
    await page.getByRole('heading', { name: 'What you need' }).waitFor();
    const ready = new Date(Date.now() + 14 * 3_600_000);
    await page
      .getByLabel('Ready by (time here)')
      .fill(ready.toLocaleTimeString('en-GB', { timeZone: 'Europe/Madrid', timeStyle: 'short' }));
    await page.getByLabel(/^I stay until then for sure/).check();
    await page.getByLabel('Battery now, %').fill('40');
    await page.getByLabel('Target').fill('80');
    await page.getByRole('button', { name: 'Plan it' }).click();
    await page.getByText(/^8\d % by/).waitFor();
    await camera.take(page, {
      name: 'drive-charge',
      title: 'Driver: the promise and its plan',
      says: 'One sentence with time and price, the plan as bars and as text, what a boost would cost.',
      dark: 'phone',
    });
    await close();
  } finally {
    await server.close();
  }
}
