import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { SimulatedSite } from '../../server/src/main/testing/simulated-site.ts';
import { codeAt, fromBase32, stepAt } from '../../server/src/operators/accounts/one-time-code.ts';
import { createApiKeys } from '../../server/src/operators/index.ts';
import { systemClock } from '../../server/src/time/clock.ts';
import { barriers, look, openBrowser } from './browser.ts';
import { atCarPark, NOW_HOUR, T0 } from './car-park.ts';

const LOOKED_AT_MS = T0 + NOW_HOUR * 3_600_000;

let browser: Browser;
let site: SimulatedSite;
let key: string;
let address: string;
let leave: () => void;
let left: Promise<void>;

before(
  async () => {
    const arrived = Promise.withResolvers<SimulatedSite>();
    const going = Promise.withResolvers<void>();
    leave = going.resolve;
    left = atCarPark(async (there) => {
      arrived.resolve(there);
      await going.promise;
    });
    left.catch(arrived.reject);
    [site, browser] = await Promise.all([arrived.promise, openBrowser()]);
    address = `${site.server.url}/operator`;
    const { store, audit } = site.server;
    const keys = createApiKeys({ store, clock: systemClock, random: randomBytes, audit });
    ({ key } = await keys.create({ name: 'e2e', role: 'operator' }, 'test'));
  },
  { timeout: 300_000 },
);

after(async () => {
  await browser?.close();
  leave();
  await left;
});

