// Child process of the durability test: writes rows for ever and says each number once it is acknowledged.
import process from 'node:process';
import { openStore } from '../index.ts';

const [dataDir = ''] = process.argv.slice(2);
const store = await openStore({ dataDir, databaseUrl: undefined });
for (let n = 0; ; n += 1) {
  const row = {
    id: `n${n}`,
    name: 'durable',
    role: 'viewer' as const,
    key_sha256: `n${n}`,
    created_ms: n,
    last_used_ms: null,
    revoked_ms: null,
  };
  await store.transaction((trx) => trx.insertInto('api_key').values(row).execute());
  process.stdout.write(`${n}\n`);
}
