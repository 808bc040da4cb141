import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runPlanCommand } from './plan.ts';

const problem = {
  start: '2026-01-01T00:00:00Z',
  slot_minutes: 30,
  slots: 4,
  site: { max_import_w: 20_000, import_price: [0.3, 0.28, 0.1, 0.12] },
  sessions: [
    {
      id: 'car',
      max_charge_w: 11_000,
      battery_wh: 60_000,
      soc: 0.5,
      targets: [{ at: '2026-01-01T02:00:00Z', soc: 0.6 }],
    },
  ],
};

async function run(args: string[], input = '') {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runPlanCommand(args, {
    stdin: (async function* () {
      yield input;
    })(),
    stdout: { write: (text: string) => void out.push(text) },
    stderr: { write: (text: string) => void err.push(text) },
  });
  return { code, out: out.join(''), err: err.join('') };
}

test('smac plan -: JSON in, the plan as JSON out, exit 0', async () => {
  const { code, out, err } = await run(['-'], JSON.stringify(problem));
  assert.deepEqual([code, err], [0, '']);
  const plan = JSON.parse(out);
  assert.equal(plan.status, 'optimal');
  assert.deepEqual(plan.sessions[0].power_w, [0, 0, 11_000, 1000]);
});

test('smac plan FILE --pretty: a table and a chart for people', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'smac-plan-')), 'problem.json');
  writeFileSync(file, JSON.stringify(problem));
  const { code, out } = await run([file, '--pretty', '--time-limit', '5', '--engine', 'auto']);
  assert.equal(code, 0);
  assert.match(out, /^car {6}6\.0 kWh {2}- +60 % +01:00 {2}02:00/m);
  assert.match(out, /saving 1\.18 EUR/);
});

test('smac plan: needs that cannot be met are no error', async () => {
  const site = { ...problem.site, max_import_w: 1000 };
  const { code, out } = await run(['-'], JSON.stringify({ ...problem, site }));
  assert.equal(code, 0);
  assert.ok(Math.abs(JSON.parse(out).shortfall_wh - 4000) < 0.1);
});

test('smac plan --last: the plan before this one is a start; one that is of no use is left aside and said so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'smac-plan-'));
  const surrogate = {
    ...problem,
    opportunity: 'linear',
    site: { ...problem.site, opportunity_cost: 0.001 },
  };
  const first = await run(['-'], JSON.stringify(surrogate));
  const last = join(folder, 'last.json');
  writeFileSync(last, first.out);
  const again = await run(['-', '--last', last], JSON.stringify(surrogate));
  assert.deepEqual([again.code, again.err], [0, '']);
  assert.equal(JSON.parse(again.out).warm_start, true);
  assert.deepEqual(JSON.parse(again.out).cost, JSON.parse(first.out).cost);
  const tomorrow = await run(
    ['-', '--last', last],
    JSON.stringify({ ...problem, start: '2026-01-02T00:00:00Z', sessions: [] }),
  );
  assert.equal(tomorrow.code, 0);
  assert.equal(tomorrow.err, `--last ${last}: left aside: it has no slot in common with this problem\n`);
});

const refusals: [string, string[], string, RegExp][] = [
  [
    'every mistake on a line of its own',
    ['-'],
    '{"start":1,"slots":0}',
    /^start: must be .*\nslots: must be between 1 and 2000, got 0\n$/,
  ],
  ['text that is not JSON', ['-'], '{', /^standard input: is not JSON: [^\n]*\n$/],
  ['a file that is not there', ['/no/such/file'], '', /^\/no\/such\/file: there is no such file\n$/],
  ['an unknown option', ['--fast', '-'], '', /^Unknown option '--fast'/],
  [
    'an unknown engine',
    ['-', '--engine', 'magic'],
    JSON.stringify(problem),
    /^--engine: must be one of auto, .*got magic\n$/,
  ],
  [
    'a time limit that is none',
    ['-', '--time-limit', 'soon'],
    '',
    /^--time-limit: must be seconds above 0 .*got soon\n/,
  ],
  [
    'a last plan that is not there',
    ['-', '--last', '/no/such/plan'],
    JSON.stringify(problem),
    /^--last \/no\/such\/plan: there is no such file\n$/,
  ],
  [
    'standard input as last plan, where the problem stands',
    ['-', '--last', '-'],
    JSON.stringify(problem),
    /^--last -: standard input is for the problem\n$/,
  ],
  ['no file at all', [], '', /^smac plan needs one file, or - for standard input/],
];

for (const [title, args, input, expected] of refusals) {
  test(`smac plan refuses ${title} with exit 2 and no stack trace`, async () => {
    const { code, out, err } = await run(args, input);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, expected);
    assert.doesNotMatch(err, /\n {4}at /);
  });
}

test('smac plan --help teaches with an example that works', async () => {
  const { code, out } = await run(['--help']);
  assert.equal(code, 0);
  const example = /echo '([^']+)'/.exec(out)![1]!;
  assert.equal((await run(['-'], example)).code, 0);
});

test('D4.2-§5.3-LP: a forced engine that does not suit the problem is refused with the reason', async () => {
  const { code, out, err } = await run(['-', '--engine', 'repair'], JSON.stringify(problem));
  assert.deepEqual([code, out], [2, '']);
  assert.equal(err, '--engine repair: repair: nothing needs integers\n');
});

/** Runs the command in a process of its own and prints every module it loads. */
const LISTING = `
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => (console.error(url), next(url, context)) });
  const { runPlanCommand } = await import(process.argv[1]);
  process.exitCode = await runPlanCommand(['-'], process);
`;

test('smac plan loads no solver that it does not use: neither HiGHS nor threads for a fleet that only charges', () => {
  const command = new URL('./plan.ts', import.meta.url).href;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', LISTING, command], {
    input: JSON.stringify(problem),
    encoding: 'utf8',
  });
  assert.equal(child.status, 0, child.stderr);
  assert.equal(JSON.parse(child.stdout).solver, 'greedy');
  const loaded = child.stderr.split('\n');
  assert.ok(loaded.some((url) => url.endsWith('/greedy/solve-charge-only.ts')));
  assert.deepEqual(
    loaded.filter((url) => /node_modules\/(highs|piscina|typebox)\//.test(url)),
    [],
  );
});
