import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Browser, Page, Request } from 'playwright-core';
import { manyPlaces } from '../../server/src/main/testing/many-places.ts';
import {
  CARD,
  type OwnServer,
  ownServer,
  type Played,
  until,
} from '../../server/src/main/testing/played-stations.ts';
import { createApiKeys } from '../../server/src/operators/index.ts';
import { systemClock } from '../../server/src/time/clock.ts';
import { look, openBrowser } from './browser.ts';

const MANY = 2_000;
/** A third of the oldest that a page may be: an answer that was asked for in one step comes before the next. */
const STEP_MS = 20_000;
/** So long the clock of a page runs on before it is asked whether an answer is awaited. */
const TICK_MS = 2_500;
/** Asking without a pause is refused (429). */
const ASK_AGAIN_MS = 400;
let browser: Browser;
let server: OwnServer;
let pole: Played;

before(
  async () => {
    [server, browser] = await Promise.all([ownServer(), openBrowser()]);
    await priced(0.4);
    pole = await server.play('2.0.1', 'street');
    await pole.boot();
    await said('Available');
    await manyPlaces(server, MANY);
  },
  { timeout: 300_000 },
);
after(async () => {
  await browser?.close();
  await server?.close();
});

const said = (connectorStatus: string) =>
  pole.say('StatusNotification', {
    timestamp: new Date().toISOString(),
    connectorStatus,
    evseId: 1,
    connectorId: 1,
  });

/** The server answers everybody out of one reading for some seconds of its own clock, which the clock of a page does not move. */
const answered = (status: string) =>
  until(async () => {
    const answer = await fetch(`${server.url}/api/places`);
    const { sockets } = (await answer.json()) as { sockets?: readonly { status: string }[] };
    if (sockets?.every((socket) => socket.status === status) === true) return true;
    await new Promise((asked) => setTimeout(asked, ASK_AGAIN_MS));
    return false;
  });

/** From now on a kWh costs so much. */
async function priced(perKwh: number): Promise<void> {
  const { tariffs } = server.backOffice.billing;
  const drafted = await tariffs.draft(
    {
      id: 'T1',
      currency: 'EUR',
      tax_included: 'YES',
      elements: [{ price_components: [{ type: 'ENERGY', price: perKwh, step_size: 1 }] }],
    },
    [{}],
    'a',
  );
  assert.ok(drafted.ok);
  assert.ok((await tariffs.approve('T1', drafted.data.revision, undefined, 'b')).ok);
}

/** A page whose clock goes on only when told: what it does by the minute takes no minute. */
async function frozen(path: string): ReturnType<typeof look> {
  const looking = await look(browser);
  await looking.page.clock.install();
  await looking.page.goto(`${server.url}${path}`);
  return looking;
}
const freeze = (page: Page) => page.clock.pauseAt(new Date(Date.now() + 5_000));

/** Lets time go by on the page's clock, which stands while an answer is awaited: no network is slow by it. */
function passing(page: Page): (ms: number) => Promise<void> {
  const awaited = new Set<Request>();
  page.on('request', (request) => awaited.add(request));
  page.on('requestfinished', (request) => awaited.delete(request));
  page.on('requestfailed', (request) => awaited.delete(request));
  return async (ms) => {
    for (let passedMs = 0; passedMs < ms; passedMs += TICK_MS) {
      await page.clock.runFor(TICK_MS);
      await until(() => awaited.size === 0);
    }
  };
}

