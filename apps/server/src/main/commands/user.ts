import { CannotStart } from '../../config/index.ts';
import type { Command, Streams } from '../cli.ts';
import { configOf, readArguments } from './arguments.ts';
import { type Call, dataOf, withServer } from './server-call.ts';

const USAGE =
  'smac user add EMAIL --role admin|operator|viewer|city [--name NAME] [--party PEER_ID] | list | remove EMAIL | reset EMAIL';

interface Listed {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: string;
  readonly state: string;
  readonly lastSignIn: string | null;
}
interface Linked {
  readonly link: string;
  readonly expires: string;
}

/** `smac user ...`: nobody sets a password for somebody else; a link is printed alone, so that a script can take it. */
export const user: Command = async (args, streams) => {
  const { values, positionals } = readArguments(
    args,
    {
      role: { type: 'string' },
      name: { type: 'string' },
      party: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    USAGE,
  );
  const [verb, email] = positionals;
  if (values.help) {
    streams.stdout.write(`Usage: ${USAGE}\n`);
    return 0;
  }
  const config = configOf(streams.env);
  if (verb === 'add' && email !== undefined) {
    if (values.role === undefined) throw new CannotStart(`--role is missing. Usage: ${USAGE}`);
    const body = {
      email,
      role: values.role,
      ...(values.name === undefined ? {} : { name: values.name }),
      ...(values.party === undefined ? {} : { peerId: values.party }),
    };
    const made = await withServer(config, async (call) => dataOf(await call('POST', '/api/staff', body)));
    return tellLink(made as Linked, streams);
  }
  if (verb === 'list') {
    for (const { email: address, role, state, name, lastSignIn } of await withServer(config, staff)) {
      const seen = lastSignIn === null ? 'never signed in' : `last signed in ${lastSignIn}`;
      streams.stdout.write(
        `${address ?? '(no address)'}  ${role.padEnd(8)}  ${state}  ${name ?? ''}  ${seen}\n`,
      );
    }
    return 0;
  }
  if (verb === 'reset' && email !== undefined) {
    const made = await withServer(config, async (call) =>
      dataOf(await call('POST', `/api/staff/${await idOf(call, email)}/reset`)),
    );
    return tellLink(made as Linked, streams);
  }
  if (verb === 'remove' && email !== undefined) {
    await withServer(config, async (call) =>
      dataOf(await call('DELETE', `/api/staff/${await idOf(call, email)}`)),
    );
    streams.stderr.write(`${email} is signed out everywhere and cannot sign in any more.\n`);
    return 0;
  }
  throw new CannotStart(`Say what to do. Usage: ${USAGE}`);
};

async function staff(call: Call): Promise<readonly Listed[]> {
  return dataOf(await call('GET', '/api/staff')) as readonly Listed[];
}

async function idOf(call: Call, email: string): Promise<string> {
  const wanted = email.toLowerCase();
  const found = (await staff(call)).find((row) => row.email?.toLowerCase() === wanted);
  if (found === undefined) throw new CannotStart(`No member of staff has the address ${email}.`);
  return found.id;
}

function tellLink({ link, expires }: Linked, streams: Streams): number {
  streams.stdout.write(`${link}\n`);
  streams.stderr.write(
    `Hand this link over by a way that only they read. It is shown only now and works once, until ${expires}.\n`,
  );
  return 0;
}
