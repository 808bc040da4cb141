/** Thousands of TLS connections with a steady stream of durable meter messages, then all of them gone and back. */
import { request } from 'node:http';
import { localSocketPath } from '../../src/main/web-server.ts';
import { type Bench, type BenchOptions, openBench, pause, quantile } from './rig.ts';

const PER_SECOND = 100;
const STATIONS_PER_SITE = 20;
/** One in so many stations charges: a busy evening (security.md 11). */
const CHARGING = 5;
/** Messages that a charging station queues while it is away. */
const QUEUED = 5;
/** A storm that is not over by then is told as it stands. */
const GIVE_UP_MS = 180_000;

export async function metersAndStorm(options: BenchOptions): Promise<string[]> {
  const sites = Math.ceil(options.stations / STATIONS_PER_SITE);
  const bench = await openBench(options, {
    sites,
    stationsPerSite: STATIONS_PER_SITE,
    limitW: STATIONS_PER_SITE * 5_500,
  });
  try {
    const { server, fleet } = bench;
    const { seconds } = await bench.connect(bench.who);
    const count = Math.floor(bench.who.length / CHARGING);
    options.progress(`${count} cars begin to charge`);
    await fleet.ask('begin', { count });
    await server.ask('idle', undefined);
    await pause(3_000);
    const rowsBefore = await server.ask('rows', undefined);
    const before = await server.ask('usage', undefined);
    options.progress(`${PER_SECOND} meter messages per second for ${options.seconds} s`);
    const acked = await fleet.ask('report', { perSecond: PER_SECOND, seconds: options.seconds });
    const after = await server.ask('usage', undefined);
    const rows = await server.ask('rows', undefined);
    const core = ((after.cpuMs - before.cpuMs) / (after.atMs - before.atMs)) * 100;
    const database = options.databaseUrl === undefined ? 'embedded database' : 'PostgreSQL';
    const lines = [
      `meters: ${bench.who.length} TLS connections (dialled in ${seconds.toFixed(0)} s), ${count} charging, ${PER_SECOND} durable messages/s for ${options.seconds} s on ${database}: server ${core.toFixed(0)} % of one core (wanted: <= 60 %), acknowledged p50 ${acked.p50Ms.toFixed(0)} ms, p99 ${acked.p99Ms.toFixed(0)} ms, most ${acked.mostMs.toFixed(0)} ms (wanted: p99 <= 250 ms); ${acked.count} acknowledged, ${rows.meters - rowsBefore.meters} readings stored; ${after.rssMb.toFixed(0)} MB`,
    ];
    options.progress(lines[0] ?? '');
    lines.push(await storm(options, bench));
    return lines;
  } finally {
    await bench.close();
  }
}

async function storm(
  options: BenchOptions,
  { server, fleet, dataDir, who }: Bench & { readonly who: readonly unknown[] },
): Promise<string> {
  options.progress(`all ${who.length} lines are cut`);
  const rowsBefore = await server.ask('rows', undefined);
  const before = await server.ask('usage', undefined);
  const fleetBefore = await fleet.ask('usage', undefined);
  let isOver = false;
  const answeredMs: number[] = [];
  let unanswered = 0;
  const asking = (async () => {
    for (let n = 0; !isOver; n += 1) {
      const startMs = performance.now();
      if ((await get(dataDir, ASKED[n % ASKED.length]!)) === 200)
        answeredMs.push(performance.now() - startMs);
      else unanswered += 1;
      await pause(100);
    }
  })();
  const queued = await fleet.ask('cut', { queued: QUEUED });
  const cutMs = Date.now();
  let now = await fleet.ask('back', undefined);
  for (let toldMs = cutMs; (now.away > 0 || now.untold > 0) && Date.now() - cutMs < GIVE_UP_MS; ) {
    await pause(100);
    now = await fleet.ask('back', undefined);
    if (Date.now() - toldMs < 5_000) continue;
    toldMs = Date.now();
    options.progress(
      `${((toldMs - cutMs) / 1000).toFixed(0)} s: ${who.length - now.away} of ${who.length} are back, ${now.untold} messages wait`,
    );
  }
  isOver = true;
  options.progress(`ends of lines: ${JSON.stringify(now.failed)}`);
  await asking;
  const after = await server.ask('usage', undefined);
  const fleetAfter = await fleet.ask('usage', undefined);
  const rows = await server.ask('rows', undefined);
  const stored = rows.meters - rowsBefore.meters;
  const each = (ms: number) => (ms / who.length).toFixed(1);
  const back =
    now.away === 0
      ? `all back after ${now.allBackS.toFixed(0)} s`
      : `${now.away} not back after ${(GIVE_UP_MS / 1000).toFixed(0)} s`;
  return `storm: all ${who.length} lines cut at once: ${back} (wanted: <= 60 s), everything told after ${now.drainedS.toFixed(0)} s; ${queued} messages queued, ${now.told} acknowledged, ${stored} stored, ${queued - stored} lost (wanted: 0), transactions ${rowsBefore.active} before and ${rows.active} after; API p95 ${quantile(answeredMs, 0.95).toFixed(0)} ms meanwhile (wanted: <= 500 ms), ${unanswered} not answered; CPU per station ${each(after.cpuMs - before.cpuMs)} ms server, ${each(fleetAfter.cpuMs - fleetBefore.cpuMs)} ms station; ${after.rssMb.toFixed(0)} MB`;
}

const ASKED = ['/api/transactions', '/api/contexts', '/api/sessions', '/api/stations'];

/** By the socket of the command line, which needs no key. @returns HTTP status */
function get(dataDir: string, path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request({ socketPath: localSocketPath(dataDir), path }, (response) => {
    response.resume();
    response.once('end', () => resolve(response.statusCode ?? 0));
  })
    .once('error', reject)
    .end();
  return promise;
}
