// Checks the borders between packages and rooms, then plants a forbidden import and demands that the check sees it:
// a dependency checker that silently parses nothing would otherwise pass for ever.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const planted = join(root, 'packages/optimiser/src/planted');

const uproot = () => rmSync(planted, { recursive: true, force: true });
// However it ends: what is planted would be found by the next check, of whatever kind.
process.on('exit', uproot);
process.on('SIGTERM', () => process.exit(143));
uproot();

const clean = cruise(['packages', 'apps']);
process.stdout.write(clean.output);
if (clean.status !== 0) process.exit(1);

mkdirSync(planted, { recursive: true });
writeFileSync(
  join(planted, 'forbidden.ts'),
  "import type { OcpiVersion } from '@smac/ocpi';\nexport type Planted = OcpiVersion;\n",
);
const caught = cruise(['packages/optimiser']);
if (caught.status === 0 || !caught.output.includes('optimiser-stands-alone')) {
  console.error('The planted forbidden import was not seen: the border check is blind.');
  process.exit(1);
}
console.log('A planted forbidden import is refused (optimiser-stands-alone).');

function cruise(folders) {
  const done = spawnSync(
    process.execPath,
    [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      ...folders,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  return { status: done.status, output: `${done.stdout}${done.stderr}` };
}
