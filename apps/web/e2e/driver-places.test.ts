import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type Mailbox, mailbox } from '../../server/src/mail/testing/mailbox.ts';
import {
  type OwnServer,
  ownServer,
  type Played,
  until,
} from '../../server/src/main/testing/played-stations.ts';
import { PASSWORD, plainCall, signedIn } from '../../server/src/main/testing/signed-in.ts';
import { barriers, look, openBrowser } from './browser.ts';

const PHONE = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };
const TARIFF = {
  id: 'T1',
  currency: 'EUR',
  tax_included: 'YES' as const,
  elements: [{ price_components: [{ type: 'ENERGY' as const, price: 0.4, step_size: 1 }] }],
};

let browser: Browser;
let server: OwnServer;
let post: Mailbox;

before(
  async () => {
    post = await mailbox();
    // The port is not known before: links are opened there.
    const settings = { ...post.settings, SMAC_PUBLIC_URL: 'http://127.0.0.1' };
    [server, browser] = await Promise.all([ownServer(settings), openBrowser()]);
    const { tariffs } = server.backOffice.billing;
    const drafted = await tariffs.draft(TARIFF, [{}], 'a');
    assert.ok(drafted.ok);
    assert.ok((await tariffs.approve('T1', drafted.data.revision, undefined, 'b')).ok);
  },
  { timeout: 300_000 },
);
after(async () => {
  await browser?.close();
  await server.close();
  await post.close();
});

/** A pole that says how it is, and can be reserved. */
async function pole(name: string, connectorStatus = 'Available'): Promise<Played> {
  const played = await server.play('2.0.1', name);
  played.answers.ReserveNow = { status: 'Accepted' };
  played.answers.CancelReservation = { status: 'Accepted' };
  await played.boot();
  await said(played, connectorStatus);
  return played;
}
const said = (played: Played, connectorStatus: string) =>
  played.say('StatusNotification', {
    timestamp: new Date().toISOString(),
    connectorStatus,
    evseId: 1,
    connectorId: 1,
  });

