/** Progressive filling: everybody's power rises together until its own wish or a shared limit stops it. */

/** A shared limit: sum of coefficient x power of its members stays at or below `roomW`. */
export interface SharedLimit {
  roomW: number;
  members: readonly { who: number; coefficient: number }[];
}

const NOTHING_W = 1e-9;

/**
 * Max-min fair powers.
 *
 * @param wishesW most that each may get, W
 * @param limits shared limits with non-negative coefficients
 */
export function fillFairly(wishesW: readonly number[], limits: readonly SharedLimit[]): number[] {
  if (limits.every((limit) => fits(wishesW, limit))) return wishesW.map((wish) => Math.max(0, wish));
  const powersW = wishesW.map(() => 0);
  const rising = new Set(wishesW.flatMap((wish, who) => (wish > NOTHING_W ? [who] : [])));
  const left = limits.map((limit) => limit.roomW);
  let levelW = 0;
  while (rising.size > 0) {
    const slopes = limits.map((limit) =>
      limit.members.reduce((sum, { who, coefficient }) => sum + (rising.has(who) ? coefficient : 0), 0),
    );
    let stepW = Number.POSITIVE_INFINITY;
    for (const who of rising) stepW = Math.min(stepW, wishesW[who]! - levelW);
    slopes.forEach((slope, i) => {
      if (slope > 0) stepW = Math.min(stepW, Math.max(0, left[i]!) / slope);
    });
    levelW += stepW;
    for (const [i, slope] of slopes.entries()) left[i]! -= stepW * slope;
    const done = [...rising].filter((who) => wishesW[who]! <= levelW + NOTHING_W);
    slopes.forEach((slope, i) => {
      if (slope > 0 && left[i]! <= NOTHING_W) done.push(...limits[i]!.members.map(({ who }) => who));
    });
    for (const who of done) {
      if (rising.delete(who)) powersW[who] = Math.min(wishesW[who]!, levelW);
    }
  }
  return powersW;
}

function fits(wishesW: readonly number[], { roomW, members }: SharedLimit): boolean {
  let leftW = roomW;
  for (const { who, coefficient } of members) leftW -= coefficient * Math.max(0, wishesW[who]!);
  return leftW >= 0;
}
