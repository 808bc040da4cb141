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
  const isRising = wishesW.map((wish) => wish > NOTHING_W);
  const left = limits.map((limit) => limit.roomW);
  let levelW = 0;
  while (isRising.includes(true)) {
    const slopes = limits.map(({ members }) => slopeOf(members, isRising));
    let stepW = Number.POSITIVE_INFINITY;
    for (let who = 0; who < wishesW.length; who++) {
      if (isRising[who]) stepW = Math.min(stepW, wishesW[who]! - levelW);
    }
    slopes.forEach((slope, i) => {
      if (slope > 0) stepW = Math.min(stepW, Math.max(0, left[i]!) / slope);
    });
    levelW += stepW;
    const stop = (who: number) => {
      if (isRising[who]) powersW[who] = Math.min(wishesW[who]!, levelW);
      isRising[who] = false;
    };
    slopes.forEach((slope, i) => {
      left[i]! -= slope * stepW;
      if (slope > 0 && left[i]! <= NOTHING_W) for (const { who } of limits[i]!.members) stop(who);
    });
    for (let who = 0; who < wishesW.length; who++) if (wishesW[who]! <= levelW + NOTHING_W) stop(who);
  }
  return powersW;
}

function slopeOf(members: SharedLimit['members'], isRising: readonly boolean[]): number {
  let slope = 0;
  for (const { who, coefficient } of members) if (isRising[who]) slope += coefficient;
  return slope;
}

function fits(wishesW: readonly number[], { roomW, members }: SharedLimit): boolean {
  let leftW = roomW;
  for (const { who, coefficient } of members) leftW -= coefficient * Math.max(0, wishesW[who]!);
  return leftW >= 0;
}
