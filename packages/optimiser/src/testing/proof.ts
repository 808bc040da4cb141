/**
 * The proof run: `node packages/optimiser/src/testing/proof.ts --count 2000 --seed 1 [--class NAME] [--fleets 10 --sessions 300]`.
 *
 * First `count` small instances of every class, planned with `auto` and compared with the literal reference; then `fleets` larger ones of
 * every class, up to `sessions` cars, planned with `auto` and, where another engine than HiGHS answers, compared with HiGHS. Prints progress,
 * then per class the instances, who solved how many, the proved ones, the mismatches and the worst relative difference of money.
 * Exit code 1 on any mismatch; each is printed with the class and seed that repeat it.
 */
import { parseArgs } from 'node:util';
import { compareEngines } from './compare-engines.ts';
import { PROBLEM_CLASS_NAMES, type ProblemClass } from './problem-classes.ts';
import { proveInstance } from './prove-instance.ts';
import { seededRandom } from './random.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    class: { type: 'string' },
    fleets: { type: 'string', default: '10' },
    sessions: { type: 'string', default: '300' },
  },
});
const count = Number(values.count);
const firstSeed = Number(values.seed);
const fleets = Number(values.fleets);
const mostSessions = Number(values.sessions);
const classes = PROBLEM_CLASS_NAMES.filter((name) => values.class === undefined || name === values.class);
const numbers = [count, firstSeed, fleets, mostSessions];
if (!numbers.every((value) => Number.isInteger(value) && value >= 0) || classes.length === 0) {
  console.error(
    `--count, --seed, --fleets and --sessions are whole numbers, --class is one of ${PROBLEM_CLASS_NAMES.join(', ')}`,
  );
  process.exit(2);
}

const startedMs = performance.now();
const SHOWN_PER_CLASS = 5;
const FLEET_TIME_LIMIT_S = 20;
const FEWEST_SESSIONS = 5;
const total = (count + fleets) * classes.length;
const solvedBy = new Map<string, number>();
let failed = false;
let done = 0;

for (const kind of classes) await run(kind, 'instances', count, (seed) => proveInstance(kind, seed));
for (const kind of classes) {
  await run(kind, 'fleets', fleets, (seed) =>
    compareEngines(kind, seed, fleetSize(seed), FLEET_TIME_LIMIT_S),
  );
}
report(`solved by: ${counted(solvedBy)}`);
report(failed ? 'MISMATCH' : `all ${done} instances agree`);
process.exitCode = failed ? 1 : 0;

interface Outcome {
  plan: { status: string; solver: string };
  mismatches: string[];
  moneyDifference: number;
}

async function run(
  kind: ProblemClass,
  what: string,
  seeds: number,
  prove: (seed: number) => Promise<Outcome>,
): Promise<void> {
  if (seeds === 0) return;
  const bySolver = new Map<string, number>();
  let proved = 0;
  let mismatched = 0;
  let worst = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const { plan, mismatches, moneyDifference } = await prove(seed);
    for (const tally of [bySolver, solvedBy]) tally.set(plan.solver, (tally.get(plan.solver) ?? 0) + 1);
    if (plan.status === 'optimal') proved++;
    if (mismatches.length > 0 && mismatched++ < SHOWN_PER_CLASS) {
      report(`${kind} --seed ${seed} (${what}): ${mismatches.join('; ')}`);
    }
    worst = Math.max(worst, moneyDifference);
    done++;
    showProgress(kind);
  }
  failed ||= mismatched > 0;
  report(
    `${kind.padEnd(24)} ${seeds} ${what} (${counted(bySolver)}), ${proved} proved optimal, ${mismatched} mismatches, ` +
      `worst difference ${worst.toExponential(1)}`,
  );
}

/** As many small fleets as large ones, on a grid of 24 to 96 slots. */
function fleetSize(seed: number): { slots: [number, number]; sessions: [number, number] } {
  const random = seededRandom(seed);
  const sessions = Math.round(FEWEST_SESSIONS * (mostSessions / FEWEST_SESSIONS) ** random.next());
  return { slots: [24, 96], sessions: [sessions, sessions] };
}

function counted(tally: ReadonlyMap<string, number>): string {
  return [...tally].map(([name, times]) => `${name} ${times}`).join(', ');
}

function showProgress(kind: ProblemClass): void {
  if (!process.stderr.isTTY && done % 500 !== 0) return;
  const secondsLeft = ((performance.now() - startedMs) / done) * ((total - done) / 1000);
  const line = `${done}/${total} ${kind}, about ${Math.ceil(secondsLeft / 60)} min left`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
}

function report(line: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(line);
}
