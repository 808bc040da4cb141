/** How long cars stay: points of a distribution, weights adding up to 1, ascending by stay. */
export type StayDistribution = readonly { readonly stayMs: number; readonly weight: number }[];

/** Share of stays at which the quantiles of a prior stand. */
export const PRIOR_LEVELS = [0, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1] as const;

/** Points per segment between two quantiles. */
const POINTS = 4;

/** The distribution a row of quantiles stands for, straight between them. `unitMs` is the length of 1. */
export function fromQuantiles(quantiles: readonly number[], unitMs: number): StayDistribution {
  const points: { stayMs: number; weight: number }[] = [];
  for (let i = 0; i + 1 < quantiles.length; i += 1) {
    const share = (PRIOR_LEVELS[i + 1]! - PRIOR_LEVELS[i]!) / POINTS;
    for (let p = 0; p < POINTS; p += 1) {
      const at = quantiles[i]! + ((quantiles[i + 1]! - quantiles[i]!) * (p + 0.5)) / POINTS;
      points.push({ stayMs: at * unitMs, weight: share });
    }
  }
  return points;
}

/** Prior and counts together: the prior counts as `priorSamples` observations. */
export function mixed(
  prior: StayDistribution,
  priorSamples: number,
  seen: readonly { readonly stayMs: number; readonly count: number }[],
): StayDistribution {
  const total = priorSamples + seen.reduce((sum, bin) => sum + bin.count, 0);
  return [
    ...prior.map((point) => ({ stayMs: point.stayMs, weight: (point.weight * priorSamples) / total })),
    ...seen.map((bin) => ({ stayMs: bin.stayMs, weight: bin.count / total })),
  ].sort((a, b) => a.stayMs - b.stayMs);
}

const STEP_MS = 5 * 60_000;
const LONGEST_MS = 24 * 3_600_000;

/**
 * The latest time after arrival by which a need must be met so that, over many such stays, at most `risk` of the energy that
 * uncontrolled charging would have delivered is lost, even if charging waits as long as it can. The distribution is the one at arrival
 * and is not conditioned on the car still being there: otherwise the deadline would recede with every plan and the risk add up.
 * @param needWh from the start of the session @param powerW what the car draws uncontrolled @param risk 0..1
 * @returns ms after arrival, at least the time uncontrolled charging takes
 */
export function latestSafeCompletion(
  distribution: StayDistribution,
  needWh: number,
  powerW: number,
  risk: number,
): number {
  if (needWh <= 0 || powerW <= 0) return LONGEST_MS;
  const uncontrolledMs = (needWh / powerW) * 3_600_000;
  const uncontrolledWh = (ms: number) => Math.min(needWh, (powerW * ms) / 3_600_000);
  const budgetWh = risk * distribution.reduce((sum, p) => sum + p.weight * uncontrolledWh(p.stayMs), 0);
  const lossWh = (completionMs: number) => {
    let loss = 0;
    for (const { stayMs, weight } of distribution) {
      if (stayMs >= completionMs) break;
      const latestWh = Math.max(0, needWh - (powerW * (completionMs - stayMs)) / 3_600_000);
      loss += weight * Math.max(0, uncontrolledWh(stayMs) - latestWh);
    }
    return loss;
  };
  let low = 0;
  let high = Math.max(0, Math.floor((LONGEST_MS - uncontrolledMs) / STEP_MS));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (lossWh(uncontrolledMs + middle * STEP_MS) <= budgetWh) low = middle;
    else high = middle - 1;
  }
  return uncontrolledMs + low * STEP_MS;
}
