import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { until } from '../../server/src/main/testing/played-stations.ts';
import { oneTimeCode, signedIn } from '../../server/src/main/testing/signed-in.ts';
import { AC, AMB, asPerson, atBarcelona, type Barcelona, DC, everySocketTaken } from './barcelona.ts';
import { allRead, barriers, look, openBrowser } from './browser.ts';

const NAME = 'Glories-75';
let browser: Browser;
let city: Barcelona;
let address: string;
let contextId: string;

before(
  async () => {
    [city, browser] = await Promise.all([atBarcelona(), openBrowser()]);
    address = `${city.server.url}/operator`;
  },
  { timeout: 300_000 },
);
after(async () => {
  await browser?.close();
  await city?.close();
});

async function asAnna(): Promise<{
  readonly page: Page;
  readonly complaints: readonly string[];
  close(): Promise<void>;
}> {
  const looking = await look(browser, { timezoneId: 'America/New_York' });
  await asPerson(looking.page.context(), city.server.url, city.anna);
  return looking;
}

const next = (page: Page) => page.getByRole('button', { name: 'Next', exact: true }).click();
const pathOf = (rest = '') => `${address}/contexts/${encodeURIComponent(contextId)}${rest}`;
const api = (rest = '') => `/api/contexts/${encodeURIComponent(contextId)}${rest}`;

interface Made {
  readonly id: string;
  readonly version: number;
  readonly statics: Readonly<Record<string, unknown>> & {
    readonly evses: readonly { readonly evseUid: string; readonly connectors: readonly object[] }[];
  };
}

test('UC-001 UC-001-pre UC-001-c1 UC-001-c2 Anna chooses among the charging points her operator shares, gives 75 kW, powers per connector and costs, and makes the context; the other platform reads it by OCPI', async () => {
  const { page, complaints, close } = await asAnna();
  await page.goto(`${address}/contexts`);
  await page.getByRole('link', { name: 'New context' }).click();
  const boxes = page.getByRole('checkbox');
  await boxes.first().waitFor();
  // All of AMB, nothing of the other operator: one tick for the place and one for each charging point.
  assert.equal(await boxes.count(), 1 + DC.length + AC.length);
  assert.equal(await page.getByText('quay').count(), 0);
  await next(page);
  await page.getByText('Choose at least one charging point.').waitFor();
  await page.getByRole('checkbox', { name: /All here/ }).check();
  await page
    .getByText(`${DC.length + AC.length} of ${DC.length + AC.length} charging points chosen`)
    .waitFor();
  await next(page);
  await page.getByLabel('Name', { exact: true }).fill(NAME);
  await page.getByLabel('Most import, kW').fill('75');
  await page.getByLabel(/^Opportunity cost/).fill('0.5');
  await page.getByLabel('Grid connection id').fill('ES0031-GLORIES');
  assert.equal(await page.getByLabel('Time zone').inputValue(), 'Europe/Madrid');
  await next(page);
  // A row for each connector, and only two of its own: nominal power and discharge power.
  assert.equal(await page.getByRole('spinbutton', { name: /^Charging power of/ }).count(), 7);
  assert.equal(await page.getByRole('spinbutton', { name: /^Discharge power of/ }).count(), 7);
  await page.getByLabel('Charging power of Combo connector 1, kW').fill('45');
  await page.getByLabel('Discharge power of M1 connector 1, kW').fill('3');
  await next(page);
  await next(page);
  await page
    .getByText('Together with everything else at the supply point they draw 75.0 kW at most.')
    .waitFor();
  await page.getByText('Cars feed nothing into the grid.').waitFor();
  await page.getByText('An occupied connector costs 0.5 EUR/h².').waitFor();
  await page.getByRole('button', { name: 'Create this context' }).click();
  await page.getByRole('heading', { name: NAME }).waitFor();
  const listed = (await city.anna.call<Made[]>('GET', '/api/contexts')).json;
  assert.equal(listed.length, 1);
  const made = listed[0]!;
  contextId = made.id;
  const { evses, ...limits } = made.statics;
  // What was left empty is not there at all.
  assert.deepEqual(limits, {
    maxImportW: 75_000,
    opportunityCostPerHour2: 0.5,
    currency: 'EUR',
    gridConnectionId: 'ES0031-GLORIES',
  });
  const connectors = Object.fromEntries(evses.map((evse) => [evse.evseUid, evse.connectors]));
  assert.deepEqual(connectors.Combo, [{ connectorId: '1', chargeW: 45_000 }]);
  assert.deepEqual(connectors.M1, [{ connectorId: '1', chargeW: 7_360, dischargeW: 3_000 }]);
  assert.deepEqual(connectors.M2, []);
  const read = await city.cpo.client.receiver.smartchargingoptimisation.get({ owner: AMB, id: NAME });
  assert.ok(read.ok, JSON.stringify(read));
  assert.equal(read.data.max_power, 75_000);
  assert.equal(read.data.evses.length, 7);
  const powers = read.data.evses.flatMap((evse) => evse.connectors.map(({ power }) => power));
  // In kW, as was agreed: what was given, else what the location says.
  assert.deepEqual(powers, [50, 45, 7.36, 7.36, 7.36, 7.36, 7.36]);
  assert.equal(read.data.grid_connection_id, 'ES0031-GLORIES');
  assert.deepEqual(complaints, []);
  await close();
});

