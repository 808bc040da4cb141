import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ownEndpoint, responseUrl } from '@smac/ocpi';
import type { Browser, Page } from 'playwright-core';
import {
  type OwnServer,
  ownServer,
  type Played,
  until,
} from '../../server/src/main/testing/played-stations.ts';
import { provider } from '../../server/src/main/testing/provider.ts';
import { PASSWORD, signedIn } from '../../server/src/main/testing/signed-in.ts';
import { allRead, barriers, type Looking, look, openBrowser } from './browser.ts';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const HOUR_MS = 3_600_000;
const TARIFF = {
  id: 'T1',
  currency: 'EUR',
  tax_included: 'YES' as const,
  elements: [{ price_components: [{ type: 'ENERGY' as const, price: 0.4, step_size: 1 }] }],
};

let browser: Browser;
let server: OwnServer;
let drivers = 0;

before(
  async () => {
    [server, browser] = await Promise.all([
      ownServer({
        SMAC_OCPI_ALLOW_PRIVATE: 'true',
        SMAC_PAY_URL: 'https://pay.example.org/{reference}?sum={amount}&cur={currency}',
      }),
      openBrowser(),
    ]);
  },
  { timeout: 300_000 },
);
after(async () => {
  await browser?.close();
  await server.close();
});

/** A station whose EVSE drivers find by its name. */
async function station(stationId: string, dischargeW = 0): Promise<Played> {
  const played = await server.play('2.0.1', stationId, { dischargeW });
  await played.boot();
  return played;
}

/** Energy is dear until three hours from now, then cheap. */
async function prices(): Promise<void> {
  const [context] = await server.sites.contexts();
  assert.ok(context);
  const fromMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const slots = Array.from({ length: 48 }, (_, hour) => ({
    startMs: fromMs + hour * HOUR_MS,
    durationMs: HOUR_MS,
    value: hour < 3 ? 0.5 : 0.1,
  }));
  assert.ok((await server.sites.putSeries(context.id, 'price', slots, { source: 'test' })).ok);
}

/** Signs up on the page, as a person does. */
async function signUp(options = PHONE): Promise<Looking> {
  drivers += 1;
  const looking = await look(browser, options);
  const { page } = looking;
  await page.goto(`${server.url}/drive`);
  await page.getByRole('button', { name: 'I am new here' }).click();
  await page.getByLabel('E-mail address').fill(`e2e${drivers}@example.org`);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Start a charge' }).waitFor();
  return looking;
}

/** Starts by the page, and plugs in at the station. */
async function startAt(page: Page, at: Played): Promise<void> {
  await page.getByRole('button', { name: `Start charging ${at.evseUid}` }).click();
  const { payload } = await until(() => at.heard.find(({ action }) => action === 'RequestStartTransaction'));
  await at.start((payload.idToken as { idToken: string }).idToken);
  await page.getByRole('heading', { name: 'What you need' }).waitFor();
}

/** What the clock shows where the stations stand. */
const clockAt = (atMs: number) =>
  new Date(atMs).toLocaleTimeString('en-GB', {
    timeZone: 'Europe/Madrid',
    hour: '2-digit',
    minute: '2-digit',
  });

const noPanning = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

/** Staff note on screen that a bill was paid. */
async function notePaid(cdrId: string): Promise<void> {
  const { cookie } = await signedIn(server, 'admin', Date.now(), 'till@example.org');
  const { page, complaints, close } = await look(browser, { viewport: { width: 1440, height: 900 } });
  const [name = '', value = ''] = cookie.split('=');
  await page.context().addCookies([{ name, value, url: server.url }]);
  await page.addInitScript("localStorage.setItem('smac-signed-in', 'yes')");
  await page.goto(`${server.url}/operator/cdrs`);
  await page.getByRole('cell', { name: 'owed' }).waitFor();
  await page.goto(`${server.url}/operator/cdrs/${cdrId}`);
  await page.getByRole('button', { name: 'Note as paid' }).click();
  const form = page.getByRole('form', { name: 'Note as paid' });
  await form.getByLabel('How it was paid').fill('card');
  await form.getByRole('button', { name: 'Note as paid' }).click();
  await page.getByText(/^paid, noted .* · card$/).waitFor();
  assert.deepEqual(await barriers(page), []);
  assert.deepEqual(complaints, []);
  await close();
}

