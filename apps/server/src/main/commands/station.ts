import { CannotStart } from '../../config/index.ts';
import type { Command } from '../cli.ts';
import { configOf, readArguments } from './arguments.ts';
import { dataOf, withServer } from './server-call.ts';

const USAGE = `smac station add | list | password | retire

  smac station add [--id ID] [--identity IDENTITY] [--name NAME] [--profile 1|2|3] [--password TEXT] [--replace-credentials]
      Adds a station and prints {"stationId","identity","password","url"} for typing in. The password is shown once;
      the url is there while a server with SMAC_OCPP_PORT runs.
      Without --identity one is made up that nobody can guess. --profile is the lowest security profile it may come with (2).
      --password: one the station has already; with --replace-credentials it works only after it took a new one.
  smac station list [--json]
      Lists the stations and whether they are connected.
  smac station password ID [--by-station]
      Makes a new password and shows it once, or sends it to the connected station. The old one is valid until the new one was used.
  smac station retire ID
      The station may not work any more; its history stays.
`;

interface Shown {
  readonly stationId: string;
  readonly name: string;
  readonly connected: boolean;
  readonly version: string | null;
  readonly registration: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly retired: string | null;
}

/** `smac station ...` */
export const station: Command = async (args, streams) => {
  const [verb, ...rest] = args;
  if (verb === 'add') return add(rest, streams);
  if (verb === 'list') return list(rest, streams);
  if (verb === 'password') return password(rest, streams);
  if (verb === 'retire') {
    const stationId = idIn(readArguments(rest, {}, 'smac station retire ID').positionals);
    await withServer(configOf(streams.env), async (call) =>
      dataOf(await call('DELETE', `/api/stations/${encodeURIComponent(stationId)}`)),
    );
    streams.stderr.write(`Station ${stationId} may not work any more.\n`);
    return 0;
  }
  const isHelp = verb === '--help' || verb === '-h';
  (isHelp ? streams.stdout : streams.stderr).write(`Usage: ${USAGE}`);
  return isHelp ? 0 : 2;
};

const add: Command = async (args, streams) => {
  const { values } = readArguments(
    args,
    {
      id: { type: 'string' },
      identity: { type: 'string' },
      name: { type: 'string' },
      profile: { type: 'string' },
      password: { type: 'string' },
      'replace-credentials': { type: 'boolean' },
    },
    'smac station add [--id ID] [--identity IDENTITY] [--name NAME] [--profile 1|2|3] [--password TEXT] [--replace-credentials]',
  );
  const { id, identity, name, profile, password: given } = values;
  if (profile !== undefined && !/^[123]$/.test(profile))
    throw new CannotStart('--profile must be 1, 2 or 3.');
  const body = {
    ...(id === undefined ? {} : { stationId: id }),
    ...(identity === undefined ? {} : { identity }),
    ...(name === undefined ? {} : { name }),
    ...(profile === undefined ? {} : { securityProfile: Number(profile) }),
    ...(given === undefined ? {} : { password: given }),
    ...(values['replace-credentials'] === undefined ? {} : { replaceCredentials: true }),
  };
  const config = configOf(streams.env);
  const added = (await withServer(config, async (call) =>
    dataOf(await call('POST', '/api/stations', body)),
  )) as { readonly identity: string; readonly url: string | null };
  const { url, ...rest } = added;
  streams.stdout.write(`${JSON.stringify(url === null ? rest : added)}\n`);
  if (url === null)
    streams.stderr.write(
      `No address yet: the server takes no stations. Start it with SMAC_OCPP_PORT=9000; the address then ends in :9000/ocpp/${rest.identity}.\n`,
    );
  return 0;
};

const list: Command = async (args, streams) => {
  const { values } = readArguments(
    args,
    { json: { type: 'boolean', default: false } },
    'smac station list [--json]',
  );
  const stations = (await withServer(configOf(streams.env), async (call) =>
    dataOf(await call('GET', '/api/stations')),
  )) as Shown[];
  if (values.json) streams.stdout.write(`${JSON.stringify(stations)}\n`);
  else if (stations.length === 0) streams.stdout.write('No station yet. Add one: smac station add\n');
  else for (const one of stations) streams.stdout.write(`${line(one)}\n`);
  return 0;
};

const password: Command = async (args, streams) => {
  const { values, positionals } = readArguments(
    args,
    { 'by-station': { type: 'boolean', default: false } },
    'smac station password ID [--by-station]',
  );
  const stationId = idIn(positionals);
  const body = { deliver: values['by-station'] ? 'by-station' : 'by-person' };
  const made = await withServer(configOf(streams.env), async (call) =>
    dataOf(await call('POST', `/api/stations/${encodeURIComponent(stationId)}/password`, body)),
  );
  streams.stdout.write(`${JSON.stringify(made)}\n`);
  return 0;
};

function idIn([stationId]: readonly string[]): string {
  if (stationId === undefined) throw new CannotStart(`Name the station. Usage: ${USAGE.trim()}`);
  return stationId;
}

function line({
  stationId,
  name,
  connected,
  version,
  registration,
  vendor,
  model,
  firmware,
  retired,
}: Shown): string {
  const state = retired !== null ? 'retired' : connected ? 'connected' : 'offline';
  const kind = [vendor, model, firmware].filter((part) => part !== null).join(' ');
  return `${stationId.padEnd(20)} ${state.padEnd(9)} ${(registration ?? 'never booted').padEnd(12)} ${(version ?? '-').padEnd(5)} ${kind}${name === stationId ? '' : `  (${name})`}`;
}
