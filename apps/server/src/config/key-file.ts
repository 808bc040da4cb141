import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from './cannot-start.ts';

const KEY_BYTES = 32;

/**
 * 32 secret bytes that lie beside the database, not in it: made on the first start, mode 0600 (security.md 6, Secrets).
 * @param otherwise what is lost without the file, for the sentence of the refusal.
 * @throws CannotStart when the file does not hold a key.
 */
export function keyFile(
  dataDir: string,
  name: string,
  random: (count: number) => Uint8Array,
  otherwise: string,
): Uint8Array {
  const file = join(dataDir, name);
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // The file gets its name when it is whole: a kill in between must not leave a key that opens nothing.
    const unfinished = `${file}.new`;
    rmSync(unfinished, { force: true });
    writeFileSync(unfinished, Buffer.from(random(KEY_BYTES)).toString('base64url'), {
      mode: 0o600,
      flush: true,
    });
    renameSync(unfinished, file);
  }
  chmodSync(file, 0o600);
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  if (key.length !== KEY_BYTES) {
    throw new CannotStart(
      `${file} does not hold a key of ${KEY_BYTES} bytes: restore it from a copy, or move it away and ${otherwise}.`,
    );
  }
  return key;
}
