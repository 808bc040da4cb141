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
/** 128 MB of buffers are filled with zeros at every start; a test needs none of them, and no log of what ends with the process. */
const startParams = [
  ...PGlite.defaultStartParams,
  ...['shared_buffers=16MB', 'wal_recycle=off', 'synchronous_commit=off'].flatMap((setting) => [
    '-c',
    setting,
  ]),
];

/**
 * An empty database with the current schema, in memory. Creating one takes 4 s and its schema another half, so that a template with
 * the schema in it is kept in the temporary folder.
 */
export async function memoryStore(): Promise<Store> {
  return open(await memoryDatabase());
}

/** The database of it. */
export async function memoryDatabase(): Promise<PGlite> {
  return new PGlite({ loadDataDir: await emptyDatabase(), parsers, startParams });
}

/** The files of it, as a tape archive. */
export function emptyDatabase(): Promise<Blob> {
  template ??= readTemplate();
  return template;
}

const open = (pglite: PGlite) => storeOf('pglite', 'memory', singleConnectionDialect(pglite));

let template: Promise<Blob> | undefined;

/** Read once: a `Blob` of Node copies what it holds whenever it is asked for it. */
class Held extends Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    super([]);
    this.#bytes = bytes;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes.buffer;
  }
}

async function readTemplate(): Promise<Blob> {
  const file = join(tmpdir(), `smac-test-template-${process.getuid?.() ?? 0}-${key()}.tar`);
  if (!existsSync(file)) {
    const fresh = new PGlite({ parsers, startParams });
    const store = await open(fresh);
    // Two of its three databases are there to make more of, which nobody does; a third of the files is left.
    await fresh.exec("update pg_database set datistemplate = false where datname like 'template%'");
    for (const name of ['template0', 'template1']) await fresh.exec(`drop database ${name}`);
    await fresh.exec('checkpoint');
    const dump = await fresh.dumpDataDir('none');
    await store.close();
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, Buffer.from(await dump.arrayBuffer()), { mode: 0o600 });
    renameSync(unfinished, file);
  }
  return new Held(Uint8Array.from(readFileSync(file)));
}

/** Another release of the database, another schema or another way to make it has another template. */
function key(): string {
  const hash = createHash('sha256');
  for (const made of [createRequire(import.meta.url).resolve('@electric-sql/pglite'), import.meta.filename])
    hash.update(readFileSync(made));
  for (const [name, { up }] of Object.entries(MIGRATIONS)) hash.update(`${name} ${up}`);
  return hash.digest('hex').slice(0, 16);
}
