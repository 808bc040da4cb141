// Throws spoiled frames at the OCPP RPC layer: `npm run fuzz -- --seconds 60 --seed 7`.
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { Clock } from '../../rpc/index.ts';
import { fuzzRpc } from './fuzz-rpc.ts';
import type { FuzzReport } from './report.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    count: { type: 'string' },
    seed: { type: 'string' },
  },
});

const clock: Clock = {
  now: Date.now,
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
};

function numberOf(name: 'seconds' | 'count' | 'seed'): number | null {
  const text = values[name];
  if (text === undefined) return null;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`--${name} must be a number above 0, not ${text}`);
  process.exit(2);
}

function line(report: FuzzReport): string {
  return [
    `${report.frames} frames`,
    `${report.answers} answers`,
    `${report.closed} connections ended`,
    `${report.soundCalls} sound calls and ${report.bystanderCalls} of another station answered`,
    `longest stand-still ${report.lagMs} ms`,
    `heap ${report.heapMb} MB`,
  ].join(', ');
}

const seed = numberOf('seed') ?? (Date.now() % 2 ** 31) + 1;
const count = numberOf('count');
const seconds = numberOf('seconds') ?? (count === null ? 30 : null);
console.log(`ocpp rpc: seed ${seed}`);
const report = await fuzzRpc({
  seed,
  clock,
  ...(count === null ? {} : { count }),
  ...(seconds === null ? {} : { seconds }),
  progress: (soFar) => console.log(`  ${line(soFar)}`),
});
for (const failure of report.failures) console.error(`FAILURE ${failure}`);
console.log(`ocpp rpc: seed ${seed}: ${line(report)}, ${report.failures.length} failures`);
process.exit(report.failures.length === 0 ? 0 : 1);
