import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import {
  buildWorld,
  type Credentials,
  Fleet,
  readScenario,
  type Scenario,
  ScenarioError,
  shippedScenario,
  shippedScenarios,
  type World,
} from '@smac/simulator/scenario';
import { CannotStart } from '../../config/index.ts';
import { systemClock } from '../../time/clock.ts';
import type { Command, Streams } from '../cli.ts';
import { readCredentials, sameForAll } from '../simulate/credentials-file.ts';
import { callsTo, provisionOverApi } from '../simulate/over-api.ts';
import { scaledClock } from '../simulate/scaled-clock.ts';
import { configOf, readArguments } from './arguments.ts';
import { runningServer } from './server-call.ts';

const USAGE = 'smac simulate --scenario NAME|FILE [options]';
const HELP = `Usage: ${USAGE}

Plays a scenario in real time: charging stations that speak OCPP to a back office over real sockets, cars that obey physics, drivers, loads.

  --scenario NAME|FILE   ${shippedScenarios().join(', ')}, or a file of your own (see packages/simulator/scenarios)
  --stations N           at most so many stations per site
  --hours N              stop after so many hours (as the scenario says)
  --seed TEXT            another seed, other cars
  --faults on|off        broken lines and power cuts of the scenario (off)
  --speed N              time runs N times as fast; the back office notices, since its own does not (1)
  --tell-every S         seconds between two lines of progress (5)

Which back office
  (nothing)              the SMAC server that runs on this machine: stations, plugs, cards and prices are made known to it
  --api URL --key KEY    a SMAC server elsewhere, by an administrator's API key (smac apikey create --role admin)
  --url ws://HOST/PATH   any other back office; every station connects with its own id
    --password TEXT        with this password
    --credentials FILE     or with those of a file, one stationId,identity,password per line

Examples
  smac simulate --scenario turku
  smac simulate --scenario budapest --stations 20 --faults on
  smac simulate --scenario my-street.json --url wss://csms.example.org/ocpp --credentials stations.csv
`;

/** `smac simulate ...` */
export const simulate: Command = async (args, streams) => {
  const { values } = readArguments(
    args,
    {
      scenario: { type: 'string' },
      stations: { type: 'string' },
      hours: { type: 'string' },
      seed: { type: 'string' },
      faults: { type: 'string' },
      speed: { type: 'string' },
      'tell-every': { type: 'string' },
      api: { type: 'string' },
      key: { type: 'string' },
      url: { type: 'string' },
      password: { type: 'string' },
      credentials: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    USAGE,
  );
  if (values.help) {
    streams.stdout.write(HELP);
    return 0;
  }
  if (values.scenario === undefined) {
    streams.stderr.write(HELP);
    return 2;
  }
  const clock = scaledClock(systemClock, above0('speed', values.speed) ?? 1);
  const hours = above0('hours', values.hours);
  const stations = above0('stations', values.stations);
  const world = buildWorld(scenarioNamed(values.scenario), {
    startMs: clock.now(),
    ...(hours === undefined ? {} : { hours }),
    ...(stations === undefined ? {} : { stations }),
    ...(values.seed === undefined ? {} : { seed: values.seed }),
  });
  const office = await backOffice(world, values, streams);
  const fleet = new Fleet({ world, clock, ...office, withFaults: values.faults === 'on' });
  await fleet.start();
  await play(fleet, world, clock, (above0('tell-every', values['tell-every']) ?? 5) * 1000, streams);
  await fleet.close();
  return 0;
};

function scenarioNamed(name: string): Scenario {
  try {
    return existsSync(name) ? readScenario(readFileSync(name, 'utf8')) : shippedScenario(name);
  } catch (error) {
    if (error instanceof ScenarioError) throw new CannotStart(`--scenario ${name}: ${error.message}`);
    throw error;
  }
}

interface Office {
  readonly url: string;
  readonly credentials: ReadonlyMap<string, Credentials>;
}

async function backOffice(
  world: World,
  values: Readonly<Partial<Record<'api' | 'key' | 'url' | 'password' | 'credentials', string>>>,
  { env, stderr }: Streams,
): Promise<Office> {
  const ids = world.sites.flatMap((site) => site.stations.map(({ id }) => id));
  if (values.url !== undefined) {
    if (!/^wss?:\/\//.test(values.url))
      throw new CannotStart('--url: write ws://HOST/PATH or wss://HOST/PATH');
    const credentials =
      values.credentials === undefined
        ? sameForAll(ids, values.password)
        : readCredentials(readFileSync(values.credentials, 'utf8'));
    const missing = ids.find((id) => !credentials.has(id));
    if (missing !== undefined)
      throw new CannotStart(`--credentials: there is no line for station ${missing}`);
    return { url: values.url, credentials };
  }
  if (values.api !== undefined) {
    if (values.key === undefined)
      throw new CannotStart('--api needs --key; make one there with `smac apikey create --role admin`');
    return provisionOverApi(callsTo(values.api, values.key), world);
  }
  const call = await runningServer(configOf(env));
  if (call === undefined) {
    throw new CannotStart(
      'No SMAC server runs in this data folder: start one with SMAC_OCPP_PORT=9000 SMAC_OCPP_WITHOUT_TLS=true smac serve, or name a back office with --url or --api',
    );
  }
  stderr.write(`Making ${ids.length} stations known to the running server ...\n`);
  return provisionOverApi(call, world);
}

/** One line now and then, until the hours are over or somebody stops it. */
function play(
  fleet: Fleet,
  world: World,
  clock: { now(): number },
  everyMs: number,
  { stdout }: Streams,
): Promise<void> {
  const limitKw = world.sites.reduce((sum, { site }) => sum + site.limitW, 0) / 1000;
  let before = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const { stations, connected, cars, charging, powerW, messages } = fleet.counts();
      const rate = (((messages - before) * 1000) / everyMs).toFixed(1);
      before = messages;
      stdout.write(
        `${new Date(clock.now()).toISOString().slice(11, 19)}Z  ${connected} of ${stations} stations connected, ${charging} of ${cars} cars charging, ` +
          `${(powerW / 1000).toFixed(1)} kW of ${limitKw} kW, ${rate} messages/s\n`,
      );
      if (clock.now() >= world.endMs) done();
    }, everyMs);
    const done = () => {
      clearInterval(timer);
      process.off('SIGINT', done);
      process.off('SIGTERM', done);
      resolve();
    };
    process.once('SIGINT', done);
    process.once('SIGTERM', done);
  });
}

function above0(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new CannotStart(`--${name}: write a number above 0, not ${text}`);
  return value;
}