/** Opens the site by its link in the overview, as a person does. */
async function openSite(page: Page): Promise<void> {
  await page.goto(address);
  await page.getByRole('rowheader').getByRole('link').first().click();
  await page.getByRole('slider').waitFor();
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${address}/sign-in`);
  await page.getByText('With an API key instead').click();
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Use this key' }).click();
  await page.getByRole('table').waitFor();
}

test('US-D(i)-1 US-ROM-i2 SMC_012-CPO the overview lists the sites with state, power against the limit, cost and saving; filters stand in the address', async () => {
  const { page, complaints, close } = await look(browser);
  await page.goto(address);
  const row = page.getByRole('row').nth(1);
  await row.waitFor();
  const text = await row.innerText();
  assert.match(text, /Turku/);
  assert.match(text, /Charging/);
  assert.match(text, /-?\d+\.\d kW of 30\.0 kW/);
  assert.match(text, /€\d+\.\d\d/);
  assert.match(text, /\d of 6/);
  await page.getByRole('searchbox').fill('nowhere');
  await page.getByText('No site fits this filter.').waitFor();
  await page.waitForURL(/\?text=nowhere$/);
  await page.reload();
  await page.getByText('No site fits this filter.').waitFor();
  await page.getByRole('button', { name: 'Show all sites' }).click();
  await row.waitFor();
  await page.getByRole('button', { name: /^Free/ }).click();
  await page.waitForURL(/\?state=free$/);
  await page.getByText('No site fits this filter.').waitFor();
  await page.goto(`${address}?map=yes`);
  await page.locator('[data-mark]').click();
  const chosen = page.getByRole('region', { name: 'Map' }).getByRole('status');
  assert.match(await chosen.innerText(), /Kauppatori 1[\s\S]*Charging[\s\S]*of 30\.0 kW/);
  await page.getByRole('button', { name: 'Map', exact: true }).click();
  await page.waitForURL((url) => !url.search.includes('map'));
  await page.locator('[data-mark]').waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
  await close();
});

test('US-D(i)-1 the site page tells plan and reality of every quarter hour in words, by keyboard, in the time of the site', async () => {
  const { page, complaints, close } = await look(browser, { timezoneId: 'America/New_York' });
  await openSite(page);
  const chart = page.getByRole('slider');
  await chart.focus();
  const now = (await chart.getAttribute('aria-valuetext')) ?? '';
  assert.match(now, new RegExp(`Mon,? 1 Jun ${NOW_HOUR}:00–${NOW_HOUR}:15, Planned`), now);
  for (const part of ['Net power', 'Limit 30.0 kW', 'Cars', 'Base load', 'Generation', 'Price'])
    assert.ok(now.includes(part), `${part} in ${now}`);
  assert.match(now, /P\d-\d \d+\.\d kW/, 'which EVSE takes how much');
  const why = page.getByRole('listitem').filter({ hasText: /^\s*P\d-\d\s*\d+\.\d kW\s*\S.+/ });
  await why.first().waitFor();
  await page.keyboard.press('PageUp');
  await page.locator('[role=slider][aria-valuetext*="13:00–13:15, Measured"]').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.locator('[role=slider][aria-valuetext*="13:15–13:30, Measured"]').waitFor();
  assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /Planned then -?\d+\.\d kW/);
  await page.getByText('The same as a table').click();
  const rows = page.getByRole('region', { name: /Quarter hours/ }).getByRole('row');
  // A header, 24 h back and 24 h ahead: the last one is waited for, because a table opens after the click.
  await rows.nth(2 * 96).waitFor();
  assert.equal(await rows.count(), 1 + 2 * 96, 'a header, 24 h back and 24 h ahead');
  assert.deepEqual(complaints, []);
  await close();
});

test('D1.5-Q5-8-ui every EVSE has a card: state, reason, next change, control; a car that waits says until when', async () => {
  const { page, close } = await look(browser);
  await openSite(page);
  const cards = page.getByRole('article');
  assert.equal(await cards.count(), 6);
  const waiting = cards.filter({ hasText: 'Waiting' }).first();
  const text = await waiting.innerText();
  assert.match(text, /Waits for cheaper energy until .*\d\d:\d\d\./);
  assert.match(text, /Next: .*\d\d:\d\d starts with \d+\.\d kW/);
  assert.match(text, /\d+\.\d of \d+\.\d kWh/);
  const free = cards.filter({ hasText: 'Free' }).first();
  assert.match(await free.innerText(), /nobody is plugged in/);
  await close();
});

test('reading is open on this machine, changing asks who you are; an unknown key is refused in words, and an old refusal signs nobody out', async () => {
  const { page, close } = await look(browser);
  await openSite(page);
  // Asked for before signing in, refused long after.
  const { promise: late, resolve: refuses } = Promise.withResolvers<void>();
  await page.route(/\/plans\?/, async (route) => {
    await late;
    await route.fulfill({ status: 401, json: { detail: 'Who are you?' } });
  });
  await page.getByText('Show the last plans with their inputs as known then').click();
  const card = page.getByRole('article').filter({ hasText: 'Waiting' }).first();
  await card.getByRole('button', { name: 'Fast' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByText('With an API key instead').click();
  await page.getByLabel('API key').fill(`smac_${'A'.repeat(43)}`);
  await page.getByRole('button', { name: 'Use this key' }).click();
  await page.getByText('This key is not known, or it was revoked.').waitFor();
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Use this key' }).click();
  await page.getByRole('slider').waitFor();
  // Back to where the person was.
  await page.waitForURL(/\/sites\//);
  const refused = page.waitForResponse(/\/plans\?/);
  refuses();
  await (await refused).finished();
  await page.evaluate('new Promise(requestAnimationFrame)');
  assert.match(page.url(), /\/sites\//, 'what is refused late signs nobody out who came since');
  await close();
});

test('D1.5-R9-4 staff join by a link with a password and a second factor; from then on a password alone opens nothing', async () => {
  const { store, audit } = site.server;
  const keys = createApiKeys({ store, clock: systemClock, random: randomBytes, audit });
  const admin = await keys.create({ name: 'e2e admin', role: 'admin' }, 'test');
  const invited = await fetch(`${site.server.url}/api/staff`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'anna@example.org', role: 'operator' }),
  });
  assert.equal(invited.status, 201);
  const { link } = (await invited.json()) as { link: string };
  const { page, close } = await look(browser);
  await page.goto(link);
  const password = 'four unrelated words here';
  await page.getByLabel('New password').fill(password);
  const seed = fromBase32((await page.locator('.secret code').innerText()).replaceAll(' ', ''));
  const step = stepAt(LOOKED_AT_MS);
  await page.getByLabel('Code of the authenticator app').fill(codeAt(seed, step));
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByText('Keep these recovery codes').waitFor();
  assert.equal(await page.getByRole('listitem').count(), 10);
  // The link is used up and gone from the address.
  await page.waitForURL((url) => !url.hash.includes('invitation'));
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('table').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();

  await page.getByLabel('E-mail address').fill('anna@example.org');
  await page.getByLabel('Password').fill('not this one at all');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Address or password is wrong.').waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const code = page.getByLabel('Code of the authenticator app');
  await code.fill('000000');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('This code is not right').waitFor();
  assert.equal(await page.evaluate("fetch('/api/contexts').then(({ status }) => status)"), 401);
  await code.fill(codeAt(seed, step + 1));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('table').waitFor();
  await openSite(page);
  const card = page.getByRole('article').filter({ hasText: 'Waiting' }).first();
  await card.getByRole('button', { name: 'Green' }).click();
  await card.getByText('Set to Green').waitFor();
  await card.getByRole('button', { name: 'Cheap' }).click();
  await card.getByText('Set to Cheap').waitFor();
  await close();
});

test('the link the demo prints opens the site signed in, once, and is gone from the address', async () => {
  const { token } = await site.server.accounts.oneTimeAdmin();
  const { page, close } = await look(browser);
  await page.goto(`${address}#sign-in=${token}`);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.waitForURL((url) => !url.href.includes('sign-in'));
  assert.equal((await page.request.get(`${site.server.url}/api/me`)).status(), 200);
  await close();
  const again = await look(browser);
  await again.page.goto(`${address}#sign-in=${token}`);
  await again.page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
  await again.close();
});