test('SMC_017 D1.5-Q3B-9 a guest scans the code on the socket, sees the price, sees kWh and price all the time, and stops: the receipt says the same, and so does the page on which it is paid; noted by staff, it is paid', async () => {
  const { tariffs } = server.backOffice.billing;
  const drafted = await tariffs.draft(TARIFF, [{ locationId: 'LOC1', evseUid: 'E-guest' }], 'a');
  assert.ok(drafted.ok, JSON.stringify(drafted));
  const at = await station('guest');
  assert.ok((await tariffs.approve('T1', drafted.data.revision, undefined, 'b')).ok);
  const code = server.driverAccounts.socketLinks.write({ locationId: 'LOC1', evseUid: at.evseUid });
  const { page, complaints, close } = await look(browser, PHONE);
  await page.goto(`${server.url}/drive#socket=${code}`);
  await page.getByText('0.400 EUR/kWh').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Start charging/ }).count(), 1, 'no other socket');
  await startAt(page, at);
  // A register moves within seconds by no more than what is believed of it.
  await at.meter(200, 7_000);
  await page.getByText('0.2 kWh', { exact: true }).waitFor();
  await page.getByText('So far 0.2 kWh, €0.08').waitFor();
  await page
    .getByRole('article')
    .getByText(/^.?Charging$/)
    .waitFor();
  assert.equal(await page.getByText('Give energy back (V2G)').count(), 0, 'a guest consents to nothing');
  await page.getByRole('button', { name: 'Stop charging' }).click();
  await until(() => at.heard.find(({ action }) => action === 'RequestStopTransaction'));
  await at.stop(200);
  await page.getByRole('heading', { name: 'Start a charge' }).waitFor();
  const pay = await page.getByRole('link', { name: 'Pay €0.08' }).getAttribute('href');
  const [, cdrId = ''] = /^https:\/\/pay\.example\.org\/(\w+)\?sum=0\.08&cur=EUR$/.exec(pay ?? '') ?? [];
  assert.notEqual(cdrId, '', pay ?? 'no link');
  assert.deepEqual(await barriers(page), []);
  await notePaid(cdrId);
  await page.getByText(/^Paid: noted on /).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Pay €0.08' }).count(), 0);
  await page.getByRole('link', { name: 'My charges' }).click();
  const line = page.getByText('0.2 kWh').first();
  await line.waitFor();
  await page.getByText('€0.08').waitFor();
  await line.click();
  await page.getByRole('heading', { name: 'What smart charging did' }).waitFor();
  await page.getByText('How this is worked out').waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test('UC-003 UC-004 D4.2-§3.3.1-3 a driver adds a car, says how full it is, by when and how much, and sees promise, plan and what a boost costs', async () => {
  const at = await station('wish');
  await prices();
  const { page, complaints, close } = await signUp();
  await page.getByRole('link', { name: 'My car' }).click();
  await page.getByLabel('Make and model').selectOption('BYD Atto 3');
  assert.equal(await page.getByLabel('Battery size, kWh').inputValue(), '60');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'BYD Atto 3' }).waitFor();
  await page.getByRole('link', { name: 'Charge', exact: true }).click();
  await startAt(page, at);
  const ready = clockAt(Date.now() + 12 * HOUR_MS);
  await page.getByLabel('Ready by (time here)').fill(ready);
  await page.getByLabel(/^I stay until then for sure/).check();
  await page.getByLabel('Battery now, %').fill('40');
  await page.getByLabel('Target').fill('60');
  await page.getByRole('radio', { name: 'Cheap' }).check();
  await page.getByRole('button', { name: 'Plan it' }).click();
  // The plan that knows the wish: one of before may still be shown.
  await page.getByText(/^6[01] % by .*\d\d:\d\d · starts .*\d\d:\d\d · about €\d+\.\d\d$/).waitFor();
  const list = page.getByRole('list', { name: 'The plan as text' }).getByRole('listitem');
  assert.match(await list.first().innerText(), /\d\d:\d\d – \d\d:\d\d\s+\d+\.\d kW/);
  await page.getByRole('button', { name: 'Charge now' }).click();
  const question = page.getByText(/^Ready .* instead of .*: \+€\d+\.\d\d, €\d+\.\d\d in all\.$/);
  await question.waitFor();
  const known = (await server.sites.liveSessions()).find(({ evseUid }) => evseUid === at.evseUid);
  assert.equal(known?.preferences.profileType, 'CHEAP', 'asking changes nothing');
  await page.getByRole('button', { name: 'Yes, charge now' }).click();
  await page.getByText(/^\d+ % by .* · charging now · about €\d+\.\d\d$/).waitFor();
  await page.getByText(/^40 % told by you, \d+ \w+ ago/).waitFor();
  assert.equal(await noPanning(page), true, 'nothing stands outside of 360 px');
  // What cannot be reached is said, with the reason. An hour ahead the clock may show the same as now: once a year it is put back.
  await page.getByLabel('Ready by (time here)').fill(clockAt(Date.now() + 2 * HOUR_MS));
  await page.getByLabel('Target').fill('100');
  await page.getByRole('button', { name: 'Plan it' }).click();
  await page.getByText(/kWh will be missing at departure/).waitFor();
  await page
    .getByText(/cannot be reached in time/)
    .first()
    .waitFor();
  // A part of it right away, before the cheap hours.
  await page.getByLabel('Ready by (time here)').fill(ready);
  await page.getByLabel('Target').fill('60');
  await page.getByLabel('At least right away, %').fill('45');
  await page.getByRole('radio', { name: 'Cheap' }).check();
  await page.getByRole('button', { name: 'Plan it' }).click();
  await page.getByText(/^6\d % by .* · at least 45 % right away, by .*\d\d:\d\d · about/).waitFor();
  assert.deepEqual(complaints, []);
  await close();
  await at.stop(0);
});

