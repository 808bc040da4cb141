/** Runs in a worker thread: one problem in, one answer out. Stays warm between problems. */
import type { Problem } from '../contract/index.ts';
import { engines } from '../engine/index.ts';
import { type Answer, type AnswerOptions, answer, type Refused } from '../plan/index.ts';

export interface Task {
  problem: Problem;
  options: AnswerOptions;
}

const now = () => performance.now();
const available = engines(now);

export default function work({ problem, options }: Task): Promise<Answer | Refused> {
  return answer(problem, options, available, now);
}
