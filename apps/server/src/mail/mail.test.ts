import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { VirtualClock } from '@smac/simulator';
import { LANGUAGES, mailServerOf, readConfig } from '../config/index.ts';
import type { Store } from '../store/index.ts';
import { memoryStore } from '../store/testing/index.ts';
import { Activity } from '../time/activity.ts';
import { createCarrier } from './carrier.ts';
import { createMail, type Mail } from './create-mail.ts';
import { removeOldMail } from './remove-old.ts';
import { type Mailbox, mailbox } from './testing/mailbox.ts';
import { said, wordsOf } from './words.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const ACCOUNT = 'a'.repeat(24);
const clock = new VirtualClock(Date.UTC(2026, 0, 1));
const activity = new Activity();
const logged: string[] = [];
const unreachable: string[] = [];
let told = async (accountId: string) => void unreachable.push(accountId);
let box: Mailbox;
let store: Store;
let dataDir: string;
let mail: Mail;

before(async () => {
  box = await mailbox();
  store = await memoryStore();
  dataDir = mkdtempSync(join(tmpdir(), 'smac-mail-'));
  await store.db
    .insertInto('account')
    .values({ id: ACCOUNT, kind: 'driver', role: 'driver', created_ms: 0 } as never)
    .execute();
  mail = opened(box);
});
after(async () => {
  await mail.close();
  await box.close();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function opened({ settings }: Pick<Mailbox, 'settings'>): Mail {
  const read = readConfig(settings);
  assert.ok(read.ok);
  const { mailUrl = '', mailFrom = '', mailCa } = read.config;
  return createMail({
    store,
    clock,
    random: randomBytes,
    activity,
    log: { error: (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`) },
    dataDir,
    unreachable: (accountId) => told(accountId),
    server: mailServerOf(mailUrl) ?? assert.fail(mailUrl),
    from: mailFrom,
    authority: mailCa,
  });
}

const pass = (ms: number) => clock.runUntil(clock.now() + ms, () => activity.idle());
let letters = 0;
async function post(
  through: Mail,
  to: string,
  about = `letter-${letters++}`,
  untilMs = clock.now() + DAY_MS,
) {
  const letter = { to, subject: 'Szívesen – à bientôt', text: 'Töltés kész.\n\nŁódź' };
  const isNew = await store.transaction((trx) =>
    through.post(trx, { accountId: ACCOUNT, about, letter, untilMs }),
  );
  through.wake();
  await activity.idle();
  return isNew;
}
const rows = () => store.db.selectFrom('mail_outbox').selectAll().orderBy('id').execute();

test('a letter goes out under TLS with the login of the settings, once however often it is posted, and leaves nothing of itself in the database', async () => {
  assert.equal(await post(mail, 'anna@example.org', 'greeting'), true);
  assert.equal(await post(mail, 'anna@example.org', 'greeting'), false);
  const [letter, ...others] = box.to('anna@example.org');
  assert.deepEqual(others, []);
  assert.deepEqual(
    [letter?.subject, letter?.text, letter?.isSecure, letter?.user],
    ['Szívesen – à bientôt', 'Töltés kész.\n\nŁódź', true, 'smac'],
  );
  assert.equal(letter?.headers.from, 'SMAC Barcelona <desk@example.org>');
  assert.equal(letter?.headers['auto-submitted'], 'auto-generated');
  assert.match(letter?.headers['message-id'] ?? '', /^<[\w-]{43}@example\.org>$/);
  assert.ok(!JSON.stringify(await rows()).includes('anna'));
});

test('a mail server that is busy is asked again by the clock; what waits is sealed and survives a restart of the server', async () => {
  box.replies.push(451, 421);
  const before = box.asked();
  await post(mail, 'busy@example.org');
  assert.equal(box.asked() - before, 1);
  assert.equal((await mail.state()).waiting, 1);
  assert.ok(!JSON.stringify(await rows()).includes('busy@example.org'), 'sealed');
  await pass(MINUTE_MS - 1);
  assert.equal(box.asked() - before, 1);
  await pass(1);
  assert.equal(box.asked() - before, 2);
  await mail.close();
  mail = opened(box);
  mail.wake();
  await activity.idle();
  assert.equal(box.to('busy@example.org').length, 0);
  await pass(5 * MINUTE_MS);
  assert.equal(box.to('busy@example.org').length, 1);
  await pass(DAY_MS);
  assert.equal(box.asked() - before, 3);
});

test('what a mail server refuses for good is given up at once, visibly, and neither address nor its words are logged', async () => {
  box.replies.push('550 5.1.1');
  const before = box.asked();
  await post(mail, 'nobody@example.org');
  await pass(2 * DAY_MS);
  assert.equal(box.asked() - before, 1);
  assert.deepEqual(unreachable, [ACCOUNT], 'told, so that nothing else is sent there');
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? '', /given up.*550/);
  assert.ok(!/nobody|said no|p@ss/.test(logged.join()));
});

test('a refusal that is not about the mailbox, like that of a sender, is asked about again and leaves the address its owner’s', async () => {
  const known = unreachable.length;
  const refusals = ['554 5.7.1', '553 5.7.1', 550, '550 5.2.10', '452 5.1.1'];
  box.replies.push(...refusals);
  const before = box.asked();
  await post(mail, 'relayed@example.org');
  await pass(DAY_MS / 2);
  assert.equal(box.asked() - before, refusals.length + 1);
  assert.equal(box.to('relayed@example.org').length, 1);
  assert.equal(unreachable.length, known);
});

test('a letter is tried as long as somebody needs it, the last time shortly before, and then given up', async () => {
  logged.length = 0;
  const refuse = (count: number) => box.replies.push(...Array.from({ length: count }, () => 451));
  refuse(2);
  const before = box.asked();
  await post(mail, 'late@example.org', 'late', clock.now() + 2 * MINUTE_MS);
  await pass(DAY_MS);
  assert.equal(box.asked() - before, 2);
  assert.equal(logged.length, 1);
  refuse(5);
  await post(mail, 'link@example.org', 'link', clock.now() + 30 * MINUTE_MS);
  await pass(28 * MINUTE_MS);
  assert.equal(box.to('link@example.org').length, 1, 'the link still works');
  refuse(9);
  await post(mail, 'away@example.org', 'away', clock.now() + 7 * DAY_MS);
  await pass(3 * DAY_MS);
  assert.equal(box.to('away@example.org').length, 1);
  assert.equal(logged.length, 1);
  const state = await mail.state();
  assert.equal(state.waiting, 0);
});

test('of letters that are over nothing is left after 30 days; without a mail server those that waited are emptied too', async () => {
  await pass(31 * DAY_MS);
  await store.transaction((trx) =>
    mail.post(trx, {
      accountId: ACCOUNT,
      about: 'never sent',
      letter: { to: 'x@example.org', subject: 'a', text: 'b' },
      untilMs: clock.now() + MINUTE_MS,
    }),
  );
  await pass(MINUTE_MS);
  assert.ok((await removeOldMail({ store, clock })) >= 4);
  const [left, ...others] = await rows();
  assert.deepEqual([left?.state, left?.sealed, others], ['given_up', null, []]);
  await pass(31 * DAY_MS);
  assert.equal(await removeOldMail({ store, clock }), 1);
});

test('while one letter is on its way another one that fails does not send it again', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  box.hold = promise;
  const kept = told;
  let calls = 0;
  told = async () => {
    calls += 1;
    throw new Error('the database is away');
  };
  box.replies.push('550 5.1.1');
  const before = box.asked();
  const letter = { to: 'two@example.org', subject: 'a', text: 'b' };
  await store.transaction(async (trx) => {
    for (const about of ['one', 'two'])
      await mail.post(trx, { accountId: ACCOUNT, about, letter, untilMs: clock.now() + DAY_MS });
  });
  mail.wake();
  while (calls === 0 || box.to('two@example.org').length === 0) await setImmediate();
  mail.wake();
  for (let turn = 0; turn < 50; turn += 1) await setImmediate();
  resolve();
  box.hold = undefined;
  await pass(DAY_MS);
  told = kept;
  assert.equal(box.asked() - before, 2);
  assert.deepEqual((await rows()).map(({ state }) => state).sort(), ['given_up', 'sent']);
});

test('what ends soon goes first, and a mail server that is away is not asked for everything that waits', async (t) => {
  let calls = 0;
  const away = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => away.listen(0, '127.0.0.1', resolve));
  const { port } = away.address() as AddressInfo;
  const through = opened({
    settings: { ...box.settings, SMAC_MAIL_URL: `smtp://127.0.0.1:${port}` },
  });
  t.after(async () => {
    await through.close();
    await new Promise((resolve) => away.close(resolve));
    await store.db.deleteFrom('mail_outbox').execute();
  });
  const letter = { to: 'x@example.org', subject: 'a', text: 'b' };
  await store.transaction(async (trx) => {
    for (let n = 0; n < 8; n += 1)
      await through.post(trx, {
        accountId: ACCOUNT,
        about: `notice/${n}`,
        letter,
        untilMs: clock.now() + DAY_MS,
      });
    await through.post(trx, {
      accountId: ACCOUNT,
      about: 'password/1',
      letter,
      untilMs: clock.now() + 30 * MINUTE_MS,
    });
  });
  through.wake();
  await activity.idle();
  assert.equal(calls, 4);
  assert.equal((await rows()).find(({ about }) => about === 'password/1')?.attempts, 1);
  await pass(MINUTE_MS);
  assert.ok(calls > 4, 'asked again by the clock');
});

test('closing waits for the letter that is on its way, but not for a mail server that says nothing', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  box.hold = promise;
  const begun = async (to: string) => {
    const letter = { to, subject: 'a', text: 'b' };
    await store.transaction((trx) =>
      mail.post(trx, { accountId: ACCOUNT, about: to, letter, untilMs: clock.now() + DAY_MS }),
    );
    mail.wake();
    while (box.to(to).length === 0) await setImmediate();
  };
  await begun('slow@example.org');
  const closing = mail.close();
  resolve();
  await closing;
  assert.equal((await rows()).at(-1)?.state, 'sent');
  mail = opened(box);
  const silent = Promise.withResolvers<void>();
  box.hold = silent.promise;
  await begun('silent@example.org');
  const ended = mail.close();
  await clock.runUntil(clock.now() + 5_000, async () => {});
  await ended;
  assert.equal((await rows()).at(-1)?.state, 'waiting');
  silent.resolve();
  box.hold = undefined;
  await store.db.deleteFrom('mail_outbox').execute();
  mail = opened(box);
});

test('STARTTLS is demanded of a mail server that is not on this machine, and its certificate must be one that is believed', async (t) => {
  const [plain, starts] = [await mailbox('none'), await mailbox('starttls')];
  t.after(() => Promise.all([plain.close(), starts.close()]));
  const letter = { to: 'x@example.org', subject: 'a', text: 'b' };
  const through = ({ settings }: Mailbox, isBelieved: boolean) => {
    const server = mailServerOf(settings.SMAC_MAIL_URL ?? '') ?? assert.fail();
    const from = 'desk@example.org';
    const authority = isBelieved ? readFileSync(starts.settings.SMAC_MAIL_CA ?? '', 'utf8') : undefined;
    return createCarrier({ server: { ...server, tls: 'starttls' }, from, authority }).carry(letter, '<a@b>');
  };
  const naked = await through(plain, true);
  assert.ok(
    !naked.ok && naked.never === undefined && naked.isServerAway,
    'a server without TLS is told nothing',
  );
  assert.deepEqual(plain.received, []);
  const unknown = await through(starts, false);
  assert.ok(!unknown.ok && unknown.never === undefined);
  assert.deepEqual(await through(starts, true), { ok: true });
  assert.equal(starts.received[0]?.isSecure, true);
});

test('letters are written in all languages, with the same gaps', () => {
  const gapsOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const language of LANGUAGES) {
    for (const kind of ['confirm', 'password', 'changed', 'join', 'reset'] as const) {
      const { subject, text } = wordsOf(kind, language, 'https://x');
      assert.ok(subject.length > 5 && text.endsWith('\n\nhttps://x'), `${language} ${kind}`);
      if (language !== 'en') assert.notEqual(subject, wordsOf(kind, 'en').subject);
    }
    for (const word of ['notice.open', 'notice.stop'])
      assert.deepEqual(gapsOf(said(word, language, { link: '{link}' })), ['{link}'], `${language} ${word}`);
  }
});
