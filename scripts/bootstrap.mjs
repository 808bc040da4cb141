// Runs before `npm start` and `npm test`: installs what is missing, so that a plain clone works with nothing but Node and git.
// No dependency may be imported here: on a fresh machine there are none yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.smac-installed');
const runtime = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const lockfile = readFileSync(join(root, 'package-lock.json'), 'utf8');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) fail(`Node ${process.versions.node} is too old to install SMAC: install Node 20 or newer.`);

if (!isInstalled()) install();
if (!existsSync(runtime)) run(['rebuild', 'node'], 'fetching the Node 24 runtime');
if (!existsSync(runtime)) {
  fail(
    'The Node 24 runtime was not installed because install scripts are switched off: run `npm rebuild node`.',
  );
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile && statSync(modules).isDirectory();
}

function install() {
  console.error('SMAC: installing dependencies (about half a minute, once) ...');
  run(['ci', '--no-progress', '--loglevel=error'], 'npm ci');
  writeFileSync(stamp, lockfile);
}

function run(args, what) {
  const done = spawnSync(npm, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    fail(
      `Installing failed (${what}): see the lines above, check the network or the npm registry settings, then try again.`,
    );
  }
}

function fail(sentence) {
  console.error(`SMAC: ${sentence}`);
  process.exit(2);
}
