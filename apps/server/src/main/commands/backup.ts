import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CannotStart } from '../../config/index.ts';
import { backup, openStore, restore, type Store, usageExport } from '../../store/index.ts';
import type { Command } from '../cli.ts';
import { configOf, readArguments } from './arguments.ts';
import { isServerRunning, streamFromServer } from './server-call.ts';

/** `smac backup FILE`: complete or absent, never half a file. */
export const backupCommand: Command = async (args, streams) => {
  const file = onlyFile(args, 'smac backup FILE');
  const config = configOf(streams.env);
  await writeWhole(file, config, '/api/database/backup', backup);
  streams.stderr.write(
    `Everything committed when the copy began is in ${file}.\n` +
      `Keep the key files in ${config.dataDir} (*.key, station-authority.pem) too, in another place: without them other platforms must be invited again and stations need new passwords and certificates.\n`,
  );
  return 0;
};

/** `smac export FILE`: the usage data, for somebody else (BI12). */
export const exportCommand: Command = async (args, streams) => {
  const file = onlyFile(args, 'smac export FILE');
  await writeWhole(file, configOf(streams.env), '/api/reports/export', usageExport);
  streams.stderr.write(
    `All usage data is in ${file}: gzipped JSON lines, a table and its rows in each; \`smac restore\` reads it into an empty database.\n` +
      'Card numbers are in it: hand it only to those who may have them.\n',
  );
  return 0;
};

async function writeWhole(
  file: string,
  config: ReturnType<typeof configOf>,
  route: string,
  read: (store: Store) => AsyncIterable<Uint8Array>,
): Promise<void> {
  if (existsSync(file))
    throw new CannotStart(`${file} is there already: name another file, so that none is overwritten.`);
  const unfinished = `${file}.unfinished`;
  const write = async (chunks: AsyncIterable<Uint8Array>) => {
    try {
      await pipeline(chunks, createWriteStream(unfinished, { mode: 0o600, flush: true }));
      renameSync(unfinished, file);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw new CannotStart(
        `${file} could not be written (${error instanceof Error ? error.message : String(error)}): check the folder and the space on it.`,
      );
    }
  };
  const running = await streamFromServer(config, route);
  if (running) return write(running);
  const store = await openStore(config);
  try {
    await write(read(store));
  } finally {
    await store.close();
  }
}

/** `smac restore FILE`: all of it or nothing, into an empty database. */
export const restoreCommand: Command = async (args, streams) => {
  const file = onlyFile(args, 'smac restore FILE');
  if (!existsSync(file))
    throw new CannotStart(`${file} does not exist: name a file that \`smac backup\` wrote.`);
  const config = configOf(streams.env);
  if (await isServerRunning(config))
    throw new CannotStart('The server is running: stop it before you restore.');
  const store = await openStore(config);
  try {
    const rows = await restore(store, createReadStream(file));
    streams.stderr.write(
      `Restored ${rows} rows into ${store.place}. Put the key files (*.key, station-authority.pem) back into ${config.dataDir} before you start the server.\n`,
    );
  } finally {
    await store.close();
  }
  return 0;
};

function onlyFile(args: string[], usage: string): string {
  const { positionals } = readArguments(args, {}, usage);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new CannotStart(`Name one file. Usage: ${usage}`);
  return file;
}
