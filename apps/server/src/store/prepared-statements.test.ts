import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PreparedStatements } from './prepared-statements.ts';
import { memoryDatabase } from './testing/index.ts';

test('a statement answers the same the first time and prepared, with parameters of every kind, errors and changes of a table in between', async () => {
  const pglite = await memoryDatabase();
  try {
    await pglite.waitReady;
    const statements = new PreparedStatements(pglite);
    await statements.query(
      'create table thing (id int primary key, facts jsonb, name text, at bigint, bytes bytea)',
    );
    const insert = 'insert into thing values ($1, $2, $3, $4, $5) returning *';
    const row = (id: number) => [
      id,
      { id },
      id % 2 === 0 ? null : `n${id}`,
      2 ** 40 + id,
      new Uint8Array([id]),
    ];
    for (let id = 1; id <= 4; id += 1) {
      const { rows, affectedRows } = await statements.query<Record<string, unknown>>(insert, row(id));
      assert.equal(affectedRows, 1);
      const [sameId, facts, name, at, bytes] = row(id);
      assert.deepEqual({ ...rows[0], at: Number(rows[0]?.at) }, { id: sameId, facts, name, at, bytes });
    }
    for (let again = 0; again < 2; again += 1) {
      await statements.query('begin');
      await assert.rejects(statements.query(insert, row(1)), { code: '23505' });
      assert.equal((await statements.query('commit')).command, 'ROLLBACK');
    }
    const all = 'select * from thing where id = any($1) order by id';
    for (let again = 0; again < 3; again += 1) {
      assert.equal((await statements.query(all, [[1, 3]])).rows.length, 2);
    }
    await statements.query('alter table thing add column colour text default $$red$$');
    for (let again = 0; again < 3; again += 1) {
      const { rows } = await statements.query<{ colour: string }>(all, [[2]]);
      assert.deepEqual(
        rows.map(({ colour }) => colour),
        ['red'],
      );
    }
  } finally {
    await pglite.close();
  }
});

test('more kinds of statements than may be prepared still answer', async () => {
  const pglite = await memoryDatabase();
  try {
    await pglite.waitReady;
    const statements = new PreparedStatements(pglite);
    for (let again = 0; again < 3; again += 1) {
      for (let n = 0; n < 230; n += 1) {
        const { rows } = await statements.query<{ n: number }>(`select ${n}::int as n`);
        assert.deepEqual(rows, [{ n }]);
      }
    }
    const { rows } = await statements.query<{ count: number }>(
      'select count(*)::int as count from pg_prepared_statements',
    );
    assert.ok(rows[0]!.count <= 200, `${rows[0]!.count} prepared`);
  } finally {
    await pglite.close();
  }
});
