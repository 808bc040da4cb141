import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { Loaded } from './loaded.ts';

/** The text of a file, unpacked when it is gzip (told by its first two bytes, RFC 1952), without a byte order mark. */
export async function readText(path: string): Promise<Loaded<string>> {
  const refuse = (detail: string): Loaded<string> => ({
    ok: false,
    problems: [{ file: path, line: 0, field: 'file', detail }],
  });
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return refuse(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}); check the path`);
  }
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes);
  } catch {
    return refuse('starts like a gzip file but does not unpack; fetch it again');
  }
  return { ok: true, value: new TextDecoder().decode(bytes) };
}

/** Reads and parses a file with one of this folder's parsers. */
export async function loadFile<T>(
  path: string,
  parse: (text: string, file: string) => Loaded<T>,
): Promise<Loaded<T>> {
  const text = await readText(path);
  return text.ok ? parse(text.value, path) : text;
}
