// `npm run fuzz`: spoiled frames at the OCPP RPC layer, then poisoned messages at the whole server. `npm run fuzz -- server --seconds 60 --seed 7`.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const PARTS = {
  rpc: 'packages/ocpp/src/testing/fuzz/command.ts',
  server: 'apps/server/src/main/testing/fuzz/command.ts',
};
const USAGE = `npm run fuzz -- [rpc | server] [options]

  rpc      spoiled frames at the OCPP RPC layer
  server   poisoned messages at the whole server; without a name both, one after the other

  --seconds N   how long; default 30
  --count N     how many instead
  --seed N      repeats a run: the seed is printed with it
`;
if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(USAGE);
  process.exit(0);
}
const [part, ...rest] = process.argv.slice(2);
const isPart = part !== undefined && Object.hasOwn(PARTS, part);
const options = isPart ? rest : process.argv.slice(2);
for (const [name, file] of Object.entries(PARTS)) {
  if (isPart && name !== part) continue;
  const { status } = spawnSync(process.execPath, [file, ...options], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
