// Which test files share a process. Starting one, loading the modules and compiling the embedded database costs more than most files
// take: files of one room run one after the other in one process, each as a suite of its own, so that its hooks are its own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SERVERS = 'apps/server/src/main';
/** More in one process only makes the end of a lane longer, and the memory larger; whole servers are large, solvers long. */
const FILES_AT_MOST = 12;
const FEWER = { [SERVERS]: 4, 'packages/optimiser': 6 };

/**
 * One file per batch in `folder`, for Node's test runner, which takes them in the order of their names: those that take long come first,
 * so that both lanes end together. @returns their paths.
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
  return [...rooms]
    .sort(([one], [other]) => rankOf(one) - rankOf(other) || one.localeCompare(other))
    .flatMap(([name, inside]) => {
      const parts = Math.ceil(inside.length / (FEWER[name] ?? FILES_AT_MOST));
      return Array.from({ length: parts }, (_, part) => ({
        name,
        // Neighbours often cost the same: every nth, not n in a row.
        files: inside.filter((_file, n) => n % parts === part),
      }));
    });
}

/** Browsers have a process of their own, whoever starts one, hours that are simulated and proofs of thousands of problems. */
function isAlone(root, file) {
  return (
    /^(apps\/web\/e2e|apps\/server\/src\/main\/(replay|closed-loop|testing)|packages\/optimiser\/src\/testing)\//.test(
      file,
    ) || readFileSync(join(root, file), 'utf8').includes("from 'node:child_process'")
  );
}

/** `packages/ocpi`, `apps/server/src/planning`, `apps/web`. */
function roomOf(file) {
  const parts = file.split('/');
  return parts.slice(0, parts[1] === 'server' ? 4 : 2).join('/');
}

/** What takes long comes first: browsers, whole servers, rooms of the server, proofs, simulated years, the rest. */
function rankOf(name) {
  const ranks = [
    'apps/web/e2e/',
    SERVERS,
    'apps/server/',
    'packages/optimiser/src/testing/',
    'packages/simulator',
    'scripts/',
  ];
  const rank = ranks.findIndex((start) => name.startsWith(start));
  return rank === -1 ? ranks.length : rank;
}

/** Solvers are waited for while their tests are loaded, which a suite cannot do. */
function loading(root, files) {
  const load = files.every((file) => file.startsWith('packages/optimiser/'))
    ? ['importFile', 'await importFile']
    : ['describeFile', 'describeFile'];
  return [
    `import { ${load[0]} } from ${JSON.stringify(String(new URL('test-file.mjs', import.meta.url)))};`,
    ...files.map((file) => `${load[1]}(${JSON.stringify(root)}, ${JSON.stringify(file)});`),
    '',
  ].join('\n');
}
