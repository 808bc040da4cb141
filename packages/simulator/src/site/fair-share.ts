/** One who wants power: at least `minW` or nothing, at most `maxW`. */
export interface Claim {
  readonly minW: number;
  readonly maxW: number;
}

/**
 * Max-min fair shares of a budget: everybody gets the same unless he wants less. Who would get less than his minimum
 * waits; claims are served in the order given (of arrival). The result has one power per claim, their sum <= budget.
 */
export function fairShares(claims: readonly Claim[], budgetW: number): readonly number[] {
  for (let served = claims.length; served > 0; served--) {
    const shares = waterFill(claims.slice(0, served), budgetW);
    if (shares.every((share, n) => share >= claims[n]!.minW - 1e-9)) {
      return claims.map((_, n) => shares[n] ?? 0);
    }
  }
  return claims.map(() => 0);
}

function waterFill(claims: readonly Claim[], budgetW: number): number[] {
  const order = claims.map((_, n) => n).sort((a, b) => claims[a]!.maxW - claims[b]!.maxW);
  const shares = new Array<number>(claims.length).fill(0);
  let left = Math.max(0, budgetW);
  order.forEach((n, done) => {
    const share = Math.min(claims[n]!.maxW, left / (order.length - done));
    shares[n] = share;
    left -= share;
  });
  return shares;
}
