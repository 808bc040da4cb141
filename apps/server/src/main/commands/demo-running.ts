import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, readConfig } from '../../config/index.ts';
import type { Streams } from '../cli.ts';
import { isServerRunning } from './server-call.ts';

/** Commands that mean the data folder itself, or no server at all. */
const ALONE = new Set(['serve', 'plan', 'cert', 'restore', 'simulate']);

/**
 * Who types `smac` beside the demo and has nothing else means the demo, whose data lies in a folder below. Where there is a real
 * database, or its server runs, the command keeps to that, and says so: nothing real is mistaken for play, nor the other way round.
 */
export async function besideDemo(command: string, streams: Streams): Promise<Streams> {
  const outcome = ALONE.has(command) ? undefined : readConfig(streams.env);
  if (!outcome?.ok) return streams;
  const { config } = outcome;
  const dataDir = join(config.dataDir, 'demo');
  if ((await isServerRunning(config)) || !(await isServerRunning({ ...config, dataDir }))) return streams;
  if (hasDatabase(config)) {
    streams.stderr.write(
      `This is the database of ${config.databaseUrl === undefined ? config.dataDir : 'DATABASE_URL'}, not the demo that runs; for the demo put SMAC_DATA_DIR=${dataDir} in front.\n`,
    );
    return streams;
  }
  streams.stderr.write(
    'This is the demo, which forgets everything when it starts anew; `npm start -- --empty` keeps what you do.\n',
  );
  const { stdin, stdout, stderr, env } = streams;
  return { stdin, stdout, stderr, env: { ...env, SMAC_DATA_DIR: dataDir } };
}

function hasDatabase({ databaseUrl, dataDir }: Config): boolean {
  return databaseUrl !== undefined || existsSync(join(dataDir, 'database'));
}
