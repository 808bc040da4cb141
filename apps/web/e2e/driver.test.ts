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
import { PHONE, signedUp, startAt } from './driver-steps.ts';

const HOUR_MS = 3_600_000;
const elements = (price: number) => [
  { price_components: [{ type: 'ENERGY' as const, price, step_size: 1 }] },
];
const TARIFF = { id: 'T1', currency: 'EUR', tax_included: 'YES' as const, elements: elements(0.4) };

let browser: Browser;
let server: OwnServer;

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

/** A tariff that counts at one socket. */
async function approved(
  tariff: Parameters<OwnServer['backOffice']['billing']['tariffs']['draft']>[0],
  evseUid: string,
): Promise<void> {
  const { tariffs } = server.backOffice.billing;
  const drafted = await tariffs.draft(tariff, [{ locationId: 'LOC1', evseUid }], 'a');
  assert.ok(drafted.ok, JSON.stringify(drafted));
  assert.ok((await tariffs.approve(tariff.id, drafted.data.revision, undefined, 'b')).ok);
}

const signUp = (): Promise<Looking> => signedUp(browser, server.url);

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
  await approved(TARIFF, 'E-guest');
  const at = await station('guest');
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
  await page.getByText('€0.08').first().waitFor();
  await line.click();
  await page.getByRole('heading', { name: 'What smart charging did' }).waitFor();
  await page.getByText('How this is worked out').waitFor();
  await page.getByText('€0.08, as without control').waitFor();
  // On paper stands the receipt, not what leads elsewhere.
  await page.emulateMedia({ media: 'print' });
  for (const gone of [
    page.getByRole('navigation'),
    page.getByRole('heading', { level: 1 }),
    page.getByRole('button'),
  ])
    assert.equal(await gone.filter({ visible: true }).count(), 0);
  assert.ok(await line.isVisible());
  assert.deepEqual(complaints, []);
  await close();
});

test('where no tariff counts a driver reads before, during and after the charge that nothing is owed, whatever energy costs the place', async () => {
  const at = await station('gratis');
  await prices();
  const { page, close } = await signUp();
  const card = page.getByRole('listitem').filter({ hasText: at.evseUid });
  await card.getByText('free of charge').waitFor();
  await startAt(page, at);
  await page.getByLabel('Ready by (time here)').fill(clockAt(Date.now() + 12 * HOUR_MS));
  await page.getByLabel(/^I stay until then for sure/).check();
  await page.getByRole('combobox', { name: 'in', exact: true }).selectOption('kWh');
  await page.getByLabel('Target').fill('10');
  await page.getByRole('radio', { name: 'Cheap' }).check();
  await page.getByRole('button', { name: 'Plan it' }).click();
  await page.getByText(/^1\d\.\d kWh by .* · free of charge$/).waitFor();
  await page.getByText('No tariff counts here: you owe nothing for this charge.').waitFor();
  await page.getByRole('button', { name: 'Charge now' }).click();
  await page.getByText(/^Ready .* instead of .*, free of charge either way\.$/).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await at.meter(200, 7_000);
  await page.getByText('So far 0.2 kWh, free of charge').waitFor();
  assert.equal(await page.getByText('€').count(), 0, 'no sum of money anywhere');
  await at.stop(200);
  await page.getByRole('link', { name: 'My charges' }).click();
  await page.getByText('0.2 kWh').first().click();
  await page.getByText('nothing: no tariff counts here').waitFor();
  // Energy had a price when the charge began, in an hour that began before it.
  await page.getByText('€0.10, as without control').waitFor();
  await close();
});

test('UC-003 UC-004 D4.2-§3.3.1-3 a driver adds a car, says how full it is, by when and how much, and sees promise, plan and what a boost costs', async () => {
  await approved({ ...TARIFF, id: 'T2', type: 'REGULAR' }, 'E-wish');
  await approved({ ...TARIFF, id: 'T3', type: 'PROFILE_FAST', elements: elements(0.6) }, 'E-wish');
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
  // A refusal is said in the language of the page, not of the server.
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByLabel('Language').selectOption('de');
  await page.getByRole('button', { name: 'Karte hinzufügen' }).click();
  await page.getByText('Keine Karte dieses Betreibers hat diese Nummer und diesen Vertrag').waitFor();
  await page.getByLabel('Sprache').selectOption('en');
  await page.getByLabel('Contract number').fill('NL-SMC-C0077');
  await page.getByRole('button', { name: 'Add a card' }).click();
  await page.getByText('The card is yours now.').waitFor();
  await page.getByText('NL-SMC-C0077').waitFor();
  assert.equal(await page.getByText('E2ECARD-0001').count(), 0, 'the number is masked');
  await page.getByRole('button', { name: /^Take off my account/ }).click();
  await page.getByText('No card yet').waitFor();
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
    await page.emulateMedia({ colorScheme: 'light' });
    assert.deepEqual(await barriers(page), [], `${where}, light`);
    await page.emulateMedia({ colorScheme: 'dark' });
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
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
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
  await page.getByRole('button', { name: 'Menu' }).click();
  // Chosen colours count whatever the device says; then the device is asked again, for both to be judged.
  await page.getByLabel('Colours').selectOption('Light');
  const light = await ground();
  await page.getByLabel('Colours').selectOption('As the device');
  assert.notEqual(await ground(), light);
  await judge('menu');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Password').waitFor();
  await judge('entry');
  await close();
  await at.stop(0);
});
