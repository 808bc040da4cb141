import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { CannotStart } from '../config/index.ts';

/** Creates the data folder if need be (only for its owner) and returns its absolute path. */
export function dataFolder(path: string): string {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new CannotStart(
      `The data folder ${folder} cannot be written${code}: give this user the right to, or set SMAC_DATA_DIR to another folder.`,
    );
  }
  return folder;
}
