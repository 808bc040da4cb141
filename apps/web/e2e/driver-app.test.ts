import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type PushService, pushService } from '../../server/src/drivers/push/testing/push-service.ts';
import { type OwnServer, ownServer, until } from '../../server/src/main/testing/played-stations.ts';
import { openBrowser } from './browser.ts';
import { signedUp, startAt } from './driver-steps.ts';

// The driver app as an app: installed, without a network, closed, and on a line that answers late.

let browser: Browser;
let server: OwnServer;
let service: PushService;

before(
  async () => {
    [server, browser, service] = await Promise.all([
      ownServer({ SMAC_PUSH_ALLOW_PRIVATE: 'true' }),
      openBrowser(),
      pushService(),
    ]);
  },
  { timeout: 300_000 },
);
after(async () => {
  await browser?.close();
  await server.close();
  await service.close();
});

/** This browser has neither push service nor notifications: the page subscribes at one that is played, which verifies and decrypts. */
async function subscribesAt(page: Page): Promise<void> {
  await page.exposeFunction('subscribeThere', (publicKey: string) => service.subscribe(publicKey));
  await page.addInitScript(`
    let made = null;
    window.questions = 0;
    let permission = 'default';
    const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)).buffer;
    Object.defineProperty(Notification, 'permission', { get: () => permission });
    Notification.requestPermission = async () => { window.questions += 1; permission = 'granted'; return permission; };
    PushManager.prototype.getSubscription = async () => made;
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
      const keys = await window.subscribeThere(applicationServerKey);
      made = {
        endpoint: keys.endpoint,
        options: { applicationServerKey: bytes(applicationServerKey) },
        getKey: (name) => bytes(keys[name]),
        unsubscribe: async () => { made = null; return true; },
      };
      return made;
    };
  `);
}

/** Hands the worker a message as a push service does; the browser itself makes the event. */
async function pushed(page: Page, data: string): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL === `${server.url}/drive`);
      if (own) resolve(own.registrationId);
    });
  });
  await cdp.send('ServiceWorker.enable');
  await cdp.send('ServiceWorker.deliverPushMessage', {
    origin: server.url,
    registrationId: await registered,
    data,
  });
  await cdp.detach();
}

test('messages for a closed app are off until they are switched on, the browser is asked on the click only; what the server tells is signed, encrypted, shown by the worker and opens its page', async () => {
  const at = await server.play('2.0.1', 'push');
  await at.boot();
  const { page, close } = await signedUp(browser, server.url);
  await subscribesAt(page);
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
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByLabel('Language').selectOption('de');
  await until(async () => (await browsers())[0] === 'de');
  await page.getByLabel('Sprache').selectOption('en');
  await until(async () => (await browsers())[0] === 'en');

  await page.getByRole('navigation').getByRole('link', { name: 'Charge', exact: true }).click();
  await startAt(page, at);
  // Of what came only this service has the key.
  const text = await until(() => service.arrived.at(-1)?.text);
  const { body } = JSON.parse(text) as { body: string };
  assert.equal(body, 'Your charge began at E-push.');

  await page.evaluate('navigator.serviceWorker.ready.then(() => 1)');
  const [worker] = page.context().serviceWorkers();
  assert.ok(worker);
  await worker.evaluate(`(() => {
    self.shown = new Promise((resolve) => {
      self.registration.showNotification = async (title, { body, data, tag }) => resolve([title, body, data.page, tag]);
    });
  })()`);
  await pushed(page, text);
  const [title, shown, opens, tag] = (await worker.evaluate('self.shown')) as string[];
  assert.deepEqual([title, shown, opens], ['SMAC', body, '/']);
  assert.ok(tag);
  await page.getByRole('link', { name: 'My charges' }).click();
  await page.getByRole('heading', { name: 'My charges' }).waitFor();
  // An event made by a script cannot be waited for; what it sets off is the same.
  await worker.evaluate(`(() => {
    const click = new Event('notificationclick');
    click.notification = { close() {}, data: { page: '/' } };
    click.waitUntil = () => {};
    self.dispatchEvent(click);
  })()`);
  await page.getByRole('heading', { name: 'What you need' }).waitFor();
  await close();
  await at.stop(0);
});

test('the driver app can be installed, opens without a network, keeps no answer of the API and nothing of an older worker', async () => {
  const { page, close } = await signedUp(browser, server.url);
  const cdp = await page.context().newCDPSession(page);
  const { errors, data = '{}' } = await cdp.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data) as { display: string; icons: { src: string; purpose?: string }[] };
  assert.equal(manifest.display, 'standalone');
  assert.ok(manifest.icons.some(({ purpose }) => purpose?.includes('maskable')));
  for (const { src } of manifest.icons) assert.equal((await fetch(`${server.url}/${src}`)).status, 200, src);
  assert.deepEqual((await cdp.send('Page.getInstallabilityErrors')).installabilityErrors, []);
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
  await page.context().setOffline(false);

  // A newer worker throws away what an older one kept.
  await page.evaluate(`caches.open('smac-drive-0')`);
  const [worker] = page.context().serviceWorkers();
  assert.ok(worker);
  await worker.evaluate(`(() => {
    const begins = new Event('activate');
    begins.waitUntil = () => {};
    self.dispatchEvent(begins);
  })()`);
  await until(async () => !((await page.evaluate('caches.keys()')) as string[]).includes('smac-drive-0'));
  await close();
});

test('on a line that answers late no form of the app stands there before what it edits is known, and nothing that was typed is taken away', async () => {
  const at = await server.play('2.0.1', 'late');
  await at.boot();
  const { page, complaints, close } = await signedUp(browser, server.url);
  const held = async (pattern: string, method: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    await page.route(pattern, async (route) => {
      if (route.request().method() !== method) return route.continue();
      asked += 1;
      await promise;
      await route.continue();
    });
    return { asked: () => asked, arrives: resolve };
  };
  const form = page.getByRole('main').locator('form');
  for (const [path, field] of [
    ['/car', 'vehicles'],
    ['/provider', 'provider'],
    ['/cards', 'cards'],
  ] as const) {
    const late = await held(`**/api/drivers/me/${field}`, 'GET');
    await page.goto(`${server.url}/drive${path}`);
    await until(() => late.asked() > 0);
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await form.count(), 0, path);
    late.arrives();
    await form.waitFor();
  }
  await page.getByRole('navigation').getByRole('link', { name: 'Charge', exact: true }).click();
  await startAt(page, at);
  const target = page.getByLabel('Target');
  const reading = await held('**/api/drivers/me/sessions/*/plan', 'GET');
  await at.meter(200, 7_000);
  await until(() => reading.asked() > 0);
  await target.fill('60');
  reading.arrives();
  await page.getByText('So far 0.2 kWh, free of charge').waitFor();
  assert.equal(await target.inputValue(), '60');
  // What is typed while a wish is on its way is the next wish.
  const sending = await held('**/api/drivers/me/sessions/*/preferences', 'PUT');
  await page.getByRole('button', { name: 'Plan it' }).click();
  await until(() => sending.asked() > 0);
  await target.fill('70');
  sending.arrives();
  await page.getByText('Taken: a new plan follows.').waitFor();
  assert.equal(await target.inputValue(), '70');
  assert.deepEqual(complaints, []);
  await close();
  await at.stop(200);
});
