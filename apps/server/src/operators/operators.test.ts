import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sql } from 'kysely';
import { eachDatabase } from '../store/testing/index.ts';
import { createApiKeys } from './api-keys.ts';
import { createAudit } from './audit.ts';

const clock = { now: () => 1_767_225_600_000, after: () => () => {} };

eachDatabase('operators', (database) => {
  const audit = () => createAudit({ store: database.store, clock });
  const keys = () => createApiKeys({ store: database.store, clock, random: randomBytes, audit: audit() });

  test('an API key has 256 random bits, is stored as a hash only, and works until it is revoked', async () => {
    const issued = await keys().create({ name: 'dashboard', role: 'viewer' }, 'local');
    assert.match(issued.key, /^smac_[\w-]{43}$/);
    const { rows } = await sql<{
      text: string;
    }>`select row_to_json(api_key)::text as text from api_key`.execute(database.store.db);
    assert.ok(!rows.some((row) => row.text.includes(issued.key.slice(5))));
    assert.equal((await keys().find(issued.key))?.role, 'viewer');
    assert.equal(await keys().find(`${issued.key}x`), undefined);
    assert.equal(await keys().revoke(issued.id, 'local'), true);
    assert.equal(await keys().revoke(issued.id, 'local'), false);
    assert.equal(await keys().find(issued.key), undefined);
  });

  test('D1.5-§1.4-I an altered, a removed and a cut-off audit row is found', async () => {
    for (let i = 0; i < 20; i += 1) {
      await audit().record({
        actor: 'system',
        action: 'test.done',
        subject: `n:${i}`,
        detail: { z: i, a: { deep: [1, null, 'é'] }, big: 1e21 },
      });
    }
    const head = await audit().head();
    assert.ok(head);
    assert.equal((await audit().verify([head])).ok, true);
    const spoiled = async (spoil: ReturnType<typeof sql>, pattern: RegExp) => {
      await database.store
        .transaction(async (trx) => {
          await spoil.execute(trx);
          const seen = await createAudit({ store: { ...database.store, db: trx }, clock }).verify([head]);
          assert.equal(seen.ok, false);
          assert.match(seen.ok ? '' : seen.sentence, pattern);
          throw new Error('undo');
        })
        .catch((error: Error) => assert.equal(error.message, 'undo'));
    };
    await spoiled(
      sql`update audit set detail = jsonb_set(detail, '{z}', '99') where subject = 'n:7'`,
      /was altered/,
    );
    await spoiled(sql`update audit set actor = 'nobody' where subject = 'n:3'`, /was altered/);
    await spoiled(sql`delete from audit where subject = 'n:9'`, /removed or inserted/);
    await spoiled(sql`delete from audit where id = ${head.id}`, /cut off/);
    await spoiled(sql`delete from audit where id < ${head.id}`, /no retention run/);
    assert.equal((await audit().verify([head])).ok, true);
  });

  test('concurrent entries form one chain, and retention keeps it verifiable', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        audit().record({ actor: 'system', action: 'test.raced', subject: `r:${i}`, detail: {} }),
      ),
    );
    assert.equal((await audit().verify()).ok, true);
    const later = createAudit({ store: database.store, clock: { ...clock, now: () => clock.now() + 1_000 } });
    assert.ok((await later.prune(clock.now() + 500)) >= 10);
    const verdict = await later.verify();
    assert.deepEqual(verdict.ok && verdict.rows, 1);
  });
});
