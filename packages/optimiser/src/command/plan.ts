/**
 * `smac plan FILE|-`: a problem as JSON in, the plan as JSON out. The optimiser is loaded only when there is
 * something to plan, so that `--help` and a mistyped option answer at once.
 */
import { readFile } from 'node:fs/promises';
import type { Plan } from '../contract/plan.ts';
import type { Problem } from '../contract/problem.ts';
import { readPlanArguments } from './arguments.ts';
import { PLAN_HELP } from './help.ts';

export interface CommandStreams {
  stdin: AsyncIterable<Uint8Array | string>;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

const EXIT_PLAN = 0;
const EXIT_INVALID = 2;

/** Returns the exit code: 0 with a plan (also when needs cannot be met), 2 with one line per mistake. */
export async function runPlanCommand(args: string[], io: CommandStreams): Promise<number> {
  const refuse = (...lines: string[]): number => {
    for (const line of lines) io.stderr.write(`${line}\n`);
    return EXIT_INVALID;
  };
  const wanted = readPlanArguments(args);
  if ('mistake' in wanted) return refuse(wanted.mistake, 'Try: smac plan --help');
  if (wanted.help) {
    io.stdout.write(PLAN_HELP);
    return EXIT_PLAN;
  }
  const text = await readText(wanted.file, io);
  if (typeof text !== 'string') return refuse(text.mistake);
  const json = parseJson(text, wanted.file);
  if ('mistake' in json) return refuse(json.mistake);
  const [{ parseProblem }, { formatFieldError }] = await Promise.all([
    import('../contract/parse.ts'),
    import('../contract/field-error.ts'),
  ]);
  const parsed = parseProblem(json.value);
  if (!parsed.ok) return refuse(...parsed.errors.map(formatFieldError));
  const last = await readLast(wanted, parsed.problem, io);
  if ('mistake' in last) return refuse(last.mistake);
  return printPlan(parsed.problem, { ...wanted, ...last }, io, refuse);
}

/** A file that cannot be read is a mistake; a plan that is of no use only takes its time. */
async function readLast(
  { last: file }: { last: string },
  problem: Problem,
  io: CommandStreams,
): Promise<{ lastPlan?: Plan } | { mistake: string }> {
  if (file === '') return {};
  if (file === '-') return { mistake: '--last -: standard input is for the problem' };
  const text = await readText(file, io);
  if (typeof text !== 'string') return { mistake: `--last ${text.mistake}` };
  const json = parseJson(text, file);
  if ('mistake' in json) return { mistake: `--last ${json.mistake}` };
  const { readLastPlan } = await import('../plan/last-plan.ts');
  const read = readLastPlan(json.value, problem);
  if (!('useless' in read)) return { lastPlan: json.value as Plan };
  io.stderr.write(`--last ${file}: left aside: ${read.useless}\n`);
  return {};
}

async function printPlan(
  problem: Problem,
  wanted: { pretty: boolean; timeLimitS: number; engine: string; lastPlan?: Plan },
  io: CommandStreams,
  refuse: (line: string) => number,
): Promise<number> {
  const [{ EngineRefused, planNow }, { engineNames }] = await Promise.all([
    import('../planner/plan-now.ts'),
    import('../engine/index.ts'),
  ]);
  const engine = (['auto', ...engineNames] as const).find((name) => name === wanted.engine);
  if (engine === undefined)
    return refuse(`--engine: must be one of auto, ${engineNames.join(', ')}, got ${wanted.engine}`);
  const say = (fields: object, message: string) =>
    void io.stderr.write(`${message}: ${Object.values(fields).join(' ')}\n`);
  try {
    const plan = await planNow(problem, {
      timeLimitS: wanted.timeLimitS,
      engine,
      ...(wanted.lastPlan === undefined ? {} : { lastPlan: wanted.lastPlan }),
      log: { warn: say, error: say },
    });
    const { prettyPlan } = await import('./pretty.ts');
    io.stdout.write(wanted.pretty ? prettyPlan(problem, plan) : `${JSON.stringify(plan)}\n`);
    return EXIT_PLAN;
  } catch (error) {
    if (error instanceof EngineRefused) return refuse(`--engine ${wanted.engine}: ${error.message}`);
    throw error;
  }
}

async function readText(file: string, io: CommandStreams): Promise<string | { mistake: string }> {
  if (file === '-') {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of io.stdin) {
      text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : `cannot be read (${code})`;
    return { mistake: `${file}: ${why}` };
  }
}

function parseJson(text: string, file: string): { value: unknown } | { mistake: string } {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    const name = file === '-' ? 'standard input' : file;
    return {
      mistake: `${name}: is not JSON: ${error instanceof Error ? error.message.replaceAll('\n', ' ') : error}`,
    };
  }
}
