import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { oneTimeCode, signedIn } from '../../server/src/main/testing/signed-in.ts';
import type { SimulatedSite } from '../../server/src/main/testing/simulated-site.ts';
import { socket } from '../../server/src/network/testing/socket.ts';
import { createApiKeys } from '../../server/src/operators/index.ts';
import { systemClock } from '../../server/src/time/clock.ts';
import { allRead, barriers, type Looking, look, openBrowser } from './browser.ts';
import { atStations, type BidirectionalStation, bidirectional, TEN_MS } from './station-places.ts';

let browser: Browser;
let site: SimulatedSite;
let car: BidirectionalStation;
let key: string;
let leave: () => void;
let left: Promise<void>;

before(
  async () => {
    const arrived = Promise.withResolvers<SimulatedSite>();
    const going = Promise.withResolvers<void>();
    leave = going.resolve;
    left = atStations(async (there) => {
      arrived.resolve(there);
      await going.promise;
    });
    left.catch(arrived.reject);
    [site, browser] = await Promise.all([arrived.promise, openBrowser()]);
    car = await bidirectional(site);
    const { store, audit } = site.server;
    const keys = createApiKeys({ store, clock: systemClock, random: randomBytes, audit });
    ({ key } = await keys.create({ name: 'e2e', role: 'admin' }, 'test'));
  },
  { timeout: 300_000 },
);

after(async () => {
  await browser?.close();
  await car?.close();
  leave();
  await left;
});

