/**
 * `npm run bench:engine`: SMAC's engines against HiGHS as WebAssembly, one row per class and fleet size, as one table.
 *
 * Every row is measured in processes of its own: fresh ones for the cold figures, and one in which SMAC and HiGHS take turns on the same
 * problems for the warm ones. Nothing else should run on the machine.
 */
import { execFile } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { headOfTable, type Row, rowOfTable, type Timed, writeSection } from './engines-table.ts';
import type { Variant } from './fleet.ts';
import type { Cold, Task, Warm } from './measure.ts';
import { HIGHS_LIMIT_S, type Mode } from './plain-highs.ts';
import { replan } from './replan.ts';

const CLASSES = ['v1', 'weighted', 'v2', 'v4-linear', 'v4-exact', 'min-power'] as const satisfies Variant[];
type BenchClass = (typeof CLASSES)[number];
const INTEGER: readonly BenchClass[] = ['v4-exact', 'min-power'];
const SIZES = [1, 10, 50, 100, 250, 1000, 5000, 10_000];
/** Fleets of this size are what a person waits for; integer classes get a second for them. */
const INTERACTIVE_SESSIONS = 250;
const INTERACTIVE_S = 1;

const HELP = `npm run bench:engine -- [options]

Measures SMAC's engines against HiGHS (WebAssembly) and prints one table in Markdown; progress goes to standard error.

  --classes a,b     of ${CLASSES.join(', ')} (default: all)
  --sizes 1,10      numbers of cars (default: ${SIZES.join(',')})
  --rounds N        warm rounds, each with another fleet (default 5)
  --cold N          fresh processes per cold figure (default 3)
  --time-limit S    seconds for SMAC (default 10; ${INTERACTIVE_S} in integer classes up to ${INTERACTIVE_SESSIONS} cars)
  --no-highs        SMAC alone
  --quick           2 rounds and 1 cold process per figure, sizes 1,10,50 unless --sizes says more
  --replan          instead: planning again after one change, from the last plan against afresh (SMAC alone; linear classes, 100 and 1,000 cars)
  --write           put the table into docs/benchmarks.md
  --help            this text
`;

interface Options {
  classes: BenchClass[];
  sizes: number[];
  rounds: number;
  coldRuns: number;
  timeLimitS: number;
  highs: boolean;
  write: boolean;
  replan: boolean;
}

const options = readOptions();
const failures = options.replan ? await replan(options).then(() => 0) : await run(options);
process.exitCode = failures === 0 ? 0 : 1;