test('a driver sets the usual wishes once for every day: a charge begins with them, says so, and is changed for this stay only', async () => {
  const at = await station('usual');
  const { page, complaints, close } = await signUp();
  const { promise: late, resolve: arrives } = Promise.withResolvers<void>();
  await page.route('**/api/drivers/me/preferences', async (route) => {
    await late;
    await route.continue();
  });
  await page.getByRole('link', { name: 'My car' }).click();
  await page.getByRole('link', { name: 'Usual wishes' }).click();
  // What is kept is known before anybody can type: a late answer has nothing to take away.
  await page.getByText('Loading …').waitFor();
  assert.equal(await page.getByLabel('Ready by (time here)').count(), 0);
  arrives();
  await page.getByText('no usual wish').first().waitFor();
  const ready = clockAt(Date.now() + 12 * HOUR_MS);
  await page.getByLabel('Ready by (time here)').fill(ready);
  await page.getByLabel('Target, %').fill('80');
  await page.getByRole('button', { name: 'Save for every day' }).click();
  const kept = page.getByText(`80 % · ${ready} · Cheap`);
  await kept.first().waitFor();
  assert.equal(await kept.count(), 7);
  await page.getByRole('link', { name: 'Charge', exact: true }).click();
  await page.getByRole('button', { name: `Start charging ${at.evseUid}` }).click();
  const { payload } = await until(() => at.heard.find(({ action }) => action === 'RequestStartTransaction'));
  await at.start((payload.idToken as { idToken: string }).idToken);
  await page
    .getByText(/^Your usual wish for \w+day: what you change here counts for this stay only\.$/)
    .waitFor();
  // Also where the form stood there before the wish was known.
  await until(async () => (await page.getByLabel('Ready by (time here)').inputValue()) === ready);
  assert.equal(await page.getByLabel('Target').inputValue(), '80');
  assert.deepEqual(complaints, []);
  await close();
  await at.stop(0);
});

