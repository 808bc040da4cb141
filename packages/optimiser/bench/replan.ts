/** `npm run bench:engine -- --replan`: planning again after one change, from the last plan and afresh, as one table. */
import { execFile } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeSection } from './engines-table.ts';
import type { Variant } from './fleet.ts';
import { CHANGES } from './one-change.ts';
import type { ReplanRow, ReplanTask } from './replan-row.ts';

const CLASSES = ['v1', 'weighted', 'v2', 'v4-linear'] as const satisfies Variant[];

export interface ReplanOptions {
  classes: readonly string[];
  sizes: readonly number[];
  /** Problems per change. */
  rounds: number;
  write: boolean;
}

export async function replan({ classes, sizes, rounds, write }: ReplanOptions): Promise<void> {
  const lines = [line(HEAD), line(HEAD.map((_, i) => (i === 0 ? '---' : '--:')))];
  console.log(lines.join('\n'));
  for (const variant of CLASSES.filter((name) => classes.includes(name))) {
    for (const sessions of sizes) {
      const row = await inProcess({ variant, sessions, rounds });
      lines.push(...linesOf(variant, sessions, row));
      console.log(lines.slice(-2).join('\n'));
    }
  }
  if (write) {
    const file = new URL('../../../docs/benchmarks.md', import.meta.url);
    writeSection(file, 'Re-planning', 'npm run bench:engine -- --replan --write', page(lines, rounds));
  }
}

const HEAD = ['class', 'cars x 96', 'engine', 'what', 'fresh', ...CHANGES, 'all changes', 'cost'];

/** One line for powers, one for the whole plan. */
function linesOf(variant: string, sessions: number, row: ReplanRow): string[] {
  const one = (what: string, fresh: 'freshMs' | 'freshPlanMs', again: 'againMs' | 'againPlanMs') => {
    const allFresh = row.times.flatMap((times) => times[fresh]);
    const allAgain = row.times.flatMap((times) => times[again]);
    const share = (freshMs: readonly number[], againMs: readonly number[]) =>
      median(againMs.map((value, i) => value / freshMs[i]!)).toFixed(2);
    return line([
      variant,
      sessions.toLocaleString('en'),
      row.engines.join(', '),
      what,
      spread(allFresh),
      ...row.times.map(
        (times) =>
          `${ms(median(times[again]))} (${share(times[fresh], times[again])})${mark(times.warm, times.freshMs.length)}`,
      ),
      `${spread(allAgain)}, **${share(allFresh, allAgain)}**`,
      row.difference < 1e-12 ? 'equal' : row.difference.toExponential(0),
    ]);
  };
  return [one('powers', 'freshMs', 'againMs'), one('plan', 'freshPlanMs', 'againPlanMs')];
}

/** Nothing where the engine always started from the last plan. */
const mark = (warm: number, of: number) => (warm === of ? '' : warm === 0 ? ' °' : ` ${warm}/${of}`);

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);

function spread(values: readonly number[]): string {
  return `${ms(median(values))} (${ms(Math.min(...values))} to ${ms(Math.max(...values))}) ms`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

async function inProcess(task: ReplanTask): Promise<ReplanRow> {
  const file = fileURLToPath(new URL('./replan-row.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, JSON.stringify(task)]);
  return JSON.parse(stdout);
}

function page(lines: readonly string[], rounds: number): string {
  const memoryGb = (totalmem() / 2 ** 30).toFixed(0);
  const command = ['npm run bench:engine --', ...process.argv.slice(2)].join(' ');
  return `Measured ${new Date().toISOString().slice(0, 10)} on ${availableParallelism()} x ${cpus()[0]?.model.trim()}, ${memoryGb} GB, Node ${process.version}, load average ${loadavg()[1]!.toFixed(1)} (above ${availableParallelism()} only the shares count, the times are too long):
\`${command}\`

- One thing changes after a plan was made; fresh: as if there were no plan, else from the last plan (\`lastPlan\`, \`smac plan --last\`). In turn in one warm process on the same problems, ${rounds} fleets per
  change; median, (least to most) over all changes; per change the median in ms and, in brackets, the median share of the fresh solve of the same problem.
- ° the engine started afresh all the same, 3/5 in some rounds: \`greedy\` always, \`flow\` where limits or prices moved far, \`interior\` where too many cars would have to move.
- powers: the problem to powers, reading the last plan included. plan: to the plan document, with cost, baseline, reasons and the independent checker.
- Changes: one car more or less; four quarter hours 3 ct dearer; the limit 5 % higher; the first slot passed as planned. cost: largest relative difference between the two plans.

${lines.join('\n')}`;
}
