// One test file among others in a process.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, beforeEach, describe } from 'node:test';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** A file that ends the process, even with 0, takes those after it along: all of them must come to their end. */
const open = new Set();
process.on('exit', () => {
  if (open.size === 0) return;
  console.error(`The process ended before these files did: ${[...open].join(', ')}`);
  process.exitCode = 1;
});

/**
 * A suite of its own that ends with the environment it began with. Loaded at once, not with `import()`: what a file registers at its top
 * belongs to the suite that is being described.
 */
export function describeFile(root, file) {
  const path = join(root, file);
  // Hooks know nothing of tests that are skipped where they are written.
  const maySkipAll = /\bskip: /.test(readFileSync(path, 'utf8'));
  open.add(file);
  describe(file, () => {
    let env = {};
    let hasRun = false;
    before(() => {
      env = { ...process.env };
    });
    beforeEach(() => {
      hasRun = true;
    });
    after(() => {
      open.delete(file);
      for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
      Object.assign(process.env, env);
      if (!hasRun && !maySkipAll) throw new Error(`${file} has no test.`);
    });
    require(path);
  });
}

/** A file that waits while it is loaded; its tests are no suite, and what it changes is changed for those after it. */
export async function importFile(root, file) {
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  if (!/^ *test\(/m.test(text)) throw new Error(`${file} has no test.`);
  if (/\b(before|after)Each\(/.test(text)) throw new Error(`${file} has a hook that would be one of all.`);
  open.add(file);
  after(() => open.delete(file));
  await import(pathToFileURL(path).href);
}