test('a driver hands the planning of her charges to a partner, sees that it sets the charge, takes it back at once, and can have no smart charging at all', async (t) => {
  const partner = await provider();
  t.after(() => partner.close());
  await partner.join(server);
  assert.ok((await server.scsp.parties.setAgreements(partner.peerId(), ['charging_profiles'])).ok);
  const at = await station('chosen');
  const { page, complaints, close } = await signUp();
  await startAt(page, at);
  await page.getByText('Planned by: As the place does it').waitFor();
  const choose = async (name: string) => {
    await page.getByRole('link', { name: 'Change Who plans your charges' }).click();
    await page.getByRole('radio', { name }).check();
    await page.getByRole('button', { name: 'Choose', exact: true }).click();
    await page.getByText('Taken: it counts from now on.').waitFor();
    assert.equal(await noPanning(page), true);
    await page.getByRole('link', { name: 'Charge', exact: true }).click();
  };
  await choose('DE-EMP');
  await page.getByText('Planned by: DE-EMP').waitFor();
  await page.getByText('DE-EMP has set nothing yet: your car charges at once.').waitFor();
  await page.getByText('What you wish is passed on to DE-EMP.').waitFor();
  const [transaction] = await server.backOffice.transactions.list({
    stationId: at.stationId,
    state: 'active',
  });
  assert.ok(transaction);
  const put = await partner.client().receiver.chargingprofiles.put(transaction.id, {
    charging_profile: {
      start_date_time: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
      duration: 3_600,
      charging_rate_unit: 'A',
      charging_profile_period: [{ start_period: 0, limit: 8 }],
    },
    response_url: responseUrl(
      ownEndpoint(partner.platform, '2.3.0', 'chargingprofiles', 'SENDER'),
      'ChargingProfileResult',
      'set',
    ),
  });
  assert.equal(put.ok && put.data.result, 'ACCEPTED');
  await until(() => partner.heard.profileResults.get('set') === 'ACCEPTED');
  await page.getByText('DE-EMP sets how your car charges now.').waitFor();
  await choose('This operator and nobody else');
  await page.getByText('Planned by: This operator and nobody else').waitFor();
  assert.equal(await page.getByText('DE-EMP').count(), 0);
  await choose('Nobody: no smart charging');
  await page.getByText('Planned by: Nobody: no smart charging').waitFor();
  await page.getByRole('heading', { name: 'What you need' }).waitFor({ state: 'detached' });
  await at.stop(0);
  assert.deepEqual(complaints, []);
  await close();
});

test('UC-004-c the form can be skipped: the charge is a regular one', async () => {
  const at = await station('skip');
  const { page, close } = await signUp();
  await startAt(page, at);
  await page.getByRole('button', { name: 'Skip: just charge' }).click();
  await page.getByText('Taken: a new plan follows.').waitFor();
  const known = (await server.sites.liveSessions()).find(({ evseUid }) => evseUid === at.evseUid);
  assert.equal(known?.preferences.profileType, 'REGULAR');
  await close();
  await at.stop(0);
});

test('D1.5-APP-V2G giving energy back is off, is allowed with a floor, and is revoked at once', async () => {
  const at = await station('v2g', 7_000);
  const { page, complaints, close } = await signUp();
  await startAt(page, at);
  const session = async () =>
    (await server.sites.liveSessions()).find(({ evseUid }) => evseUid === at.evseUid);
  await page.getByText('Off: nothing is taken out of your battery.').waitFor();
  assert.equal((await session())?.preferences.dischargeAllowed, false);
  await page.getByLabel('Never below, %').fill('65');
  await page.getByRole('button', { name: 'Allow giving back' }).click();
  await page.getByText('On: never below 65 %.').waitFor();
  await until(async () => (await session())?.preferences.dischargeAllowed === true);
  assert.equal((await session())?.preferences.reserveSoc, 0.65);
  await page.getByRole('button', { name: 'Stop giving back' }).click();
  await page.getByText('Off: nothing is taken out of your battery.').waitFor();
  await until(async () => (await session())?.preferences.dischargeAllowed === false);
  assert.deepEqual(complaints, []);
  await close();
  await at.stop(0);
});

