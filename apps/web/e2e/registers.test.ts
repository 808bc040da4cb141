import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { CATALOGUE, vehicleOf } from '@smac/simulator';
import type { Browser, Locator, Page } from 'playwright-core';
import { signedIn as signIn } from '../../server/src/main/testing/signed-in.ts';
import type { SimulatedSite } from '../../server/src/main/testing/simulated-site.ts';
import { cellsOf } from '../src/components/export/testing/spreadsheet-cells.ts';
import { allRead, barriers, type Looking, look, openBrowser } from './browser.ts';
import { atCarPark, NOW_HOUR, T0 } from './car-park.ts';

const BEFORE_MS = T0 + NOW_HOUR * 3_600_000;
/** A car comes at two in the afternoon and leaves half an hour later. */
const STAY_MINUTES = 30;
const LOOKED_AT_MS = BEFORE_MS + (STAY_MINUTES + 5) * 60_000;
const DAY_TARIFF = {
  id: 'day',
  currency: 'EUR',
  type: 'REGULAR' as const,
  tax_included: 'NO' as const,
  elements: [{ price_components: [{ type: 'FLAT' as const, price: 2, vat: 21, step_size: 1 }] }],
};

let browser: Browser;
let site: SimulatedSite;
let leave: () => void;
let left: Promise<void>;
/** Two people with all rights: what one proposes the other decides. */
let ann: Looking;
let ben: Looking;
/** Looks at every page at the end. */
let zoe: Looking;

before(
  async () => {
    const arrived = Promise.withResolvers<SimulatedSite>();
    const going = Promise.withResolvers<void>();
    leave = going.resolve;
    left = atCarPark(async (there) => {
      await billedCharge(there);
      arrived.resolve(there);
      await going.promise;
    });
    left.catch(arrived.reject);
    [site, browser] = await Promise.all([arrived.promise, openBrowser()]);
    [ann, ben, zoe] = [await signedIn('ann'), await signedIn('ben'), await signedIn('zoe')];
  },
  { timeout: 300_000 },
);

after(async () => {
  await browser?.close();
  leave();
  await left;
});

/** A charge under an approved tariff, while a dearer revision of it waits for approval. */
async function billedCharge(there: SimulatedSite): Promise<void> {
  const { tariffs } = there.server.backOffice.billing;
  assert.ok((await tariffs.draft(DAY_TARIFF, [{}], 'staff:one')).ok);
  assert.ok((await tariffs.approve('day', 1, undefined, 'staff:two')).ok);
  const dear = {
    ...DAY_TARIFF,
    elements: [{ price_components: [{ type: 'FLAT' as const, price: 50, step_size: 1 }] }],
  };
  assert.ok((await tariffs.draft(dear, [{}], 'staff:one')).ok);
  const station = there.stations.get('P1')!;
  const start = (BEFORE_MS - there.startMs) / 60_000;
  station.plug(1, {
    vehicle: vehicleOf(CATALOGUE.find(({ model }) => model.charger.phases === 3)!.model),
    soc: 0.5,
  });
  await station.present(1, 'CARDP11');
  await there.runTo(start + STAY_MINUTES);
  station.unplug(1);
  await there.runTo(start + STAY_MINUTES + 5);
}