async function judge(page: Page, where: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  assert.deepEqual(await barriers(page), [], `${where}, light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await barriers(page, ['color-contrast']), [], `${where}, dark`);
  assert.equal(
    await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'),
    true,
    `${where}: nothing stands outside`,
  );
}

test('D4.2-§3.3.1-1 without an account: a free pole is found on map and list with the price of the wished charge, booked as a guest with a plan, started, and stopped', async () => {
  const free = await pole('street');
  await pole('busy', 'Occupied');
  await until(async () => {
    const location = await server.sites.getLocation(server.backOffice.network.owner, {
      locationId: 'LOC1',
    });
    const evses = (location.ok && 'evses' in location.data && location.data.evses) || [];
    const is = (uid: string, status: string) =>
      evses.some((evse) => evse.uid === uid && evse.status === status);
    return is('E-street', 'AVAILABLE') && is('E-busy', 'CHARGING');
  });
  const { page, complaints, close } = await look(browser, PHONE);
  await page.goto(`${server.url}/drive`);
  await page.getByRole('link', { name: 'Or choose a charging point on the map.' }).click();
  await page.getByRole('heading', { name: 'Find a charge point' }).waitFor();
  await page.getByText('1 of 2 free').waitFor();
  await page.getByLabel('Energy I need, kWh').fill('12');
  await page.locator('[data-mark="LOC1"]').click();
  await page.getByText('12.0 kWh: €4.80').first().waitFor();
  assert.match(page.url(), /place=LOC1/, 'the address says what is chosen');
  await judge(page, 'find');
  await page.getByLabel('Free now only').check();
  await page.getByText('1 of 1 free').waitFor();
  // By keyboard: the mark nearest to the middle is taken by Enter.
  const map = page.getByRole('application');
  await map.focus();
  await page.keyboard.press('Enter');
  await until(async () => !page.url().includes('place='));
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Book E-street' }).click();
  await judge(page, 'book');
  await page.getByRole('button', { name: 'Book this charging point' }).click();
  await page.getByRole('heading', { name: 'Your booking' }).waitFor();
  await until(() => free.heard.some(({ action }) => action === 'ReserveNow'));
  // Four quarter hours of three phases at 16 A are 11.04 kWh; no car takes less than 6 A, so a fifth gives 1.035 kWh, not 0.96.
  await page.getByText(/^Provisional plan: 12\.1 kWh from .* · about €4\.83$/).waitFor();
  await judge(page, 'booking');
  await page.getByRole('article').getByRole('button', { name: 'Start charging E-street' }).click();
  const { payload } = await until(() =>
    free.heard.find(({ action }) => action === 'RequestStartTransaction'),
  );
  await free.start((payload.idToken as { idToken: string }).idToken);
  await page.getByRole('heading', { name: 'What you need' }).waitFor();
  // The stream tells: no page asks again and again.
  await free.meter(1_200, 7_000);
  await page.getByText(/ · 7\.0 kW now$/).waitFor();
  await page.getByRole('button', { name: 'Stop charging' }).click();
  await until(() => free.heard.find(({ action }) => action === 'RequestStopTransaction'));
  await free.stop(1_500);
  await page.getByRole('heading', { name: 'Start a charge' }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test('a driver books, cancels, and is told of a fault by a badge and a list that looking at reads', async () => {
  const at = await pole('told');
  const { page, complaints, close } = await look(browser, { viewport: { width: 1440, height: 900 } });
  await page.goto(`${server.url}/drive`);
  await page.getByRole('button', { name: 'I am new here' }).click();
  await page.getByLabel('E-mail address').fill('told@example.org');
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('link', { name: 'Find', exact: true }).click();
  await page.getByLabel('Find a place').fill('told');
  await page.getByRole('button', { name: /1 of 1 free/ }).click();
  await page.getByRole('button', { name: 'Book E-told' }).click();
  await page.getByRole('button', { name: 'Book this charging point' }).click();
  await page.getByRole('button', { name: 'Cancel the booking' }).click();
  await page.getByRole('heading', { name: 'Your booking' }).waitFor({ state: 'detached' });
  await until(() => at.heard.some(({ action }) => action === 'CancelReservation'));
  await page.getByRole('button', { name: 'Start charging E-told' }).click();
  const { payload } = await until(() => at.heard.find(({ action }) => action === 'RequestStartTransaction'));
  await at.start((payload.idToken as { idToken: string }).idToken);
  await page.getByRole('heading', { name: 'What you need' }).waitFor();
  await said(at, 'Faulted');
  // Two at least: what the plan thinks of the wish may be told as well.
  await page.getByRole('link', { name: /^Messages\s?[2-9]/ }).click();
  await page.getByText('E-told is out of order: your car may not charge.').waitFor();
  await page.getByText('Your charge began at E-told.').waitFor();
  await server.activity.idle();
  await page.reload();
  await page.getByRole('link', { name: 'Messages', exact: true }).waitFor();
  await judge(page, 'messages');
  await page.getByRole('link', { name: 'Help' }).click();
  await page.getByRole('heading', { name: 'Allow dynamic mode in your car' }).waitFor();
  await judge(page, 'help');
  assert.deepEqual(complaints, []);
  await close();
  await at.stop(0);
});

/** The link in the newest letter of so many to somebody. */
async function linkIn(address: string, count: number, what: string): Promise<string> {
  const letters = await until(() => (post.to(address).length >= count ? post.to(address) : undefined));
  const link = new RegExp(`http://127\\.0\\.0\\.1(/\\S+#${what}=\\S+)`).exec(letters.at(-1)?.text ?? '')?.[1];
  return `${server.url}${link ?? assert.fail(what)}`;
}
/** On another device, where nobody is signed in. */
async function elsewhere(link: string, heading: string) {
  const other = await look(browser, PHONE);
  await other.page.goto(link);
  await other.page.getByRole('heading', { name: heading }).waitFor();
  assert.ok(!other.page.url().includes('#'), 'the secret leaves the address');
  return other;
}

test('a driver wants messages by e-mail, confirms the address on another device, is told, and ends it from within a letter', async () => {
  const email = 'letters@example.org';
  const { page, complaints, close } = await look(browser, PHONE);
  await page.goto(`${server.url}/drive`);
  await page.getByRole('button', { name: 'I am new here' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Start a charge' }).waitFor();
  await page.goto(`${server.url}/drive/notices`);
  const byMail = page.getByRole('switch', { name: 'Messages by e-mail' });
  assert.equal(await byMail.getAttribute('aria-checked'), 'false', 'nobody is written to unasked');
  await byMail.click();
  await page.getByText(`Open the link we sent to ${email}`).waitFor();
  await judge(page, 'messages by e-mail');
  const confirmed = await elsewhere(await linkIn(email, 1, 'confirm-mail'), 'Your address is confirmed');
  await judge(confirmed.page, 'confirmed');
  // A link works once: back from another page it is not followed again.
  await confirmed.page.getByRole('button', { name: 'Menu' }).click();
  await confirmed.page.getByRole('link', { name: 'Help' }).click();
  await confirmed.page.getByRole('heading', { name: 'How smart charging works' }).waitFor();
  await confirmed.page.goBack();
  await confirmed.page.getByRole('button', { name: 'I am new here' }).waitFor();
  assert.deepEqual(confirmed.complaints, []);
  await confirmed.close();
  await page.reload();
  await page.getByText(`On: they go to ${email}.`).waitFor();
  const { id } = await server.store.db
    .selectFrom('account')
    .select('id')
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  await server.driverAccounts.notices.tell(id, 'full', 'full', { detail: { evseUid: 'E-1' } });
  const ending = await elsewhere(await linkIn(email, 2, 'no-mail'), 'No more e-mails?');
  await judge(ending.page, 'no more e-mails');
  await ending.page.getByRole('button', { name: 'End the e-mails' }).click();
  await ending.page.getByText('Done: no more e-mails are sent.').waitFor();
  assert.deepEqual(ending.complaints, []);
  await ending.close();
  await page.reload();
  await page.getByText('Off: nothing is sent.', { exact: true }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test('who forgot the password gets a link: drivers and staff choose another one, and staff still show their second factor', async () => {
  const staff = await signedIn(server, 'viewer', Date.now(), 'forgot@example.org');
  const driver = { email: 'forgets@example.org', password: PASSWORD };
  assert.equal((await plainCall(`${server.url}/api/drivers/sign-up`, 'POST', driver)).status, 201);
  for (const entry of ['/drive', '/operator/sign-in']) {
    const email = entry === '/drive' ? driver.email : staff.email;
    const before = post.to(email).length;
    const { page, close } = await look(browser, PHONE);
    await page.goto(`${server.url}${entry}`);
    await page.getByLabel('E-mail address').first().fill(email);
    await page.getByText('Forgotten your password?').click();
    // What stands above is not typed twice.
    await until(async () => (await page.getByLabel('E-mail address').last().inputValue()) === email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText(`If there is an account with ${email}`).waitFor();
    await judge(page, `${entry} forgotten`);
    const chosen = await elsewhere(await linkIn(email, before + 1, 'password'), 'Choose a new password');
    await judge(chosen.page, `${entry} new password`);
    await chosen.page.getByLabel('New password').fill('orange kites over nine harbours');
    await chosen.page.getByRole('button', { name: 'Set the password' }).click();
    await chosen.page.getByText('The new password counts from now on').waitFor();
    await chosen.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await chosen.page.getByLabel('E-mail address').first().fill(email);
    await chosen.page.getByLabel('Password', { exact: true }).fill('orange kites over nine harbours');
    await chosen.page.getByRole('button', { name: 'Sign in', exact: true }).last().click();
    if (entry === '/drive') await chosen.page.getByRole('heading', { name: 'Start a charge' }).waitFor();
    else await chosen.page.getByLabel('Code of the authenticator app').waitFor();
    await chosen.close();
    await close();
  }
});