test('a driver adds a card with both of its numbers, sees it masked, and takes it off', async () => {
  const { tokens } = server.backOffice;
  assert.ok((await tokens.add({ uid: 'E2ECARD-0001', contractId: 'NL-SMC-C0077' }, 'test')).ok);
  const { page, close } = await signUp();
  await page.getByRole('link', { name: 'My data' }).click();
  await page.getByRole('link', { name: 'My cards' }).click();
  await page.getByText('No card yet').waitFor();
  await page.getByLabel('Number that readers read').fill('E2ECARD-0001');
  await page.getByLabel('Contract number').fill('NL-SMC-C9999');
  await page.getByRole('button', { name: 'Add a card' }).click();
  await page.getByText('No card of this operator has this number and contract').waitFor();
  await page.getByLabel('Contract number').fill('NL-SMC-C0077');
  await page.getByRole('button', { name: 'Add a card' }).click();
  await page.getByText('The card is yours now.').waitFor();
  await page.getByText('NL-SMC-C0077').waitFor();
  assert.equal(await page.getByText('E2ECARD-0001').count(), 0, 'the number is masked');
  await page.getByRole('button', { name: /^Take off my account/ }).click();
  await page.getByText('No card yet').waitFor();
  await close();
});

test('messages for a closed app are off until they are switched on, the browser is asked on the click only, and the worker shows what is pushed and opens its page', async () => {
  const { page, close } = await signUp();
  // This browser has neither push service nor notifications: those are played, the rest is real.
  await page.addInitScript(`
    let made = null;
    window.questions = 0;
    let permission = 'default';
    Object.defineProperty(Notification, 'permission', { get: () => permission });
    Notification.requestPermission = async () => { window.questions += 1; permission = 'granted'; return permission; };
    PushManager.prototype.getSubscription = async () => made;
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
      const bytes = Uint8Array.from(atob(applicationServerKey.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
      const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
      const p256dh = await crypto.subtle.exportKey('raw', pair.publicKey);
      const auth = crypto.getRandomValues(new Uint8Array(16)).buffer;
      made = {
        endpoint: 'https://push.invalid/' + crypto.randomUUID(),
        options: { applicationServerKey: bytes.buffer },
        getKey: (name) => (name === 'auth' ? auth : p256dh),
        unsubscribe: async () => { made = null; return true; },
      };
      return made;
    };
  `);
  await page.reload();
  await page.getByRole('link', { name: 'Messages' }).click();
  const browsers = async () =>
    (await server.store.db.selectFrom('driver_push').select('language').execute()).map(
      ({ language }) => language,
    );
  const toggle = page.getByRole('switch');
  await page.getByText('Off for this browser.').waitFor();
  assert.equal(await toggle.getAttribute('aria-checked'), 'false');
  assert.equal(await page.evaluate('window.questions'), 0);
  await toggle.click();
  await page.getByText('On for this browser.').waitFor();
  assert.equal(await page.evaluate('window.questions'), 1);
  assert.deepEqual(await browsers(), ['en']);
  await page.getByLabel('Language').selectOption('de');
  await until(async () => (await browsers())[0] === 'de');
  await page.getByLabel('Sprache').selectOption('en');
  await until(async () => (await browsers())[0] === 'en');

  await page.evaluate('navigator.serviceWorker.ready.then(() => 1)');
  const [worker] = page.context().serviceWorkers();
  assert.ok(worker);
  const shown = await worker.evaluate(`new Promise((resolve) => {
    self.registration.showNotification = async (title, { body, data }) => resolve([title, body, data.page]);
    const data = JSON.stringify({ title: 'SMAC', body: 'E-1 is out of order', page: '/' });
    self.dispatchEvent(new PushEvent('push', { data }));
  })`);
  assert.deepEqual(shown, ['SMAC', 'E-1 is out of order', '/']);
  // An event made by a script cannot be waited for; what it sets off is the same.
  await worker.evaluate(`(() => {
    const click = new Event('notificationclick');
    click.notification = { close() {}, data: { page: '/' } };
    click.waitUntil = () => {};
    self.dispatchEvent(click);
  })()`);
  await page.getByRole('heading', { name: 'Start a charge' }).waitFor();
  await close();
});

