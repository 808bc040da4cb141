import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CannotStart } from '../config/index.ts';

/**
 * One process owns a data folder. The lock is an operating-system lock on a small SQLite file, so it disappears with the process
 * however that ends; a file with a process id would survive a `kill -9`.
 */
export function lockFolder(dataDir: string): () => void {
  const file = new DatabaseSync(join(dataDir, 'lock'));
  try {
    file.exec('begin exclusive');
  } catch {
    file.close();
    throw new CannotStart(
      `The data folder ${dataDir} is in use by another SMAC process: stop that one, or set SMAC_DATA_DIR to another folder.`,
    );
  }
  return () => {
    if (file.isOpen) file.close();
  };
}