/** An admin of their own, signed in as after an invitation. */
async function signedIn(name: string, options: Parameters<typeof look>[1] = {}): Promise<Looking> {
  const { cookie } = await signIn(site.server, 'admin', LOOKED_AT_MS, `${name}@example.org`);
  const looking = await look(browser, {
    acceptDownloads: true,
    permissions: ['clipboard-write'],
    ...options,
  });
  const { page } = looking;
  const [cookieName = '', value = ''] = cookie.split('=');
  await page.context().addCookies([{ name: cookieName, value, url: site.server.url }]);
  await page.addInitScript("localStorage.setItem('smac-signed-in', 'yes')");
  // The server lives on a Monday in June; its pages read periods by the clock of the browser.
  await page.clock.setFixedTime(LOOKED_AT_MS);
  return looking;
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${site.server.url}/operator${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

async function saved(page: Page, button: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return readFileSync(await download.path(), 'utf8');
}

/** One file by one click, below whatever is exported there. */
async function kept(within: Locator, form: 'CSV' | 'JSON' | 'XLSX' | 'PNG'): Promise<Buffer> {
  const [download] = await Promise.all([
    within.page().waitForEvent('download'),
    within.getByRole('button', { name: `Export ${form}` }).click(),
  ]);
  assert.ok(download.suggestedFilename().endsWith(`.${form.toLowerCase()}`));
  return readFileSync(await download.path());
}

/** The three files of one table or chart; each holds the same rows. */
async function threeFiles(within: Locator): Promise<{ heads: string[]; rows: Record<string, unknown>[] }> {
  const rows = JSON.parse((await kept(within, 'JSON')).toString()) as Record<string, unknown>[];
  const lines = (await kept(within, 'CSV')).toString().replace('\ufeff', '').trim().split('\r\n');
  const heads = Object.keys(rows[0] ?? {});
  assert.equal(lines[0], heads.join(','));
  assert.equal(lines.length, 1 + rows.length);
  const cells = cellsOf(await kept(within, 'XLSX'));
  assert.deepEqual(
    (cells[0] ?? []).map((head) => String(head).replace(/ \(UTC\)$/, '')),
    heads,
  );
  assert.equal(cells.length, 1 + rows.length);
  const numbers = heads.flatMap((head, n) => (typeof rows[0]?.[head] === 'number' ? [{ head, n }] : []));
  for (const { head, n } of numbers) assert.equal(cells[1]?.[n], rows[0]?.[head], head);
  return { heads, rows };
}

/** A station that never connects. */
async function addedStation(): Promise<string> {
  const added = await site.server.stations.admin.add({ securityProfile: 1 }, 'test');
  assert.ok(added.ok);
  return added.data.stationId;
}

const bodyRows = (page: Page) => page.locator('tbody tr');

test('sessions: what runs and what ended, with flow, energy, reason and cost; the export holds exactly the rows of the filter, in its order', async () => {
  const { page, complaints } = ann;
  await open(page, '/sessions');
  await bodyRows(page).first().waitFor();
  const running = bodyRows(page).filter({ hasText: 'P3-1' });
  assert.match(await running.innerText(), /Kauppatori 1[\s\S]*(Charging|Plugged in)[\s\S]*kWh/);
  const over = bodyRows(page).filter({ hasText: 'P1-1' });
  assert.match(await over.innerText(), /Ended[\s\S]*€2\.00/);
  // Filter and export are one step each, once the words are typed.
  await page.getByRole('searchbox').fill('p1-1 ended');
  await page.getByText(/^1 of \d+ shown$/).waitFor();
  await page.waitForURL(/q=p1-1\+ended/);
  const csv = (await saved(page, 'Export CSV')).replace('\ufeff', '').trim().split('\r\n');
  assert.equal(csv.length, 2, csv.join('\n'));
  const cells = Object.fromEntries(csv[0]!.split(',').map((key, n) => [key, csv[1]!.split(',')[n]]));
  assert.deepEqual(
    [cells.evse, cells.flow, cells.cost, cells.currency, cells.isBilled],
    ['P1-1', 'over', '2', 'EUR', 'yes'],
  );
  assert.match(cells.endedAt ?? '', /^2026-06-01T11:3\d:\d\d\.\d{3}Z$/);
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: 'Taken' }).click();
  await page.waitForURL(/sort=energyKwh/);
  assert.equal(
    await page.getByRole('columnheader', { name: 'Taken' }).getAttribute('aria-sort'),
    'ascending',
  );
  const json = JSON.parse(await saved(page, 'Export JSON')) as { evse: string; energyKwh: number }[];
  assert.deepEqual(
    json.map(({ evse }) => evse),
    await bodyRows(page).locator('td:nth-child(2)').allInnerTexts(),
  );
  assert.deepEqual(
    json.map(({ energyKwh }) => energyKwh),
    json.map(({ energyKwh }) => energyKwh).sort((a, b) => a - b),
  );
  await page.getByRole('rowheader').getByRole('link').first().click();
  await page.waitForURL(/\/sites\//);
  assert.deepEqual(complaints, []);
});

test('the list of sessions is read once when it opens, also where no two looks at the clock are the same millisecond', async () => {
  const page = await ann.page.context().newPage();
  const errors: string[] = [];
  let reads = 0;
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    if (request.url().includes('/api/session-list')) reads += 1;
  });
  await page.addInitScript('let last = Date.now(); Date.now = () => ++last;');
  await open(page, '/sessions');
  await bodyRows(page).first().waitFor();
  assert.deepEqual(errors, []);
  assert.ok(reads < 10, `${reads} reads`);
  await page.close();
});

