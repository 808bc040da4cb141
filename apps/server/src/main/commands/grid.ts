import { CannotStart } from '../../config/index.ts';
import type { GroupView, PartnerView } from '../../grid/index.ts';
import type { Command } from '../cli.ts';
import { configOf, readArguments } from './arguments.ts';
import { dataOf, withServer } from './server-call.ts';

const USAGE =
  'smac grid invite NAME [--url URL --token TOKEN] [--dialect vector] | group PARTNER GROUP --context ID [--fallback-w W] | list | end PARTNER';

/** What of a partner a person wants to know. */
type Shown = Pick<PartnerView, 'id' | 'name' | 'state'>;
type Group = Pick<GroupView, 'partnerId' | 'groupId' | 'contextId' | 'inForce'>;

/** `smac grid ...`: grid operators (OSCP) and their groups of connections. */
export const grid: Command = async (args, streams) => {
  const { values, positionals } = readArguments(
    args,
    {
      url: { type: 'string' },
      token: { type: 'string' },
      dialect: { type: 'string' },
      context: { type: 'string' },
      'fallback-w': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    USAGE,
  );
  const [verb, subject, groupId] = positionals;
  if (values.help) {
    streams.stdout.write(`Usage: ${USAGE}\n`);
    return 0;
  }
  const config = configOf(streams.env);
  const path = (of: string) => `/api/grid/partners/${encodeURIComponent(of)}`;
  if (verb === 'invite' && subject !== undefined) {
    const { url, token, dialect } = values;
    const body = {
      name: subject,
      ...(url === undefined ? {} : { baseUrl: url }),
      ...(token === undefined ? {} : { token }),
      ...(dialect === undefined ? {} : { dialect }),
    };
    const made = await withServer(config, async (call) =>
      dataOf(await call('POST', '/api/grid/partners', body)),
    );
    streams.stdout.write(`${JSON.stringify(made)}\n`);
    streams.stderr.write('The grid operator needs versionUrl and token; the token is shown this once.\n');
    return 0;
  }
  if (verb === 'group' && subject !== undefined && groupId !== undefined && values.context !== undefined) {
    const watts = values['fallback-w'];
    const body = {
      contextId: values.context,
      ...(watts === undefined ? {} : { fallbackW: Number(watts) }),
    };
    await withServer(config, async (call) =>
      dataOf(await call('PUT', `${path(subject)}/groups/${encodeURIComponent(groupId)}`, body)),
    );
    streams.stderr.write(`Group ${groupId} is ${values.context}: its capacity limits it from now on.\n`);
    return 0;
  }
  if (verb === 'list') {
    await withServer(config, async (call) => {
      const partners = dataOf(await call('GET', '/api/grid/partners')) as Shown[];
      const groups = dataOf(await call('GET', '/api/grid/signals')) as Group[];
      for (const { id, name, state } of partners) {
        streams.stdout.write(`${id}  ${state.padEnd(10)}  ${name}\n`);
        for (const group of groups.filter(({ partnerId }) => partnerId === id)) {
          const [now] = group.inForce.import;
          const limit = now === undefined ? 'no limit yet' : `${now.powerW} W (${now.from})`;
          streams.stdout.write(`  ${group.groupId}  ${group.contextId}  ${limit}\n`);
        }
      }
    });
    return 0;
  }
  if (verb === 'end' && subject !== undefined) {
    await withServer(config, async (call) => dataOf(await call('DELETE', path(subject))));
    streams.stderr.write('The registration has ended; fallbacks hold until their groups are removed.\n');
    return 0;
  }
  throw new CannotStart(`Say what to do. Usage: ${USAGE}`);
};
