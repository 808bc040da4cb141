/**
 * The proof run: `node packages/optimiser/src/testing/proof.ts --count 2000 --seed 1 [--class NAME]`.
 *
 * Compares the planner with the literal reference on `count` instances of every class. Prints progress, then per
 * class the instances, the proved ones, the mismatches and the worst relative difference of money. Exit code 1 on
 * any mismatch; each is printed with the class and seed that repeat it.
 */
import { parseArgs } from 'node:util';
import { PROBLEM_CLASS_NAMES, type ProblemClass } from './problem-classes.ts';
import { proveInstance } from './prove-instance.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    class: { type: 'string' },
  },
});
const count = Number(values.count);
const firstSeed = Number(values.seed);
const classes = PROBLEM_CLASS_NAMES.filter((name) => values.class === undefined || name === values.class);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(firstSeed) || classes.length === 0) {
  console.error(`--count and --seed are integers, --class is one of ${PROBLEM_CLASS_NAMES.join(', ')}`);
  process.exit(2);
}

const startedMs = performance.now();
const SHOWN_PER_CLASS = 5;
let failed = false;
let done = 0;
for (const kind of classes) {
  const tally = await proveClass(kind);
  failed ||= tally.mismatched > 0;
  report(
    `${kind.padEnd(24)} ${count} instances, ${tally.proved} proved optimal, ${tally.mismatched} mismatches, ` +
      `worst difference ${tally.worst.toExponential(1)}`,
  );
}
report(failed ? 'MISMATCH' : `all ${done} instances agree`);
process.exitCode = failed ? 1 : 0;

async function proveClass(
  kind: ProblemClass,
): Promise<{ proved: number; mismatched: number; worst: number }> {
  const tally = { proved: 0, mismatched: 0, worst: 0 };
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const { plan, mismatches, moneyDifference } = await proveInstance(kind, seed);
    if (plan.status === 'optimal') tally.proved++;
    if (mismatches.length > 0 && tally.mismatched++ < SHOWN_PER_CLASS) {
      report(`${kind} --seed ${seed}: ${mismatches.join('; ')}`);
    }
    tally.worst = Math.max(tally.worst, moneyDifference);
    done++;
    showProgress(kind);
  }
  return tally;
}

function showProgress(kind: ProblemClass): void {
  if (!process.stderr.isTTY && done % 500 !== 0) return;
  const total = count * classes.length;
  const secondsLeft = ((performance.now() - startedMs) / done) * ((total - done) / 1000);
  const line = `${done}/${total} ${kind}, about ${Math.ceil(secondsLeft / 60)} min left`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
}

function report(line: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(line);
}
