import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { emptyDatabase } from './memory.ts';

const BLOCK = 512;

/**
 * Puts an embedded database with the current schema into a data folder, as a server that has been there leaves it: for tests of anything
 * but the first start, which takes 5 s of processor time.
 */
export async function writeDatabase(dataDir: string): Promise<void> {
  const archive = Buffer.from(await (await emptyDatabase()).arrayBuffer());
  const text = (from: number, length: number) =>
    archive.toString('latin1', from, from + length).split('\0', 1)[0]!;
  // POSIX ustar: a header of one block (name at 0, size in octal at 124, type at 156, rest of the name at 345), then whole blocks.
  for (let at = 0; at < archive.length && archive[at] !== 0; ) {
    const path = join(dataDir, 'database', text(at + 345, 155), text(at, 100));
    const size = Number.parseInt(text(at + 124, 12), 8);
    const isFolder = text(at + 156, 1) === '5';
    at += BLOCK;
    mkdirSync(isFolder ? path : dirname(path), { recursive: true, mode: 0o700 });
    if (!isFolder) writeFileSync(path, archive.subarray(at, at + size), { mode: 0o600 });
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}
