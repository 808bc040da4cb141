/**
 * HiGHS as WebAssembly with the least work that answers the same question: one model, every need held, one solve for money. No tie-breaking, no
 * plan document. For integer classes it may stop at the gap that SMAC reached.
 */
import type { Highs } from 'highs';
import { HighsProgram } from '../src/engine/highs/program.ts';
import { highsRuntime } from '../src/engine/highs/runtime.ts';
import type { NormalProblem } from '../src/grid/index.ts';
import { buildModel } from '../src/model/build.ts';

/** `ipm` is the interior point without crossover; integer models take the branch and bound, whatever is named. */
export type Mode = 'simplex' | 'ipm' | 'mip';

export const HIGHS_LIMIT_S = 60;

export interface PlainAnswer {
  /** Undefined when HiGHS found no optimum within the limit. */
  money: number | undefined;
}

let loaded: Highs | undefined;

export async function loadHighs(): Promise<void> {
  loaded ??= await highsRuntime();
}

export function solvePlainly(normal: NormalProblem, mode: Mode, absoluteGap: number): PlainAnswer {
  const now = () => performance.now();
  const { matrix, layout } = buildModel(normal);
  const program = new HighsProgram(loaded!, matrix, now, now() + HIGHS_LIMIT_S * 1000);
  try {
    if (mode === 'mip') {
      program.setOption('mip_rel_gap', 0);
      program.setOption('mip_abs_gap', Math.max(absoluteGap, 1e-6));
    } else {
      program.setOption('solver', mode);
      program.setOption('run_crossover', 'off');
    }
    for (const { column } of layout.shortfalls) {
      program.setBounds(column, program.lower[column]!, program.lower[column]!);
    }
    const outcome = program.minimise(layout.objectives.money);
    return { money: outcome.status === 'optimal' ? outcome.value : undefined };
  } finally {
    program.dispose();
  }
}
