import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { after, before, describe, type TestContext, test } from 'node:test';
import pg from 'pg';
import { openPostgres } from '../postgres.ts';
import type { Store } from '../store.ts';
import { memoryStore } from './memory.ts';

/** What the cases get: the store is open from the first test on and shared by the tests of one `eachDatabase`. */
export interface DatabaseCase {
  readonly store: Store;
}

/**
 * Runs the same tests on the embedded database and, where TEST_DATABASE_URL names a server, on PostgreSQL (a fresh database per
 * call). Without a server one test says that it did not run there.
 */
export function eachDatabase(name: string, define: (database: DatabaseCase) => void): void {
  describe(`${name} (embedded)`, () => define(opened(memoryStore)));
  onPostgres(name, define);
}

/** Tests of what only a PostgreSQL server can do, on a fresh database. */
export function onPostgres(name: string, define: (database: DatabaseCase, url: string) => void): void {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) {
    test(`${name} (PostgreSQL)`, (t: TestContext) => t.skip('TEST_DATABASE_URL is not set'));
    return;
  }
  const database = `smac_test_${randomBytes(8).toString('hex')}`;
  describe(`${name} (PostgreSQL)`, () => {
    const url = new URL(server);
    url.pathname = `/${database}`;
    before(() => administer(server, `create database ${database}`));
    define(
      opened(() => openPostgres(url.href, true)),
      url.href,
    );
    after(() => administer(server, `drop database ${database} with (force)`));
  });
}

function opened(open: () => Promise<Store>): DatabaseCase {
  let store: Store | undefined;
  before(async () => {
    store = await open();
  });
  after(async () => {
    await store?.close();
  });
  return {
    get store() {
      if (!store) throw new Error('The store is open only inside tests and their hooks.');
      return store;
    },
  };
}

async function administer(server: string, command: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(command);
  await client.end();
}
