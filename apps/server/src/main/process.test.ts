import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SMAC = fileURLToPath(new URL('../../bin/smac.mjs', import.meta.url));
/** The server is started as the test is: without compiling the embedded database twice, and with what is compiled already. */
const FLAGS = process.execArgv.filter((flag) => flag === '--liftoff-only');

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

describe('smac serve as a process', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-process-'));
  const children: ChildProcess[] = [];
  after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  function run(args: string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const { PATH, HOME, NODE_COMPILE_CACHE, NODE_OPTIONS } = process.env;
    const child = spawn(process.execPath, [...FLAGS, SMAC, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH, HOME, NODE_COMPILE_CACHE, NODE_OPTIONS, SMAC_DATA_DIR: dataDir, SMAC_PORT: '0', ...env },
    });
    children.push(child);
    return child;
  }

  async function ended(child: ChildProcess): Promise<Ended> {
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  }

  /** A server that is up, and where. */
  async function serve(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
    const child = run(['serve', '--empty']);
    let text = '';
    for await (const part of child.stdout!.setEncoding('utf8')) {
      text += part as string;
      const url = /running at (\S+)/.exec(text)?.[1];
      if (url !== undefined) return { child, url };
    }
    throw new Error('The server ended before it was up.');
  }

  test('what was acknowledged survives kill -9, the folder is free at once, a second server is refused, SIGTERM ends with 0', async () => {
    const first = await serve();
    const key = run(['apikey', 'create', '--role', 'admin', '--name', 'kept']);
    let printed = '';
    key.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    assert.equal((await ended(key)).code, 0);
    const secret = /smac_[\w-]{43}/.exec(printed)?.[0];
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const second = await serve();
    const headers = { authorization: `Bearer ${secret}` };
    assert.equal((await fetch(`${second.url}/api/keys`, { headers })).status, 200);
    const beside = await ended(run(['serve', '--empty']));
    assert.equal(beside.code, 2);
    assert.match(beside.stderr, /^smac: The data folder \S+ is in use by another SMAC process: [^\n]+\n$/);
    const stopped = ended(second.child);
    second.child.kill('SIGTERM');
    assert.equal((await stopped).code, 0);
  });

  test('a value, a folder or a certificate that cannot be used is one sentence and exit code 2', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, 'no PEM');
    const cases: [Readonly<Record<string, string>>, RegExp][] = [
      [{ SMAC_PORT: '99999' }, /^smac: SMAC_PORT must be [^\n]+\n$/],
      [{ SMAC_DATA_DIR: file }, /^smac: The data folder \S+ cannot be written \(EEXIST\): [^\n]+\n$/],
      [{ SMAC_TLS_CERT: file, SMAC_TLS_KEY: file }, /^smac: SMAC_TLS_CERT \(\S+\) and [^\n]+ as PEM\.\n$/],
    ];
    for (const [env, sentence] of cases) {
      const { code, stderr } = await ended(run(['serve', '--empty'], env));
      assert.match(stderr, sentence);
      assert.equal(code, 2);
    }
  });
});
