import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { main } from './cli.ts';
import { besideDemo } from './commands/demo-running.ts';
import { HELP } from './help.ts';

async function typed(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  let out = '';
  let err = '';
  const stdin = (async function* () {})();
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const code = await main([...words], { stdin, stdout, stderr, env });
  return { code, out, err };
}

const VERBS = `ocpi invite|ocpi join|ocpi parties|ocpi check|station add|station list|station password|station retire
|cert authority|cert server|cert sign|token add|token list|token remove|grid invite|grid group|grid list|grid end|simulate|serve
|plan|user add|user list|user remove|user reset|apikey create|apikey list|apikey revoke|doctor|backup|export|restore|audit verify`;

test('help is given wherever it is asked for: after a command, and after each of its verbs', async () => {
  for (const words of VERBS.split('|').map((verb) => verb.trim().split(' ')))
    for (const asked of new Set([words, words.slice(0, 1)])) {
      const { code, out, err } = await typed([...asked, '--help']);
      assert.equal(code, 0, asked.join(' '));
      assert.equal(err, '', asked.join(' '));
      assert.ok(out.includes(`smac ${asked.join(' ')}`), `${asked.join(' ')}: ${out}`);
    }
  const named = [...HELP.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  assert.deepEqual(
    named.filter((name) => name !== 'smac' && !VERBS.includes(name ?? '')),
    [],
    'each command of the whole help was tried',
  );
});

test('a station that is added where no port for stations is open has no address yet, and the command says what opens one', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-cli-'));
  // Stands where the server listens for commands.
  const server = createServer((_, response) => {
    const added = { stationId: 'square-1', identity: 'S1', password: 'secret', url: null };
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(added));
  });
  try {
    server.listen(join(dataDir, 'command.sock'));
    await once(server, 'listening');
    const { code, out, err } = await typed(['station', 'add', '--id', 'square-1'], {
      SMAC_DATA_DIR: dataDir,
    });
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), { stationId: 'square-1', identity: 'S1', password: 'secret' });
    assert.match(err, /SMAC_OCPP_PORT=9000; the address then ends in :9000\/ocpp\/S1\.$/m);
  } finally {
    server.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test('a command typed beside the demo means the demo, unless the folder holds a database of its own', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-cli-'));
  const asked: string[] = [];
  // Stands where the demo's own server listens.
  const demo = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json').end('[]');
  });
  try {
    mkdirSync(join(dataDir, 'demo'));
    demo.listen(join(dataDir, 'demo', 'command.sock'));
    await once(demo, 'listening');
    const alone = await typed(['apikey', 'list'], { SMAC_DATA_DIR: dataDir });
    assert.equal(alone.code, 0);
    assert.match(alone.err, /^This is the demo, which forgets everything when it starts anew;/);
    assert.ok(asked.includes('GET /api/keys'), asked.join(', '));
    asked.length = 0;
    mkdirSync(join(dataDir, 'database'));
    let err = '';
    const stderr = { write: (text: string) => (err += text) };
    const env = { SMAC_DATA_DIR: dataDir };
    const streams = { stdin: (async function* () {})(), stdout: stderr, stderr, env };
    assert.equal(await besideDemo('apikey', streams), streams);
    assert.match(err, /not the demo that runs; for the demo put SMAC_DATA_DIR=\S+demo in front\.\n$/);
    assert.deepEqual(asked, ['GET /healthz']);
  } finally {
    demo.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
