import { tmpdir } from 'node:os';
import process from 'node:process';
import { CannotStart } from '../config/index.ts';
import type { Log } from '../dispatch/index.ts';
import { openStore } from '../store/index.ts';
import { openMemoryStore } from './memory-store.ts';
import { headline, line, verdict } from './replay/report.ts';
import { replay } from './replay/run.ts';
import { readScenarioOptions, SCENARIO_HELP } from './scenario/options.ts';
import { dayName, openScenario } from './scenario/scenario.ts';

const HELP = `npm run replay -- [options]

Plays days of charging sessions through the real loop (OCPI over HTTP, planning, dispatch) as fast as it goes and compares
with uncontrolled charging under the same limit and with the optimum somebody would find who knew everything beforehand.

${SCENARIO_HELP}
DATABASE_URL uses a PostgreSQL instead of an embedded database in memory.
`;

/** Warnings of the rooms go to standard error so that the table stays clean. */
const log: Log = {
  info() {},
  warn: (fields, message) =>
    process.env.SMAC_LOG_LEVEL === 'warn' && console.error(`warning: ${message}`, fields),
  error: (fields, message) => console.error(`error: ${message}`, fields),
};

/** Without a terminal, progress is told this often. */
const QUIET_MS = 15_000;

async function main(): Promise<void> {
  const options = readScenarioOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const scenario = await openScenario(options);
  for (const source of scenario.sources) console.log(source);
  console.log(
    `${scenario.visits.length} sessions at ${scenario.evses.length} EVSEs, limit ${scenario.limitW / 1000} kW, departures ${options.departures}, seed ${options.seed}\n`,
  );
  console.log(headline());
  const startedMs = performance.now();
  const seconds = () => ((performance.now() - startedMs) / 1000).toFixed(0);
  let toldMs = startedMs;
  const databaseUrl = process.env.DATABASE_URL;
  const total = await replay({
    scenario,
    options,
    log,
    stopwatch: () => performance.now(),
    store:
      databaseUrl === undefined
        ? await openMemoryStore()
        : await openStore({ databaseUrl, dataDir: tmpdir() }),
    report: {
      day: (figures) => {
        clearLine();
        console.log(line(figures));
      },
      progress(atMs, plans) {
        const hour = Math.floor((atMs - scenario.midnightsMs[0]!) / 3_600_000);
        const text = `${dayName(atMs, scenario.timeZone)} hour ${hour}, ${plans} plans, ${seconds()} s`;
        if (process.stderr.isTTY) process.stderr.write(`\r${text}`);
        else if (performance.now() - toldMs > QUIET_MS) {
          toldMs = performance.now();
          process.stderr.write(`${text}\n`);
        }
      },
    },
  });
  clearLine();
  console.log(line(total));
  console.log('');
  for (const sentence of verdict(total, options.departures)) console.log(sentence);
  console.log(`wall time ${seconds()} s`);
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}

main().catch((error: unknown) => {
  if (!(error instanceof CannotStart)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
