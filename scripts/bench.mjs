// `npm run bench`: the figures of the main job, one after the other so that they do not disturb each other. Nothing is asserted.
// `npm run bench -- loop` runs only the parts whose name contains a word.
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const PARTS = {
  engine: 'packages/optimiser/bench/engine.ts',
  loop: 'apps/server/bench/loop.ts',
  server: 'apps/server/bench/server.ts',
};
const wanted = process.argv.slice(2);
if (wanted.includes('--help')) {
  console.log(
    `npm run bench -- [${Object.keys(PARTS).join('] [')}]

  engine   times of the planner in a warm worker
  loop     from the PUT of a session to the PUT of its charging profile
  server   memory of an idle server, and the start of the demo to its first plan

npm run bench:engine compares the engines with each other; npm run replay plays days of real sessions.`,
  );
  process.exit(0);
}
const parts = Object.entries(PARTS).filter(([name]) => wanted.length === 0 || wanted.includes(name));
if (parts.length === 0) {
  console.error(`There is no part named ${wanted.join(' ')}: choose of ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}
console.log(
  `${new Date().toISOString().slice(0, 10)}, node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model}`,
);
for (const [name, file] of parts) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [file], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
