import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

test('README: the example runs as printed', async () => {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const example = /```js\n(.*?)```/s.exec(text)?.[1] ?? '';
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', example],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), timeout: 300_000 },
  );
  assert.equal(stdout.trim(), "{ result: 'ACCEPTED', timeout: 30 }");
});
