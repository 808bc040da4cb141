// Poisoned messages against the whole server: `npm run fuzz -- server --seconds 60 --seed 7`.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { fuzzServer, type ServerFuzzReport } from './fuzz-server.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, count: { type: 'string' }, seed: { type: 'string' } },
});
const numberOf = (text: string | undefined, usual: number) => (text === undefined ? usual : Number(text));
const seed = numberOf(values.seed, (Date.now() % 2 ** 31) + 1);
const line = ({ failures, ...counts }: ServerFuzzReport) =>
  `${Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')}, ${failures.length} failures`;
console.log(`server: seed ${seed}`);
const report = await fuzzServer({
  seed,
  count: numberOf(values.count, Number.POSITIVE_INFINITY),
  seconds: numberOf(values.seconds, values.count === undefined ? 30 : Number.POSITIVE_INFINITY),
  progress: (soFar) => console.log(`  ${line(soFar)}`),
});
for (const failure of report.failures) console.error(`FAILURE ${failure}`);
console.log(`server: seed ${seed}: ${line(report)}`);
process.exit(report.failures.length === 0 ? 0 : 1);
