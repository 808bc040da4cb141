import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { PGlite } from '@electric-sql/pglite';
import { BIGINT_OID } from '../embedded.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { singleConnectionDialect } from '../single-connection.ts';
import { type Store, storeOf } from '../store.ts';

const parsers = { [BIGINT_OID]: Number };

/**
 * An empty database with the current schema, in memory. Creating one takes 4 s and its schema another half, so that a template with
 * the schema in it is kept in the temporary folder.
 */
export async function memoryStore(): Promise<Store> {
  return open(new PGlite({ loadDataDir: await template(), parsers }));
}

const open = (pglite: PGlite) => storeOf('pglite', 'memory', singleConnectionDialect(pglite));

async function template(): Promise<Blob> {
  const file = join(tmpdir(), `smac-test-template-${process.getuid?.() ?? 0}-${key()}.tar`);
  if (!existsSync(file)) {
    const fresh = new PGlite({ parsers });
    const store = await open(fresh);
    const dump = await fresh.dumpDataDir('none');
    await store.close();
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, Buffer.from(await dump.arrayBuffer()), { mode: 0o600 });
    renameSync(unfinished, file);
  }
  return new Blob([readFileSync(file)]);
}

/** Another release of the database or another schema has another template. */
function key(): string {
  const hash = createHash('sha256').update(
    readFileSync(createRequire(import.meta.url).resolve('@electric-sql/pglite')),
  );
  for (const [name, { up }] of Object.entries(MIGRATIONS)) hash.update(`${name} ${up}`);
  return hash.digest('hex').slice(0, 16);
}
