import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseProblem, planNow } from '@smac/optimiser';

/** Examples are started as the test is: without compiling the embedded database twice. */
const FLAGS = process.execArgv.filter((flag) => flag === '--liftoff-only');
const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const exampleIn = (file: string, language: string) =>
  new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(read(file))?.[1] ?? '';

/** What the first example of a README prints when it is run in the folder of that README. */
async function printed(readme: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...FLAGS, '--no-warnings', '--input-type=module-typescript', '--eval', exampleIn(readme, 'ts')],
    { cwd: join(root, dirname(readme)), env: { ...process.env, ...env }, timeout: 300_000 },
  );
  return stdout.trim();
}

test('README of the optimiser: the example runs and prints what it says', async () => {
  assert.match(await printed('packages/optimiser/README.md'), /^optimal 0\.61\d* \[ 0, 0, 11000, 1000 \]$/);
});

test('README of the simulator: the example runs, every car gets what it wants', async () => {
  const lines = (await printed('packages/simulator/README.md')).split('\n');
  assert.ok(lines.length >= 3, lines.join('\n'));
  for (const line of lines) assert.match(line, /^S\d+ .+ (\d+) Wh wanted, \1 Wh got$/);
});

test('README of ocpp: the example connects a station, boots it and calls it', async () => {
  assert.equal(
    await printed('packages/ocpp/README.md'),
    'CS-1 is a Post 22\nboot: Accepted\nClearCache: result',
  );
});

test('README of grid: a forecast in amperes becomes a limit in W', async () => {
  assert.equal(await printed('packages/grid/README.md'), 'street: 11040 W\n204');
});

test('README of the server: the example starts a server and ends it', async () => {
  assert.match(await printed('apps/server/README.md'), /^http:\/\/127\.0\.0\.1:\d+ 0$/);
});

test('docs/planning-problem.md: its example has the plan that it says', async () => {
  const example = exampleIn('docs/planning-problem.md', 'json');
  assert.deepEqual(JSON.parse(read('docs/example-problem.json')), JSON.parse(example));
  assert.match(read('README.md'), /smac plan docs\/example-problem\.json/);
  const parsed = parseProblem(JSON.parse(example));
  assert.ok(parsed.ok);
  const plan = await planNow(parsed.problem);
  assert.deepEqual(plan.sessions[0]!.power_w.map(Math.round), [0, 0, 11_000, 1_000]);
  assert.equal(plan.cost.total.toFixed(2), '0.61');
  assert.equal(plan.baseline.cost.total.toFixed(2), '1.79');
});

test('every relative link of every document leads to a file', () => {
  const documents = globSync('{*.md,docs/**/*.md,packages/*/*.md,packages/*/docs/**/*.md,apps/*/*.md}', {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  });
  assert.ok(documents.length >= 10);
  for (const document of documents) {
    for (const [, target = ''] of read(document).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:|^#/.test(target)) continue;
      const file = join(root, dirname(document), target.replace(/#.*$/, ''));
      assert.ok(existsSync(file), `${document} links to ${target}`);
    }
  }
});