test('a plan of the context keeps 75 kW although every socket is taken and together they could draw 130 kW; charging points of another operator are refused', async () => {
  await everySocketTaken(city);
  const { json, status } = await city.anna.call<{ plan: { site: { net_w: number[] }; sessions: object[] } }>(
    'POST',
    api('/plans'),
  );
  assert.equal(status, 201, JSON.stringify(json));
  assert.equal(json.plan.sessions.length, 7);
  const highestW = Math.max(...json.plan.site.net_w);
  assert.ok(highestW <= 75_000.5 && highestW > 40_000, `${highestW} W`);
  const foreign = await city.anna.call('POST', '/api/contexts', {
    country: 'ES',
    party: 'AMB',
    peerId: contextId.split('/')[0],
    objectId: 'planted',
    statics: { currency: 'EUR', evses: [{ locationId: 'quay', evseUid: 'quay-1', connectors: [] }] },
  });
  assert.equal(foreign.status, 422);
  assert.match(JSON.stringify(foreign.json), /ES-AMB does not share EVSE quay\/quay-1/);
});

test('D4.2-§3.3.2-2 US-D(i)-2 Anna changes the limit later and sets day and night bands; the history keeps both versions and shows what differs', async () => {
  const { page, complaints, close } = await asAnna();
  await page.goto(pathOf());
  await page.getByRole('link', { name: 'Change this context' }).click();
  await page.getByRole('checkbox').first().waitFor();
  await page.getByRole('button', { name: '2 Limits and costs' }).click();
  assert.equal(await page.getByLabel('Most import, kW').inputValue(), '75');
  await page.getByLabel('Most import, kW').fill('70');
  await page.getByLabel(/^Opportunity cost/).fill('');
  await page.getByRole('button', { name: '4 Calendar of services' }).click();
  await page.getByRole('button', { name: 'Begin with day and night bands' }).click();
  await page.getByRole('img', { name: 'Picture of the week: 4 rules' }).waitFor();
  await page.getByRole('button', { name: '5 Review' }).click();
  await page
    .getByRole('listitem')
    .filter({
      hasText:
        'Every day, 08:00 to 22:00, CHAdeMO and Combo: at least 25.0 kW, at most 50.0 kW, 30 min at most.',
    })
    .waitFor();
  const changes = page.getByRole('region', { name: 'What changes' });
  await changes.getByRole('row', { name: 'Most import 75 kW 70 kW' }).waitFor();
  await changes.getByRole('row', { name: 'Opportunity cost per h² 0.5 –' }).waitFor();
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await page.getByText('version 2', { exact: false }).first().waitFor();
  // The page of the context says the same of the two versions, and who made them.
  await page.getByRole('row', { name: 'Most import 75 kW 70 kW' }).waitFor();
  await page
    .getByRole('row', { name: /^Rule 1 – 08:00–22:00 · 25–50 kW · ≤ 30 min · CHAdeMO, Combo$/ })
    .waitFor();
  const versions = (await city.anna.call<{ version: number; source: string }[]>('GET', api('/versions')))
    .json;
  assert.deepEqual(
    versions.map(({ version }) => version),
    [2, 1],
  );
  assert.match(versions[0]?.source ?? '', /^staff:/);
  const late = await city.anna.call('PUT', api(), { basedOn: 1, statics: { currency: 'EUR', evses: [] } });
  assert.equal(late.status, 409, 'somebody else was faster');
  assert.deepEqual(complaints, []);
  await close();
});