test('a limit, a price and an occupancy cost are tried before anything changes; a limit is then held for a day', async () => {
  const { page, complaints, close } = await look(browser);
  await signIn(page);
  await openSite(page);
  await page.getByLabel('Import limit').fill('12');
  await page.getByLabel('Prices change by').fill('50');
  await page.getByLabel('Cost of an occupied connector').fill('0');
  await page.getByRole('button', { name: 'See the plan' }).click();
  const highest = page.getByRole('row', { name: /Highest net power/ });
  await highest.waitFor();
  const [, tried] = [...(await highest.innerText()).matchAll(/(\d+\.\d) kW/g)].map(([, kw]) => Number(kw));
  assert.ok(tried !== undefined && tried <= 12, `${tried} kW`);
  const contextId = await site.contextId();
  const caps = async () => (await site.server.sites.series(contextId, 0, Number.MAX_SAFE_INTEGER)).cap;
  assert.deepEqual(await caps(), [], 'nothing changed yet');
  await page.getByRole('button', { name: 'Hold this limit for 24 hours' }).click();
  await page.getByText('The limit is held for 24 hours; a new plan follows.').waitFor();
  const [cap] = await caps();
  assert.deepEqual([cap?.value, cap?.durationMs, cap?.layer], [12_000, 24 * 3_600_000, 'override']);
  assert.match(cap?.source ?? '', /^key:/, 'and who it was');
  assert.deepEqual(complaints, []);
  await close();
});

test('plans of before are drawn as they were known then, alone and beside another, and the chart shows fewer hours', async () => {
  const { page, complaints, close } = await look(browser);
  await signIn(page);
  await openSite(page);
  await page.getByText('Show the last plans with their inputs as known then').click();
  const plans = page.getByRole('button', { name: /plan \d+/ });
  await plans.first().click();
  const then = page.getByRole('region', { name: /As known at \d\d:\d\d/ });
  await then.waitFor();
  assert.match(await then.innerText(), /Limit\s+30\.0 kW[\s\S]*Price\s+0\.\d+ EUR\/kWh – 0\.\d+ EUR\/kWh/);
  const cars = page.getByRole('region', { name: 'Cars in this plan' });
  assert.match(
    await cars.getByRole('row', { name: /^P3-1/ }).innerText(),
    /kWh.*16 %/s,
    'what it still needed',
  );
  await page.getByRole('slider', { name: /^Plan \d+ of Kauppatori 1/ }).waitFor();

  await page.getByLabel('Compare with').selectOption({ index: 8 });
  const made = then.getByRole('row', { name: /^Inputs read differs/ });
  await made.waitFor();
  const [, one, other] = (await made.innerText()).match(/(\d\d:\d\d)\s+(\d\d:\d\d)/) ?? [];
  assert.ok(one && other && other < one, `${other} before ${one}`);
  await cars.getByText('not plugged in').first().waitFor();
  const both = page.getByRole('slider', { name: /^Plan \d+ of Kauppatori 1/ });
  assert.match((await both.getAttribute('aria-valuetext')) ?? '', /; Plan \d+ -?\d+\.\d kW/);
  assert.deepEqual(await barriers(page), []);

  const chart = page.getByRole('slider', { name: /24 hours back and ahead/ });
  assert.equal(await chart.getAttribute('aria-valuemax'), '191');
  await page.getByRole('button', { name: '± 6 h' }).click();
  const near = page.getByRole('slider', { name: /6 hours back and ahead/ });
  assert.equal(await near.getAttribute('aria-valuemax'), '48');
  await page.waitForURL(/hours=6/);
  assert.deepEqual(complaints, []);
  await close();
});

