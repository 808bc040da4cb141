import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CannotStart } from '../../config/index.ts';
import { backup, openStore, restore } from '../../store/index.ts';
import type { Command } from '../cli.ts';
import { configOf, readArguments } from './arguments.ts';
import { isServerRunning, streamFromServer } from './server-call.ts';

/** `smac backup FILE`: complete or absent, never half a file. */
export const backupCommand: Command = async (args, streams) => {
  const file = onlyFile(args, 'smac backup FILE');
  if (existsSync(file))
    throw new CannotStart(`${file} is there already: name another file, so that no backup is overwritten.`);
  const config = configOf(streams.env);
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
  const running = await streamFromServer(config, '/api/database/backup');
  if (running) await write(running);
  else {
    const store = await openStore(config);
    try {
      await write(backup(store));
    } finally {
      await store.close();
    }
  }
  streams.stderr.write(
    `Everything committed when the copy began is in ${file}.\n` +
      `Keep the key files in ${config.dataDir} (*.key, station-authority.pem) too, in another place: without them other platforms must be invited again and stations need new passwords and certificates.\n`,
  );
  return 0;
};

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
