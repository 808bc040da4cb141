// Which test files share a process. Starting one, loading the modules and compiling the embedded database costs more than most files
// take: neighbours run one after the other in one process, each file as a suite of its own, so that its hooks are its own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BROWSERS = 'apps/web/e2e/';
const SERVERS = 'apps/server/src/main';
/** More in one process only makes the end of a lane longer, and the memory larger; whole servers are large, solvers long. */
const FILES_AT_MOST = 12;
const FEWER = { [SERVERS]: 4, 'packages/optimiser': 6 };

/**
 * A test file lives for seconds: compiling the embedded database's WebAssembly twice, the second time to optimise it, costs more than it
 * saves, a quarter of all processor time. Solvers are another matter. Once it runs, V8 takes what follows from its first flag only when told.
 */
const COMPILED_ONCE = ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];

/**
 * One file per batch in `folder`, for Node's test runner, which takes them in the order of their names: those that take long come first,
 * so that all lanes end together. @returns their paths.
 */
export function writeBatches(root, folder, files) {
  mkdirSync(folder, { recursive: true });
  return batchesOf(root, files).map(({ name, files: together }, n) => {
    const path = join(folder, `${String(n).padStart(3, '0')}-${name.replaceAll(/[^\w]+/g, '-')}.mjs`);
    writeFileSync(path, loading(root, together));
    return path;
  });
}

function batchesOf(root, files) {
  const rooms = Map.groupBy(files, (file) => (isAlone(root, file) ? file : roomOf(file)));
  const batches = [...rooms]
    .sort(([one], [other]) => rankOf(one) - rankOf(other) || one.localeCompare(other))
    .flatMap(([name, inside]) => {
      const parts = Math.ceil(inside.length / (FEWER[name] ?? FILES_AT_MOST));
      return Array.from({ length: parts }, (_, part) => ({
        name,
        // Neighbours often cost the same: every nth, not n in a row.
        files: inside.filter((_file, n) => n % parts === part),
      }));
    });
  return alternating(batches, ({ name }) => name.startsWith(BROWSERS));
}

/** Browsers keep two processors busy, the tests of servers wait for them: one beside the other, not all of a kind at once. */
function alternating(batches, isOne) {
  const ones = batches.filter(isOne);
  const others = batches.filter((batch) => !isOne(batch));
  return [...others.flatMap((other, n) => [...ones.slice(n, n + 1), other]), ...ones.slice(others.length)];
}

/** Browsers have a process of their own, whoever starts one, hours that are simulated and proofs of thousands of problems. */
function isAlone(root, file) {
  return (
    /^(apps\/web\/e2e|apps\/server\/src\/main\/(replay|closed-loop|testing)|packages\/optimiser\/src\/testing)\//.test(
      file,
    ) || readFileSync(join(root, file), 'utf8').includes("from 'node:child_process'")
  );
}

/** A package, an app or whole servers. The rooms of the server are small: each by itself would compile the database once more. */
function roomOf(file) {
  return file.startsWith(`${SERVERS}/`) ? SERVERS : file.split('/').slice(0, 2).join('/');
}

/** What takes long comes first: browsers, whole servers, rooms of the server, solvers, simulated years, the rest. */
function rankOf(name) {
  const ranks = [BROWSERS, SERVERS, 'apps/server', 'packages/optimiser', 'packages/simulator', 'scripts/'];
  const rank = ranks.findIndex((start) => name.startsWith(start));
  return rank === -1 ? ranks.length : rank;
}

/** Solvers are waited for while their tests are loaded, which a suite cannot do. */
function loading(root, files) {
  const areSolvers = files.every((file) => file.startsWith('packages/optimiser/'));
  const load = areSolvers ? ['importFile', 'await importFile'] : ['describeFile', 'describeFile'];
  const flags = areSolvers ? [] : COMPILED_ONCE;
  return [
    `import { setFlagsFromString } from 'node:v8';`,
    `import { ${load[0]} } from ${JSON.stringify(String(new URL('test-file.mjs', import.meta.url)))};`,
    ...flags.map((flag) => `setFlagsFromString(${JSON.stringify(flag)});`),
    ...files.map((file) => `${load[1]}(${JSON.stringify(root)}, ${JSON.stringify(file)});`),
    '',
  ].join('\n');
}
