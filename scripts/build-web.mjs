// Builds the web pages into apps/web/dist when their sources, their tools or this script changed since they were last built.
// `npm start` and `npm test` run it; nothing happens (a few ms) when the pages are current. `--force` builds in any case.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'apps/web');
const dist = join(web, 'dist');
const stamp = join(dist, '.built-from');
const runtime = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
const [major] = process.versions.node.split('.').map(Number);

// Bootstrap may run on the Node of the machine; what is built with has to be the Node that comes with the project.
if (major < 22 && existsSync(runtime)) {
  const again = spawnSync(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(again.status ?? 1);
}

const wanted = hashOfSources();
const isCurrent = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
if (!isCurrent || process.argv.includes('--force')) build();

function hashOfSources() {
  const hash = createHash('sha256');
  const files = [...filesIn(join(web, 'src')), ...filesIn(web, false)]
    .filter((file) => !file.endsWith('.test.ts') && !file.endsWith('.md'))
    .sort();
  for (const file of [...files, fileURLToPath(import.meta.url)])
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

/** Every file of a folder; written without what Node 20 lacks, because it may be started by it. */
function filesIn(folder, isDeep = true) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isDeep ? filesIn(path) : [];
    return [path];
  });
}

/** Built beside and put in its place at the end: whoever starts meanwhile finds the pages of before, whole. */
function build() {
  const fresh = `${dist}-${process.pid}`;
  const startMs = performance.now();
  console.error('SMAC: building the web pages ...');
  const done = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn', '--outDir', fresh],
    { cwd: web, stdio: ['ignore', 2, 2] },
  );
  if (done.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    console.error('SMAC: the web pages could not be built: see the lines above.');
    process.exit(done.status ?? 1);
  }
  compress(fresh);
  writeFileSync(join(fresh, '.built-from'), wanted);
  putInPlace(fresh);
  console.error(`SMAC: the web pages are built (${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
}

/** Two renames, between which nobody looks for long; who builds at the same time may have been first. */
function putInPlace(fresh) {
  const former = `${fresh}-former`;
  if (existsSync(dist)) renameSync(dist, former);
  try {
    renameSync(fresh, dist);
  } catch (error) {
    if (!existsSync(stamp)) throw error;
    rmSync(fresh, { recursive: true, force: true });
  }
  rmSync(former, { recursive: true, force: true });
}

/** Once here instead of at every request: the files are named by their content and never change. */
function compress(folder) {
  for (const path of filesIn(join(folder, 'assets'))) {
    const content = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
    writeFileSync(`${path}.br`, brotliCompressSync(content, quality));
  }
}
