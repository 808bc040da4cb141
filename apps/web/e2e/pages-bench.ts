/**
 * `npm run bench:pages`: what the pages cost in a real browser while 500 charging points are live: the real server, stations on real OCPP
 * lines and the database in processes of their own on this machine. Nothing is asserted.
 */
import { cpus, loadavg } from 'node:os';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Bench, openBench } from '../../server/bench/csms/rig.ts';
import { throwawayPostgres } from '../../server/bench/csms/throwaway-postgres.ts';
import { look, openBrowser } from './browser.ts';
import { endTasks, type Held, held, type Load, loaded, startTasks, type Tasks } from './page-meter.ts';

const USAGE = `npm run bench:pages -- [overview] [site] [stations] [entry] [find] [city] [options]

  --evses N     charging points live on one site; default 500
  --loads N     times each page is opened, in a browser without anything kept; default 5
  --seconds N   how long it then stays open while meters and bursts come in; default 60
  --quick       50 charging points, 2 loads, 10 s: does it still run?
`;
/** A station tells its meter so often, s. */
const REPORT_EVERY_S = 45;
/** So many at once, three times while a page is open. */
const BURST = 200;
const WIDE_W = 11_000;
const DAYS = 14;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    evses: { type: 'string' },
    loads: { type: 'string' },
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const number = (text: string | undefined, usual: number, quick: number) =>
  text === undefined ? (values.quick ? quick : usual) : Number(text);
const EVSES = number(values.evses, 500, 50);
const LOADS = number(values.loads, 5, 2);
const SECONDS = number(values.seconds, 60, 10);

interface Opened {
  readonly name: string;
  readonly path: string;
  /** First data that is drawn. */
  readonly useful: string;
}

/** A figure that is only there when the server has answered; not the frame around it. */
const pagesOf = (contextId: string): readonly Opened[] => [
  { name: 'overview', path: '/operator', useful: 'tbody tr' },
  {
    name: 'site',
    path: `/operator/sites/${encodeURIComponent(contextId)}`,
    useful: '[role=slider] path.net',
  },
  { name: 'stations', path: '/operator/stations', useful: 'tbody tr' },
  { name: 'entry', path: '/drive', useful: 'main form, main h1' },
  { name: 'find', path: '/drive/find', useful: '[data-mark]' },
  { name: 'city', path: '/city', useful: '[data-mark]' },
];

const said = (line: string) => console.log(line);
const progress = (line: string) => console.error(`  ${line}`);
const loadText = () => `load of the machine ${loadavg()[0]?.toFixed(1)}`;

const postgres = await throwawayPostgres();
const browser = await openBrowser();
try {
  const bench = await openBench(
    { databaseUrl: postgres?.url, stations: EVSES, seconds: SECONDS, profileDir: undefined, progress },
    { sites: 1, stationsPerSite: EVSES, limitW: EVSES * WIDE_W },
  );
  try {
    await measure(bench);
  } finally {
    await bench.close();
  }
} finally {
  await browser.close();
  postgres?.stop();
}

async function measure(bench: Bench & { readonly who: readonly unknown[] }): Promise<void> {
  const { server, fleet } = bench;
  await bench.connect(bench.who as Parameters<Bench['connect']>[0]);
  await fleet.ask('begin', { count: EVSES });
  for (let waits = 0; waits < 240 && (await server.ask('live', undefined)) < EVSES; waits += 1)
    await wait(500);
  await server.ask('wish', undefined);
  await server.ask('idle', undefined);
  progress(`${await server.ask('past', { days: DAYS })} sessions of the days before`);
  const [contextId = ''] = await server.ask('contexts', undefined);
  const { url } = await server.ask('where', undefined);
  const wanted = pagesOf(contextId).filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  said(
    `${new Date().toISOString().slice(0, 10)}, node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, Chromium ${browser.version()}, ${postgres ? `PostgreSQL ${postgres.version}` : 'embedded database'}, all on the same cores; ${EVSES} charging points of one site live, each a meter message every ${REPORT_EVERY_S} s, ${BURST} at once three times; ${LOADS} loads, then ${SECONDS} s`,
  );
  const key = await server.ask('key', undefined);
  for (const page of wanted) {
    const line = await pageLine(bench, { contextId, url, key }, page);
    said(line);
  }
}

