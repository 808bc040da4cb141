import { randomBytes } from 'node:crypto';
import { CannotStart } from '../../config/index.ts';
import { systemClock } from '../../time/clock.ts';
import type { Command } from '../cli.ts';
import { configOf, readArguments } from './arguments.ts';
import { dataOf, withServer } from './server-call.ts';

const INVITE =
  'smac ocpi invite --role CPO [--role SCSP]... --country NL --party TNM [--name NAME] [--agreement MODULE]... [--unit-profile PROFILE] [--shadow] [--raw-token]';
const JOIN =
  'SMAC_OCPI_TOKEN=... smac ocpi join VERSIONS_URL --role HUB --country EU --party HUB [--name NAME] [--agreement MODULE]... [--unit-profile PROFILE] [--shadow] [--raw-token]';
const USAGE = `smac ocpi invite | join | parties | check

  ${INVITE}
      Makes a token for another platform's OCPI credentials handshake (single use, 7 days) and prints
      {"token":"...","versions_url":"..."}. The token is shown once.
      --role once for each role its platform announces: a SMAC announces SCSP and CPO.
  ${JOIN}
      Registers with a platform that invited us: VERSIONS_URL and the token are those of its invitation, role, country
      and party its own. The token is read from the environment, so that no process list shows it.
  smac ocpi parties [--json]
      Lists the platforms, their state and whether they answer.
  smac ocpi check URL --token TOKEN
      Checks an OCPI server without changing anything there (smac ocpi check --help).
`;

/** `smac ocpi ...` */
export const ocpi: Command = async (args, streams) => {
  const [verb, ...rest] = args;
  if (verb === 'invite') return invite(rest, streams);
  if (verb === 'join') return join(rest, streams);
  if (verb === 'parties') return parties(rest, streams);
  if (verb === 'check') {
    const [{ runCheckCommand }, { createHttpCaller }] = await Promise.all([
      import('@smac/ocpi/check'),
      import('@smac/ocpi'),
    ]);
    return runCheckCommand(rest, {
      out: (text) => streams.stdout.write(text),
      err: (text) => streams.stderr.write(text),
      clock: systemClock,
      randomBytes,
      http: createHttpCaller(),
      env: streams.env,
    });
  }
  const isHelp = verb === '--help' || verb === '-h';
  (isHelp ? streams.stdout : streams.stderr).write(`Usage: ${USAGE}`);
  return isHelp ? 0 : 2;
};

const TERMS = {
  role: { type: 'string', multiple: true },
  country: { type: 'string' },
  party: { type: 'string' },
  name: { type: 'string' },
  agreement: { type: 'string', multiple: true },
  'unit-profile': { type: 'string' },
  shadow: { type: 'boolean' },
  'raw-token': { type: 'boolean' },
} as const;

/** Who the other platform is and what is agreed with it, and what stands besides. */
function readTerms(args: string[], usage: string) {
  const { values, positionals } = readArguments(args, TERMS, usage);
  for (const name of ['role', 'country', 'party'] as const) {
    if (values[name] === undefined) throw new CannotStart(`--${name} is missing. Usage: ${usage}`);
  }
  const [role, ...furtherRoles] = (values.role ?? []).map((name) => name.toUpperCase());
  const terms = {
    role,
    ...(furtherRoles.length === 0 ? {} : { furtherRoles }),
    country: values.country,
    party: values.party,
    name: values.name,
    agreements: values.agreement,
    unitProfile: values['unit-profile'],
    shadow: values.shadow,
    rawToken: values['raw-token'],
  };
  return { terms, positionals };
}

const join: Command = async (args, streams) => {
  const { terms, positionals } = readTerms(args, JOIN);
  const [versionsUrl] = positionals;
  if (positionals.length !== 1) throw new CannotStart(`Give one VERSIONS_URL. Usage: ${JOIN}`);
  const token = streams.env.SMAC_OCPI_TOKEN;
  if (!token) throw new CannotStart(`SMAC_OCPI_TOKEN is missing. Usage: ${JOIN}`);
  const joined = await withServer(configOf(streams.env), async (call) =>
    dataOf(await call('POST', '/api/parties/registrations', { ...terms, token, versionsUrl })),
  );
  streams.stdout.write(`${JSON.stringify(joined)}\n`);
  return 0;
};

const invite: Command = async (args, streams) => {
  const { terms } = readTerms(args, INVITE);
  const invitation = await withServer(configOf(streams.env), async (call) =>
    dataOf(await call('POST', '/api/parties/invitations', terms)),
  );
  streams.stdout.write(`${JSON.stringify(invitation)}\n`);
  return 0;
};

interface Overview {
  readonly peerId: string;
  readonly name: string;
  readonly state: string;
  readonly health: string;
  readonly parties: readonly { readonly role: string; readonly country: string; readonly party: string }[];
  readonly lastSeen: string | null;
  readonly lastError: string | null;
}

const parties: Command = async (args, streams) => {
  const { values } = readArguments(
    args,
    { json: { type: 'boolean', default: false } },
    'smac ocpi parties [--json]',
  );
  const list = (await withServer(configOf(streams.env), async (call) =>
    dataOf(await call('GET', '/api/parties')),
  )) as Overview[];
  if (values.json) streams.stdout.write(`${JSON.stringify(list)}\n`);
  else if (list.length === 0) streams.stdout.write(`No platform yet. Invite one: ${INVITE}\n`);
  else for (const party of list) streams.stdout.write(`${line(party)}\n`);
  return 0;
};

function line({ name, state, health, parties: roles, lastSeen, lastError, peerId }: Overview): string {
  const who = roles.map(({ role, country, party }) => `${country}-${party} ${role}`).join(', ') || name;
  const seen = lastSeen === null ? 'never seen' : `last seen ${lastSeen}`;
  return `${who.padEnd(20)} ${state.padEnd(11)} ${health.padEnd(8)} ${seen}${health === 'down' && lastError ? `: ${lastError}` : ''}  (${peerId})`;
}
