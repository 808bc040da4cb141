import { PGlite } from '@electric-sql/pglite';
import { BIGINT_OID } from '../store/embedded.ts';
import type { Store } from '../store/index.ts';
import { singleConnectionDialect } from '../store/single-connection.ts';
import { storeOf } from '../store/store.ts';

/** An embedded database in memory: what is played leaves nothing behind. */
export async function openMemoryStore(): Promise<Store> {
  const pglite = new PGlite({ parsers: { [BIGINT_OID]: Number } });
  return storeOf('pglite', 'memory', singleConnectionDialect(pglite));
}
