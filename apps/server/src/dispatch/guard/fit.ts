/** A demand for power and the least power that makes sense for it. */
export interface Share {
  readonly wantedW: number;
  readonly minPowerW: number;
}

/**
 * Fits wishes under what is available: nobody gets more than wished, the lowest wishes are met first (max-min fair). Who would
 * end between 0 and its minimum gets 0 and leaves the power to the others. Negative wishes (discharge) pass unchanged and free
 * nothing, because a discharge is never relied upon.
 */
export function fitUnder(shares: readonly Share[], availableW: number): number[] {
  const granted = shares.map((share) => Math.min(0, share.wantedW));
  const order = shares
    .map((_, s) => s)
    .filter((s) => shares[s]!.wantedW > 0)
    .sort((a, b) => shares[a]!.wantedW - shares[b]!.wantedW || a - b);
  let restW = Math.max(0, availableW);
  let rest = order.length;
  for (const s of order) {
    const { wantedW, minPowerW } = shares[s]!;
    const levelW = Math.min(wantedW, Math.floor(restW / rest));
    // A wish below the minimum was planned so; only what we cut ourselves must not fall below it.
    const powerW = levelW >= Math.min(minPowerW, wantedW) ? levelW : 0;
    granted[s] = powerW;
    restW -= powerW;
    rest -= 1;
  }
  return granted;
}