test('US-ii-2 a manager exports what is filtered of every table, and every chart, as CSV, JSON or XLSX by one click each; a chart also as a picture', async () => {
  const { page, complaints } = ann;
  await open(page, '/sessions?f.flow=over');
  await page.getByText(/^1 of \d+ shown$/).waitFor();
  const { rows } = await threeFiles(page.getByRole('group', { name: 'Export: Sessions' }));
  assert.deepEqual(
    rows.map(({ flow }) => flow),
    ['over'],
  );

  await open(page, '/sessions');
  await page.getByRole('rowheader').getByRole('link').first().click();
  await page.getByRole('slider').waitFor();
  const chart = page.getByRole('group', { name: 'Export: Plan against reality' });
  const drawn = await threeFiles(chart);
  assert.ok(drawn.rows.length >= 2 * 96, '24 h back and ahead');
  for (const head of ['net (W)', 'limit (W)', 'base load (W)', 'P3-1 (W)', 'price (EUR/kWh)'])
    assert.ok(drawn.heads.includes(head), `${head} of ${drawn.heads}`);
  assert.match(String(drawn.rows[0]?.start), /\+03:00$/);
  const picture = await kept(chart, 'PNG');
  assert.deepEqual([...picture.subarray(1, 4)], [...Buffer.from('PNG')]);
  assert.ok(picture.readUInt32BE(16) > 1_000 && picture.length > 20_000, 'large enough to read');
  await page.getByRole('button', { name: '± 6 h' }).click();
  await page.getByRole('slider', { name: /6 hours back and ahead/ }).waitFor();
  assert.equal((await threeFiles(chart)).rows.length, 2 * 6 * 4 + 1, 'exactly what is drawn');
  await page.getByText('Show the last plans with their inputs as known then').click();
  await threeFiles(page.getByRole('group', { name: 'Export: Plan history' }));

  for (const path of ['', '/stations', '/cdrs', '/trail', '/contexts']) {
    await open(page, path);
    const forms = page.getByRole('group', { name: /^Export: / }).first();
    await forms.waitFor();
    assert.deepEqual(await forms.getByRole('button').allInnerTexts(), ['CSV', 'JSON', 'XLSX'], path);
  }
  await open(page, `/contexts/${encodeURIComponent(await site.contextId())}/inputs`);
  const inputs = page.getByRole('group', { name: /^Export: / });
  await inputs.first().waitFor();
  for (const one of await inputs.all())
    assert.deepEqual(await one.getByRole('button').allInnerTexts(), ['CSV', 'JSON', 'XLSX', 'PNG']);
  const prices = await threeFiles(page.getByRole('group', { name: 'Export: Price of import' }));
  assert.deepEqual(prices.heads, ['start', 'end', 'layer', 'value (EUR/kWh)']);
  assert.deepEqual(complaints, []);
});

test('a filter is kept under a name for the person who named it, and comes back with one click', async () => {
  const { page } = ann;
  await open(page, '/sessions?f.flow=over&sort=-energyKwh');
  await page.getByText(/^1 of \d+ shown$/).waitFor();
  await page.getByText('Saved views', { exact: true }).click();
  await page.getByLabel('Name of this view').fill('What ended');
  await page.getByRole('button', { name: 'Keep this view' }).click();
  await page.getByRole('link', { name: 'What ended' }).waitFor();
  await open(page, '/sessions');
  await page.getByText('Saved views', { exact: true }).click();
  await page.getByRole('link', { name: 'What ended' }).click();
  await page.getByText(/^1 of \d+ shown$/).waitFor();
  await page.waitForURL(/f\.flow=over&sort=-energyKwh/);
  await open(ben.page, '/sessions');
  await ben.page.getByText('Saved views', { exact: true }).click();
  await ben.page.getByText('None yet.').waitFor();
});

