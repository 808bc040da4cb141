// `npm test`: formatting and lint, types, borders, requirements, then every test by Node's test runner.
// `npm test -- optimiser` runs only the tests whose path contains "optimiser".
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { writeBatches } from './test-batches.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2);
const running = new Set();
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
    for (let next = checks.shift(); next !== undefined; next = checks.shift()) await step(...next);
  };
  await Promise.all([lane(), lane()]);
}
if (files.length === 0) {
  console.error(`No test file matches ${wanted.join(' ')}`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'smac-tests-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const batches = writeBatches(root, folder, files);
const runner = ['--test', `--test-concurrency=${lanes()}`, ...batches];
await Promise.all([
  step(`${files.length} test files in ${batches.length} processes`, process.execPath, runner, 'inherit'),
  // After the checks above: it plants a file that none of them may see. No test reads the sources of that package.
  ...(wanted.length === 0 ? [step('borders', process.execPath, ['scripts/borders.mjs'])] : []),
]);

/**
 * Tests wait for sockets, timers and browsers a third of the time: one process more than processors. A server with its database and a
 * browser take 2 GB at most.
 */
function lanes() {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.max(1, Math.min(availableParallelism() + 1, 4, Math.floor(memory / 2e9)));
}

// What one process has read of TypeScript and compiled, the next one need not.
function around() {
  return {
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') },
  };
}

/** Others run beside it: what it says is told when it has ended, unless it is told as it comes. Ends everything when it fails. */
async function step(name, command, args, output = 'pipe') {
  const startMs = performance.now();
  const child = spawn(command, args, { ...around(), stdio: ['ignore', output, output] });
  running.add(child);
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => said.push(part));
  const [status] = await once(child, 'close');
  running.delete(child);
  console.log(`\n== ${name}`);
  process.stdout.write(Buffer.concat(said));
  if (status !== 0) {
    console.error(`== ${name} failed`);
    for (const other of running) other.kill();
    process.exit(status ?? 1);
  }
  console.log(`== ${name} passed in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}
