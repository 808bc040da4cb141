// `npm test`: formatting and lint, types, borders, requirements, then every test by Node's test runner.
// `npm test -- optimiser` runs only the tests whose path contains "optimiser".
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { writeBatches } from './test-batches.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2);
const files = globSync('{packages,apps,scripts}/**/*.test.ts', {
  cwd: root,
  exclude: (p) => String(p).includes('node_modules'),
})
  .filter((file) => wanted.every((word) => file.includes(word)))
  .sort();

if (wanted.length === 0) {
  // What runs in a browser has types of its own, and Svelte files need their own checker: types, accessibility, unused styles.
  const pages = [
    '--workspace',
    'apps/web',
    '--tsconfig',
    'tsconfig.json',
    '--fail-on-warnings',
    '--output',
    'human',
  ];
  const checks = [
    ['types of the pages', 'apps/web/node_modules/.bin/svelte-check', pages],
    // Several checkers look at the same types again: alone it takes half of the processor time, and another check runs beside it.
    ['types', 'node_modules/.bin/tsc', ['-p', 'tsconfig.json', '--singleThreaded']],
    ['lint', 'node_modules/.bin/biome', ['ci', '--error-on-warnings']],
    ['requirements', process.execPath, ['scripts/requirements.mjs']],
  ];
  const lane = async () => {
    for (let next = checks.shift(); next !== undefined; next = checks.shift()) await check(...next);
  };
  await Promise.all([lane(), lane()]);
  // Alone: it plants a file that nobody else may see.
  step('borders', process.execPath, ['scripts/borders.mjs']);
}
if (files.length === 0) {
  console.error(`No test file matches ${wanted.join(' ')}`);
  process.exit(2);
}
// A test file lives for seconds: compiling the embedded database's WebAssembly twice, the second time to optimise it, costs more than it
// saves, a quarter of all CPU time. Solvers are another matter.
const solvers = files.filter((file) => file.startsWith('packages/optimiser/'));
const others = files.filter((file) => !solvers.includes(file));
const folder = mkdtempSync(join(tmpdir(), 'smac-tests-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
tests(others, writeBatches(root, folder, others), ['--liftoff-only']);
tests(solvers, writeBatches(root, join(folder, 'solvers'), solvers), []);

function tests(chosen, batches, flags) {
  if (chosen.length === 0) return;
  const args = [...flags, '--test', '--test-concurrency=2', ...batches];
  step(`${chosen.length} test files in ${batches.length} processes`, process.execPath, args);
}

// What one process has read of TypeScript and compiled, the next one need not.
function around() {
  return {
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') },
  };
}

/** Others run beside it: what it says is told when it has ended. */
async function check(name, command, args) {
  const startMs = performance.now();
  const child = spawn(command, args, { ...around(), stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => said.push(part));
  const [status] = await once(child, 'close');
  console.log(`\n== ${name}`);
  process.stdout.write(Buffer.concat(said));
  ended(name, status, startMs);
}

function step(name, command, args) {
  const startMs = performance.now();
  console.log(`\n== ${name}`);
  const { status } = spawnSync(command, args, { ...around(), stdio: 'inherit' });
  ended(name, status, startMs);
}

function ended(name, status, startMs) {
  if (status !== 0) {
    console.error(`== ${name} failed`);
    process.exit(status ?? 1);
  }
  console.log(`== ${name} passed in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}
