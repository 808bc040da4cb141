import type { Browser, Page } from 'playwright-core';
import { type Played, until } from '../../server/src/main/testing/played-stations.ts';
import { PASSWORD } from '../../server/src/main/testing/signed-in.ts';
import { type Looking, look } from './browser.ts';

export const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
let drivers = 0;

/** Signs up on the page, as a person does. */
export async function signedUp(browser: Browser, url: string): Promise<Looking> {
  drivers += 1;
  const looking = await look(browser, PHONE);
  const { page } = looking;
  await page.goto(`${url}/drive`);
  await page.getByRole('button', { name: 'I am new here' }).click();
  await page.getByLabel('E-mail address').fill(`e2e${drivers}@example.org`);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Start a charge' }).waitFor();
  return looking;
}

/** Starts by the page, and plugs in at the station. */
export async function startAt(page: Page, at: Played): Promise<void> {
  await page.getByRole('button', { name: `Start charging ${at.evseUid}` }).click();
  const { payload } = await until(() => at.heard.find(({ action }) => action === 'RequestStartTransaction'));
  await at.start((payload.idToken as { idToken: string }).idToken);
  await page.getByRole('heading', { name: 'What you need' }).waitFor();
}
