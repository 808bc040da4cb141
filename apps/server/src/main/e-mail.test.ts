import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { VirtualClock } from '@smac/simulator';
import { type Mailbox, mailbox, type Received } from '../mail/testing/mailbox.ts';
import { until } from './testing/played-stations.ts';
import { cookieIn, type Fields, type Heard, PASSWORD, plainCall, signedIn } from './testing/signed-in.ts';
import { type TestServer, testServer } from './testing/test-server.ts';

const MINUTE_MS = 60_000;
const NEXT = 'orange kites over nine harbours';
/** Stands still unless a test lets time pass. */
const clock = new VirtualClock(Date.UTC(2026, 0, 14, 9));
let box: Mailbox;
let server: TestServer;

before(async () => {
  box = await mailbox();
  server = await testServer(box.settings, {}, clock);
});
after(async () => {
  await server.close();
  await box.close();
});

const pass = (ms: number) => clock.runUntil(clock.now() + ms, () => server.activity.idle());
const visit = <T = Fields>(method: string, path: string, body?: unknown, headers = {}) =>
  plainCall<T & { code?: string }>(`${server.url}${path}`, method, body, headers);

interface Person {
  readonly id: string;
  readonly email: string;
  readonly cookie: string;
  call<T = Fields>(method: string, path: string, body?: unknown): Promise<Heard<T>>;
}
let people = 0;
async function driver(): Promise<Person> {
  people += 1;
  const email = `mail${people}@example.org`;
  const answer = await visit<{ id: string; csrfToken: string }>('POST', '/api/drivers/sign-up', {
    email,
    password: PASSWORD,
  });
  const cookie = cookieIn(answer);
  const headers = { cookie, 'x-csrf-token': answer.json.csrfToken };
  return {
    id: answer.json.id,
    email,
    cookie,
    call: (method, path, body) => plainCall(`${server.url}/api/drivers${path}`, method, body, headers),
  };
}
/** Letters to somebody once as many have come. */
const letters = (email: string, count: number) =>
  until(() => (box.to(email).length >= count ? box.to(email) : undefined));
const tokenIn = (letter: Received | undefined, name: string) =>
  new RegExp(`https://smac\\.example\\.org/(?:drive|operator)#${name}=([\\w-]+)`).exec(
    letter?.text ?? '',
  )?.[1] ?? assert.fail(`no ${name} in ${letter?.text}`);
const tell = (who: Person, subject: string, kind: 'ended' | 'late' = 'ended') =>
  server.driverAccounts.notices.tell(who.id, subject, kind, { detail: { evseUid: 'S-1', energyWh: 12_345 } });
const confirm = (token: string) => visit('POST', '/api/mail/confirmation', { token });

/** A driver who is told by e-mail, in German, with the letter that asked them to confirm. */
async function toldDriver(): Promise<Person> {
  const who = await driver();
  assert.equal((await who.call('PUT', '/me/mail', { language: 'de' })).status, 200);
  const [letter] = await letters(who.email, 1);
  assert.equal((await confirm(tokenIn(letter, 'confirm-mail'))).status, 200);
  return who;
}

test('e-mail to a driver begins with a wish and a link that comes back from the address; before that nothing else is sent', async () => {
  const who = await driver();
  assert.equal((await who.call('GET', '/me/mail')).json.state, 'off');
  await tell(who, 'before');
  const wanted = await who.call<{ state: string; address: string }>('PUT', '/me/mail', { language: 'de' });
  assert.deepEqual([wanted.json.state, wanted.json.address], ['waiting', who.email]);
  await tell(who, 'waiting');
  const [asked] = await letters(who.email, 1);
  assert.equal(asked?.subject, 'Bestätigen Sie Ihre E-Mail-Adresse');
  assert.equal(asked?.headers['list-unsubscribe'], undefined);
  const token = tokenIn(asked, 'confirm-mail');
  const kept = JSON.stringify([
    await server.store.db.selectFrom('mail_link').selectAll().execute(),
    await server.store.db.selectFrom('mail_outbox').selectAll().execute(),
  ]);
  assert.ok(
    !kept.includes(token) && !kept.includes(who.email),
    'neither link nor address stands in the database',
  );
  assert.equal((await confirm('A'.repeat(43))).json.code, 'unknown-link');
  assert.equal((await confirm(token)).status, 200);
  assert.equal((await confirm(token)).json.code, 'unknown-link', 'once');
  assert.equal((await who.call('GET', '/me/mail')).json.state, 'on');
  await tell(who, 'after');
  const [, told] = await letters(who.email, 2);
  assert.equal(told?.subject, 'Ihr Ladevorgang ist beendet: 12,3 kWh geladen.');
  assert.match(
    told?.text ?? '',
    /^Ihr Ladevorgang ist beendet: 12,3 kWh geladen\.\n\nApp öffnen: https:\/\/smac\.example\.org\/drive\n/,
  );
  await server.activity.idle();
  assert.equal(box.to(who.email).length, 2, 'of before nothing');
});