test('BI16 a tariff is drafted by one person and approved by another with an effective date; a CDR never uses what is not approved', async () => {
  const { page } = ann;
  await open(page, '/cdrs');
  // Revision 2 of the same tariff asks 50 and was not approved when the session began.
  await page.getByText('€2.00').first().waitFor();
  // By the clock of the place, wherever the browser is.
  assert.match(await bodyRows(page).first().innerText(), /14:3\d/);
  assert.equal(await page.getByText('€50.00').count(), 0);
  await page.getByRole('rowheader').getByRole('link').first().click();
  await page.getByText('€2.42').waitFor();

  await open(page, '/tariffs');
  await page.getByRole('button', { name: 'New tariff' }).click();
  const form = page.getByRole('form', { name: 'New tariff' });
  await form.getByLabel('Tariff').fill('night');
  await form.getByLabel('Per kWh', { exact: true }).first().fill('0.25');
  await form.getByLabel('Per kWh given back').fill('0.4');
  await form.getByLabel('Given back, kWh').fill('5');
  await form.getByRole('button', { name: 'Add hours' }).click();
  const night = form.getByRole('group', { name: 'Hours 1' });
  await night.getByLabel('Per kWh', { exact: true }).fill('0.1');
  await form.getByText('Mon 00:00–06:00: 0.100 EUR/kWh', { exact: true }).waitFor({ state: 'attached' });
  await form.getByText('Mon 06:00–22:00: 0.250 EUR/kWh', { exact: true }).waitFor({ state: 'attached' });
  await form.getByLabel('It begins').fill('2026-06-02T23:00');
  await form.getByRole('button', { name: 'See the price' }).click();
  // 20 kWh at 0.10 less 5 kWh at 0.40: it begins after ten at night.
  await form.getByText('This charge would cost €0.00').waitFor();
  await form.getByText('20 kWh × 0.1 EUR = €2.00').waitFor();
  await form.getByLabel('It begins').fill('2026-06-02T09:00');
  await form.getByRole('button', { name: 'See the price' }).click();
  // 20 kWh at 0.25 less 5 kWh at 0.40.
  await form.getByText('This charge would cost €3.00').waitFor();
  await form.getByRole('button', { name: 'Draft the tariff' }).click();
  await page.getByText('night is drafted; another person has to approve it.').waitFor();
  const draft = (of: Page) => bodyRows(of).filter({ hasText: 'night / 1' });
  const approve = async (of: Page, from: string) => {
    await draft(of).getByRole('button', { name: 'Approve' }).click();
    const question = of.getByRole('form', { name: 'Approve night / 1' });
    // What is decided about.
    await question.getByText('Per kWh: €0.10 · 22:00–06:00').waitFor();
    await question.getByText('Per kWh: €0.25', { exact: true }).waitFor();
    await question.getByLabel(/In effect from/).fill(from);
    await question.getByRole('button', { name: 'Approve' }).click();
  };
  await approve(page, '2026-07-01T00:00');
  await page
    .getByRole('alert')
    .getByText(/another person/i)
    .waitFor();
  assert.match(await draft(page).innerText(), /Draft/);
  await open(ben.page, '/tariffs');
  await approve(ben.page, '2026-07-01T00:00');
  await ben.page.getByText('night is approved.').waitFor();
  assert.match(await draft(ben.page).innerText(), /Approved[\s\S]*1 Jul/);
  const { tariffs } = site.server.backOffice.billing;
  const inForce = async (at: string) =>
    (await tariffs.effective(Date.parse(at))).map(({ tariffId }) => tariffId);
  assert.deepEqual(await inForce('2026-06-30T00:00:00Z'), ['day']);
  assert.deepEqual(await inForce('2026-07-02T00:00:00Z'), ['day', 'night']);
});

test('a colleague is invited by a link that is shown once, with a QR code for the authenticator; an account is locked and opened again', async () => {
  const { page } = ann;
  await open(page, '/staff');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const form = page.getByRole('form', { name: 'Invite somebody' });
  await form.getByLabel('E-mail address').fill('eva@example.org');
  await form.getByLabel('Role').selectOption('operator');
  await form.getByRole('button', { name: 'Invite somebody' }).click();
  const link = await page.getByRole('region', { name: 'Link for them' }).locator('code').innerText();
  const row = bodyRows(page).filter({ hasText: 'eva@example.org' });
  assert.match(await row.innerText(), /Operator[\s\S]*Invited[\s\S]*none yet/);
  await row.getByText('More').click();
  await row.getByRole('button', { name: 'Lock the account' }).click();
  await page.getByText('eva@example.org is locked').waitFor();
  assert.match(await row.innerText(), /Locked/);
  await row.getByRole('button', { name: 'Open the account again' }).click();
  await page.getByText('eva@example.org can sign in again.').waitFor();
  const eva = await look(browser);
  await eva.page.goto(link);
  await eva.page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  assert.deepEqual(eva.complaints, []);
  await eva.close();
});

