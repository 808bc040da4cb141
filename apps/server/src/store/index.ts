import { openEmbedded } from './embedded.ts';
import { openPostgres } from './postgres.ts';
import type { Store } from './store.ts';

export type { Kysely, Transaction } from 'kysely';
export type { Database } from './database.ts';
export type { Store } from './store.ts';

/**
 * Opens the database the configuration names: PostgreSQL where `databaseUrl` is set, else the embedded one in `dataDir`.
 * `owner` = this process is the server.
 * @throws CannotStart with one sentence that says what to do.
 */
export function openStore(
  config: { readonly databaseUrl: string | undefined; readonly dataDir: string },
  owner = true,
): Promise<Store> {
  return config.databaseUrl === undefined
    ? openEmbedded(config.dataDir)
    : openPostgres(config.databaseUrl, owner);
}
export { isDatabaseAway } from './away.ts';
export { backup, restore, usageExport } from './backup.ts';
export { dataFolder } from './folder.ts';
