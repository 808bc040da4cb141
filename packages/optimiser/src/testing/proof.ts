/**
 * The proof run: `node packages/optimiser/src/testing/proof.ts`, `--help` for its options.
 *
 * Random problems of every class, adversarial families and recorded days. Small and medium ones are planned with `auto` and with every engine of
 * SMAC's own that takes the class, and judged by the literal reference; fleets and days by HiGHS. Prints progress, every mismatch with the command
 * that repeats it, and a table. Exit code 1 on any mismatch.
 */
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Problem } from '../contract/index.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyName, LONG_FAMILIES } from './adversarial-families.ts';
import { comparePlans } from './compare-engines.ts';
import { generateProblem, type Size, SMALL } from './generate-problem.ts';
import { judgePlan, literalOracle, type Verdict } from './judge-plan.ts';
import { isLinear } from './literal/reference.ts';
import { type OwnPlan, ownPlans, planBy } from './own-plans.ts';
import { type Feature, PROBLEM_CLASS_NAMES, PROBLEM_CLASSES, type ProblemClass } from './problem-classes.ts';
import { linesOf, newRow, pageOf, type Row, recordProof, writeProof } from './proof-table.ts';
import { seededRandom } from './random.ts';
import { DAY_VARIANTS, type DayVariant, problemOfDays, recordedDays } from './recorded-days.ts';

const HELP = `npm run proof -- [options]

  --small N        small problems per class and family, judged by the literal reference (default 130)
  --medium N       of 3 to 15 cars on 8 to 24 slots, judged likewise (default 30)
  --fleets N       fleets per class, judged by HiGHS; the last two have the most sessions (default 6)
  --sessions N     most sessions of a fleet (default 300)
  --days N         recorded days per kind of day, judged by HiGHS; 0 for none (default 123, all)
  --time-limit S   for each HiGHS solve of a fleet or day (default 60; 5 with integers)
  --seed N         first seed (default 1)
  --only NAME      one class, family or kind of day
  --write          put the table into docs/benchmarks.md
  --help           this text

Ctrl-C ends the run after the problem at hand, with the table of what is done.
`;

const MEDIUM: Size = { slots: [8, 24], sessions: [3, 15] };
const FEWEST_SESSIONS = 5;
const FULL_FLEETS = 2;
/** Days laid over each other make a fleet of about this many cars. */
const DAYS_AT_ONCE = 5;
const OWN_LIMIT_S = 30;
/** The literal reference takes some seconds for as many; for more, nothing but HiGHS can judge HiGHS. */
const MOST_LITERAL_SESSIONS = 50;
/** Searching longer would not prove many more. */
const INTEGER_LIMIT_S = 5;
/** Of some kinds one in so many, for each takes seconds. */
const ONE_IN = { minimumPowerDays: 6, severalDays: 2 * DAYS_AT_ONCE, manySlots: 5, mediumWithIntegers: 3 };

const INTEGER_CLASSES: readonly ProblemClass[] = PROBLEM_CLASS_NAMES.filter((name) =>
  (['occupancy-exact', 'minimum-power', 'price-inversion'] as Feature[]).some((feature) =>
    (PROBLEM_CLASSES[name] as readonly Feature[]).includes(feature),
  ),
);

type Tier = 'small' | 'medium' | 'fleets' | 'days';

interface Group {
  name: string;
  tier: Tier;
  count: number;
  /** @param index from 0 */
  problem(index: number): { problem: Problem; repeat: string };
}

const options = readOptions();
const startedMs = performance.now();
const rows = new Map<string, Row>();
const groups = groupsOf();
const total = groups.reduce((sum, { count }) => sum + count, 0);
let done = 0;
let toldMs = startedMs;
let stopped = false;
process.once('SIGINT', () => {
  stopped = true;
});
for (const group of groups) await run(group);
const seconds = (performance.now() - startedMs) / 1000;
const lines = linesOf([...rows.values()]);
report(lines.join('\n'));
const failures = [...rows.values()].reduce((sum, row) => sum + row.mismatches, 0);
report(
  failures > 0 ? `${failures} MISMATCHES` : `all ${done} problems agree (${(seconds / 60).toFixed(0)} min)`,
);
if (options.write) {
  const command = ['npm run proof --', ...process.argv.slice(2)].join(' ');
  writeProof(
    new URL('../../../../docs/benchmarks.md', import.meta.url),
    pageOf([...rows.values()], seconds, command),
  );
}
process.exitCode = failures > 0 ? 1 : 0;

