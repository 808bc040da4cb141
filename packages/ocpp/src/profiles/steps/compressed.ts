import { merged, type Step, type StepFunction } from './step-function.ts';

/**
 * Which value stands for several: `down` the lowest (limits: no slot gets more than planned), `towardsZero` the one
 * nearest to 0 and 0 for mixed signs (setpoints: nothing charges or discharges more than planned).
 */
export type Compression = 'down' | 'towardsZero';

/**
 * At most `maxPeriods` steps that lose the least energy of all such step functions (T-COMPRESS, SC7): neighbours are
 * joined, by dynamic programming over (last slot, number of steps), in slots^2 x maxPeriods. Of equal losses the one with
 * fewest steps.
 *
 * @param of values are finite; already rounded to what the wire can carry, so that rounding cannot separate what was joined.
 * @param maxPeriods at least 1, else RangeError: a station that takes no period takes no profile.
 * @param weigh how much a loss counts between two instants, > 0; default their distance: every hour the same.
 */
export function compressed(
  of: StepFunction,
  maxPeriods: number,
  by: Compression = 'down',
  weigh: (fromMs: number, toMs: number) => number = (fromMs, toMs) => toMs - fromMs,
): StepFunction {
  if (!(maxPeriods >= 1)) throw new RangeError(`maxPeriods ${maxPeriods} must be at least 1`);
  const runs = merged(of).steps;
  if (runs.length <= maxPeriods) return merged(of);
  const lengths = runs.map((step, index) => weigh(step.fromMs, runs[index + 1]?.fromMs ?? of.endMs));
  const count = runs.length;
  // best[j] = least loss of the first j runs with the number of steps at hand; cut[k][j] = where the last of k begins
  let best = new Array<number>(count + 1).fill(Number.POSITIVE_INFINITY);
  best[0] = 0;
  const cuts: number[][] = [];
  let chosen = { steps: 0, loss: Number.POSITIVE_INFINITY };
  for (let steps = 1; steps <= maxPeriods; steps++) {
    const next = new Array<number>(count + 1).fill(Number.POSITIVE_INFINITY);
    const cut = new Array<number>(count + 1).fill(0);
    for (let to = steps; to <= count; to++) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      let integral = 0;
      let length = 0;
      for (let from = to - 1; from >= steps - 1; from--) {
        const { value } = runs[from]!;
        low = Math.min(low, value);
        high = Math.max(high, value);
        length += lengths[from]!;
        integral += (by === 'down' ? value : Math.abs(value)) * lengths[from]!;
        const together = joinedValue(low, high, by);
        const lastLoss = integral - (by === 'down' ? together : Math.abs(together)) * length;
        // losses only grow with the length of the last step: a longer one cannot win any more
        if (lastLoss >= next[to]!) break;
        const lost = best[from]! + lastLoss;
        if (lost < next[to]!) {
          next[to] = lost;
          cut[to] = from;
        }
      }
    }
    cuts.push(cut);
    best = next;
    if (best[count]! < chosen.loss) chosen = { steps, loss: best[count]! };
  }
  const found: Step[] = [];
  for (let steps = chosen.steps, to = count; steps > 0; steps--) {
    const from = cuts[steps - 1]![to]!;
    const values = runs.slice(from, to).map((step) => step.value);
    found.unshift({
      fromMs: runs[from]!.fromMs,
      value: joinedValue(Math.min(...values), Math.max(...values), by),
    });
    to = from;
  }
  return merged({ startMs: of.startMs, endMs: of.endMs, steps: found });
}

function joinedValue(low: number, high: number, by: Compression): number {
  if (by === 'down' || low >= 0) return low;
  return high <= 0 ? high : 0;
}
