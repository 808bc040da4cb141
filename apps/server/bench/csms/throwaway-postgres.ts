/** A PostgreSQL server of its own for one run of the benchmark, with the programs installed on this machine. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

export interface ThrowawayPostgres {
  readonly url: string;
  readonly version: string;
  stop(): void;
}

const INSTALLED = '/usr/lib/postgresql';

/** undefined where none is installed. It writes to disk as it would in earnest (fsync on). */
export async function throwawayPostgres(): Promise<ThrowawayPostgres | undefined> {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(a) - Number(b)) : [];
  const version = versions.at(-1);
  if (version === undefined) return undefined;
  const bin = join(INSTALLED, version, 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'smac-bench-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const run = (command: string) =>
    isRoot
      ? execFileSync('su', ['postgres', '-s', '/bin/sh', '-c', command], { stdio: 'ignore' })
      : execFileSync('sh', ['-c', command], { stdio: 'ignore' });
  if (isRoot) execFileSync('chown', ['postgres', folder]);
  chmodSync(folder, 0o700);
  const port = await freePort();
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`;
  run(`${bin}/initdb -D ${folder}/data -A trust -U smac`);
  run(`${bin}/pg_ctl -w -D ${folder}/data -o '${options}' -l ${folder}/log start`);
  return {
    url: `postgres://smac@127.0.0.1:${port}/postgres`,
    version,
    stop() {
      run(`${bin}/pg_ctl -m immediate -D ${folder}/data stop`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