test('RT18 a driver saves what is kept about them, and erases the account with the password', async () => {
  const { page, close } = await signUp();
  await page.getByRole('link', { name: 'My data' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save my data' }).click();
  assert.equal((await saved).suggestedFilename(), 'smac-my-data.json');
  await page.getByLabel('Password').fill('not my password');
  await page.getByRole('button', { name: 'Erase everything' }).click();
  await page.getByText('The password is wrong.').waitFor();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Erase everything' }).click();
  await page.getByRole('button', { name: 'I am new here' }).waitFor();
  await close();
});

test('axe finds nothing on any page of drivers, in both themes, and every target is 44 px high', async () => {
  const at = await station('axe', 7_000);
  const { page, close } = await signUp();
  const judge = async (where: string) => {
    await page.getByLabel('Colours').selectOption('Light');
    assert.deepEqual(await barriers(page), [], `${where}, light`);
    await page.getByLabel('Colours').selectOption('Dark');
    assert.deepEqual(await barriers(page, ['color-contrast']), [], `${where}, dark`);
    const low = await page
      .locator(
        'main button:visible, main input:not([type=radio], [type=checkbox]):visible, main select:visible, main summary:visible',
      )
      .evaluateAll((found: readonly { getBoundingClientRect(): { height: number }; outerHTML: string }[]) =>
        found.filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML),
      );
    assert.deepEqual(low, [], where);
    assert.equal(await noPanning(page), true, where);
  };
  await judge('start');
  await startAt(page, at);
  await page.getByRole('heading', { name: 'The plan', exact: true }).waitFor();
  await judge('charge');
  for (const name of ['My car', 'Usual wishes', 'My charges', 'Messages', 'My data', 'My cards']) {
    await page.getByRole('link', { name }).click();
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    await allRead(page);
    await judge(name);
  }
  await page.getByRole('link', { name: 'My car' }).click();
  await page.getByRole('link', { name: 'Who plans your charges' }).click();
  await page.getByRole('button', { name: 'Choose', exact: true }).waitFor();
  await judge('Who plans your charges');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Password').waitFor();
  await judge('entry');
  await close();
  await at.stop(0);
});

test('the driver app can be installed, opens without a network, and keeps no answer of the API', async () => {
  const { page, close } = await signUp();
  const manifest = (await (await fetch(`${server.url}/drive.webmanifest`)).json()) as {
    start_url: string;
    display: string;
    icons: { src: string }[];
  };
  assert.equal(manifest.display, 'standalone');
  for (const { src } of manifest.icons) assert.equal((await fetch(`${server.url}/${src}`)).status, 200, src);
  await page.evaluate('navigator.serviceWorker.ready.then(() => 1)');
  await page.reload();
  await page.getByRole('heading', { name: 'Start a charge' }).waitFor();
  const kept = (await page.evaluate(
    `caches.keys().then((names) => Promise.all(names.map(async (name) =>
      (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname))))`,
  )) as string[][];
  const paths = kept.flat();
  assert.ok(paths.includes('/drive') && paths.some((path) => path.startsWith('/assets/')), String(paths));
  assert.deepEqual(
    paths.filter((path) => path !== '/drive' && !path.startsWith('/assets/')),
    [],
  );
  await page.context().setOffline(true);
  await page.reload();
  await page.getByRole('banner').getByText('SMAC').waitFor();
  await close();
});
