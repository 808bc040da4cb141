/** A PostgreSQL server that goes on taking connections and says nothing any more. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { sql } from 'kysely';
import { isDatabaseAway } from './away.ts';
import { openPostgres } from './postgres.ts';
import { onPostgres } from './testing/index.ts';

/** Looked at several times while it sleeps; an answer may take as long as it may for a server. */
const PATIENCE_MS = 200;

onPostgres('a database that hangs', (_database, url) => {
  test('F11 breaks its statements as "away" within seconds, a slow statement of one that answers is waited for, and it is used again when it is back', {
    timeout: 300_000,
  }, async (t) => {
    const { hostname, port } = new URL(url);
    const pairs: [Socket, Socket][] = [];
    let hangs = false;
    const way = createServer((near) => {
      const far = connect(Number(port || 5432), hostname);
      pairs.push([near, far]);
      for (const each of [near, far]) each.on('error', () => {});
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      if (!hangs) near.pipe(far).pipe(near);
    });
    way.listen(0, '127.0.0.1');
    await once(way, 'listening');
    const through = new URL(url);
    through.host = `127.0.0.1:${(way.address() as AddressInfo).port}`;
    const store = await openPostgres(through.href, false, { patienceMs: PATIENCE_MS });
    t.after(async () => {
      await store.close();
      for (const pair of pairs) for (const each of pair) each.destroy();
      way.close();
    });
    await sql`select pg_sleep(${(3 * PATIENCE_MS) / 1_000})`.execute(store.db);
    hangs = true;
    for (const [near, far] of pairs) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
    const lost = await sql`select 1`.execute(store.db).catch((error: unknown) => error);
    assert.ok(isDatabaseAway(lost), String(lost));
    const refused = await sql`select 1`.execute(store.db).catch((error: unknown) => error);
    assert.ok(isDatabaseAway(refused), String(refused));
    hangs = false;
    await sql`select 1`.execute(store.db);
  });
});
