/** The people of the user stories at their screens (D4.2 annex): four managers and four drivers, at real stations over OCPP. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type OwnServer, ownServer, until } from '../../server/src/main/testing/played-stations.ts';
import { PASSWORD, type SignedIn, signedIn } from '../../server/src/main/testing/signed-in.ts';
import { placeOfStory, type Story, type StoryPlace } from '../../server/src/main/testing/story-places.ts';
import { asPerson } from './barcelona.ts';
import { type Looking, look, openBrowser } from './browser.ts';

const PHONE = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };
const QUARTER_MS = 900_000;

let browser: Browser;
let server: OwnServer;
before(
  async () => {
    [server, browser] = await Promise.all([ownServer(), openBrowser()]);
  },
  { timeout: 300_000 },
);
after(async () => {
  await browser?.close();
  await server.close();
});

/** Of an export of the chart. */
type Row = Readonly<Record<string, string | number | null>>;

interface ToldStory extends Story {
  readonly manager: string;
  readonly driver: string;
  /** Poles that come at night, behind the same supply point. */
  readonly addedAtNight?: number;
  /** The driver has no account. */
  readonly isGuest?: boolean;
}

test('US-BCN-Anna US-BCN-Pedro UC-005 UC-006 Barcelona: Anna sets limit and bands, Pedro books for low cost, Anna sees his profile at once, and the pole charges by it', () =>
  told({
    manager: 'anna',
    driver: 'pedro',
    city: 'Barcelona',
    timeZone: 'Europe/Madrid',
    country: 'ESP',
    currency: 'EUR',
    poles: 7,
    maxImportW: 75_000,
  }));

test('US-BUD-Hanna US-BUD-Emma Budapest: the same at 160 poles in forint, and Emma books without an account', () =>
  told({
    manager: 'hanna',
    driver: 'emma',
    city: 'Budapest',
    timeZone: 'Europe/Budapest',
    country: 'HUN',
    currency: 'HUF',
    poles: 160,
    maxImportW: 25_000,
    isGuest: true,
  }));

test('US-ROM-Eva Rome: poles that join at night get their share behind the same supply point', () =>
  told({
    manager: 'eva',
    driver: 'ugo',
    city: 'Roma',
    timeZone: 'Europe/Rome',
    country: 'ITA',
    currency: 'EUR',
    poles: 12,
    maxImportW: 22_000,
    addedAtNight: 4,
  }));

test('US-TUR-Anne US-TUR-Aino Turku: six poles with sun and a battery, in a yard that only residents see', () =>
  told({
    manager: 'anne',
    driver: 'aino',
    city: 'Turku',
    timeZone: 'Europe/Helsinki',
    country: 'FIN',
    currency: 'EUR',
    poles: 6,
    maxImportW: 15_000,
    residents: 'VASO-RESIDENTS',
    inputs: { generation: (hour) => (hour >= 1 && hour < 6 ? 9_000 : 0), demand: () => 4_000 },
  }));

async function told(story: ToldStory): Promise<void> {
  const place = await placeOfStory(server, story);
  for (const { evseId, card } of place.busy) await place.hub.start(card, evseId);
  const staff = await signedIn(server, 'operator', Date.now(), `${story.manager}@example.org`);
  const manager = await look(browser);
  await asPerson(manager.page.context(), server.url, staff);
  const contextId = await policyMade(manager.page, place, staff);
  await siteOpened(manager.page, place, contextId);
  const card = cardOf(manager.page, place.freeUid);
  await card.getByText(/^\W*Free$/).waitFor();

  const driver = await look(browser, PHONE);
  await arrives(driver, story);
  await books(driver.page, place);
  // What the manager has open shows it by itself.
  await card.getByText(/^\W*Reserved$/).waitFor();
  await card.getByText(/ starts with \d/).waitFor();
  assert.equal(place.pole.profiles('TxProfile').length, 0, 'a provisional plan is sent to nobody');

  await driver.page
    .getByRole('article')
    .getByRole('button', { name: `Start charging ${place.freeUid}` })
    .click();
  const { payload } = await until(() =>
    place.pole.heard.findLast(({ action }) => action === 'RequestStartTransaction'),
  );
  await place.pole.start((payload.idToken as { idToken: string }).idToken, 2);
  await until(() => place.pole.profiles('TxProfile').length > 0);
  await driver.page.getByRole('heading', { name: 'What you need' }).waitFor();
  await card.getByText(/^\W*Reserved$/).waitFor({ state: 'detached' });
  await place.pole.meter(150, 3_600, 2);
  await card.getByText('3.6 kW', { exact: true }).waitFor();
  await driver.page.getByText(/ · 3\.6 kW now$/).waitFor();
  await keepsLimit(manager.page, story);
  if (story.addedAtNight !== undefined) await joinAtNight(manager.page, place, contextId, story.addedAtNight);
  assert.deepEqual(manager.complaints, []);
  assert.deepEqual(driver.complaints, []);
  await driver.close();
  await manager.close();
}

