import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export interface Unpacked {
  readonly executablePath: string;
  /** For hosts without the libraries and fonts a browser needs: its package brings them. */
  readonly env: Readonly<Record<string, string>>;
}

const WEB = fileURLToPath(new URL('..', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));
const UNPACK = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";

/**
 * The browser of the npm package, unpacked once per version beside the modules. The package itself unpacks into the shared temporary
 * folder, where two processes at once, or one that was killed, leave half a browser; here a folder appears whole or not at all.
 */
export function unpackedChromium(): Unpacked {
  const folder = join(CACHE, `chromium-${packageVersion()}`);
  if (!existsSync(folder)) {
    mkdirSync(CACHE, { recursive: true });
    const making = mkdtempSync(join(CACHE, 'making-'));
    const done = spawnSync(process.execPath, ['--input-type=module', '-e', UNPACK], {
      cwd: WEB,
      // The last one makes it unpack its libraries too.
      env: { ...process.env, TMPDIR: making, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`The browser could not be unpacked: ${done.stderr}`);
    try {
      renameSync(making, folder);
    } catch (error) {
      // Somebody else was faster: theirs is as good.
      rmSync(making, { recursive: true });
      if (!existsSync(folder)) throw error;
    }
  }
  const executablePath = join(folder, 'chromium');
  const ownLibraries = join(folder, 'al2023', 'lib');
  return {
    executablePath,
    env: {
      ...(lacksLibraries(executablePath) ? { LD_LIBRARY_PATH: ownLibraries } : {}),
      ...(existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
  };
}

function packageVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const root = entry.slice(0, entry.indexOf(join('@sparticuz', 'chromium')));
  const text = readFileSync(join(root, '@sparticuz', 'chromium', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** What the loader says of the browser; where there is no `ldd`, its own libraries are the safe choice. */
function lacksLibraries(executablePath: string): boolean {
  const { stdout, status } = spawnSync('ldd', [executablePath], { encoding: 'utf8' });
  return status !== 0 || stdout.includes('not found');
}