/** Quarters of an hour from the next one on, as a file. */
function csv(values: readonly string[]): string {
  const quarterMs = 900_000;
  const startMs = Math.floor(city.clock.now() / quarterMs) * quarterMs;
  const rows = values.map((value, n) => `${new Date(startMs + n * quarterMs).toISOString()},${value}`);
  return `start,value\n${rows.join('\n')}\n`;
}
const file = (text: string) => ({ name: 'demand.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });

test('UC-002 UC-002-pre Anna uploads a forecast after its mistakes were named by line and field, sets a limit by hand that ends by itself and takes another away; the values pass the same gate as a pushed object', async () => {
  const { page, close } = await asAnna();
  await page.goto(pathOf('/inputs'));
  const upload = page.getByLabel('CSV file');
  await upload.setInputFiles(file(csv(['8000', 'eight', '-5'])));
  await page.getByText('Line 3, value: write a number (eight)').waitFor();
  await page.getByText('Line 4, value: must not be below 0 (-5)').waitFor();
  // A thousand times too much is refused by the server, as over OCPI.
  await upload.setInputFiles(file(csv(Array<string>(8).fill('8000000'))));
  await page.getByRole('button', { name: 'Apply this file' }).click();
  await page.getByText(/demand is 8000000 W on average, but max_power is 70000 W/).waitFor();
  await upload.setInputFiles(file(csv(Array<string>(96).fill('8000'))));
  await page.getByText(/96 values of Base load/).waitFor();
  await page.getByRole('button', { name: 'Apply this file' }).click();
  await page.getByText('96 values of Base load are in; a new plan follows.').waitFor();
  const card = page.getByRole('article', { name: 'Base load' });
  await card.getByText('8.0 kW', { exact: true }).waitFor();

  await page.getByLabel('Input').first().selectOption('demand');
  await page.getByLabel('Value, W').fill('12000');
  await page.getByLabel('For how many hours').fill('0.25');
  await page.getByRole('button', { name: 'Set this value' }).click();
  await card.getByText('by hand', { exact: true }).waitFor();
  assert.match(await card.innerText(), /12\.0 kW/);
  await card.getByText('By hand until').waitFor();
  city.later(16 * 60_000);
  await page.reload();
  await card.getByText('8.0 kW', { exact: true }).waitFor();
  assert.equal(await card.getByText('by hand', { exact: true }).count(), 0);

  await page.getByLabel('Input').first().selectOption('cap');
  await page.getByLabel('Value, W').fill('40000');
  await page.getByRole('button', { name: 'Set this value' }).click();
  const limit = page.getByRole('article', { name: 'Limit for a time' });
  await limit.getByText('by hand', { exact: true }).waitFor();
  assert.match(await limit.innerText(), /40\.0 kW/);
  await limit.getByRole('button', { name: 'End by hand: Limit for a time' }).click();
  await limit.getByText('Nothing is known.', { exact: false }).waitFor();

  const nowhere = await city.anna.call('PUT', '/api/contexts/nothing/inputs/demand', { slots: [] });
  assert.equal(nowhere.status, 404);
  // Price with a hole: refused by hand as in a PATCH over OCPI.
  const holes = [0, 1, 2, 8].map((n) => ({
    start: new Date(city.clock.now() + n * 3_600_000).toISOString(),
    value: 0.2,
  }));
  const byHand = await city.anna.call('PUT', api('/inputs/price'), { slots: holes });
  assert.equal(byHand.status, 422);
  assert.match(JSON.stringify(byHand.json), /a price is never invented/);
  await close();
});

test('D4.2-§3.3.2-3 Anna opens a live session of her context and says how full the battery is: kept with the operator as its source', async () => {
  const { page, close } = await asAnna();
  await page.goto(pathOf('/inputs'));
  await page.getByRole('link', { name: 'M3', exact: true }).click();
  await page.getByRole('heading', { name: 'Live session · M3' }).waitFor();
  await page.getByLabel('State of charge, %').fill('35');
  await page.getByRole('button', { name: 'Set it' }).click();
  await page.getByText('Set, with this operator as its source; a new plan follows.').waitFor();
  await page.getByText('this operator (CPO)', { exact: false }).waitFor();
  const peerId = contextId.split('/')[0] ?? '';
  const session = await city.server.sites.session({ peerId, sessionId: 'S-M3' });
  assert.equal(session?.vehicle.soc?.source, 'cpo');
  assert.equal(session?.vehicle.soc?.soc, 0.35);
  await close();
});

test('a socket out of order is an alarm of its operator: with what to do, taken on with a note that stands in the trail, gone when the socket works again', async () => {
  const setStatus = async (status: 'OUTOFORDER' | 'AVAILABLE') => {
    city.later(1_000);
    const evse = { owner: AMB, locationId: 'glories', evseUid: 'M5' };
    const last_updated = new Date(city.clock.now()).toISOString();
    const patched = await city.cpo.client.receiver.locations.patch(evse, { status, last_updated });
    assert.ok(patched.ok, JSON.stringify(patched));
    city.later(2_000);
  };
  await setStatus('OUTOFORDER');
  const { page, close } = await asAnna();
  await page.goto(`${address}/alarms`);
  const row = page.getByRole('row').filter({ hasText: 'Charging point out of order' });
  await row.waitFor();
  assert.match(await row.innerText(), /Glòries/);
  assert.match(await row.innerText(), /Reset the station/);
  await row.getByRole('button', { name: /^Take it on/ }).click();
  await page.getByLabel('What is done about it, or why nothing is').fill('Jordi drives there');
  await page.getByRole('dialog').getByRole('button', { name: 'Take it on' }).click();
  await row.getByText('Jordi drives there').waitFor();
  const trail = await city.server.audit.list({ limit: 20 });
  const entry = trail.find(({ action }) => action === 'alarm.acknowledged');
  assert.equal(entry?.detail.note, 'Jordi drives there');
  await setStatus('AVAILABLE');
  await page.reload();
  await page.getByText(/^Now: \d+$/).waitFor();
  await row.waitFor({ state: 'detached' });
  await page.getByRole('checkbox', { name: /Also what ended/ }).check();
  await row.getByText('Over', { exact: true }).waitFor();
  await close();
});

test('grid signals: a grid operator is invited and given a site on screen; its heartbeat, what is in force at the supply point and why, objections, and who wins', async () => {
  const manager = await signedIn(city.server, 'admin', city.clock.now(), 'manager@smac.example.org');
  const { page, complaints, close } = await look(browser);
  await asPerson(page.context(), city.server.url, manager);
  await page.goto(`${address}/grid`);
  await page.getByText('No grid operator is connected.').waitFor();
  await page.getByRole('button', { name: 'Invite a grid operator' }).click();
  const form = page.getByRole('form', { name: 'Invite a grid operator' });
  await form.getByLabel('Name of the grid operator').fill('Endesa Distribución');
  await form.getByRole('button', { name: 'Invite a grid operator' }).click();
  const secret = page.getByRole('region', { name: 'Address and token for the partner' });
  assert.match(await secret.getByRole('code').innerText(), /^http:\S+\/oscp\S*\s\S{20,}$/);
  await secret.getByRole('button', { name: 'I have kept it' }).click();
  const partner = page.getByRole('listitem').filter({ hasText: 'Invited' });
  await partner.getByText('Endesa Distribución').first().waitFor();
  await partner.getByText('none agreed').waitFor();
  await partner.getByRole('button', { name: /^Assign a site/ }).click();
  const assign = page.getByRole('form', { name: 'Assign a site' });
  await assign.getByLabel('Group, as the grid operator names it').fill('GLORIES');
  await assign.getByLabel('Site').selectOption(contextId);
  await assign.getByLabel('Fallback, kW').fill('60');
  // A second factor that was shown a while ago is asked for again: what follows limits a site.
  city.later(6 * 60_000);
  await assign.getByRole('button', { name: 'Assign a site' }).click();
  const asked = page.getByRole('dialog', { name: 'Show that it is you' });
  const code = asked.getByLabel('Code of the authenticator app');
  await code.fill(oneTimeCode(manager.secret, city.clock.now()));
  await asked.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Group GLORIES limits the site from now on.').waitFor();
  const force = page.getByRole('listitem').filter({ hasText: 'Agreed fallback' });
  await force.waitFor();
  assert.match(await force.innerText(), /Agreed fallback\s+60\.0 kW/);
  assert.match(await force.innerText(), /Objection\s+none/);
  await page.getByText('Grid operator: capacity by OSCP').waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await barriers(page), []);
  }
  await partner.getByText('More').click();
  await partner.getByRole('button', { name: 'Remove group GLORIES: its limits are lifted' }).click();
  const sure = page.getByRole('dialog', { name: 'Remove group GLORIES: its limits are lifted' });
  await sure.getByText('may then draw up to its own limit').waitFor();
  await sure.getByRole('button', { name: 'Remove', exact: true }).click();
  await force.waitFor({ state: 'detached' });
  assert.deepEqual(
    complaints.filter((one) => !/status of 403/.test(one)),
    [],
    'nothing but the refusal that asks for the second factor',
  );
  await close();
});

test('planning pages: axe finds nothing in both themes, and a phone needs no sideways scrolling', async () => {
  const { page, close } = await asAnna();
  const live = `${address}/live/${encodeURIComponent(contextId.split('/')[0] ?? '')}/S-M1`;
  const pages: readonly (readonly [string, string])[] = [
    [`${address}/contexts`, NAME],
    [pathOf(), 'What holds'],
    [pathOf('/edit'), 'Next'],
    [pathOf('/inputs'), 'From a file'],
    [live, 'Give the state of charge'],
    [`${address}/alarms`, 'Also what ended'],
  ];
  for (const [url, sign] of pages) {
    await page.goto(url);
    await page.getByText(sign, { exact: false }).first().waitFor();
    await allRead(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await barriers(page), [], `${url} ${colorScheme}`);
    }
    await page.setViewportSize({ width: 390, height: 800 });
    // What draws itself by its width does so in the frame after it learnt of it.
    await until(async () => (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) === 0);
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  await close();
});