const next = (page: Page) => page.getByRole('button', { name: 'Next', exact: true }).click();
const cardOf = (page: Page, uid: string) =>
  page.getByRole('article').filter({ has: page.getByRole('heading', { name: uid, exact: true }) });
const pathOf = (contextId: string, rest = '') =>
  `${server.url}/operator/contexts/${encodeURIComponent(contextId)}${rest}`;

/** UC-001: charging points, limit, bands of day and night; prices and what the house uses come from its energy manager (UC-002). */
async function policyMade(page: Page, { story }: StoryPlace, staff: SignedIn): Promise<string> {
  await page.goto(`${server.url}/operator/contexts/new`);
  await page.getByRole('checkbox', { name: `All here (${story.poles})` }).check();
  await page.getByText(`${story.poles} of `, { exact: false }).waitFor();
  await next(page);
  await page.getByLabel('Name', { exact: true }).fill(story.city);
  await page.getByLabel('Most import, kW').fill(String(story.maxImportW / 1000));
  await page.getByLabel('Currency').fill(story.currency);
  assert.equal(await page.getByLabel('Time zone').inputValue(), story.timeZone);
  await next(page);
  await next(page);
  await page.getByRole('button', { name: 'Begin with day and night bands' }).click();
  await next(page);
  await page.getByRole('button', { name: 'Create this context' }).click();
  await page.getByRole('heading', { name: story.city }).waitFor();
  const made = (await staff.call<{ id: string; objectId: string }[]>('GET', '/api/contexts')).json;
  const contextId = made.find(({ objectId }) => objectId === story.city)?.id;
  assert.ok(contextId);
  const fromMs = Math.floor(Date.now() / QUARTER_MS) * QUARTER_MS;
  const inputs = { price: (hour: number) => (hour < 1 ? 0.5 : 0.1), ...story.inputs };
  for (const [kind, valueAt] of Object.entries(inputs)) {
    const slots = Array.from({ length: 120 }, (_, n) => ({
      start: new Date(fromMs + n * QUARTER_MS).toISOString(),
      value: valueAt(n / 4),
    }));
    const path: string = `/api/contexts/${encodeURIComponent(contextId)}/inputs/${kind}`;
    assert.equal((await staff.call('PUT', path, { slots })).status, 200);
  }
  return contextId;
}

/** By its name in the overview. */
async function siteOpened(page: Page, { freeUid }: StoryPlace, contextId: string): Promise<void> {
  await page.goto(`${server.url}/operator/sites/${encodeURIComponent(contextId)}`);
  await page.getByRole('slider').waitFor();
  const search = page.getByRole('searchbox');
  if ((await search.count()) > 0) await search.fill(freeUid);
}

/** With an account, with the card of the house as well, or as nobody in particular. */
async function arrives({ page }: Looking, { driver, isGuest, residents }: ToldStory): Promise<void> {
  await page.goto(`${server.url}/drive`);
  if (isGuest) {
    await page.getByRole('link', { name: 'Or choose a charging point on the map.' }).click();
    return;
  }
  await page.getByRole('button', { name: 'I am new here' }).click();
  await page.getByLabel('E-mail address').fill(`${driver}@example.org`);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Start a charge' }).waitFor();
  if (residents !== undefined) {
    const card = { uid: 'RESIDENT0001', contractId: 'FI-SMA-C-AINO' };
    assert.ok((await server.backOffice.tokens.add({ ...card, groupId: residents }, 'local')).ok);
    await page.getByRole('link', { name: 'My data' }).click();
    await page.getByRole('link', { name: 'My cards' }).click();
    await page.getByLabel('Number that readers read').fill(card.uid);
    await page.getByLabel('Contract number').fill(card.contractId);
    await page.getByRole('button', { name: 'Add a card' }).click();
    await page.getByText('The card is yours now.').waitFor();
  }
  await page.getByRole('link', { name: 'Find', exact: true }).click();
}

