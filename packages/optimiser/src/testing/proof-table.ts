/** What the proof run counts, per class, family and kind of day, and its table in docs/benchmarks.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Plan, Problem } from '../contract/index.ts';
import type { Verdict } from './judge-plan.ts';

export interface Row {
  name: string;
  problems: number;
  /** With something missing in the plan, by the limits or by the stay. */
  short: number;
  /** Nobody but HiGHS answered, and nothing but HiGHS could judge it: no evidence of anything. */
  highsAlone: number;
  /** Plans judged, by engine. */
  plans: Map<string, number>;
  /** An engine of SMAC's own took the class and passed the problem on. */
  gaveUp: number;
  mostSessions: number;
  mostSlots: number;
  /** Largest relative difference of any level where the problem is linear; null when none was. */
  difference: number | null;
  /** Plans that integers decided. */
  withIntegers: number;
  /** Largest gap that a plan of `auto` states. */
  gap: number;
  /** HiGHS ended without a proof: compared by bounds. */
  unproved: number;
  /** No engine answered in time; the heuristic did, and says so. */
  late: number;
  /** Levels before money that differ, where nobody claims a proof. */
  levelsDiffer: number;
  mismatches: number;
}

export function newRow(name: string): Row {
  return {
    name,
    problems: 0,
    short: 0,
    highsAlone: 0,
    plans: new Map(),
    gaveUp: 0,
    mostSessions: 0,
    mostSlots: 0,
    difference: null,
    withIntegers: 0,
    gap: 0,
    unproved: 0,
    late: 0,
    levelsDiffer: 0,
    mismatches: 0,
  };
}

export interface Judged {
  problem: Problem;
  plans: readonly Plan[];
  verdicts: readonly (Verdict | null)[];
  gaveUp: readonly string[];
  defects: readonly string[];
  unproved: boolean;
  late: boolean;
}

/** Adds one problem to its row; returns what is wrong with it. */
export function recordProof(
  row: Row,
  { problem, plans, verdicts, gaveUp, defects, unproved, late }: Judged,
): string[] {
  row.problems++;
  row.mostSessions = Math.max(row.mostSessions, problem.sessions?.length ?? 0);
  row.mostSlots = Math.max(row.mostSlots, problem.slots ?? 96);
  if ((plans[0]?.shortfall_wh ?? 0) > 1) row.short++;
  row.gaveUp += gaveUp.length;
  row.gap = Math.max(row.gap, plans[0]?.gap ?? 0);
  if (unproved) row.unproved++;
  if (late) row.late++;
  if (verdicts.length > 0 && verdicts.every((verdict) => verdict === null)) row.highsAlone++;
  plans.forEach((plan, i) => {
    const verdict = verdicts[i];
    if (verdict == null) return;
    row.plans.set(plan.solver, (row.plans.get(plan.solver) ?? 0) + 1);
    if (verdict.difference !== null) row.difference = Math.max(row.difference ?? 0, verdict.difference);
    else row.withIntegers++;
    if (verdict.levelsDiffer) row.levelsDiffer++;
  });
  const sentences = [...defects, ...verdicts.flatMap((verdict) => verdict?.mismatches ?? [])];
  if (sentences.length > 0) row.mismatches++;
  return sentences;
}

const HEAD = [
  'class',
  'problems',
  'short',
  'most cars, most slots',
  'plans judged',
  'HiGHS alone',
  'passed on',
  'worst relative difference, linear',
  'plans with integers',
  'worst gap of auto',
  'HiGHS unproved',
  'levels differ',
  'late',
  'failures',
];

