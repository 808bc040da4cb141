import { CannotStart } from '../../config/index.ts';
import type { Command } from '../cli.ts';
import { configOf, readArguments } from './arguments.ts';
import { dataOf, withServer } from './server-call.ts';

const USAGE =
  'smac token add UID [--contract ID] [--group ID] [--visual NUMBER] [--profile CHEAP|FAST|GREEN|REGULAR] [--expires TIME] | list | remove ID';

interface Shown {
  readonly id: string;
  readonly uid: string;
  readonly owner: string;
  readonly contractId: string;
  readonly valid: boolean;
  readonly blockedReason?: string;
}

/** `smac token ...`: cards of this operator. A UID goes in and never comes out whole again. */
export const token: Command = async (args, streams) => {
  const { values, positionals } = readArguments(
    args,
    {
      contract: { type: 'string' },
      group: { type: 'string' },
      visual: { type: 'string' },
      profile: { type: 'string' },
      expires: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    USAGE,
  );
  const [verb, subject] = positionals;
  if (values.help) {
    streams.stdout.write(`Usage: ${USAGE}\n`);
    return 0;
  }
  const config = configOf(streams.env);
  if (verb === 'add' && subject !== undefined) {
    const { contract, group, visual, profile, expires } = values;
    const body = {
      uid: subject,
      ...(contract === undefined ? {} : { contractId: contract }),
      ...(group === undefined ? {} : { groupId: group }),
      ...(visual === undefined ? {} : { visualNumber: visual }),
      ...(profile === undefined ? {} : { defaultProfileType: profile }),
      ...(expires === undefined ? {} : { expires }),
    };
    const made = (await withServer(config, async (call) =>
      dataOf(await call('POST', '/api/tokens', body)),
    )) as Shown;
    streams.stdout.write(`${made.id}\n`);
    streams.stderr.write(`Card ${made.uid} charges on contract ${made.contractId}.\n`);
    return 0;
  }
  if (verb === 'list') {
    const { tokens, total } = (await withServer(config, async (call) =>
      dataOf(await call('GET', '/api/tokens?limit=1000')),
    )) as { tokens: Shown[]; total: number };
    for (const { id, uid, owner, contractId, valid, blockedReason } of tokens) {
      const state = blockedReason ?? (valid ? 'valid' : 'not valid');
      streams.stdout.write(`${id}  ${uid.padEnd(8)}  ${owner}  ${contractId}  ${state}\n`);
    }
    if (total > tokens.length) streams.stderr.write(`${total - tokens.length} more; see GET /api/tokens.\n`);
    return 0;
  }
  if (verb === 'remove' && subject !== undefined) {
    await withServer(config, async (call) =>
      dataOf(await call('DELETE', `/api/tokens/${encodeURIComponent(subject)}`)),
    );
    streams.stderr.write(`Card ${subject} charges nowhere any more.\n`);
    return 0;
  }
  throw new CannotStart(`Say what to do. Usage: ${USAGE}`);
};
