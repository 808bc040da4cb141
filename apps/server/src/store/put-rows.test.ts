import assert from 'node:assert/strict';
import test from 'node:test';
import { putRows } from './put-rows.ts';
import { eachDatabase } from './testing/index.ts';

const entry = (session: string, maxPowerW: number) => ({
  peer_id: 'p',
  session_id: session,
  context_id: 'c',
  max_power_w: maxPowerW,
  min_power_w: 0.1 + 0.2,
  uncontrolled: false,
  may_hold: [{ reference: 'a "quoted" \\ text', profile: { startMs: 1, periods: [] } }],
  observed: null,
  updated_ms: 1_780_000_000_123,
});

eachDatabase('rows in one statement', (database) => {
  test('rows come back as they were written, numbers exact and JSON as values', async () => {
    const { db } = database.store;
    const put = putRows('dispatch_ledger', { key: ['peer_id', 'session_id'], ifThere: 'defect' });
    await put(db, [entry('exact', 11_040.123456789), entry('other', 0)]);
    await put(db, []);
    const row = await db
      .selectFrom('dispatch_ledger')
      .selectAll()
      .where('session_id', '=', 'exact')
      .executeTakeFirstOrThrow();
    assert.deepEqual(row, entry('exact', 11_040.123456789));
    await assert.rejects(put(db, [entry('exact', 1)]), /dispatch_ledger_key/);
  });

  test('a row that is there is replaced but for the columns that are kept, or stays', async () => {
    const { db } = database.store;
    const key = ['peer_id', 'session_id'] as const;
    const power = async () =>
      await db
        .selectFrom('dispatch_ledger')
        .select(['max_power_w', 'updated_ms'])
        .where('session_id', '=', 'again')
        .executeTakeFirstOrThrow();
    await putRows('dispatch_ledger', { key, ifThere: 'replaced' })(db, [entry('again', 1)]);
    await putRows('dispatch_ledger', { key, ifThere: 'replaced', kept: ['updated_ms'] })(db, [
      { ...entry('again', 2), updated_ms: 5 },
    ]);
    assert.deepEqual(await power(), { max_power_w: 2, updated_ms: 1_780_000_000_123 });
    await putRows('dispatch_ledger', { key, ifThere: 'stays' })(db, [entry('again', 3)]);
    assert.deepEqual(await power(), { max_power_w: 2, updated_ms: 1_780_000_000_123 });
  });

  test('more rows than one statement takes values of its own', async () => {
    const { db } = database.store;
    const put = putRows('dispatch_ledger', { key: ['peer_id', 'session_id'], ifThere: 'replaced' });
    await put(
      db,
      Array.from({ length: 7_500 }, (_, n) => ({ ...entry(`many-${n}`, n), may_hold: [] })),
    );
    const { count } = await db
      .selectFrom('dispatch_ledger')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .where('session_id', 'like', 'many-%')
      .executeTakeFirstOrThrow();
    assert.equal(Number(count), 7_500);
  });
});
