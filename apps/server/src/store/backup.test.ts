import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { backup, restore } from './backup.ts';
import type { Store } from './store.ts';
import { eachDatabase, memoryStore } from './testing/index.ts';

async function bytesOf(store: Store): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of backup(store)) parts.push(part);
  return Buffer.concat(parts);
}

async function fill(store: Store): Promise<void> {
  for (let n = 0; n < 1200; n += 1) {
    await store.db
      .insertInto('audit')
      .values({
        at_ms: 1_767_225_600_123 + n,
        actor: 'a',
        action: `é "${n}"\n`,
        subject: 's',
        detail: JSON.stringify({ n: [n, null, 0.1 + 0.2] }),
        previous_hash: `p${n}`,
        hash: `h${n}`,
      })
      .execute();
  }
}

eachDatabase('backup', (database) => {
  test('a backup restored into an empty database gives every row back, and new rows get new numbers', {
    timeout: 300_000,
  }, async () => {
    await fill(database.store);
    const copy = await memoryStore();
    assert.equal(await restore(copy, Readable.from([await bytesOf(database.store)])), 1200);
    const all = (store: Store) => store.db.selectFrom('audit').selectAll().orderBy('id').execute();
    assert.deepEqual(await all(copy), await all(database.store));
    const added = await copy.db
      .insertInto('audit')
      .values({
        at_ms: 1,
        actor: 'a',
        action: 'b',
        subject: 'c',
        detail: '{}',
        previous_hash: 'x',
        hash: 'new',
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    assert.equal(added.id, 1201);
    await assert.rejects(restore(copy, Readable.from([await bytesOf(database.store)])), {
      name: 'CannotStart',
      message: /not empty/,
    });
    await copy.close();
  });

  test('a file that is no backup, of another schema, or cut off is refused and leaves nothing behind', {
    timeout: 300_000,
  }, async () => {
    const whole = await bytesOf(database.store);
    const text = gunzipSync(whole).toString('utf8');
    const empty = await memoryStore();
    const tryOut = (bytes: Buffer) => restore(empty, Readable.from([bytes]));
    await assert.rejects(tryOut(gzipSync('hello\n')), /not a SMAC backup/);
    await assert.rejects(tryOut(gzipSync('')), /not a SMAC backup/);
    await assert.rejects(tryOut(Buffer.from('no gzip at all')), /not a SMAC backup/);
    await assert.rejects(
      tryOut(gzipSync(text.replace(/"schema":"[^"]+"/, '"schema":"9999_future"'))),
      /restore it with the version/,
    );
    await assert.rejects(tryOut(whole.subarray(0, whole.length / 2)), /cut off|damaged/);
    assert.equal((await empty.db.selectFrom('audit').selectAll().execute()).length, 0);
    await empty.close();
  });
});
