/** Times of the planner in a warm worker thread: medians with spread, against the figures to reach. */
import { availableParallelism, cpus } from 'node:os';
import { createPlanner, type Plan, type Problem } from '../src/index.ts';
import { fleet, type Variant } from './fleet.ts';

interface Case {
  title: string;
  variant: Variant;
  sessions: number;
  timeLimitS: number;
  runs: number;
  limitMs: number;
}

const CASES: Case[] = [
  { title: 'v1, 100 sessions x 96', variant: 'v1', sessions: 100, timeLimitS: 10, runs: 9, limitMs: 250 },
  { title: 'v2, 100 sessions x 96', variant: 'v2', sessions: 100, timeLimitS: 10, runs: 9, limitMs: 500 },
  {
    title: 'exact occupancy + minimum power, 10 sessions x 96',
    variant: 'exact',
    sessions: 10,
    timeLimitS: 3,
    runs: 5,
    limitMs: 3000,
  },
];

interface Run {
  ms: number;
  plan: Plan;
}

const planner = createPlanner();
await planner.ready();
console.log(
  `planner in a warm worker thread, node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model}`,
);
for (const one of CASES) console.log(line(one, await measure(one)));
await planner.close();

async function measure({ variant, sessions, timeLimitS, runs }: Case): Promise<Run[]> {
  const timed = async (problem: Problem): Promise<Run> => {
    const startMs = performance.now();
    const plan = await planner.plan(problem, { timeLimitS });
    return { ms: performance.now() - startMs, plan };
  };
  await timed(fleet(sessions, variant, 1000));
  const results: Run[] = [];
  for (let seed = 1; seed <= runs; seed++) results.push(await timed(fleet(sessions, variant, seed)));
  return results;
}

function line({ title, limitMs }: Case, results: Run[]): string {
  const ms = results.map((run) => run.ms).sort((a, b) => a - b);
  const gaps = results.map((run) => run.plan.gap ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const statuses = [...new Set(results.map((run) => run.plan.status))].join(', ');
  const middle = (values: number[]) => values[Math.floor(values.length / 2)]!;
  const percent = (gap: number) => `${(gap * 100).toFixed(3)} %`;
  return [
    `${title}: median ${middle(ms).toFixed(0)} ms (${ms[0]!.toFixed(0)} to ${ms.at(-1)!.toFixed(0)})`,
    `${(middle(ms) / limitMs).toFixed(2)} of ${limitMs} ms`,
    `gap median ${percent(middle(gaps))}, worst ${percent(gaps.at(-1)!)}`,
    statuses,
  ].join('; ');
}
