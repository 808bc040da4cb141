import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { VirtualClock } from '@smac/simulator';
import type { Browser, Page } from 'playwright-core';
import { oneTimeCode, PASSWORD, type SignedIn, signedIn } from '../../server/src/main/testing/signed-in.ts';
import type { TestServer } from '../../server/src/main/testing/test-server.ts';
import { cellsOf } from '../src/components/export/testing/spreadsheet-cells.ts';
import { barriers, look, openBrowser } from './browser.ts';
import { cityServer, DAYS } from './city-places.ts';

let browser: Browser;
let server: TestServer;
let clock: VirtualClock;
let planner: SignedIn;
let address: string;

before(
  async () => {
    [{ server, clock }, browser] = await Promise.all([cityServer(), openBrowser()]);
    planner = await signedIn(server, 'city', clock.now(), 'planner@example.org');
    address = `${server.url}/city`;
  },
  { timeout: 300_000 },
);

after(async () => {
  await browser?.close();
  await server?.close();
});

/** A browser in which the planner is signed in already. */
async function plannersBrowser(options: Parameters<typeof look>[1] = {}): ReturnType<typeof look> {
  const looking = await look(browser, options);
  const [name = '', value = ''] = planner.cookie.split('=');
  await looking.page.context().addCookies([{ name, value, url: server.url }]);
  await looking.page.addInitScript("localStorage.setItem('smac-signed-in', 'yes')");
  return looking;
}

const figure = (page: Page, name: string) =>
  page.locator('dl > div').filter({ has: page.locator('dt', { hasText: name }) });

test('US-MA-1 a planner of the city signs in and sees figures of all operators, and of nobody', async () => {
  const { page, complaints, close } = await look(browser);
  await page.goto(address);
  await page.getByLabel('E-mail address').fill('planner@example.org');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  // The code of this time step was used when the account was made.
  await page
    .getByLabel('Code of the authenticator app')
    .fill(oneTimeCode(planner.secret, clock.now() + 30_000));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Charging in the city' }).waitFor();
  await figure(page, 'Energy').first().waitFor();
  // Dam 4 x 3, Zuidas 6 x 2, Oosterpark 3 x 2, Noord 2 x 1 on each of the days: the few of Noord make the sum one of whole fives.
  assert.match(
    await figure(page, 'Sessions').first().innerText(),
    new RegExp(`^Sessions\\s+≈ ${5 * Math.round((32 * DAYS) / 5)}\\s`),
  );
  assert.match(await figure(page, 'Energy').first().innerText(), /kWh/);
  assert.match(await figure(page, 'Charging / occupied').innerText(), /[\d,.]+ \/ [\d,.]+ h/);
  assert.match(await figure(page, 'CO₂').innerText(), /[\d,.]+ kg/);
  assert.match(await figure(page, 'Peak power').innerText(), /[\d.]+ kW\s+\w+,? \d+ Jun \d\d:\d\d/);
  assert.doesNotMatch(await page.content(), /PEDROSCARD/i);
  assert.equal(await page.evaluate("fetch('/api/sessions').then(({ status }) => status)"), 403);
  // Asking who it is, before signing in, is refused; nothing else went wrong.
  assert.deepEqual(
    complaints.filter((one) => !/40[13]/.test(one)),
    [],
  );
  await close();
});

test('US-MA-3 days, operator, district and metric are chosen and stand in the address', async () => {
  const { page, complaints, close } = await plannersBrowser();
  await page.goto(`${address}?from=2026-06-08&to=2026-06-14`);
  const sessions = figure(page, 'Sessions').first();
  // The last of these days goes on: to five sessions.
  await sessions.filter({ hasText: '≈ 225' }).waitFor();
  assert.match(await sessions.innerText(), /0 % against Mon,? 1 Jun – Sun,? 7 Jun/);
  await page.getByRole('combobox', { name: 'Operator' }).selectOption('NL-CIT');
  await sessions.filter({ hasText: '≈ 55' }).waitFor();
  await page.getByRole('combobox', { name: 'District' }).selectOption('1091');
  await sessions.filter({ hasText: '≈ 40' }).waitFor();
  await page.getByRole('combobox', { name: 'Show' }).selectOption('sessions');
  await page.getByRole('heading', { name: 'Sessions per day' }).waitFor();
  await page.getByLabel('To', { exact: true }).fill('2026-06-08');
  await page.waitForURL(
    (url) => url.search === '?from=2026-06-08&to=2026-06-08&operator=NL-CIT&district=1091&metric=sessions',
  );
  await page.reload();
  await page.getByRole('heading', { name: 'Sessions per day' }).waitFor();
  assert.equal(await page.getByRole('combobox', { name: 'District' }).inputValue(), '1091');
  assert.deepEqual(complaints, []);
  await close();
});

