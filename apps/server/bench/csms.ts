/**
 * `npm run bench:csms`: the figures of the back office for own stations, with server, stations and database in processes of their own on one
 * machine. Nothing is asserted.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { metersAndStorm } from './csms/meters.ts';
import { planChange } from './csms/plan-change.ts';
import type { BenchOptions } from './csms/rig.ts';
import { throwawayPostgres } from './csms/throwaway-postgres.ts';

const USAGE = `npm run bench:csms -- [plans] [meters] [options]

  plans    change of a plan to confirmed profiles, at 500 stations on one site and on 50; a cut on a site of 100
  meters   2,000 TLS connections with 100 durable meter messages per second, then all cut at once

  --stations N         stations instead of those numbers
  --seconds N          of meter messages; default 60
  --database-url URL   PostgreSQL to make throw-away databases on; default: one started for this, if installed here
  --quick              50 stations, 10 s, 2 changes: does it still run?
  --profile FOLDER     CPU profiles of the server
  --write              puts the figures into docs/benchmarks.md
`;
/** Changes of one fleet take no longer, however slow the machine. */
const MOST_CHANGING_MS = 120_000;
const DOCUMENT = fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    stations: { type: 'string' },
    seconds: { type: 'string' },
    'database-url': { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const wants = (part: string) => positionals.length === 0 || positionals.includes(part);
const number = (text: string | undefined, usual: number, quick: number) =>
  text === undefined ? (values.quick ? quick : usual) : Number(text);

const postgres = values['database-url'] === undefined ? await throwawayPostgres() : undefined;
const lines: string[] = [];
const say = (line: string) => {
  lines.push(line);
  console.log(line);
};
try {
  const common: Omit<BenchOptions, 'stations'> = {
    databaseUrl: values['database-url'] ?? postgres?.url,
    seconds: number(values.seconds, 60, 10),
    profileDir: values.profile,
    progress: (line) => console.error(`  ${line}`),
  };
  const [busy = 0] = loadavg();
  say(
    `${new Date().toISOString().slice(0, 10)}, node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model}, ${postgres ? `PostgreSQL ${postgres.version}` : (common.databaseUrl ?? 'embedded database')} on the same cores; load of the machine before: ${busy.toFixed(1)}`,
  );
  if (wants('plans')) {
    const rounds = values.quick ? 2 : 10;
    const budgetMs = MOST_CHANGING_MS;
    const stations = number(values.stations, 500, 50);
    for (const [title, sites] of [
      ['one site', 1],
      ['many sites', Math.max(1, Math.round(stations / 10))],
    ] as const) {
      for (const line of await planChange({ ...common, stations }, { title, sites, rounds, budgetMs }))
        say(line);
    }
    const cut = { ...common, stations: number(values.stations, 100, 20) };
    for (const line of await planChange(cut, { title: 'site of 100', sites: 1, rounds, budgetMs })) say(line);
  }
  if (wants('meters')) {
    for (const line of await metersAndStorm({ ...common, stations: number(values.stations, 2_000, 60) }))
      say(line);
  }
} finally {
  postgres?.stop();
}
if (values.write) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [start, end] = ['<!-- bench:csms -->', '<!-- /bench:csms -->'];
  const at = [text.indexOf(start), text.indexOf(end)] as const;
  if (at[0] < 0 || at[1] < at[0]) throw new Error(`${DOCUMENT} has no place between ${start} and ${end}.`);
  writeFileSync(
    DOCUMENT,
    `${text.slice(0, at[0] + start.length)}\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n${text.slice(at[1])}`,
  );
}
process.exit(0);
