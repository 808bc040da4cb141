import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';

interface Batches {
  writeBatches(root: string, folder: string, files: readonly string[]): string[];
}

const PASSES = "import { test } from 'node:test';\ntest('passes', () => {});\n";

test('a batch passes only when every file in it was loaded, has tests, passed, came to its end and left the environment as it was for the next one', async (t) => {
  const { writeBatches }: Batches = await import(String(new URL('test-batches.mjs', import.meta.url)));
  const root = mkdtempSync(join(tmpdir(), 'smac-batches-'));
  t.after(() => rmSync(root, { recursive: true }));
  const room = join(root, 'packages/x');
  mkdirSync(room, { recursive: true });
  /** Exit code of a batch of this file and one that passes. */
  const codeWith = (name: string, text: string, next = PASSES): number | null => {
    const [one, other] = [`${name}.test.ts`, `${name}-z.test.ts`];
    writeFileSync(join(room, one), text);
    writeFileSync(join(room, other), next);
    const [batch = ''] = writeBatches(root, join(root, name), [`packages/x/${one}`, `packages/x/${other}`]);
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    return spawnSync(process.execPath, [batch], { env }).status;
  };
  assert.equal(codeWith('passes', PASSES), 0);
  assert.notEqual(
    codeWith('exits', `${PASSES}test('ends', () => process.exit(0));\n`),
    0,
    'ends the process',
  );
  assert.notEqual(codeWith('throws', `${PASSES}throw new Error('at load');\n`), 0, 'cannot be loaded');
  assert.notEqual(codeWith('nothing', 'for (const name of []) console.log(name);\n'), 0, 'has no test');
  const skips = "import { test } from 'node:test';\ntest('not here', { skip: 'no data' }, () => {});\n";
  assert.equal(codeWith('skips', skips), 0, 'says that it did not run');
  const leaves = `${PASSES}test('sets', () => { process.env.PATH = 'nowhere'; process.env.LEFT = 'behind'; });\n`;
  const finds = `import { env } from 'node:process';\n${PASSES}test('finds', () => { if (env.LEFT !== undefined || env.PATH === 'nowhere') throw new Error('left'); });\n`;
  assert.equal(codeWith('leaves', leaves, finds), 0, 'leaves the environment');
  assert.notEqual(codeWith('fails', `${PASSES}test('fails', () => { throw new Error('x'); });\n`), 0);
});