test('a call to many stations waits for a second person, who sees what, where, by whom and until when; the one who asked cannot confirm it', async () => {
  const ids = await Promise.all(Array.from({ length: 51 }, addedStation));
  await open(ann.page, '/waiting-calls');
  await ann.page.getByText(/^Nothing waits/).waitFor();
  const asked = await ann.page.evaluate(
    async ([stationIds]) => {
      const { csrfToken } = (await (await fetch('/api/me')).json()) as { csrfToken: string };
      const answer = await fetch('/api/station-calls', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
        body: JSON.stringify({ stationIds, action: 'ClearCache', payload: {} }),
      });
      return `${answer.status} ${((await answer.json()) as { state?: string }).state}`;
    },
    [ids],
  );
  assert.equal(asked, '200 waiting');
  await bodyRows(ann.page).getByText('Somebody else has to confirm it').waitFor();
  await open(ben.page, '/waiting-calls');
  const row = bodyRows(ben.page).filter({ hasText: 'ClearCache' });
  assert.match(await row.innerText(), /51: [\s\S]*ann@example\.org\s+11:\d\d\s+12:\d\d/);
  await row.getByRole('button', { name: 'Confirm' }).click();
  const sure = ben.page.getByRole('dialog');
  assert.match(await sure.innerText(), /ClearCache goes to 51 stations[\s\S]*ann@example\.org/);
  await sure.getByRole('button', { name: 'Confirm' }).click();
  await ben.page.getByText('ClearCache: 0 of 51 stations took it.').waitFor();
  await ben.page.getByText(/^Nothing waits/).waitFor();
});