test('a driver is told by e-mail of each notice once, and one click in the mail program ends it without signing in (RFC 8058)', async () => {
  const who = await toldDriver();
  assert.equal(await tell(who, 'same', 'late'), true);
  assert.equal(await tell(who, 'same', 'late'), false);
  const [, told, ...more] = await letters(who.email, 2);
  assert.deepEqual(more, []);
  assert.equal(told?.headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click');
  const address = /^<(.+)>$/.exec(told?.headers['list-unsubscribe'] ?? '')?.[1] ?? assert.fail();
  const path = address.replace('https://smac.example.org', '');
  const opened = await fetch(`${server.url}${path}`, { redirect: 'manual' });
  assert.match(opened.headers.get('location') ?? '', /^https:\/\/smac\.example\.org\/drive#no-mail=/);
  assert.equal((await who.call('GET', '/me/mail')).json.state, 'on', 'looking ends nothing');
  const clicked = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });
  assert.deepEqual([clicked.status, await clicked.json()], [200, { ended: true }]);
  assert.equal((await who.call('GET', '/me/mail')).json.state, 'off');
  await tell(who, 'later');
  // Wanted again, the address is still proven; an old letter does not end the new wish.
  assert.equal((await who.call('PUT', '/me/mail', { language: 'en' })).json.state, 'on');
  assert.equal((await visit('POST', path)).status, 200);
  assert.equal((await who.call('GET', '/me/mail')).json.state, 'on');
  assert.equal(
    (await visit('POST', '/api/mail/unsubscribe?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).status,
    404,
  );
  await tell(who, 'again');
  const [, , english] = await letters(who.email, 3);
  assert.equal(english?.subject, 'Your charge ended: 12.3 kWh charged.');
});

test('a mailbox that refuses for good is written to no more until its address is confirmed again', async () => {
  const who = await toldDriver();
  box.replies.push('550 5.1.1');
  await tell(who, 'refused');
  await until(async () => (await who.call('GET', '/me/mail')).json.state === 'waiting');
  await tell(who, 'kept back');
  assert.equal((await who.call('PUT', '/me/mail', { language: 'de' })).status, 200);
  const [, again, ...more] = await letters(who.email, 2);
  assert.deepEqual(more, []);
  assert.equal((await confirm(tokenIn(again, 'confirm-mail'))).status, 200);
  assert.equal((await who.call('GET', '/me/mail')).json.state, 'on');
});

test('one account gets thirty letters a day and three links an hour; a link is too old after its time', async () => {
  const who = await toldDriver();
  const madeMs = clock.now();
  const over = { state: 'sent' as const, attempts: 1, made_ms: madeMs, due_ms: madeMs, until_ms: madeMs };
  await server.store.db
    .insertInto('mail_outbox')
    .values(Array.from({ length: 29 }, (_, n) => ({ ...over, account_id: who.id, about: `notice/-${n}` })))
    .execute();
  for (const subject of ['thirtieth', 'one too many']) await tell(who, subject);
  await letters(who.email, 2);
  await server.activity.idle();
  assert.equal(box.to(who.email).length, 2);

  const asks = await driver();
  const put = () => asks.call('PUT', '/me/mail', { language: 'en' });
  for (let n = 0; n < 3; n += 1) assert.equal((await put()).status, 200);
  const fourth = await put();
  assert.equal(fourth.status, 429);
  assert.ok(Number(fourth.headers.get('retry-after')) > 0);
  const [first] = await letters(asks.email, 3);
  // A day later: the clock would take every chore of the server along.
  const { db } = server.store;
  await db
    .updateTable('mail_link')
    .set({ expires_ms: clock.now() })
    .where('account_id', '=', asks.id)
    .execute();
  await db
    .updateTable('mail_outbox')
    .set({ made_ms: clock.now() - 24 * 60 * MINUTE_MS })
    .execute();
  assert.equal((await confirm(tokenIn(first, 'confirm-mail'))).json.code, 'unknown-link');
  await tell(who, 'next day');
  await letters(who.email, 3);
});

test('a driver who forgot the password chooses another by a link that works once; every sign-in ends and a letter says so', async () => {
  const who = await driver();
  const ask = (email: string) => visit('POST', '/api/drivers/password-links', { email, language: 'nl' });
  const [known, unknown] = [await ask(who.email.toUpperCase()), await ask('nobody@example.org')];
  assert.deepEqual([known.status, known.json], [200, { asked: true }]);
  assert.deepEqual([unknown.status, unknown.json], [known.status, known.json], 'nothing tells them apart');
  const [letter] = await letters(who.email, 1);
  assert.equal(letter?.subject, 'Kies een nieuw wachtwoord');
  const token = tokenIn(letter, 'password');
  const choose = (given: object) =>
    visit('POST', '/api/drivers/password', { token, password: NEXT, language: 'nl', ...given });
  assert.equal((await choose({ password: 'Password1234' })).json.code, 'weak-password');
  const asStaff = { token, password: NEXT, language: 'nl' };
  assert.equal((await visit('POST', '/api/auth/password', asStaff)).json.code, 'unknown-link');
  assert.equal((await choose({})).status, 200);
  assert.equal((await choose({})).json.code, 'unknown-link', 'once');
  assert.equal((await who.call('GET', '/me')).status, 401, 'signed out everywhere');
  const enter = (password: string) => visit('POST', '/api/drivers/sign-in', { email: who.email, password });
  assert.equal((await enter(PASSWORD)).status, 401);
  assert.equal((await enter(NEXT)).status, 200);
  assert.equal((await letters(who.email, 2))[1]?.subject, 'Uw wachtwoord is gewijzigd');
  const trail = await server.audit.list({ limit: 20 });
  assert.ok(
    trail.some(
      ({ action, subject }) => action === 'account.password_reset' && subject === `account:${who.id}`,
    ),
  );
  assert.deepEqual(box.to('nobody@example.org'), []);

  const late = await ask(who.email);
  assert.equal(late.status, 200);
  const old = tokenIn((await letters(who.email, 3))[2], 'password');
  await pass(30 * MINUTE_MS);
  assert.equal((await choose({ token: old })).json.code, 'unknown-link', 'too old');
});

test('one mailbox gets three links an hour, with the same answer to whoever asks on; one network that asks for many is told to wait', async () => {
  const who = await driver();
  const ask = (email: string) => visit('POST', '/api/drivers/password-links', { email, language: 'en' });
  for (let n = 0; n < 5; n += 1) assert.deepEqual((await ask(who.email)).json, { asked: true });
  await letters(who.email, 3);
  await server.activity.idle();
  assert.equal(box.to(who.email).length, 3);
  const answers: number[] = [];
  for (let n = 0; n < 21; n += 1) answers.push((await ask(`guess${n}@example.org`)).status);
  assert.equal(answers.at(-1), 429);
  await pass(60 * MINUTE_MS);
  assert.equal((await ask('guess@example.org')).status, 200);
});

test('staff are invited by e-mail too, choose a forgotten password by a link, and still owe their second factor', async () => {
  const admin = await signedIn(server, 'admin', clock.now());
  const invited = await admin.call<{ link: string; mailed: boolean }>('POST', '/api/staff', {
    email: 'hanna@example.org',
    role: 'viewer',
    language: 'ca',
  });
  assert.equal(invited.status, 201, JSON.stringify(invited.json));
  assert.equal(invited.json.mailed, true);
  const [invitation] = await letters('hanna@example.org', 1);
  assert.equal(invitation?.subject, 'Us conviden a SMAC');
  assert.ok(invited.json.link.endsWith(tokenIn(invitation, 'invitation')), 'the link that is on screen');

  const enter = (password: string) =>
    visit<{ state: string }>('POST', '/api/auth/sign-in', { email: admin.email, password });
  await visit('POST', '/api/auth/password-links', { email: 'hanna@example.org', language: 'en' });
  await visit('POST', '/api/auth/password-links', { email: admin.email, language: 'en' });
  const [letter] = await letters(admin.email, 1);
  assert.match(letter?.text ?? '', /\/operator#password=/);
  const body = { token: tokenIn(letter, 'password'), password: NEXT, language: 'en' };
  const chosen = await visit('POST', '/api/auth/password', body);
  assert.equal(chosen.status, 200);
  assert.deepEqual(chosen.headers.getSetCookie(), [], 'a link signs nobody in');
  assert.equal((await admin.call('GET', '/api/me')).status, 401);
  assert.equal((await enter(PASSWORD)).status, 401);
  const half = await enter(NEXT);
  assert.equal(half.json.state, 'second-factor');
  assert.equal(
    (await visit('GET', '/api/me', undefined, { cookie: cookieIn(half) })).json.code,
    'second-factor',
  );
  await server.activity.idle();
  assert.equal(box.to('hanna@example.org').length, 1, 'who never chose a password is sent no link for one');
});

test('links for a password are worth nothing after an admin’s reset and after the password was changed; recovery codes end with the reset', async () => {
  const admin = await signedIn(server, 'admin', clock.now(), 'second@example.org');
  const eva = await signedIn(server, 'operator', clock.now(), 'eva@example.org');
  const link = async (count: number) => {
    await visit('POST', '/api/auth/password-links', { email: eva.email, language: 'en' });
    return tokenIn((await letters(eva.email, count))[count - 1], 'password');
  };
  const choose = (token: string) =>
    visit('POST', '/api/auth/password', { token, password: NEXT, language: 'en' });
  const first = await link(1);
  const changed = { current: PASSWORD, password: 'seven green boats on a canal' };
  assert.equal((await eva.call('POST', '/api/me/password', changed)).status, 200);
  assert.equal((await choose(first)).json.code, 'unknown-link');
  const second = await link(2);
  const reset = await admin.call<{ mailed: boolean }>('POST', `/api/staff/${eva.accountId}/reset`);
  assert.deepEqual([reset.status, reset.json.mailed], [200, false]);
  assert.equal((await choose(second)).json.code, 'unknown-link');
  const codes = await server.store.db
    .selectFrom('recovery_code')
    .select('account_id')
    .where('account_id', '=', eva.accountId)
    .execute();
  assert.deepEqual(codes, []);
  await server.activity.idle();
  assert.equal(box.to(eva.email).length, 2, 'the link of a reset is not mailed by itself');
  const again = await admin.call<{ mailed: boolean }>(
    'POST',
    `/api/staff/${eva.accountId}/reset?mail=yes&language=de`,
  );
  assert.equal(again.json.mailed, true);
  assert.match((await letters(eva.email, 3))[2]?.text ?? '', /Passwort[\s\S]*#invitation=/);
});

test('a new link for who never set a password invites, and does not tell of a password that was ended', async () => {
  const admin = await signedIn(server, 'admin', clock.now(), 'third@example.org');
  const email = 'newcomer@example.org';
  const body = { email, role: 'viewer', language: 'en' };
  const { accountId } = (await admin.call<{ accountId: string }>('POST', '/api/staff', body)).json;
  const path = `/api/staff/${accountId}/reset?mail=yes&language=en`;
  assert.equal((await admin.call('POST', path)).status, 200);
  const subjects = (await letters(email, 2)).map(({ subject }) => subject);
  assert.deepEqual(subjects, ['You are invited to SMAC', 'You are invited to SMAC']);
});

test('a driver’s file names wish, confirmation and letters; after erasure nothing of them is left', async () => {
  const who = await toldDriver();
  await tell(who, 'exported');
  await letters(who.email, 2);
  const { json } = await who.call<{
    account: { emailConfirmedMs: number };
    toldByEmail: { language: string; endedMs: null }[];
    letters: { about: string; state: string }[];
    linksAskedFor: Fields[];
  }>('GET', '/me/export');
  assert.ok(JSON.stringify(json).includes('"toldByEmail"'));
  assert.equal(json.toldByEmail[0]?.language, 'de');
  assert.deepEqual(
    json.letters.map(({ about }) => about.split('/')[0]),
    ['confirm', 'notice'],
  );
  assert.deepEqual(
    json.linksAskedFor.map(({ purpose, askedFrom }) => [purpose, askedFrom]),
    [['confirm', '127.0.0.1']],
  );
  assert.ok(!JSON.stringify(json.linksAskedFor).includes('sha256'));
  assert.equal((await who.call('DELETE', '/me', { password: PASSWORD })).status, 200);
  for (const table of ['driver_mail', 'mail_outbox', 'mail_link'] as const)
    assert.deepEqual(
      await server.store.db.selectFrom(table).select('account_id').where('account_id', '=', who.id).execute(),
      [],
      table,
    );
  const account = await server.store.db
    .selectFrom('account')
    .select(['email', 'email_confirmed_ms'])
    .where('id', '=', who.id)
    .executeTakeFirst();
  assert.deepEqual(account, { email: null, email_confirmed_ms: null });
});