test('operators and districts stand side by side, against the days before or a year before', async () => {
  const { page, complaints, close } = await plannersBrowser();
  await page.goto(`${address}?from=2026-06-08&to=2026-06-14`);
  const compared = page
    .getByRole('region', { name: 'Operators and districts side by side' })
    .getByRole('row');
  await compared.filter({ hasText: 'NL-TNM' }).waitFor();
  // Dam and Zuidas 24 cars a day, Oosterpark and Noord 8.
  assert.match(
    await compared.filter({ hasText: 'NL-TNM' }).first().innerText(),
    /NL-TNM\s+10\s+≈ 170\s+≈ [\d,.]+ kWh\s+[+-]?\d+ %/,
  );
  assert.match(await compared.filter({ hasText: 'NL-CIT' }).first().innerText(), /NL-CIT\s+5\s+≈ 55\s/);
  await page.getByRole('combobox', { name: 'Side by side' }).selectOption('district');
  // Two cars a day at the ferry: fourteen in the week, told as fifteen.
  const ferry = compared.filter({ hasText: '1021' }).first();
  await ferry.waitFor();
  assert.match(await ferry.innerText(), /1021\s+2\s+≈ 15\s+≈ /);
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption('year');
  await page.getByRole('columnheader', { name: /Energy against Mon,? 9 Jun – Sun,? 15 Jun/ }).waitFor();
  assert.match(page.url(), /\?from=2026-06-08&to=2026-06-14&by=district&against=year$/);
  assert.deepEqual(complaints, []);
  await close();
});

test('days without charging, and days with too little to show, say so and what to do', async () => {
  const { page, close } = await plannersBrowser();
  await page.goto(`${address}?from=2026-01-01&to=2026-01-31`);
  await page.getByRole('heading', { name: 'No charging in these days' }).waitFor();
  // Two cars a day at the ferry.
  await page.goto(`${address}?from=2026-06-08&to=2026-06-09&district=1021`);
  await page.getByRole('heading', { name: 'Too few sessions to show' }).waitFor();
  assert.equal(await page.locator('dl').count(), 0);
  await page.getByRole('button', { name: 'Take filters away' }).click();
  await figure(page, 'Energy').first().waitFor();
  await page.waitForURL(address);
  await close();
});

test('what smart charging changed stands beside what it would have been: cost and peak, with units', async () => {
  const { page, close } = await plannersBrowser();
  await page.goto(address);
  const effect = page.getByRole('region', { name: 'What smart charging changed' });
  await effect.waitFor();
  // What is drawn stands beside it as a list, for those who hear it.
  const text = await effect.getByRole('list').innerText();
  const [cost, without] = [...text.matchAll(/€([\d,]+\.\d\d)/g)].map(([, euros = '']) =>
    Number(euros.replaceAll(',', '')),
  );
  assert.ok(cost !== undefined && without !== undefined && cost > 0 && cost < without, text);
  assert.equal([...text.matchAll(/[\d.]+ kW\b/g)].length, 2, text);
  await close();
});

test('what is filtered is kept as CSV and GeoJSON with one click', async () => {
  const { page, close } = await plannersBrowser();
  await page.goto(`${address}?from=2026-06-01&to=2026-06-07&operator=NL-TNM`);
  await figure(page, 'Energy').first().waitFor();
  const kept = async (button: string) => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
  };
  const days = await kept('Days (CSV)');
  assert.equal(days.name, 'smac-days.csv');
  assert.match(days.text, /^date,sessions,energy_wh,rounded\r\n2026-06-01,24,\d+,\r\n/);
  assert.equal(days.text.trim().split('\r\n').length, 8);
  const evses = JSON.parse((await kept('Charging points (GeoJSON)')).text) as {
    features: { geometry: unknown }[];
  };
  assert.equal(evses.features.length, 10);
  assert.deepEqual(evses.features[0]?.geometry, { type: 'Point', coordinates: [4.892, 52.373] });
  const report = await kept('Usage report 2026-06 (CSV)');
  assert.equal(report.name, 'smac-usage-2026-06.csv');
  assert.match(report.text, /\r\nNL-TNM,Dam,1012,DAM-1,22000,40,.*,to 5 sessions\r\n/);
  await close();
});

