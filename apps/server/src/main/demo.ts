import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import type { Surroundings } from './compose.ts';
import { type RunningServer, startServer } from './start-server.ts';

/**
 * The server with a simulated charge point operator that registers and charges cars by real OCPI over this machine's loopback. It
 * has a data folder of its own that starts empty every time, so that it never mixes with real operation.
 */
export async function startDemoServer(config: Config, around: Surroundings): Promise<RunningServer> {
  const dataDir = join(config.dataDir, 'demo');
  if (config.databaseUrl !== undefined)
    around.log.warn({}, 'The demo keeps away from DATABASE_URL and uses an embedded database of its own');
  rmSync(dataDir, { recursive: true, force: true });
  const server = await startServer(
    { ...config, dataDir, databaseUrl: undefined, ocpiAllowPrivate: true },
    around,
    { demo: true },
  );
  return server;
}
