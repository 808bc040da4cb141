import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { openStore } from './index.ts';
import { writeDatabase } from './testing/index.ts';

/** The writer is started as the test is: without compiling the embedded database twice. */
const FLAGS = process.execArgv.filter((flag) => flag === '--liftoff-only');
const dataDir = mkdtempSync(join(tmpdir(), 'smac-durability-'));
after(() => rmSync(dataDir, { recursive: true, force: true }));
before(() => writeDatabase(dataDir));
const open = (folder = dataDir) => openStore({ dataDir: folder, databaseUrl: undefined });

test('F2 every write that was acknowledged before a kill -9 is there after the restart', {
  timeout: 300_000,
}, async () => {
  for (const killAfter of [40, 75]) {
    const child = spawn(
      process.execPath,
      [...FLAGS, fileURLToPath(new URL('./testing/writer.ts', import.meta.url)), dataDir],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let acknowledged = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      if (acknowledged === killAfter) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    assert.equal(child.signalCode, 'SIGKILL');
    const store = await open();
    const rows = await store.db.selectFrom('api_key').select('created_ms').orderBy('created_ms').execute();
    const kept = rows.map((row) => row.created_ms);
    assert.deepEqual(
      kept.slice(0, acknowledged + 1),
      Array.from({ length: acknowledged + 1 }, (_, n) => n),
    );
    await store.db.deleteFrom('api_key').execute();
    await store.close();
  }
});

test('commits wait for the disk: fsync and synchronous_commit are on', { timeout: 300_000 }, async () => {
  const store = await open();
  const setting = async (name: string) => {
    const { rows } = await sql<{ value: string }>`select current_setting(${name}) as value`.execute(store.db);
    return rows[0]?.value;
  };
  assert.equal(await setting('fsync'), 'on');
  assert.equal(await setting('synchronous_commit'), 'on');
  await store.close();
});

test('one process owns a data folder: a second one is refused in one sentence, and may have it afterwards', {
  timeout: 300_000,
}, async () => {
  const store = await open();
  await assert.rejects(open(), {
    name: 'CannotStart',
    message: /in use by another SMAC process: stop that one/,
  });
  await store.close();
  await (await open()).close();
});

test('the data folder is private, and one that cannot be made is refused in one sentence', async () => {
  assert.equal(statSync(dataDir).mode & 0o077, 0);
  const file = join(dataDir, 'a-file');
  writeFileSync(file, '');
  await assert.rejects(open(join(file, 'data')), {
    name: 'CannotStart',
    message: /cannot be written \(ENOTDIR\): give this user the right/,
  });
});

test('a PostgreSQL that cannot be reached is refused in one sentence without its password', async () => {
  const databaseUrl = 'postgres://smac:hunter2@127.0.0.1:1/smac';
  await assert.rejects(openStore({ dataDir, databaseUrl }), (error: Error) => {
    assert.equal(error.name, 'CannotStart');
    assert.match(
      error.message,
      /127\.0\.0\.1:1\/smac cannot be reached .+unset it to use the embedded database/,
    );
    assert.ok(!error.message.includes('hunter2'));
    return true;
  });
});