test('an API key is shown once and opens what its role may; revoked, it opens nothing', async () => {
  const { page } = ann;
  await open(page, '/keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByLabel('What it is for').fill('monthly report');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const key = await page.getByRole('region', { name: 'The new key' }).locator('code').innerText();
  const statusOf = async (path: string) =>
    (await fetch(`${site.server.url}${path}`, { headers: { authorization: `Bearer ${key}` } })).status;
  assert.deepEqual([await statusOf('/api/session-list'), await statusOf('/api/staff')], [200, 403]);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  assert.equal(await page.getByText(key).count(), 0);
  await page.getByRole('button', { name: 'Revoke monthly report' }).click();
  const sure = page.getByRole('dialog', { name: 'Revoke: monthly report' });
  await sure.getByText('A key that is revoked never works again.').waitFor();
  await sure.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('monthly report opens nothing any more.').waitFor();
  assert.equal(await statusOf('/api/session-list'), 401);
});

test('the audit trail is filtered, exported and checked', async () => {
  const { page } = ann;
  await open(page, '/trail?f.action=tariff.approved&f.subject=day');
  await page.getByText(/^1 of \d+ shown$/).waitFor();
  const rows = JSON.parse(await saved(page, 'Export JSON')) as {
    action: string;
    subject: string;
    hash: string;
  }[];
  assert.deepEqual(
    rows.map(({ action, subject }) => [action, subject]),
    [['tariff.approved', 'tariff:day/1']],
  );
  assert.match(rows[0]?.hash ?? '', /^[0-9a-f]{64}$/);
  await open(page, '/trail?f.action=account.joined');
  await page.getByRole('cell', { name: 'ann@example.org' }).first().waitFor();
  await page.getByRole('button', { name: 'Check the chain' }).click();
  const verdict = page.getByText(/The chain is \w+/).or(page.getByRole('alert').filter({ hasText: /./ }));
  assert.match(await verdict.first().innerText(), /The chain is whole: \d+ rows\./);
});

test('cards are added, blocked with a reason and let go again; a platform is invited with a token that is shown once', async () => {
  const { page } = ann;
  await open(page, '/tokens');
  await page.getByRole('button', { name: 'New card' }).click();
  await page.getByLabel('Number as read').fill('04A1B2C3D4E5');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('The card is added.').waitFor();
  const row = bodyRows(page).filter({ hasText: '****D4E5' });
  await row.getByRole('checkbox').check();
  await page.getByText('1 ticked').waitFor();
  await row.getByRole('button', { name: 'Block' }).click();
  await page.getByRole('form', { name: 'Block' }).getByLabel('Reason').fill('lost');
  await page.getByRole('form', { name: 'Block' }).getByRole('button', { name: 'Block' }).click();
  await page.getByText('1 card is blocked.').waitFor();
  assert.match(await row.innerText(), /Blocked[\s\S]*lost/);
  await row.getByRole('button', { name: 'Unblock' }).click();
  await row.getByText(/Valid$/).waitFor();
  await open(page, '/partners');
  await page.getByRole('button', { name: 'Invite a platform' }).first().click();
  const form = page.getByRole('form', { name: 'Invite a platform' });
  await form.getByLabel(/^Country/).fill('NL');
  await form.getByLabel(/^Party/).fill('TNM');
  await form.getByRole('button', { name: 'Invite a platform' }).click();
  const given = await page
    .getByRole('region', { name: 'Address and token for the partner' })
    .locator('code')
    .innerText();
  assert.match(given, /versions\s+\S{20,}/);
  const partner = bodyRows(page).filter({ hasText: 'NL-TNM' });
  assert.match(await partner.innerText(), /Never talked to[\s\S]*smartchargingoptimisation/);
});

test('a passkey is made on this device; from then on it takes the place of the code when somebody signs in and before what is dangerous, until it is removed', async () => {
  const dora = await signIn(site.server, 'admin', LOOKED_AT_MS, 'dora@example.org');
  const { page, complaints, close } = await look(browser);
  // A passkey belongs to a name.
  const url = site.server.url.replace('127.0.0.1', 'localhost');
  const [name = '', value = ''] = dora.cookie.split('=');
  await page.context().addCookies([{ name, value, url }]);
  await page.addInitScript("localStorage.setItem('smac-signed-in', 'yes')");
  const device = await page.context().newCDPSession(page);
  await device.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  } as const;
  await device.send('WebAuthn.addVirtualAuthenticator', { options });

  await page.goto(`${url}/operator/account`);
  await page.getByLabel('Name of the device').fill('Work laptop');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const remove = page.getByRole('button', { name: 'Remove Work laptop' });
  await remove.waitFor();
  const kept = await dora.call<{ name: string; lastUsed: string | null }[]>('GET', '/api/me/passkeys');
  assert.deepEqual(
    kept.json.map(({ name: of, lastUsed }) => [of, lastUsed]),
    [['Work laptop', null]],
  );

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail address').fill(dora.email);
  await page.getByLabel('Password', { exact: true }).fill(dora.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Use a passkey instead' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();

  // Ten minutes later the second factor is old.
  await site.runTo((LOOKED_AT_MS - site.startMs) / 60_000 + 10);
  await page.goto(`${url}/operator/account`);
  await remove.click();
  const again = page.getByRole('dialog', { name: 'Show that it is you' });
  await again.getByRole('button', { name: 'Use a passkey instead' }).click();
  await page.getByText('The passkey is removed.').waitFor();
  await remove.waitFor({ state: 'detached' });
  assert.deepEqual(
    complaints.filter((one) => !/status of 40[13]/.test(one)),
    [],
  );
  await close();
});

test('WCAG 2.2 AA: axe finds nothing on any register, in both themes, and a phone scrolls down only', async () => {
  const pages = [
    'sessions',
    'bookings',
    'waiting-calls',
    'cdrs',
    'tariffs',
    'tokens',
    'partners',
    'staff',
    'keys',
    'trail',
    'account',
  ];
  const { page, complaints } = zoe;
  for (const name of pages) {
    await open(page, `/${name}`);
    await page.locator('tbody tr, section.card, .empty').first().waitFor();
    await allRead(page);
    await page.emulateMedia({ colorScheme: 'light' });
    assert.deepEqual(await barriers(page), [], `${name} light`);
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.deepEqual(await barriers(page, ['color-contrast']), [], `${name} dark`);
    await page.setViewportSize({ width: 360, height: 780 });
    const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${name}: ${width} px wide`);
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  assert.deepEqual(complaints, []);
});