function readOptions() {
  const { values } = parseArgs({
    options: {
      small: { type: 'string', default: '130' },
      medium: { type: 'string', default: '30' },
      fleets: { type: 'string', default: '6' },
      sessions: { type: 'string', default: '300' },
      days: { type: 'string', default: '123' },
      'time-limit': { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const whole = (name: 'small' | 'medium' | 'fleets' | 'sessions' | 'days' | 'time-limit' | 'seed') => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= 0) return value;
    process.stderr.write(`--${name}: must be a whole number, got ${values[name]}\n`);
    process.exit(2);
  };
  const counts = {
    small: whole('small'),
    medium: whole('medium'),
    fleets: whole('fleets'),
    days: whole('days'),
  };
  return {
    counts,
    sessions: whole('sessions'),
    timeLimitS: whole('time-limit'),
    seed: whole('seed'),
    only: values.only,
    write: values.write,
  };
}

function groupsOf(): Group[] {
  const { counts, seed: firstSeed, only } = options;
  const all: Group[] = [];
  const add = (
    name: string,
    tier: Tier,
    count: number,
    problem: (seed: number, index: number) => Problem,
  ) => {
    if (count === 0 || (only !== undefined && only !== name)) return;
    all.push({
      name,
      tier,
      count,
      problem: (index) => ({
        problem: problem(firstSeed + index, index),
        repeat: `--only '${name}' --seed ${firstSeed + index} (${tier})`,
      }),
    });
  };
  const generated = (tier: 'small' | 'medium', size: Size) => {
    for (const kind of PROBLEM_CLASS_NAMES) {
      const isFew = tier === 'medium' && INTEGER_CLASSES.includes(kind);
      const count = isFew ? Math.ceil(counts.medium / ONE_IN.mediumWithIntegers) : counts[tier];
      add(kind, tier, count, (seed) => generateProblem(kind, seededRandom(seed), size));
    }
    for (const family of FAMILY_NAMES.filter((name) => !LONG_FAMILIES.includes(name))) {
      add(family, tier, counts[tier], (seed) => FAMILIES[family](seededRandom(seed), size));
    }
  };
  generated('small', SMALL);
  for (const group of dayGroups()) add(group.name, 'days', group.count, (_, index) => group.problem(index));
  generated('medium', MEDIUM);
  for (const kind of PROBLEM_CLASS_NAMES) {
    add(kind, 'fleets', counts.fleets, (seed, index) =>
      maybeAmple(generateProblem(kind, seededRandom(seed), fleetSize(seed, counts.fleets - index)), seed),
    );
  }
  for (const family of FAMILY_NAMES) {
    const isLong = LONG_FAMILIES.includes(family);
    const count = isLong ? Math.ceil(counts.small / ONE_IN.manySlots) : Math.ceil(counts.fleets / 2);
    add(family, 'fleets', count, (seed, index) =>
      FAMILIES[family as FamilyName](seededRandom(seed), isLong ? MEDIUM : fleetSize(seed, count - index)),
    );
  }
  return all;
}

function dayGroups(): { name: string; count: number; problem: (index: number) => Problem }[] {
  const days = options.counts.days === 0 ? null : recordedDays();
  if (days === null) {
    if (options.counts.days > 0) report('recorded days: ../shared/data is not here, they did not run');
    return [];
  }
  const chosen = days.slice(0, options.counts.days);
  const single = DAY_VARIANTS.map((variant) => {
    const every = variant === 'minimum power' ? ONE_IN.minimumPowerDays : 1;
    const some = chosen.filter((_, index) => index % every === 0);
    return {
      name: `JPL days, ${variant}`,
      count: some.length,
      problem: (i: number) => problemOfDays([some[i]!], variant),
    };
  });
  const several = (['charge-only', 'v2g'] as DayVariant[]).map((variant) => ({
    name: `JPL, ${DAYS_AT_ONCE} days at once, ${variant}`,
    count: Math.floor(chosen.length / ONE_IN.severalDays),
    problem: (i: number) =>
      problemOfDays(chosen.slice(i * ONE_IN.severalDays, i * ONE_IN.severalDays + DAYS_AT_ONCE), variant),
  }));
  return [...single, ...several];
}

/** As many small fleets as large ones, on a grid of 24 to 96 slots; the last ones as large as it gets. */
function fleetSize(seed: number, left: number): Size {
  const random = seededRandom(seed);
  const most = options.sessions;
  const sessions =
    left <= FULL_FLEETS ? most : Math.round(FEWEST_SESSIONS * (most / FEWEST_SESSIONS) ** random.next());
  return { slots: [24, 96], sessions: [sessions, sessions] };
}

/** Generated limits are scarce; half of the fleets get enough for nearly all. */
function maybeAmple(problem: Problem, seed: number): Problem {
  const { site } = problem;
  if (seed % 2 === 1 || site?.max_import_w === undefined) return problem;
  const fleetW = (problem.sessions ?? []).reduce((sum, session) => sum + session.max_charge_w, 0);
  const more = (limitW: number) => limitW + fleetW / 2;
  const { max_import_w: limit, cap_w: cap } = site;
  const moreOf = (series: number | number[]) =>
    typeof series === 'number' ? more(series) : series.map(more);
  return {
    ...problem,
    site: {
      ...site,
      max_import_w: moreOf(limit),
      ...(cap === undefined ? {} : { cap_w: moreOf(cap) }),
    },
  };
}

async function run({ name, tier, count, problem: problemOf }: Group): Promise<void> {
  if (stopped) return;
  const row = rows.get(name) ?? newRow(name);
  rows.set(name, row);
  for (let index = 0; index < count && !stopped; index++) {
    const { problem, repeat } = problemOf(index);
    const { auto, others, gaveUp, defects } = await ownPlans(problem, OWN_LIMIT_S);
    const late = auto.plan.status === 'fallback';
    const plans = late ? others : [auto, ...others];
    const { verdicts, unproved } = await judge(problem, plans, tier);
    const sentences = recordProof(row, {
      problem,
      plans: plans.map(({ plan }) => plan),
      verdicts,
      gaveUp,
      defects,
      unproved,
      late,
    });
    if (late) report(`${repeat}: no engine answered within ${OWN_LIMIT_S} s`);
    for (const sentence of sentences) report(`${repeat}: ${sentence}`);
    done++;
    showProgress(`${name}, ${tier}`);
    // Solving never waits for anything, so without a turn of the event loop Ctrl-C would not be heard.
    await setImmediate();
  }
}

/** One verdict per plan, null where the plan is HiGHS's own and nothing else could judge it. */
async function judge(
  problem: Problem,
  plans: readonly OwnPlan[],
  tier: Tier,
): Promise<{ verdicts: (Verdict | null)[]; unproved: boolean }> {
  const linear = isLinear(problem);
  if (tier === 'small' || (tier === 'medium' && linear)) {
    const oracle = literalOracle(problem);
    if (tier === 'small' || oracle.linear !== null) {
      return { verdicts: plans.map((plan) => judgePlan(problem, plan, oracle)), unproved: false };
    }
  }
  const onlyHighs = plans.every(({ plan }) => plan.solver === 'highs');
  if (linear && onlyHighs && (problem.sessions?.length ?? 0) <= MOST_LITERAL_SESSIONS) {
    const oracle = literalOracle(problem);
    if (oracle.linear !== null) {
      return { verdicts: plans.map((plan) => judgePlan(problem, plan, oracle)), unproved: false };
    }
  }
  const timeLimitS = linear ? options.timeLimitS : INTEGER_LIMIT_S;
  const exact =
    plans.find(({ plan }) => plan.solver === 'highs') ?? (await planBy(problem, 'highs', timeLimitS));
  return {
    verdicts: plans.map((plan) => (plan === exact ? null : comparePlans(problem, plan, exact))),
    unproved: exact.plan.status !== 'optimal',
  };
}

function showProgress(what: string): void {
  const nowMs = performance.now();
  if (!process.stderr.isTTY && nowMs - toldMs < 30_000) return;
  toldMs = nowMs;
  const secondsLeft = ((nowMs - startedMs) / done) * ((total - done) / 1000);
  const line = `${done}/${total} ${what}, ${((nowMs - startedMs) / 60_000).toFixed(1)} min, about ${Math.ceil(secondsLeft / 60)} min left`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
}

function report(line: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(line);
}