async function books(page: Page, { story, pole, freeUid }: StoryPlace): Promise<void> {
  await page.getByRole('heading', { name: 'Find a charge point' }).waitFor();
  await page.getByLabel('Energy I need, kWh').fill('3');
  await page.getByLabel('Find a place').fill(story.city);
  await page.getByRole('button', { name: ` of ${story.poles} free` }).click();
  await page.getByRole('button', { name: `Book ${freeUid}` }).click();
  await page.getByRole('combobox', { name: 'Charge' }).selectOption('CHEAP');
  const inNineHours = new Date(Date.now() + 9 * 3_600_000);
  await page.getByLabel('Ready by (time here)').fill(
    inNineHours.toLocaleTimeString('en-GB', {
      timeZone: story.timeZone,
      hour: '2-digit',
      minute: '2-digit',
    }),
  );
  await page.getByRole('button', { name: 'Book this charging point' }).click();
  await page.getByRole('heading', { name: 'Your booking' }).waitFor();
  await until(() => pole.heard.some(({ action }) => action === 'ReserveNow'));
  await page.getByText(/^Provisional plan: \d+\.\d kWh from /).waitFor();
}

/** Every quarter hour to come, as the table beside the chart tells it: cars charge, and never above the limit that the manager gave. */
async function keepsLimit(page: Page, { maxImportW }: Story): Promise<void> {
  await page.getByText('The same as a table').click();
  const rows = page.getByRole('region', { name: /^Quarter hours of / }).getByRole('row');
  await rows.nth(1).waitFor();
  const planned = (await rows.allInnerTexts())
    .map((row) => row.split('\t'))
    .filter((cells) => cells[1] === 'Planned' && cells[2] !== '–')
    .map((cells) => cells.slice(2, 5).map((text) => Number.parseFloat(text)));
  assert.ok(planned.length > 80, `${planned.length} quarter hours`);
  for (const [netKw = Number.NaN, limitKw] of planned) {
    assert.equal(limitKw, maxImportW / 1000);
    assert.ok(netKw <= maxImportW / 1000 + 0.05, `${netKw} kW`);
  }
  assert.ok(planned.some(([, , carsKw = 0]) => carsKw > 1));
}

/** US-ROM-night: four more poles, chosen on the same page; no more power. */
async function joinAtNight(page: Page, place: StoryPlace, contextId: string, count: number): Promise<void> {
  const added = await place.addPoles(count);
  await page.goto(pathOf(contextId, '/edit'));
  for (const { evseUid } of added) await page.getByRole('checkbox', { name: evseUid }).check();
  await page.getByRole('button', { name: '5 Review' }).click();
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await page.getByText('version 2', { exact: false }).first().waitFor();
  for (const { evseId, card } of added) await place.hub.start(card, evseId);
  await page.goto(`${server.url}/operator/sites/${encodeURIComponent(contextId)}`);
  for (const { evseUid } of added)
    await cardOf(page, evseUid)
      .getByText(/^planned \d/)
      .waitFor();
  await sharesBelowLimit(page, [...place.busy, ...added], place.story.maxImportW);
}

/** What the chart states of every quarter hour to come: each of these poles gets its share, and all together stay below the limit. */
async function sharesBelowLimit(
  page: Page,
  poles: readonly { readonly evseUid: string }[],
  limitW: number,
): Promise<void> {
  const exported = page
    .getByRole('group', { name: 'Export: Plan against reality' })
    .getByRole('button', { name: 'Export JSON' });
  const nameOf = ({ evseUid }: { readonly evseUid: string }) => `${evseUid} (W)`;
  const energyWh = (rows: readonly Row[], pole: (typeof poles)[number]) =>
    rows.reduce((sum, row) => sum + Number(row[nameOf(pole)] ?? 0) / 4, 0);
  // The plan that knows all of them may still be on its way.
  const planned = await until(async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), exported.click()]);
    const rows = JSON.parse(readFileSync(await download.path(), 'utf8')) as readonly Row[];
    const ahead = rows.filter((row) => row.kind === 'planned' && row['planned net (W)'] !== null);
    return poles.every((pole) => energyWh(ahead, pole) > 0) && ahead;
  });
  const shares = poles.map((pole) => energyWh(planned, pole));
  assert.ok(Math.min(...shares) > Math.max(...shares) / 2, `${shares.map(Math.round)} Wh`);
  for (const row of planned) {
    assert.equal(row['limit (W)'], limitW);
    const sumW = poles.reduce((sum, pole) => sum + Number(row[nameOf(pole)] ?? 0), 0);
    // Each of them is rounded to a W.
    const isBelow = sumW <= limitW + poles.length / 2 && Number(row['planned net (W)']) <= limitW;
    assert.ok(isBelow, `${sumW} W at ${row.start}`);
  }
}
