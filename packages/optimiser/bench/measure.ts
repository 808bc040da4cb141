/**
 * One measurement in a process of its own, started by `engines.ts`: the task as JSON in the argument, the result as JSON on standard output.
 *
 * cold: from the start of the process to the first solution, without the time to invent the problem. warm: SMAC and HiGHS in
 * turn on the same problems, after problems that do not count: two at least, and more until each side has run for half a second.
 */
import type { Problem } from '../src/contract/index.ts';
import { normalise } from '../src/grid/index.ts';
import { fleet, type Variant } from './fleet.ts';
import type { Mode } from './plain-highs.ts';
import type { SmacAnswer } from './smac-engine.ts';

export interface Task {
  what: 'cold-smac' | 'cold-highs' | 'warm';
  variant: Variant;
  sessions: number;
  rounds: number;
  timeLimitS: number;
  /** HiGHS modes to try; the best one goes through all rounds. Empty: SMAC alone. */
  modes: Mode[];
  /** What HiGHS may stop at, in the currency (cold integer classes). */
  absoluteGap: number;
}

export interface Cold {
  ms: number;
  /** Most memory the process ever held. */
  memoryMb: number;
}

export interface Warm {
  engine: string;
  smacMs: number[];
  /** Largest gap of all rounds, undefined where a bound is missing. */
  gap: number | undefined;
  absoluteGap: number;
  highs: { mode: Mode; ms: number[] } | undefined;
  /** Modes that did not end within the limit. */
  late: Mode[];
  /** Largest (SMAC - HiGHS) / max(1, |HiGHS|) in magnitude, with its sign. */
  difference: number | undefined;
}

/** A mode this much slower than the other is not measured again. */
const HOPELESS = 1.3;
/** HiGHS solves that take longer than this are measured three times, and beyond three times this once. */
const LONG_MS = 5000;
const LEAST_WARM_UPS = 2;
const MOST_WARM_UPS = 40;
const WARM_AFTER_MS = 500;

const task: Task = JSON.parse(process.argv[2]!);
console.log(JSON.stringify(task.what === 'warm' ? await warm(task) : await cold(task)));

function problemOf({ sessions, variant }: Task, seed: number): Problem {
  return fleet(sessions, variant, seed);
}

async function cold(task: Task): Promise<Cold> {
  const inventedMs = performance.now();
  const problem = problemOf(task, 1);
  const notCountedMs = performance.now() - inventedMs;
  if (task.what === 'cold-smac') {
    const { solveWithSmac } = await import('./smac-engine.ts');
    await solveWithSmac(normalise(problem), task.timeLimitS);
  } else {
    const { loadHighs, solvePlainly } = await import('./plain-highs.ts');
    await loadHighs();
    solvePlainly(normalise(problem), task.modes[0]!, task.absoluteGap);
  }
  return { ms: performance.now() - notCountedMs, memoryMb: process.resourceUsage().maxRSS / 1024 };
}

async function warm(task: Task): Promise<Warm> {
  const { solveWithSmac } = await import('./smac-engine.ts');
  const { solvePlainly, loadHighs } = await import('./plain-highs.ts');
  if (task.modes.length > 0) await loadHighs();

  const smac = async (problem: Problem): Promise<{ ms: number; answer: SmacAnswer }> => {
    const startMs = performance.now();
    const judged = await solveWithSmac(normalise(problem), task.timeLimitS);
    const ms = performance.now() - startMs;
    return { ms, answer: judged() };
  };
  const highs = (problem: Problem, mode: Mode, absoluteGap: number) => {
    const startMs = performance.now();
    const { money } = solvePlainly(normalise(problem), mode, absoluteGap);
    return { ms: performance.now() - startMs, money };
  };

  const late: Mode[] = [];
  let open = task.modes;
  let best: Mode | undefined;
  let smacMs = 0;
  let highsMs = 0;
  const isWarm = (runs: number) =>
    runs >= LEAST_WARM_UPS && smacMs >= WARM_AFTER_MS && (open.length === 0 || highsMs >= WARM_AFTER_MS);
  for (let runs = 0; runs < MOST_WARM_UPS && !isWarm(runs); runs++) {
    const problem = problemOf(task, 1001 + runs);
    const { answer, ms } = await smac(problem);
    smacMs += ms;
    if (open.length === 0 || (runs >= LEAST_WARM_UPS && highsMs >= WARM_AFTER_MS)) continue;
    const times = open.map((mode) => ({ mode, ...highs(problem, mode, gapOf(answer)) }));
    for (const { mode, money } of times) if (money === undefined) late.push(mode);
    highsMs += Math.max(...times.map(({ ms }) => ms));
    const ended = times.filter(({ money }) => money !== undefined).sort((a, b) => a.ms - b.ms);
    best = ended[0]?.mode;
    open = ended.filter(({ ms }) => ms <= HOPELESS * ended[0]!.ms).map(({ mode }) => mode);
    if (best !== undefined && ended[0]!.ms > LONG_MS) {
      open = [best];
      break;
    }
  }

  const result: Warm = {
    engine: '',
    smacMs: [],
    gap: 0,
    absoluteGap: 0,
    highs: best === undefined ? undefined : { mode: best, ms: [] },
    late,
    difference: undefined,
  };
  const names = new Set<string>();
  for (let seed = 1; seed <= task.rounds; seed++) {
    const problem = problemOf(task, seed);
    const { ms, answer } = await smac(problem);
    result.smacMs.push(ms);
    names.add(answer.engine);
    result.gap =
      result.gap === undefined || answer.gap === undefined ? undefined : Math.max(result.gap, answer.gap);
    result.absoluteGap = Math.max(result.absoluteGap, gapOf(answer));
    if (result.highs === undefined || isEnough(result.highs.ms, task.rounds)) continue;
    const other = highs(problem, result.highs.mode, gapOf(answer));
    if (other.money === undefined) {
      result.late.push(result.highs.mode);
      if (result.highs.ms.length === 0) result.highs = undefined;
      continue;
    }
    result.highs.ms.push(other.ms);
    const difference = (answer.money - other.money) / Math.max(1, Math.abs(other.money));
    if (Math.abs(difference) >= Math.abs(result.difference ?? 0)) result.difference = difference;
  }
  result.engine = [...names].join(', ');
  return result;
}

/** In the currency. */
function gapOf({ gap, money }: SmacAnswer): number {
  return (gap ?? 0) * Math.max(1, Math.abs(money));
}

function isEnough(ms: readonly number[], rounds: number): boolean {
  const longest = Math.max(0, ...ms);
  return ms.length >= (longest > 3 * LONG_MS ? 1 : longest > LONG_MS ? 3 : rounds);
}
