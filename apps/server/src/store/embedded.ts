import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, fdatasyncSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { CannotStart } from '../config/index.ts';
import { dataFolder } from './folder.ts';
import { lockFolder } from './lock.ts';
import { singleConnectionDialect } from './single-connection.ts';
import { type Store, storeOf } from './store.ts';

/** `bigint` as a number on both databases: epoch milliseconds and counts stay below 2^53. */
export const BIGINT_OID = 20;

/** Opens the embedded PostgreSQL in `path`/database, creating it on the first start. */
export async function openEmbedded(path: string): Promise<Store> {
  const folder = dataFolder(path);
  const unlock = lockFolder(folder);
  try {
    const database = join(folder, 'database');
    if (!existsSync(database)) await initialise(database);
    const pglite = await openDurably(database);
    return await storeOf('pglite', database, singleConnectionDialect(pglite), async () => unlock());
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Creating a database takes several hundred MB that a process never gives back, so a short-lived child does it. The folder gets
 * its name only when it is complete: a kill in between leaves nothing half-made.
 */
async function initialise(database: string): Promise<void> {
  const unfinished = `${database}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const script = fileURLToPath(new URL('./initialise.ts', import.meta.url));
  const child = spawn(process.execPath, [script, unfinished], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) {
    throw new CannotStart(
      `The embedded database could not be created in ${database} (${lastLine(complaint)}): free some disk space and memory (1 GB), then start again.`,
    );
  }
  renameSync(unfinished, database);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'no reason given';
}

/**
 * PGlite starts with `-F` (no fsync), and its file system ignores fsync. Nothing may be acknowledged before it is on the disk, so
 * both are put right: the commit's WAL record reaches the disk (fdatasync) before the commit returns.
 */
async function openDurably(database: string): Promise<PGlite> {
  const pglite = new PGlite({
    dataDir: database,
    parsers: { [BIGINT_OID]: Number },
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
      ...[
        'wal_sync_method=fsync',
        'synchronous_commit=on',
        'shared_buffers=32MB',
        'max_wal_size=128MB',
      ].flatMap((s) => ['-c', s]),
    ],
  });
  try {
    await pglite.waitReady;
  } catch (error) {
    throw new CannotStart(
      `The embedded database in ${database} does not open (${error instanceof Error ? error.message : String(error)}): restore a backup with \`smac restore\`, or move the folder away to start anew.`,
    );
  }
  syncForReal(pglite);
  return pglite;
}

/** The part of Emscripten's file system that is used here. */
interface EmscriptenFs {
  readonly root: {
    readonly mount: {
      readonly mounts: readonly { readonly opts?: { readonly root?: string }; readonly type: NodeFs }[];
    };
  };
}
interface NodeFs {
  readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => void };
}

function syncForReal(pglite: PGlite): void {
  const fs = pglite.Module.FS as unknown as EmscriptenFs;
  const onDisk = fs.root.mount.mounts.filter((mount) => mount.opts?.root !== undefined);
  if (onDisk.length === 0)
    throw new Error('The embedded database is not on a disk folder: its file system changed.');
  for (const mount of onDisk) mount.type.stream_ops.fsync = (stream) => fdatasyncSync(stream.nfd);
}
