import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import {
  clockText,
  epochOfWall,
  loadFile,
  parseAcnSessions,
  problemText,
  type Visit,
  visitsFromRecorded,
  wallOfEpoch,
} from '@smac/simulator';
import {
  readScenario,
  type Scenario,
  ScenarioError,
  shippedScenario,
  shippedScenarios,
} from '@smac/simulator/scenario';
import { CannotStart } from '../config/index.ts';
import { type LoopFigures, playLoop } from './closed-loop/run.ts';
import { rowsOf, storyOf, tableOf } from './closed-loop/tell.ts';
import { createLog } from './log.ts';

const ALL = 'all';

const HELP = `npm run scenario -- [options]

Plays a scenario through the whole platform as fast as it goes: the server, stations that speak OCPP to it over real sockets, cars and
their supply point second by second, faults included. Prints whether the limit was kept and what the cars got.

  --name NAME      ${shippedScenarios().join(', ')}; or ${ALL} of them, one after the other (turku)
  --file FILE      a scenario file of your own
  --sessions FILE  recorded sessions (ACN-Data, .csv or .csv.gz) instead of the cars of the first site, on their days of this year
  --hours N        hours to play (as the scenario says)
  --faults on|off  broken lines, power cuts, cuts of the limit (on)
  --seed TEXT      another seed, another day (as the scenario says)
  --stations N     at most so many stations per site
  --forecast-error SHARE   error of load and generation a day ahead, 0..1 (0.1)
  --verbose        every fault and cut as it happens
`;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      name: { type: 'string' },
      file: { type: 'string' },
      sessions: { type: 'string' },
      hours: { type: 'string' },
      faults: { type: 'string' },
      seed: { type: 'string' },
      stations: { type: 'string' },
      'forecast-error': { type: 'string' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const scenarios: readonly Scenario[] =
    values.file !== undefined
      ? [readScenario(readFileSync(values.file, 'utf8'))]
      : values.name === ALL
        ? shippedScenarios().map(shippedScenario)
        : [shippedScenario(values.name ?? 'turku')];
  const rows: string[] = [];
  let isKept = true;
  for (const scenario of scenarios) {
    const hours = positive('hours', values.hours) ?? scenario.hours;
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    const figures = await played(scenario, hours, values);
    const used = process.cpuUsage(cpu);
    const cpuS = (used.user + used.system) / 1e6;
    const wallS = (performance.now() - startedMs) / 1000;
    for (const site of figures.sites) console.log(storyOf(site));
    rows.push(...rowsOf(scenario.name, figures, { hours, cpuS, wallS }));
    isKept &&= figures.sites.every((site) => site.overLimitSeconds === 0 && !site.hasFuseMelted);
  }
  console.log(`\n${tableOf(rows)}`);
  return isKept ? 0 : 1;
}

interface Values {
  readonly sessions?: string | undefined;
  readonly faults?: string | undefined;
  readonly seed?: string | undefined;
  readonly stations?: string | undefined;
  readonly 'forecast-error'?: string | undefined;
  readonly verbose?: boolean | undefined;
}

async function played(scenario: Scenario, hours: number, values: Values): Promise<LoopFigures> {
  const stations = positive('stations', values.stations);
  const startMs = startOf(scenario);
  const { timeZone } = scenario.sites[0]!;
  const visits =
    values.sessions === undefined ? undefined : await recorded(values.sessions, startMs, timeZone);
  console.log(`\n${scenario.title}\n`);
  let toldMs = performance.now();
  return await playLoop({
    scenario,
    startMs,
    hours,
    ...(stations === undefined ? {} : { stations }),
    ...(visits === undefined ? {} : { visits }),
    ...(values.seed === undefined ? {} : { seed: values.seed }),
    withFaults: values.faults !== 'off',
    forecastError: positive('forecast-error', values['forecast-error']) ?? 0.1,
    log: createLog({ logLevel: values.verbose ? 'warn' : 'error', logFormat: 'text' }, (line) => {
      process.stderr.write(line);
    }),
    progress(atMs, fleet) {
      if (performance.now() - toldMs < 5_000) return;
      toldMs = performance.now();
      const { connected, charging, cars, powerW, messages } = fleet.counts();
      console.log(
        `${clockText(atMs, timeZone)}  ${connected} stations connected, ${cars} cars, ${charging} charging, ${(powerW / 1000).toFixed(1)} kW, ${messages} messages`,
      );
    },
    listen(event, atMs) {
      if (values.verbose !== true) return;
      const at = clockText(atMs, timeZone);
      if (event.kind === 'fault') console.log(`${at}  ${JSON.stringify(event.fault)}`);
      if (event.kind === 'limit') console.log(`${at}  limit of ${event.site.site.id}: ${event.limitW} W`);
      if (event.kind === 'plugged' || event.kind === 'left')
        console.log(`${at}  ${event.kind} ${event.stay.id} at ${event.stay.plug.uid}`);
    },
  });
}

async function recorded(file: string, startMs: number, timeZone: string): Promise<readonly Visit[]> {
  const read = await loadFile(file, parseAcnSessions);
  if (!read.ok) throw new CannotStart(read.problems.map(problemText).join('\n'));
  return visitsFromRecorded(read.value, { year: wallOfEpoch(startMs, timeZone).year, timeZone });
}

/** Local start of the day of the scenario. */
function startOf({ day, startHour, sites }: Scenario): number {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const hour = Math.floor(startHour);
  const minute = Math.round((startHour - hour) * 60);
  return epochOfWall({ year, month, day: date, hour: hour % 24, minute, second: 0 }, sites[0]!.timeZone);
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value >= 0)) throw new CannotStart(`--${name}: write a number of at least 0, not ${text}`);
  return value;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CannotStart || error instanceof ScenarioError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
