import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { MIGRATIONS } from './migrations/index.ts';
import { migrate, type Store } from './store.ts';
import { eachDatabase } from './testing/index.ts';

eachDatabase('store', (database) => {
  const add = (db: Store['db'], name: string) =>
    db
      .insertInto('api_key')
      .values({
        id: name,
        name,
        role: 'viewer',
        key_sha256: name,
        created_ms: 1_767_225_600_123,
        last_used_ms: null,
        revoked_ms: null,
      })
      .execute();
  const names = async (prefix: string) =>
    (
      await database.store.db
        .selectFrom('api_key')
        .select('name')
        .where('name', 'like', `${prefix}%`)
        .orderBy('name')
        .execute()
    ).map((row) => row.name);

  test('the schema holds every migration, in order', async () => {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
      database.store.db,
    );
    assert.deepEqual(
      rows.map((row) => row.name),
      Object.keys(MIGRATIONS).sort(),
    );
  });

  test('a database of an earlier release takes a migration that stands before one it has', async () => {
    const { db } = database.store;
    await sql`delete from kysely_migration where name = '0056_reading_times'`.execute(db);
    for (const column of ['import_ms', 'export_ms', 'power_ms']) {
      await sql`alter table ocpp_transaction drop column ${sql.ref(column)}`.execute(db);
    }
    await migrate(db);
    assert.deepEqual(await db.selectFrom('ocpp_transaction').select('power_ms').execute(), []);
  });

  test('bigint is read as a number and jsonb as a value on both databases', async () => {
    await database.store.db
      .insertInto('audit')
      .values({
        at_ms: 1_767_225_600_123,
        actor: 'a',
        action: 'b',
        subject: 'c',
        detail: JSON.stringify({ list: [1, 'x'] }),
        previous_hash: 'g',
        hash: 'h',
      })
      .execute();
    const row = await database.store.db
      .selectFrom('audit')
      .select(['at_ms', 'detail', 'id'])
      .executeTakeFirstOrThrow();
    assert.deepEqual(row, { at_ms: 1_767_225_600_123, detail: { list: [1, 'x'] }, id: 1 });
  });

  test('a transaction that throws leaves nothing', async () => {
    await assert.rejects(
      database.store.transaction(async (trx) => {
        await add(trx, 'undone');
        throw new Error('no');
      }),
      /no/,
    );
    assert.deepEqual(await names('undone'), []);
  });

  test('a statement beside an open transaction is not part of it, so its acknowledgement holds', async () => {
    const opened = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const failing = database.store.transaction(async (trx) => {
      await add(trx, 'beside-a');
      opened.resolve();
      await mayEnd.promise;
      throw new Error('rolled back');
    });
    const rolledBack = assert.rejects(failing, /rolled back/);
    await opened.promise;
    const beside = add(database.store.db, 'beside-b');
    mayEnd.resolve();
    await Promise.all([rolledBack, beside]);
    assert.deepEqual(await names('beside'), ['beside-b']);
  });

  test('concurrent transactions commit what each of them wrote', async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        database.store.transaction(async (trx) => {
          await add(trx, `both-${i}-a`);
          await add(trx, `both-${i}-b`);
        }),
      ),
    );
    assert.equal((await names('both')).length, 16);
  });

  test('a commit that PostgreSQL turned into a rollback is an error, never an acknowledgement', async () => {
    await assert.rejects(
      database.store.transaction(async (trx) => {
        await add(trx, 'swallowed');
        await assert.rejects(sql`select 1 / 0`.execute(trx));
      }),
    );
    assert.deepEqual(await names('swallowed'), []);
  });

  test('using `db` inside a transaction is a loud defect, and afterwards it works again', async () => {
    await assert.rejects(
      database.store.transaction(async () => add(database.store.db, 'inside')),
      /use the transaction that was handed in/,
    );
    let later: Promise<unknown> = Promise.resolve();
    await database.store.transaction(async () => {
      later = Promise.resolve()
        .then(() => new Promise((done) => setImmediate(done)))
        .then(() => add(database.store.db, 'later'));
    });
    await later;
    assert.deepEqual(await names('later'), ['later']);
  });
});
