/** A distribution as published: pairs of probability and value, both ascending. Between them it is linear. */
export type QuantileTable = readonly (readonly [probability: number, value: number])[];

/** Inverse distribution function; outside the table its first or last value. */
export function quantile(table: QuantileTable, probability: number): number {
  const above = table.findIndex(([p]) => p >= probability);
  if (above === -1) return table.at(-1)![1];
  if (above === 0) return table[0]![1];
  const [p0, v0] = table[above - 1]!;
  const [p1, v1] = table[above]!;
  return v0 + ((v1 - v0) * (probability - p0)) / (p1 - p0);
}

/** Quantile of a sample, linear between order statistics. */
export function sampleQuantile(sample: readonly number[], probability: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const at = probability * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low]! + (sorted[Math.min(low + 1, sorted.length - 1)]! - sorted[low]!) * (at - low);
}

/** Distribution function of the standard normal (Abramowitz and Stegun 26.2.17, error below 1e-7). */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}
