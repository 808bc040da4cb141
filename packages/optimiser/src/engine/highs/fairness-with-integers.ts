/**
 * 2d with integers, where duals say nothing: least sum of the k largest fractions for k = 1, 2, ..., each held
 * before the next. That is the leximin order without any convexity (Ogryczak and Sliwinski 2006).
 *
 * Sum of the k largest x = min over t of k t + sum of max(0, x - t).
 */
import type { HighsProgram } from './program.ts';

export interface FairClaim {
  /** Columns whose sum is what the session misses, kWh. */
  columns: number[];
  needKwh: number;
}

/** The time that is left belongs to money as well. */
const SHARE_OF_TIME = 0.3;
const NEGLIGIBLE_FRACTION = 1e-9;

/** Returns whether the last session was reached in time; what was settled before stays held. */
export function shareWithIntegers(program: HighsProgram, claims: readonly FairClaim[]): boolean {
  const keepS = program.secondsLeft * (1 - SHARE_OF_TIME);
  program.searchFor('level');
  let before = 0;
  for (let largest = 1; largest <= claims.length; largest++) {
    const threshold = program.addColumn(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const above = claims.map((claim) => {
      const column = program.addColumn(0, Number.POSITIVE_INFINITY);
      program.addRow(
        Number.NEGATIVE_INFINITY,
        0,
        [...claim.columns, threshold, column],
        [...claim.columns.map(() => 1), -claim.needKwh, -claim.needKwh],
      );
      return column;
    });
    const objective = { columns: [threshold, ...above], weights: [largest, ...above.map(() => 1)] };
    const outcome = program.minimise(objective, program.secondsLeft - keepS);
    if (!outcome.feasible) return false;
    program.hold(objective, outcome.value);
    if (outcome.status !== 'optimal') return false;
    // The k-th largest is nothing, so all smaller ones are nothing too.
    if (outcome.value - before < NEGLIGIBLE_FRACTION) return true;
    before = outcome.value;
  }
  return true;
}