export function linesOf(rows: readonly Row[]): string[] {
  const cells = [...rows, totalOf(rows)].map((row) => [
    row.name,
    row.problems.toLocaleString('en'),
    `${row.short}`,
    `${row.mostSessions}, ${row.mostSlots.toLocaleString('en')}`,
    [...row.plans].map(([engine, plans]) => `${engine} ${plans.toLocaleString('en')}`).join(', '),
    `${row.highsAlone}`,
    `${row.gaveUp}`,
    row.difference === null ? '' : row.difference.toExponential(1),
    `${row.withIntegers}`,
    row.gap < 1e-6 ? '0' : `${(100 * row.gap).toFixed(3)} %`,
    `${row.unproved}`,
    `${row.levelsDiffer}`,
    `${row.late}`,
    `${row.mismatches}`,
  ]);
  return [HEAD, HEAD.map((_, i) => (i === 0 ? '---' : '--:')), ...cells].map(
    (line) => `| ${line.join(' | ')} |`,
  );
}

function totalOf(rows: readonly Row[]): Row {
  const total = newRow('**all**');
  for (const row of rows) {
    for (const key of [
      'problems',
      'short',
      'highsAlone',
      'gaveUp',
      'withIntegers',
      'unproved',
      'levelsDiffer',
      'late',
      'mismatches',
    ] as const) {
      total[key] += row[key];
    }
    for (const [engine, plans] of row.plans) total.plans.set(engine, (total.plans.get(engine) ?? 0) + plans);
    for (const key of ['mostSessions', 'mostSlots', 'gap'] as const)
      total[key] = Math.max(total[key], row[key]);
    if (row.difference !== null) total.difference = Math.max(total.difference ?? 0, row.difference);
  }
  return total;
}

export function pageOf(rows: readonly Row[], seconds: number, command: string): string {
  const memoryGb = (totalmem() / 2 ** 30).toFixed(0);
  return `Run ${new Date().toISOString().slice(0, 10)} on ${availableParallelism()} x ${cpus()[0]?.model.trim()}, ${memoryGb} GB, Node ${process.version}, in ${(seconds / 60).toFixed(0)} min on one thread:
\`${command}\`

- Every problem is planned with \`auto\` and, beside it, with every engine of SMAC's own that takes its class; every plan passes the checker and is judged.
- Small (up to 4 cars x 6 slots) and medium problems (up to 15 x 24): against the contract written down literally and solved by HiGHS at tolerances of 1e-9; fleets and recorded days
  against the \`highs\` engine. Half of the fleets have scarce limits, half ample ones.
- Linear problems: every level (excess, minimums, priority, all, shares, stores, FAST, GREEN, money) of the powers the engine gave within 1e-6 of max(1, value), where missing energy counts
  against what is asked for, shares of needs below 1 kWh as if these were 1 kWh, and other energies against a kWh per device. The plan document shows powers below 0.01 W as 0.
  Levels are held by their optimal faces, without slack.
  Where prices of thousands make something of a limit passed by less than 0.01 W, against the optimum with that limit where the plan is.
- With integers (also where charging and discharging at once would pay): the optimum at the plan's own level values lies between its bound and its cost; a plan that says \`optimal\` is both.
  Levels before money there within 1e-5 kWh, shares within 1e-4 kWh, of the optimum or of what rounding before them leaves.
- HiGHS alone: no own engine answered, and nothing but HiGHS could judge: counted, but no evidence. Passed on: an own engine that takes the class gave the problem to the next. HiGHS unproved: out of time there, compared by bounds alone. Levels differ: with integers, a plan that claims
  no proof misses more or less than HiGHS's on a level before money, so money cannot be compared.

${linesOf(rows).join('\n')}`;
}

const BEGIN = '<!-- proof: written by npm run proof -- --write -->';
const END = '<!-- /proof -->';

/** Puts the text between the markers of the section "Proof"; makes section and markers where they are missing. */
export function writeProof(file: URL, text: string): void {
  const block = `${BEGIN}\n${text}\n${END}`;
  let page = readFileSync(file, 'utf8');
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from >= 0 && to > from) page = page.slice(0, from) + block + page.slice(to + END.length);
  else page = `${page.trimEnd()}\n\n## Proof\n\n${block}\n`;
  writeFileSync(file, page);
}