interface Place {
  readonly contextId: string;
  readonly url: string;
  /** Of somebody who may see everything; drivers have none. */
  readonly key: string;
}

async function opening(path: string, key: string): ReturnType<typeof look> {
  const looking = await look(browser);
  if (!path.startsWith('/drive'))
    await looking.page.addInitScript(`sessionStorage.setItem('smac-key', '${key}')`);
  return looking;
}

async function pageLine(bench: Bench, { contextId, url, key }: Place, opened: Opened): Promise<string> {
  const loads: Load[] = [];
  for (let nth = 0; nth < LOADS; nth += 1) {
    const { page, close } = await opening(opened.path, key);
    loads.push(await loaded(page, browser, url + opened.path, opened.useful));
    await close();
  }
  const { page, complaints, close } = await opening(opened.path, key);
  await loaded(page, browser, url + opened.path, opened.useful);
  const before = await bench.server.ask('usage', undefined);
  await startTasks(browser, page);
  await live(bench, contextId);
  const tasks = await endTasks(browser);
  const after = await bench.server.ask('usage', undefined);
  const holds = await held(page);
  await close();
  for (const one of complaints) progress(`${opened.name}: ${one}`);
  return sentence(opened.name, loads, tasks, holds, (after.cpuMs - before.cpuMs) / 10 / SECONDS);
}

/** Meters in turn, three bursts, and one limit that changes, so that a new plan comes. */
async function live({ server, fleet }: Bench, contextId: string): Promise<void> {
  const quarter = (SECONDS * 1000) / 4;
  const bursts = (async () => {
    for (let nth = 0; nth < 3; nth += 1) {
      await wait(quarter);
      if (nth === 1) await server.ask('limit', { contextId, limitW: EVSES * WIDE_W * 0.7 });
      await fleet.ask('report', { perSecond: BURST, seconds: 1 });
    }
  })();
  await fleet.ask('report', { perSecond: EVSES / REPORT_EVERY_S, seconds: SECONDS });
  await bursts;
}

function sentence(
  name: string,
  loads: readonly Load[],
  live: Tasks,
  { nodes, heapMb }: Held,
  serverPercent: number,
): string {
  const of = (read: (load: Load) => number) => loads.map(read).sort((a, b) => a - b);
  const median = (all: readonly number[]) => all[Math.floor((all.length - 1) / 2)] ?? Number.NaN;
  const spread = (read: (load: Load) => number) => {
    const all = of(read);
    return `${median(all).toFixed(0)} ms (${all[0]?.toFixed(0)} to ${all.at(-1)?.toFixed(0)})`;
  };
  return [
    `${name}: first paint ${spread(({ firstPaintMs }) => firstPaintMs)}, first data ${spread(({ usefulMs }) => usefulMs)}`,
    `${(median(of(({ scriptBytes }) => scriptBytes)) / 1024).toFixed(0)} kB of script until then`,
    `opening: ${spread(({ tasks }) => tasks.cpuMs)} of processor, longest task ${spread(({ tasks }) => tasks.longestCpuMs)} of processor`,
    `live: ${live.longByCpu} tasks > 50 ms of processor (${live.longByClock} by the clock), longest ${live.longestCpuMs.toFixed(0)} ms (${live.longestMs.toFixed(0)} by the clock), ${(live.cpuMs / 10 / SECONDS).toFixed(1)} % of a core; server ${serverPercent.toFixed(0)} %`,
    `${nodes} elements, ${heapMb.toFixed(1)} MB of script memory; ${loadText()}`,
  ].join('; ');
}