test('any drawing is kept as a picture, and a view is named and shared: two clicks each', async () => {
  const { page, complaints, close } = await plannersBrowser();
  await page.goto(`${address}?from=2026-06-01&to=2026-06-07&operator=NL-TNM`);
  await figure(page, 'Energy').first().waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export PNG' }).first().click(),
  ]);
  assert.equal(file.suggestedFilename(), 'smac-days.png');
  const picture = readFileSync(await file.path());
  assert.deepEqual([...picture.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  assert.ok(picture.length > 1_000, 'something is drawn');
  const forms = page.getByRole('group', { name: /^Export: / });
  assert.equal(await forms.count(), 5, 'days, effect, hours of the week, side by side, map');
  for (const one of await forms.all()) {
    const isDrawn = !/side by side/.test((await one.getAttribute('aria-label')) ?? '');
    const offered = ['CSV', 'JSON', 'XLSX', ...(isDrawn ? ['PNG'] : [])];
    assert.deepEqual(await one.getByRole('button').allInnerTexts(), offered);
    const [sheet] = await Promise.all([
      page.waitForEvent('download'),
      one.getByRole('button', { name: 'Export XLSX' }).click(),
    ]);
    assert.ok(cellsOf(readFileSync(await sheet.path())).length > 1, sheet.suggestedFilename());
  }
  await page.getByText('Shared reports (0)').click();
  await page.getByLabel('Name').fill('First week of TNM');
  await page.getByRole('button', { name: 'Share this view' }).click();
  await page.getByRole('link', { name: 'First week of TNM' }).waitFor();
  await page.goto(address);
  await page.getByText('Shared reports (1)').click();
  await page.getByRole('link', { name: 'First week of TNM' }).click();
  await page.waitForURL((url) => url.search === '?from=2026-06-01&to=2026-06-07&operator=NL-TNM');
  assert.deepEqual(complaints, []);
  await close();
});

test('US-ii-3 five tasks, then four questions: what is said is kept without a name', async () => {
  const { page, close } = await plannersBrowser();
  await page.goto(`${address}/assessment`);
  for (const [question, mark] of [
    ['It is of use to me', '5'],
    ['It is easy to use', '4'],
    ['I am satisfied with it', '4'],
  ] as const)
    await page.getByRole('group', { name: question }).getByLabel(mark).check();
  await page
    .getByRole('group', { name: /recommend/ })
    .getByLabel('10', { exact: true })
    .check();
  assert.deepEqual(await barriers(page), []);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Thank you').waitFor();
  await page.getByText('1 answer so far. Use 5, ease 4, satisfaction 4 of 5; net promoters 100.').waitFor();
  await close();
});

test('a point of the map and a row of the list tell the same socket, by mouse and by keyboard', async () => {
  const { page, close } = await plannersBrowser();
  await page.goto(address);
  const row = page.getByRole('button', { name: 'Oosterpark OOST-2' });
  await row.focus();
  await page.keyboard.press('Enter');
  const told = page.getByRole('status').filter({ hasText: 'Oosterpark' });
  await told.waitFor();
  // Two cars a day are too few to tell to the last session.
  assert.match(
    await told.innerText(),
    /out of order\s+Operator\s+NL-CIT\s+District\s+1091\s+Largest power\s+22\.0 kW\s+Sessions\s+≈ 30\s+Energy\s+≈ \d+\.\d kWh/,
  );
  // Two sockets at one place are one mark that opens.
  await page.locator('[data-mark="2"]', { hasText: 'Noord ferry NOORD-2' }).click();
  await page.locator('[data-mark]:not([data-mark="2"])', { hasText: 'Noord ferry NOORD-2' }).click();
  await page.getByRole('status').filter({ hasText: 'Noord ferry' }).waitFor();
  await close();
});

test('axe finds nothing on the city page, in both themes, with its tables open, on a phone', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, close } = await plannersBrowser({ colorScheme, viewport: { width: 390, height: 800 } });
    await page.goto(address);
    await figure(page, 'Energy').first().waitFor();
    for (const summary of await page.getByText('The same as a table').all()) await summary.click();
    await page.getByText('How these figures are made').click();
    await page.getByText('IEA, in “Key figures on climate”').waitFor();
    // Only colours differ in the dark.
    const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined;
    assert.deepEqual(await barriers(page, rules), [], colorScheme);
    assert.equal(
      await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'),
      true,
      'nothing hangs over the edge',
    );
    await close();
  }
});
