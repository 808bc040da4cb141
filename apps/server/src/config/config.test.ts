import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Config, readConfig } from './config.ts';
import { isLoopback } from './loopback.ts';
import { mailServerOf } from './mail-server.ts';
import { SETTINGS } from './settings.ts';
import { configurationHelp, configurationTable } from './table.ts';

function refusal(env: Record<string, string>): string {
  const outcome = readConfig(env);
  assert.equal(outcome.ok, false, JSON.stringify(env));
  return outcome.ok ? '' : outcome.sentence;
}

function accepted(env: Record<string, string>): Config {
  const outcome = readConfig(env);
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.sentence);
  return outcome.config;
}

test('every default is valid, and without settings only this machine can reach the server', () => {
  const config = accepted({});
  assert.equal(config.port, 8080);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.ocpiAllowPrivate, false);
  assert.equal(config.role, 'scsp');
  assert.equal(config.databaseUrl, undefined);
});

test('a bad value is one sentence that names the variable, what it must be, and what it was', () => {
  const bad: Record<string, string[]> = {
    SMAC_PORT: ['abc', '-1', '65536', '80.5', '1e3'],
    SMAC_HOST: ['a b', ''.padEnd(300, 'a')],
    SMAC_PUBLIC_URL: ['smac.example.org', 'ftp://x', 'https://u:p@x', 'https://x?a=1'],
    DATABASE_URL: ['mysql://x', 'localhost:5432'],
    SMAC_ROLES: ['cpo', 'scsp,hub'],
    SMAC_COUNTRY_CODE: ['nl', 'NLD'],
    SMAC_PARTY_ID: ['SM', 'smac'],
    SMAC_LOG_LEVEL: ['loud'],
    SMAC_LOG_FORMAT: ['xml'],
    SMAC_TRUSTED_PROXIES: ['proxy', '10.0.0.0/8,x'],
    SMAC_OCPI_ALLOW_PRIVATE: ['yes', '1'],
    SMAC_SLOT_MINUTES: ['0', '61'],
    SMAC_HORIZON_HOURS: ['0', '1000'],
    SMAC_SOLVER_THREADS: ['0'],
    SMAC_SOLVER_TIME_LIMIT_S: ['0', 'fast'],
    SMAC_RETAIN_PLANS_DAYS: ['-1', 'all'],
    SMAC_MAIL_FROM: ['desk', 'Desk <desk@example.org', 'a@b, c@d'],
  };
  for (const [env, values] of Object.entries(bad)) {
    for (const value of values) {
      const sentence = refusal({ [env]: value });
      assert.match(sentence, new RegExp(`^${env} must .+\\.$`), sentence);
      assert.ok(!sentence.includes('\n'));
    }
  }
});

test('a secret never appears in the sentence about it', () => {
  assert.ok(!refusal({ DATABASE_URL: 'mysql://root:hunter2@db' }).includes('hunter2'));
});

test('a mail server is reached by TLS, without it only on this machine, and its password is not repeated', () => {
  const at = (text: string) => mailServerOf(text) ?? assert.fail(text);
  const relay = at('smtps://smac:p%40ss@mail.example.org');
  assert.deepEqual(relay, {
    host: 'mail.example.org',
    port: 465,
    tls: 'from-start',
    login: { user: 'smac', password: 'p@ss' },
  });
  assert.deepEqual(
    [at('smtp://mail.example.org').tls, at('smtp://mail.example.org').port],
    ['starttls', 587],
  );
  assert.equal(at('smtp://mail.example.org:2525').port, 2525);
  for (const here of ['127.0.0.1', 'localhost', '[::1]']) assert.equal(at(`smtp://${here}:25`).tls, 'none');
  for (const bad of [
    'https://x',
    'smtp://',
    'smtps://u@x',
    'smtps://x/y',
    'smtps://x?tls=no',
    'smtps://a:%zz@x',
  ]) {
    assert.equal(mailServerOf(bad), undefined, bad);
    assert.match(refusal({ SMAC_MAIL_URL: bad }), /^SMAC_MAIL_URL must .+\.$/);
  }
  assert.ok(!refusal({ SMAC_MAIL_URL: 'smtp://root:hunter2@x/y' }).includes('hunter2'));
  const url = 'smtps://mail.example.org';
  assert.match(refusal({ SMAC_MAIL_URL: url }), /belong together/);
  refusal({ SMAC_MAIL_URL: url, SMAC_MAIL_FROM: 'Desk\r\nBcc: x <desk@example.org>' });
  const from = 'SMAC Barcelona <desk@example.org>';
  const mail = { SMAC_MAIL_URL: url, SMAC_MAIL_FROM: from };
  assert.match(refusal(mail), /SMAC_MAIL_URL needs SMAC_PUBLIC_URL/);
  for (const open of ['http://smac.example.org', 'http://127.example.org', 'http://10.0.0.1'])
    assert.match(refusal({ ...mail, SMAC_PUBLIC_URL: open }), /^SMAC_PUBLIC_URL must be an https address/);
  for (const kept of ['http://127.0.0.1:8080', 'http://[::1]:8080', 'http://localhost', 'https://x.example'])
    assert.equal(accepted({ ...mail, SMAC_PUBLIC_URL: kept }).mailFrom, from);
});

test('a mistyped variable is refused, and the right one is suggested', () => {
  assert.match(refusal({ SMAC_DATADIR: 'x' }), /SMAC_DATADIR is not a setting/);
  assert.match(refusal({ SMAC_RETAIN_PLAN_DAYS: '5' }), /did you mean SMAC_RETAIN_PLANS_DAYS/);
});

test('certificate and key belong together', () => {
  assert.match(refusal({ SMAC_TLS_CERT: 'a.pem' }), /belong together/);
  assert.equal(accepted({ SMAC_TLS_CERT: 'a.pem', SMAC_TLS_KEY: 'b.pem' }).tlsKey, 'b.pem');
});

test('loopback is what only this machine reaches', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) assert.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '127.example.org', 'localhost.example.org']) {
    assert.ok(!isLoopback(host), host);
  }
});

test('every setting has a title, a description and an own name, and stands in --help', () => {
  const help = configurationHelp();
  const settings = Object.values(SETTINGS);
  assert.equal(new Set(settings.map((setting) => setting.env)).size, settings.length);
  for (const { env, title, description } of settings) {
    assert.ok(title.length > 2 && description.endsWith('.'), env);
    assert.ok(help.includes(env), env);
  }
});

test('the configuration table in the READMEs is the one the schema gives', () => {
  const own = new URL('../../README.md', import.meta.url);
  const root = new URL('../../../../README.md', import.meta.url);
  for (const file of [own, ...(existsSync(root) ? [root] : [])]) {
    const text = readFileSync(file, 'utf8');
    assert.ok(
      text.includes(`<!-- configuration -->\n${configurationTable()}\n<!-- /configuration -->`),
      `${file.pathname} is not current: run \`node scripts/readme-table.mjs\``,
    );
  }
});