test('BI21 price and status before charging: the price shown is what the CDR bills, and an open page is never older than 60 s', async () => {
  const { page, close } = await frozen('/drive/find');
  const pass = passing(page);
  await page.getByText('1 of 1 free').waitFor();
  await page.getByLabel('Energy I need, kWh').fill('12');
  await page.getByRole('button', { name: /1 of 1 free/ }).click();
  await page.getByText('12.0 kWh: €4.80').waitFor();
  await freeze(page);

  await priced(0.5);
  await pass(STEP_MS);
  await page.getByText('12.0 kWh: €6.00').waitFor();
  await said('Occupied');
  await answered('CHARGING');
  await pass(STEP_MS);
  await page.getByText('0 of 1 free').waitFor();

  // What cannot be refreshed is not shown as what is.
  await page.context().setOffline(true);
  await pass(3 * STEP_MS);
  await page.getByText(/^Not refreshed since \d\d:\d\d\./).waitFor();
  await page.getByText('0 of 1 free').waitFor({ state: 'detached' });
  assert.doesNotMatch(await page.locator('main').innerText(), /€|EUR/, 'no price that may be another by now');
  await page.context().setOffline(false);
  await said('Available');
  await answered('AVAILABLE');
  await until(async () => {
    await page.clock.runFor(15_000);
    return (await page.getByText('1 of 1 free').count()) > 0;
  });
  await page.getByText('12.0 kWh: €6.00').waitFor();
  await page.getByText('· 0.500 EUR/kWh').waitFor();
  assert.equal(await page.getByText(/^Not refreshed since/).count(), 0);
  await close();

  // As much as a car can take in the moment that this test has: the meter is not believed more.
  await pole.start(CARD);
  await pole.meter(100, 11_000);
  await pole.stop(200);
  const [cdr] = await until(async () => {
    const { cdrs } = await server.backOffice.billing.cdrs.list({ offset: 0, limit: 10 });
    return cdrs.length > 0 && cdrs;
  });
  assert.equal(cdr?.total_energy, 0.2);
  const { before_taxes = 0, taxes = [] } = cdr?.total_cost ?? {};
  assert.equal(before_taxes + taxes.reduce((sum, { amount }) => sum + amount, 0), 0.1);
});

test('US-MA-2 2,000 charging points are on the map as marks that fall apart, and a click tells one by the next frame, without the network', async (t) => {
  const { page, complaints, close } = await look(browser);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const { store, audit } = server;
  const keys = createApiKeys({ store, audit, clock: systemClock, random: randomBytes });
  const { key } = await keys.create({ name: 'city', role: 'admin' }, 'test');
  await page.addInitScript(`sessionStorage.setItem('smac-key', '${key}')`);
  await page.goto(`${server.url}/city`);
  await page.locator('[data-mark]').first().waitFor();
  const marks = await page.locator('g.mark').count();
  assert.ok(marks < 200, `${marks} marks: those that would stand on each other are one`);
  const counts = await page.locator('g.mark').evaluateAll((all) => all.map(({ textContent }) => textContent));
  const held = counts.map((text) => Number(/\d+$/.exec(text ?? '')?.[0] ?? 1));
  assert.ok(held.reduce((sum, count) => sum + count, 0) >= MANY, 'every one is in a mark');
  assert.deepEqual(
    asked.filter((url) => !url.startsWith(`${server.url}/`)),
    [],
    'nothing of third parties',
  );
  // Its ground comes last; what is still being fetched when the network goes would complain.
  await page.locator('[data-drawn]').waitFor();
  await page.context().setOffline(true);
  // The largest mark again and again, until one stands alone.
  const one = page.locator('g.mark[data-mark^="nl-tnm/"]');
  for (let clicks = 0; clicks < 20 && (await one.count()) === 0; clicks += 1)
    await page.locator('g.mark:not([data-mark*="/"])').first().dispatchEvent('click');
  const [told, tookMs] = (await page.evaluate(`(async () => {
    const startMs = performance.now();
    document.querySelector('g.mark[data-mark^="nl-tnm/"]').dispatchEvent(new MouseEvent('click', { bubbles: true }));
    await new Promise(requestAnimationFrame);
    const text = document.querySelector('[role=status] h3')?.closest('[role=status]').textContent ?? '';
    return [text, performance.now() - startMs];
  })()`)) as [string, number];
  t.diagnostic(`told ${tookMs.toFixed(0)} ms after the click (wanted: < 500 ms)`);
  assert.match(told, /Street \d+.*NL-TNM/, 'told by the next frame, from what the page has');
  assert.deepEqual(complaints, []);
  await close();
});

test('an operator page whose stream breaks says so and how old it is, and follows again by itself', async () => {
  const { page, close } = await frozen('/operator');
  await page.getByText('Live', { exact: true }).waitFor();
  await freeze(page);
  await page.context().setOffline(true);
  // Nobody tells of a line that is only silent: it is noticed by the silence, which what was under way may have broken once more.
  await until(async () => {
    await page.clock.runFor(STEP_MS);
    return (await page.getByText(/^Connection lost, trying again · as of \d\d:\d\d$/).count()) > 0;
  });
  await page.context().setOffline(false);
  await until(async () => {
    await page.clock.runFor(3_000);
    return (await page.getByText('Live', { exact: true }).count()) > 0;
  });
  await close();
});
