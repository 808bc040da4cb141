import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../../config/index.ts';
import { memoryStore } from '../../store/testing/index.ts';
import { type Clock, systemClock } from '../../time/clock.ts';
import type { Extra } from '../compose.ts';
import { silentLog } from '../log.ts';
import { type RunningServer, startServer } from '../start-server.ts';

export interface TestServer extends RunningServer {
  readonly config: Config;
  readonly dataDir: string;
}

/** Passwords of tests guard nothing. */
const CHEAP = { memoryKiB: 64, passes: 1 };

/** A real server on a free port with an embedded database in memory; `close` removes its folder too. */
export async function testServer(
  env: Readonly<Record<string, string>> = {},
  extra: Extra = {},
  clock: Clock = systemClock,
): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-server-'));
  const config = testConfig({ SMAC_DATA_DIR: dataDir, ...env });
  const store = extra.store ?? (await memoryStore());
  const server = await startServer(
    config,
    { clock, random: randomBytes, log: silentLog },
    { passwordCost: CHEAP, ...extra, store },
  );
  return {
    ...server,
    config,
    dataDir,
    async close() {
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function testConfig(env: Readonly<Record<string, string>>): Config {
  const read = readConfig({ SMAC_PORT: '0', ...env });
  if (!read.ok) throw new Error(read.sentence);
  return read.config;
}