test('US-D(i)-1 a change shows by itself: a driver asks for speed, the card and the chart follow without a reload', async () => {
  const { page, close } = await look(browser);
  await signIn(page);
  await openSite(page);
  await page.getByText('Live', { exact: true }).waitFor();
  const card = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'P3-1' }) });
  await card.getByText('Waiting').waitFor();
  await card.getByRole('button', { name: 'Fast' }).click();
  await card.getByText('Set to Fast').waitFor();
  await site.runTo((LOOKED_AT_MS - site.startMs) / 60_000 + 20);
  await card.getByText(/Charging$/).waitFor();
  await card.getByText('Room is kept for cars that come later.').waitFor();
  const session = await site.session('P3', 1);
  assert.equal(session.preferences.profileType, 'FAST');
  assert.equal(session.preferences.energyNeedWh, 40_000, 'what the driver wished else is as it was');
  await close();
});

test('WCAG 2.2 AA: axe finds nothing on any operator page, in both themes, and a phone scrolls down only', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, complaints, close } = await look(browser, { colorScheme });
    // Only colours differ between the themes.
    const found = () => barriers(page, colorScheme === 'dark' ? ['color-contrast'] : undefined);
    await page.goto(address);
    await page.getByRole('table').waitFor();
    assert.deepEqual(await found(), [], `overview ${colorScheme}`);
    await openSite(page);
    assert.deepEqual(await found(), [], `site ${colorScheme}`);
    await page.goto(`${site.server.url}/operator/sign-in`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.deepEqual(await found(), [], `sign-in ${colorScheme}`);
    assert.deepEqual(complaints, []);
    await close();
  }
  const { page, close } = await look(browser, { viewport: { width: 360, height: 780 } });
  const width = () => page.evaluate('document.documentElement.scrollWidth');
  await page.goto(address);
  await page.getByRole('link', { name: 'Kauppatori 1' }).click();
  await page.getByRole('slider').waitFor();
  assert.ok(Number(await width()) <= 360, `site: ${await width()} px wide`);
  await page.goBack();
  await page.getByRole('link', { name: 'Kauppatori 1' }).waitFor();
  assert.ok(Number(await width()) <= 360, `overview: ${await width()} px wide`);
  await close();
});

test('every language shows both pages in that language; the choice stays', async () => {
  const { page, complaints, close } = await look(browser, { locale: 'fi-FI' });
  await page.goto(address);
  await page.getByRole('heading', { name: 'Kohteet', level: 1 }).waitFor();
  for (const [language, title] of [
    ['nl', 'Plan tegenover werkelijkheid'],
    ['es', 'El plan y la realidad'],
    ['it', 'Il piano e la realtà'],
    ['hu', 'A terv és a valóság'],
    ['ca', 'El pla i la realitat'],
    ['de', 'Plan und Wirklichkeit'],
    ['en', 'Plan against reality'],
    ['fi', 'Suunnitelma ja toteuma'],
  ] as const) {
    await page.getByRole('banner').getByRole('combobox').first().selectOption(language);
    await page.getByRole('heading', { level: 1 }).waitFor();
    if (language === 'nl') await page.getByRole('rowheader').getByRole('link').first().click();
    await page.getByRole('heading', { name: title }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), language);
  }
  await page.reload();
  await page.getByRole('heading', { name: 'Suunnitelma ja toteuma' }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});