/** Somebody who is signed in, on one of the pages of stations. */
async function at(
  path: string,
  options: Parameters<typeof look>[1] = {},
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Looking> {
  const looking = await look(browser, options);
  await prepare(looking.page);
  await looking.page.addInitScript(`sessionStorage.setItem('smac-key', '${key}')`);
  await open(looking.page, path);
  return looking;
}
async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${site.server.url}/operator/stations${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** What a page reads every few seconds it reads at once, again and again, until it shows what is waited for. */
async function shown(page: Page, what: Locator): Promise<void> {
  const deadline = performance.now() + 120_000;
  while ((await what.count()) === 0) {
    if (performance.now() > deadline) throw new Error(`The page never showed ${what}`);
    await Promise.all([page.waitForResponse(/\/api\//), page.clock.fastForward(5_000)]);
  }
}
/** The clock of the page can be moved on; by itself it goes as every clock. */
const movable = ({ clock }: Page) => clock.install();

test('the list of stations tells connection, version, model, site, EVSEs and what limits smart charging; filters stand in the address', async () => {
  const { page, complaints, close } = await at('');
  const row = (name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  const told = await row('T1').innerText();
  for (const part of [
    /Online/,
    /2\.0\.1/,
    /SMAC Simulated/,
    /Kauppatori 1/,
    /1 × Charging, 1 × Free/,
    /\d+\.\d kW/,
  ])
    assert.match(told, part);
  assert.match(await row('OFF').innerText(), /Offline[\s\S]*Never/);
  assert.match(await row('L1').innerText(), /Charging profiles/);
  await page.getByRole('searchbox').fill('OFF');
  await row('T1').waitFor({ state: 'detached' });
  await page.reload();
  await row('OFF').waitFor();
  assert.equal(await row('T1').count(), 0);
  assert.deepEqual(complaints, []);
  await close();
});

test('a station is added: its address, identity and password are shown once, and it is in the list', async () => {
  const { page, close } = await at('');
  await page.getByRole('button', { name: 'Add a station' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Harbour 7');
  await page.getByLabel('Station id').fill('HARBOUR7');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('This password is shown only now').waitFor();
  assert.match(await page.locator('code.password').innerText(), /^[0-9a-f]{40}$/);
  await page.getByRole('button', { name: 'I have kept the password' }).click();
  await page.getByRole('rowheader', { name: 'Harbour 7' }).waitFor();
  assert.equal(await page.locator('code.password').count(), 0);
  await close();
});

test('a station that stands nowhere is placed at a new site: supply point, socket, phase and amperes; it is planned from then on, and changed later', async () => {
  const { page, complaints, close } = await at('/OFF');
  await page.getByRole('link', { name: 'Say where it stands' }).click();
  await page.getByText('No charging point of this station stands anywhere yet.').waitFor();
  await page.getByRole('button', { name: 'Place a charging point' }).click();
  await page.getByRole('button', { name: 'New site' }).click();
  const siteForm = page.getByRole('form', { name: 'New site' });
  assert.equal(await siteForm.getByLabel('Country').inputValue(), 'FIN', 'as the site next to it');
  await siteForm.getByLabel('Name of the site').fill('Harbour');
  await siteForm.getByLabel('Street and number').fill('Linnankatu 90');
  await siteForm.getByLabel('Latitude').fill('60.4361');
  await siteForm.getByLabel('Longitude').fill('22.22');
  await siteForm.getByLabel('Most import, kW').fill('40');
  const zone = siteForm.getByLabel('Time zone');
  await zone.fill('Turku');
  assert.deepEqual(await barriers(page), []);
  await siteForm.getByRole('button', { name: 'Save the site' }).click();
  await siteForm.getByText('must be an IANA time zone, like Europe/Madrid').waitFor();
  await zone.fill('Europe/Helsinki');
  await siteForm.getByRole('button', { name: 'Save the site' }).click();
  await page.getByText('The site is saved.').waitFor();
  const form = page.getByRole('form', { name: 'A charging point at its place' });
  assert.equal(await form.getByLabel('Site').inputValue(), 'HARBOUR');
  await form.getByLabel('Name of the charging point').fill('HARBOUR-7');
  await form.getByLabel('First phase').selectOption('L2');
  await form.getByLabel('Most current, A').fill('20');
  await form.getByText('Gives 13.8 kW at most.').waitFor();
  await form.getByRole('button', { name: 'Place it' }).click();
  await page.getByText('HARBOUR-7 stands at Harbour: it is planned from now on.').waitFor();
  const { network } = site.server.backOffice;
  assert.deepEqual(
    [network.placeOf('OFF', 1)?.evseUid, network.placeOf('OFF', 1)?.firstPhase],
    ['HARBOUR-7', 2],
  );
  const context = (await site.server.sites.contexts()).find(({ objectId }) => objectId === 'supply/HARBOUR');
  assert.equal(context?.statics.maxImportW, 40_000);
  assert.deepEqual(
    context?.statics.evses.map(({ evseUid, connectors }) => [evseUid, connectors[0]?.chargeW]),
    [['HARBOUR-7', 13_800]],
  );
  await page.getByRole('button', { name: 'Change HARBOUR-7' }).click();
  const change = page.getByRole('form', { name: 'Change HARBOUR-7' });
  assert.equal(
    await change.getByLabel('Name of the charging point').count(),
    0,
    'the name is changed by moving it',
  );
  await change.getByLabel('Most current, A').fill('16');
  await change.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Type 2 · AC, three phases · 16 A · 11.0 kW').waitFor();
  assert.equal(network.placeOf('OFF', 1)?.firstPhase, 2, 'what was not changed stays');
  assert.deepEqual(
    complaints.filter((one) => !/status of 422/.test(one)),
    [],
  );
  await close();
});

test('a placed EVSE is moved to another site under another name, and back; what follows from it is said before; one that charges stays', async () => {
  const { network } = site.server.backOffice;
  const yard = { id: 'YARD', name: 'Yard', address: 'Linnankatu 91', city: 'Turku', country: 'FIN' };
  const lies = { latitude: '60.44', longitude: '22.23', timeZone: 'Europe/Helsinki' };
  const supply = { maxImportW: 20_000, currency: 'EUR' };
  assert.ok((await network.addLocation({ ...yard, ...lies, supply })).ok);
  assert.ok((await site.server.stations.admin.add({ stationId: 'MV', securityProfile: 1 }, 'local')).ok);
  const placed = { stationId: 'MV', evseId: 1, locationId: 'YARD', evseUid: 'YARD-7' };
  assert.ok((await network.placeEvse({ ...placed, connectors: [socket()] })).ok);
  const { page, complaints, close } = await at('/MV/place');
  const membersOf = async (locationId: string) =>
    (await site.server.sites.contexts())
      .find(({ objectId }) => objectId === `supply/${locationId}`)
      ?.statics.evses.map(({ evseUid }) => evseUid);
  await page.getByRole('button', { name: 'Move or rename YARD-7' }).click();
  const form = page.getByRole('form', { name: 'Move or rename YARD-7' });
  const save = form.getByRole('button', { name: 'Save' });
  assert.equal(await save.isDisabled(), true, 'nothing is changed yet');
  await form.getByText('For partners YARD-7 is removed and a new charging point appears').waitFor();
  await form.getByLabel('Site').selectOption('LOC1');
  await form.getByText('The limits of the new site hold for it at once').waitFor();
  await form.getByLabel('Name of the charging point').fill('T1-1');
  assert.deepEqual(await barriers(page), []);
  await save.click();
  await form.getByText('evseUid: T1-1 is another EVSE of LOC1').waitFor();
  await form.getByLabel('Name of the charging point').fill('MV-1');
  await save.click();
  await page.getByText('YARD-7 is now MV-1 at Kauppatori 1.').waitFor();
  assert.deepEqual([await membersOf('YARD'), (await membersOf('LOC1'))?.includes('MV-1')], [[], true]);
  await page.getByRole('button', { name: 'Move or rename MV-1' }).click();
  const back = page.getByRole('form', { name: 'Move or rename MV-1' });
  await back.getByLabel('Site').selectOption('YARD');
  await back.getByLabel('Name of the charging point').fill('YARD-7');
  await back.getByRole('button', { name: 'Save' }).click();
  await page.getByText('MV-1 is now YARD-7 at Yard.').waitFor();
  assert.deepEqual(network.placeOf('MV', 1)?.evseUid, 'YARD-7');
  assert.deepEqual(await membersOf('YARD'), ['YARD-7']);
  await open(page, '/T1/place');
  await page.getByRole('button', { name: 'Move or rename T1-1' }).click();
  const charging = page.getByRole('form', { name: 'Move or rename T1-1' });
  await charging.getByLabel('Name of the charging point').fill('T1-9');
  await charging.getByRole('button', { name: 'Save' }).click();
  await charging.getByText('T1-1 charges a car now; move it when the charge is over').waitFor();
  assert.deepEqual(
    complaints.filter((one) => !/status of 422/.test(one)),
    [],
  );
  await close();
});

test('SMC_013 a readiness checker tells per station what smart charging needs, each with its reason; one without smart charging is flagged', async () => {
  const { page, close } = await at('/T1');
  const item = (name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  await item('Metering').getByText('Its last charges came with meter values.').waitFor();
  assert.match(
    await item('Charging profiles').innerText(),
    /Yes[\s\S]*(Profiles worked|It says it has smart charging)/,
  );
  assert.match(await item('Phases').innerText(), /Yes[\s\S]*3 phases are known/);
  assert.match(await item('OCPP version').innerText(), /Yes[\s\S]*OCPP 2\.0\.1/);
  assert.match(await item('Security profile').innerText(), /Partly[\s\S]*Password without encryption/);
  await open(page, '/L1');
  await page.getByText('This station cannot charge smartly yet').waitFor();
  assert.match(
    await item('Charging profiles').innerText(),
    /No[\s\S]*The station says it has no smart charging/,
  );
  await close();
});

test('D1.5-Q5-8-ui D1.5-Q5-8 the page of a station shows charging, discharging or idle with the signed power, live', async () => {
  const { page, close } = await at('/BI', {}, movable);
  const card = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'BI-1' }) });
  await card.getByText(/Idle$/).waitFor();
  await car.meter(7_400);
  await shown(page, card.getByText(/Charging$/));
  assert.match(await card.innerText(), /7\.4 kW/);
  await car.meter(-6_000);
  await shown(page, card.getByText(/Discharging$/));
  assert.match(await card.innerText(), /-6\.0 kW/);
  await close();
});

test('every message of the version of a station is sent by a form made from its schema, and its actual answer is shown', async () => {
  const { page, complaints, close } = await at('/O1/commands', {}, movable);
  const actions = page.getByRole('combobox', { name: 'Message' });
  await actions.selectOption('GetConfiguration');
  await page.waitForURL(/action=GetConfiguration$/);
  await page.getByRole('button', { name: 'Send GetConfiguration' }).click();
  await page.getByText('"ChargeProfileMaxStackLevel"').waitFor();
  await actions.selectOption('ChangeAvailability');
  await page.getByRole('combobox', { name: 'type *' }).selectOption('Operative');
  const send = page.getByRole('button', { name: 'Send ChangeAvailability' });
  await page.getByRole('spinbutton', { name: 'connectorId *' }).fill('1.5');
  await page.getByText('connectorId must be: integer.').waitFor();
  assert.ok(await send.isDisabled(), 'what breaks the schema does not leave');
  await page.getByRole('button', { name: 'JSON' }).click();
  await page.getByRole('textbox', { name: 'JSON' }).fill('{"connectorId": 1, "type": "Operative"}');
  await send.click();
  // Dangerous: said in words before it is sent.
  const dialog = page.getByRole('dialog');
  await dialog.getByText('ChangeAvailability goes to O1.').waitFor();
  await dialog.getByRole('button', { name: 'Send ChangeAvailability' }).click();
  const answer = page.getByRole('article').filter({ hasText: 'ChangeAvailability' });
  await answer.getByText('"status": "Accepted"').waitFor();
  await actions.selectOption('ReserveNow');
  const card = page.getByRole('textbox', { name: 'idTag *' });
  await card.fill('CARDT11');
  // What is typed stays while the state of the station is read again: the second reading is asked for when the first is shown.
  for (let reading = 0; reading < 2; reading += 1)
    await Promise.all([page.waitForRequest(/\/O1\/state$/), page.clock.fastForward(5_000)]);
  assert.equal(await card.inputValue(), 'CARDT11');
  await page.getByRole('button', { name: 'Send ReserveNow' }).click();
  await page.getByRole('article').filter({ hasText: 'ReserveNow' }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test('one message goes to stations of two versions at once; each has its own result, and the one that is offline says so', async () => {
  const { page, complaints, close } = await at('');
  for (const id of ['N1', 'O1', 'OFF']) await page.getByRole('checkbox', { name: id, exact: true }).check();
  await page.getByRole('button', { name: 'Send a message to these' }).click();
  await page.getByRole('combobox', { name: 'Message' }).selectOption('ClearCache');
  await page.getByRole('button', { name: 'Send ClearCache to 3' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send ClearCache to 3' }).click();
  const results = page.getByRole('table').filter({ hasText: '2 of 3 stations took it' });
  await results.waitFor();
  const of = (id: string) =>
    results.getByRole('row').filter({ has: page.getByRole('rowheader', { name: id, exact: true }) });
  assert.match(await of('N1').innerText(), /Accepted/);
  assert.match(await of('O1').innerText(), /Accepted/);
  assert.match(await of('OFF').innerText(), /Offline[\s\S]*nothing was sent/);
  assert.deepEqual(complaints, []);
  await close();
});

test('a dangerous action of a person whose second factor is old asks for it again, then does what was asked', async () => {
  // The clock of the simulation is where the codes of the authenticator come from.
  const minutes = 4;
  await site.runTo(minutes);
  const person = await signedIn(site.server, 'operator', TEN_MS + minutes * 60_000);
  await site.runTo(minutes + 6);
  const { page, close } = await look(browser);
  const [name = '', value = ''] = person.cookie.split('=');
  await page.context().addCookies([{ name, value, url: site.server.url }]);
  await page.addInitScript(`localStorage.setItem('smac-signed-in', 'yes')`);
  await open(page, '');
  await page.getByRole('checkbox', { name: 'N1', exact: true }).check();
  await page.getByRole('button', { name: 'Send a message to these' }).click();
  await page.getByRole('combobox', { name: 'Message' }).selectOption('ClearCache');
  await page.getByRole('button', { name: 'Send ClearCache to 1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send ClearCache to 1' }).click();
  const asked = page.getByRole('dialog', { name: 'Show that it is you' });
  await asked.getByLabel('Code of the authenticator app').fill('000000');
  await asked.getByRole('button', { name: 'Go on' }).click();
  await asked.getByText('This code is not right').waitFor();
  const code = oneTimeCode(person.secret, TEN_MS + (minutes + 6) * 60_000);
  await asked.getByLabel('Code of the authenticator app').fill(code);
  await asked.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('1 of 1 stations took it').waitFor();
  await close();
});

test('the message log is searched by action, text and direction; a call stands with its answer; what is filtered is exported', async () => {
  const { page, complaints, close } = await at('/T1/log');
  const lines = page.getByRole('main').getByRole('listitem');
  await lines.first().waitFor();
  await page.getByRole('combobox', { name: 'Message' }).fill('BootNotification');
  await page.getByRole('combobox', { name: 'Message' }).press('Enter');
  await page.waitForURL(/action=BootNotification/);
  await page.getByText('1 exchange, 2 messages').waitFor();
  assert.match(await lines.first().innerText(), /From the station[\s\S]*BootNotification[\s\S]*CALLRESULT/);
  await lines.first().locator('summary').click();
  await page.getByText('"interval"').waitFor();
  const save = async (name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name }).click(),
    ]);
    return readFileSync(await download.path(), 'utf8');
  };
  const csv = (await save('Export CSV')).trim().split('\r\n');
  assert.equal(csv.length, 3, 'a head, the call and its answer');
  assert.match(csv[0] ?? '', /at,direction,kind,action,messageId,connection,payload$/);
  const json = JSON.parse(await save('Export JSON')) as { action: string; kind: string }[];
  assert.deepEqual(
    json.map(({ action, kind }) => [action, kind]),
    [
      ['BootNotification', 'CALLRESULT'],
      ['BootNotification', 'CALL'],
    ],
  );
  // Only half of the exchange fits: the other is looked for when it is opened.
  await open(page, '/T1/log?action=BootNotification&text=PowerUp&direction=in');
  await page.getByText('1 exchange, 1 message').waitFor();
  await lines.first().locator('summary').click();
  await page.getByText('"interval"').waitFor();
  await open(page, '/T1/log?text=no-such-text');
  await page.getByText('No message fits this search.').waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test('a profile by hand is seen as a picture, refused with its reason code, sent, read back beside what was sent, and removed', async () => {
  const { page, complaints, close } = await at('/N1/profiles');
  const maker = page.getByRole('region', { name: 'A charging profile by hand' });
  await maker.getByRole('img', { name: 'TxDefaultProfile: limit over time' }).waitFor();
  await maker.getByLabel('Stack level').fill('99');
  await maker.getByRole('button', { name: 'Try', exact: true }).click();
  await maker.getByText(/It would not be taken \(\w+, [\w.]+\)/).waitFor();
  const send = maker.getByRole('button', { name: 'Send to the station' });
  assert.ok(await send.isDisabled());
  await maker.getByLabel('Stack level').fill('3');
  await maker.getByLabel('Limit').first().fill('10');
  await maker.getByRole('button', { name: 'Try', exact: true }).click();
  await maker.getByText('No rule stands against it.').waitFor();
  await maker.getByRole('img', { name: 'What cars could draw there' }).waitFor();
  await send.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send to the station' }).click();
  const held = page.getByRole('article', { name: 'TxDefaultProfile 30001' });
  await held.getByRole('img').waitFor();
  await held.getByText('The same as a table').click();
  await held.getByText('10 A').waitFor();
  const station = site.stations.get('N1')!;
  assert.ok(
    station.act((now) => now.installed.some(({ profile }) => profile.id === 30_001)),
    'the station holds it',
  );
  const back = page.getByRole('region', { name: 'What the station says it will do' });
  await back.getByRole('button', { name: 'Ask the station' }).click();
  await back.getByText('Both say the same.').waitFor();
  await back.getByText('The same as a table').click();
  await back.getByText('6.9 kW').first().waitFor();
  await held.getByRole('button', { name: 'Remove from the station' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove from the station' }).click();
  await held.waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
  await close();
});

test('settings are read from the station and changed at it; a log and a firmware are followed to their end', async () => {
  const { page, close } = await at('/T1/settings?text=HeartbeatInterval', {}, movable);
  await page.getByRole('button', { name: /Change .*HeartbeatInterval/ }).click();
  await page.getByRole('region', { name: 'OCPPCommCtrlr.HeartbeatInterval' }).getByLabel('Value').fill('120');
  await page.getByRole('button', { name: 'Change at the station' }).click();
  await page.getByText('"attributeStatus": "Accepted"').waitFor();
  await page.getByRole('button', { name: 'Read from the station now' }).click();
  await page.getByText('"attributeValue": "120"').waitFor();
  await open(page, '/T1/upkeep');
  await page.getByLabel('Where it sends the file').fill('https://files.example.org/logs/');
  await page.getByRole('button', { name: 'Ask for the log' }).click();
  await shown(page, page.getByRole('row', { name: /Log.*Uploaded/ }));
  await page.getByLabel('Address of the file').fill('https://files.example.org/new.bin');
  await page.getByRole('button', { name: 'Update the firmware' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Update the firmware' }).click();
  await shown(page, page.getByRole('row', { name: /Firmware.*Installed/ }));
  await close();
});

test('WCAG 2.2 AA: axe finds nothing on any page of stations, in both themes, and a phone scrolls down only', async () => {
  const PATHS = [
    '',
    '/T1',
    '/T1/place',
    '/T1/commands?action=SetChargingProfile',
    '/T1/profiles',
    '/T1/log',
    '/T1/settings',
    '/T1/upkeep',
  ];
  const ready: Readonly<Record<string, string>> = {
    '/T1': 'Its last charges came',
    '/T1/place': 'Where it stands',
    '/T1/profiles': 'by SMAC',
    '/T1/settings': 'TxUpdatedInterval',
  };
  const { page, complaints, close } = await at('');
  for (const path of PATHS) {
    await open(page, path);
    await page
      .getByText(ready[path] ?? 'T1')
      .first()
      .waitFor();
    await allRead(page);
    await page.emulateMedia({ colorScheme: 'light' });
    assert.deepEqual(await barriers(page), [], `${path} light`);
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.deepEqual(await barriers(page, ['color-contrast']), [], `${path} dark`);
    await page.setViewportSize({ width: 360, height: 780 });
    const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${path}: ${width} px wide`);
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  assert.deepEqual(complaints, []);
  await close();
});
