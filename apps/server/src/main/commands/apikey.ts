import { CannotStart } from '../../config/index.ts';
import type { Command } from '../cli.ts';
import { configOf, readArguments } from './arguments.ts';
import { dataOf, withServer } from './server-call.ts';

const USAGE = 'smac apikey create --role admin|operator|viewer [--name NAME] | list | revoke ID';

/** `smac apikey ...`: the key is printed alone, so that a script can take it. */
export const apikey: Command = async (args, streams) => {
  const { values, positionals } = readArguments(
    args,
    { role: { type: 'string' }, name: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    USAGE,
  );
  const [verb, id] = positionals;
  if (values.help) {
    streams.stdout.write(`Usage: ${USAGE}\n`);
    return 0;
  }
  const config = configOf(streams.env);
  if (verb === 'create') {
    if (values.role === undefined) throw new CannotStart(`--role is missing. Usage: ${USAGE}`);
    const body = { role: values.role, name: values.name ?? values.role };
    const made = (await withServer(config, async (call) =>
      dataOf(await call('POST', '/api/keys', body)),
    )) as { id: string; key: string; role: string };
    streams.stdout.write(`${made.key}\n`);
    streams.stderr.write(
      `Key ${made.id} (${made.role}). It is shown only now; use it as "Authorization: Bearer <key>".\n`,
    );
    return 0;
  }
  if (verb === 'list') {
    const keys = (await withServer(config, async (call) => dataOf(await call('GET', '/api/keys')))) as {
      id: string;
      name: string;
      role: string;
      created: string;
      lastUsed: string | null;
      revoked: string | null;
    }[];
    for (const key of keys) {
      const state = key.revoked === null ? `last used ${key.lastUsed ?? 'never'}` : `revoked ${key.revoked}`;
      streams.stdout.write(`${key.id}  ${key.role.padEnd(8)}  ${key.name}  made ${key.created}, ${state}\n`);
    }
    return 0;
  }
  if (verb === 'revoke' && id !== undefined) {
    await withServer(config, async (call) =>
      dataOf(await call('DELETE', `/api/keys/${encodeURIComponent(id)}`)),
    );
    streams.stderr.write(`Key ${id} opens nothing any more.\n`);
    return 0;
  }
  throw new CannotStart(`Say what to do. Usage: ${USAGE}`);
};
