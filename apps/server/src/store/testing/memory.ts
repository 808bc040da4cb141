import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { PGlite } from '@electric-sql/pglite';
import { BIGINT_OID } from '../embedded.ts';
import { singleConnectionDialect } from '../single-connection.ts';
import { type Store, storeOf } from '../store.ts';

const parsers = { [BIGINT_OID]: Number };

/** An empty database with the current schema, in memory. Creating one takes 4 s, so an empty template is kept in the temporary folder. */
export async function memoryStore(): Promise<Store> {
  const pglite = new PGlite({ loadDataDir: await template(), parsers });
  return storeOf('pglite', 'memory', singleConnectionDialect(pglite));
}

async function template(): Promise<Blob> {
  const version = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const key = createHash('sha256').update(readFileSync(version)).digest('hex').slice(0, 16);
  const file = join(tmpdir(), `smac-test-template-${process.getuid?.() ?? 0}-${key}.tar`);
  if (!existsSync(file)) {
    const fresh = new PGlite({});
    await fresh.waitReady;
    const dump = await fresh.dumpDataDir('none');
    await fresh.close();
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, Buffer.from(await dump.arrayBuffer()), { mode: 0o600 });
    renameSync(unfinished, file);
  }
  return new Blob([readFileSync(file)]);
}