function readOptions(): Options {
  let values: ReturnType<typeof parse>;
  try {
    values = parse();
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const quick = values.quick;
  const classes = (values.classes?.split(',') ?? [...CLASSES]).map((name) => {
    const known = CLASSES.find((one) => one === name);
    return known ?? refuse(`--classes: ${name} is none of ${CLASSES.join(', ')}`);
  });
  const sizes =
    values.sizes?.split(',').map((size) => whole('--sizes', size)) ??
    (values.replan ? [100, 1000] : quick ? [1, 10, 50] : SIZES);
  return {
    classes,
    sizes: sizes.sort((a, b) => a - b),
    rounds: whole('--rounds', values.rounds ?? (quick ? '2' : '5')),
    coldRuns: whole('--cold', values.cold ?? (quick ? '1' : '3')),
    timeLimitS: whole('--time-limit', values['time-limit']),
    highs: !values['no-highs'],
    write: values.write,
    replan: values.replan,
  };
}

function parse() {
  return parseArgs({
    options: {
      classes: { type: 'string' },
      sizes: { type: 'string' },
      rounds: { type: 'string' },
      cold: { type: 'string' },
      'time-limit': { type: 'string', default: '10' },
      'no-highs': { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      replan: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
}

function whole(option: string, text: string): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0
    ? value
    : refuse(`${option}: must be whole and above 0, got ${text}`);
}

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

/** Returns how many rows could not be measured. */
async function run({ classes, sizes, ...rest }: Options): Promise<number> {
  const startedMs = performance.now();
  const lines = [headOfTable()];
  console.log(lines[0]);
  let done = 0;
  let failures = 0;
  for (const variant of classes) {
    let modes: Mode[] = !rest.highs ? [] : INTEGER.includes(variant) ? ['mip'] : ['simplex', 'ipm'];
    for (const sessions of sizes) {
      progress(`${++done}/${classes.length * sizes.length} ${variant} x ${sessions}`, startedMs);
      try {
        const measured = await measureRow(variant, sessions, modes, rest);
        modes = modes.filter((mode) => !measured.late.includes(mode));
        lines.push(rowOfTable(measured.row));
      } catch (error) {
        failures++;
        lines.push(`| ${variant} | ${sessions} | failed: ${reasonOf(error)} |`);
      }
      console.log(lines.at(-1));
    }
  }
  progress('done', startedMs);
  if (rest.write) {
    const file = new URL('../../../docs/benchmarks.md', import.meta.url);
    writeSection(file, 'Engines', 'npm run bench:engine -- --write', page(lines, rest));
  }
  return failures;
}

function reasonOf(error: unknown): string {
  const text = (error as { stderr?: string }).stderr || String(error);
  return (text.split('\n').find((one) => /error/i.test(one)) ?? text).replaceAll('|', '/').slice(0, 200);
}

function progress(what: string, startedMs: number): void {
  process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(0)} s: ${what}\n`);
}

async function measureRow(
  variant: BenchClass,
  sessions: number,
  modes: Mode[],
  { rounds, coldRuns, timeLimitS, highs: highsAsked }: Omit<Options, 'classes' | 'sizes'>,
): Promise<{ row: Row; late: Mode[] }> {
  const isInteractive = INTEGER.includes(variant) && sessions <= INTERACTIVE_SESSIONS;
  const task: Omit<Task, 'what'> = {
    variant,
    sessions,
    rounds,
    timeLimitS: isInteractive ? INTERACTIVE_S : timeLimitS,
    modes,
    absoluteGap: 0,
  };
  const warm = await inProcess<Warm>({ ...task, what: 'warm' });
  const smac = await coldRunsOf({ ...task, what: 'cold-smac' }, coldRuns);
  let highs: Row['highs'];
  if (warm.highs !== undefined && warm.highs.ms.length > 0) {
    const { mode, ms } = warm.highs;
    const isLong = Math.max(...ms) > 5000;
    const coldTask: Task = { ...task, what: 'cold-highs', modes: [mode], absoluteGap: warm.absoluteGap };
    const cold = await coldRunsOf(coldTask, isLong ? 1 : coldRuns);
    highs = { mode, warm: timesOf(ms), cold: cold.timed, memoryMb: cold.memoryMb };
  }
  return {
    late: warm.late,
    row: {
      variant,
      sessions,
      engine: warm.engine,
      smacCold: smac.timed,
      smacWarm: timesOf(warm.smacMs),
      smacMemoryMb: smac.memoryMb,
      gap: warm.gap,
      highs,
      highsAsked,
      difference: warm.difference,
    },
  };
}

async function coldRunsOf(task: Task, runs: number): Promise<{ timed: Timed; memoryMb: number }> {
  const all: Cold[] = [];
  for (let i = 0; i < runs; i++) all.push(await inProcess<Cold>(task));
  return {
    timed: timesOf(all.map(({ ms }) => ms)),
    memoryMb: Math.max(...all.map(({ memoryMb }) => memoryMb)),
  };
}

function timesOf(values: readonly number[]): Timed {
  const ms = values.toSorted((a, b) => a - b);
  const middle = ms.length >> 1;
  const medianMs = ms.length % 2 === 1 ? ms[middle]! : (ms[middle - 1]! + ms[middle]!) / 2;
  return { medianMs, leastMs: ms[0]!, mostMs: ms.at(-1)!, runs: ms.length };
}

async function inProcess<Result>(task: Task): Promise<Result> {
  const file = fileURLToPath(new URL('./measure.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, JSON.stringify(task)]);
  return JSON.parse(stdout);
}

function page(
  lines: readonly string[],
  { rounds, coldRuns, timeLimitS }: Omit<Options, 'classes' | 'sizes'>,
): string {
  const memoryGb = (totalmem() / 2 ** 30).toFixed(0);
  const command = ['npm run bench:engine --', ...process.argv.slice(2)].join(' ');
  return `Measured ${new Date().toISOString().slice(0, 10)} on ${availableParallelism()} x ${cpus()[0]?.model.trim()}, ${memoryGb} GB, Node ${process.version}:
\`${command}\`

- Time: problem to powers, wall clock, one thread; median (least to most). Warm: ${rounds} fleets, SMAC and HiGHS in turn in one process after
  at least two fleets and half a second each that do not count; HiGHS solves above 5 s are measured three times, above 15 s once. Cold: ${coldRuns} fresh \`node\` processes, from their start to the first
  solution (one process where HiGHS takes more than 5 s).
- HiGHS: WebAssembly, one model with every need held and one solve for money: less than SMAC's \`highs\` engine does. Better of dual simplex and interior point
  without crossover; \`mip\` may stop at the gap SMAC reached. "> ${HIGHS_LIMIT_S} s": did not end within ${HIGHS_LIMIT_S} s at this or a smaller size.
- SMAC: \`auto\`, ${timeLimitS} s at most, ${INTERACTIVE_S} s in integer classes up to ${INTERACTIVE_SESSIONS} cars. Memory: most the cold process ever held. Gap: largest of all rounds, (cost - bound) / max(1, |cost|). Cost against
  HiGHS: largest relative difference, negative where SMAC's plan is cheaper.
- Classes: v1 charge-only; weighted = v1 + linear occupancy; v2 = half of the cars discharge, with losses and wear; v4-linear = v2 + flex order + linear
  occupancy; v4-exact = the same with occupancy as written; min-power = v1 with 0 or at least 6 A. 96 quarter hours, a limit at the peak of even charging.

${lines.join('\n')}`;
}
