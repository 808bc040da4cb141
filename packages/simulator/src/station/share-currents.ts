/** One EVSE that wants current: A per phase on the lines of the supply it uses. */
export interface CurrentClaim {
  /** Gets at least this or nothing. */
  readonly minA: number;
  readonly maxA: number;
  /** Does it use L1, L2, L3 of the supply? */
  readonly lines: readonly [boolean, boolean, boolean];
}

export interface CurrentBudget {
  /** Per line of the supply. */
  readonly lineA: readonly [number, number, number];
  /** Of all together. */
  readonly totalW: number;
  readonly voltageV: number;
}

const TINY_A = 1e-9;

/**
 * Max-min fair currents under a fuse per line and a total: everybody rises together until his wish or a budget he uses is
 * full. Who would end below his minimum waits; claims are served in the order given (SC8: always use what there is).
 */
export function shareCurrents(claims: readonly CurrentClaim[], budget: CurrentBudget): readonly number[] {
  let served = claims.map((_, n) => n);
  for (;;) {
    const shares = fill(claims, served, budget);
    const short = served.findLast((n) => shares[n]! < claims[n]!.minA - TINY_A);
    if (short === undefined) return shares;
    served = served.filter((n) => n !== short);
  }
}

function fill(claims: readonly CurrentClaim[], served: readonly number[], budget: CurrentBudget): number[] {
  const shares = claims.map(() => 0);
  let rising = served.filter((n) => claims[n]!.maxA > 0);
  const leftA = budget.lineA.map((a) => Math.max(0, a));
  let leftW = Math.max(0, budget.totalW);
  while (rising.length > 0) {
    const onLine = leftA.map((_, k) => rising.filter((n) => claims[n]!.lines[k]).length);
    const phases = rising.reduce((sum, n) => sum + claims[n]!.lines.filter(Boolean).length, 0);
    const stepA = Math.min(
      ...rising.map((n) => claims[n]!.maxA - shares[n]!),
      ...leftA.map((a, k) => (onLine[k]! > 0 ? a / onLine[k]! : Number.POSITIVE_INFINITY)),
      leftW / (phases * budget.voltageV),
    );
    for (const n of rising) shares[n]! += stepA;
    for (let k = 0; k < 3; k++) leftA[k]! -= stepA * onLine[k]!;
    leftW -= stepA * phases * budget.voltageV;
    const isTotalSpent = leftW <= 1e-6;
    rising = rising.filter(
      (n) =>
        !isTotalSpent &&
        shares[n]! < claims[n]!.maxA - TINY_A &&
        !claims[n]!.lines.some((uses, k) => uses && leftA[k]! <= 1e-7),
    );
  }
  return shares;
}
