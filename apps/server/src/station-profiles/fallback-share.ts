/**
 * What every EVSE of a supply point may draw when nobody tells it anything: shares whose sum stays under what the site has left, so that a
 * site without any connection is still safe (security.md 8, design rules; X30).
 */

export interface FallbackEvse {
  readonly key: string;
  readonly maxW: number;
  /** 6 A on its phases: less is nothing. 0 for DC. */
  readonly leastW: number;
}

/**
 * Equal shares where everybody gets at least the least; where the room is too small for that, as many as fit get their least, in the order
 * of their keys, and the others wait for a plan.
 *
 * @param roomW import limit minus the highest base load expected, W
 * @returns W per key
 */
export function fallbackShares(evses: readonly FallbackEvse[], roomW: number): Map<string, number> {
  const ordered = [...evses].sort((a, b) => (a.key < b.key ? -1 : 1));
  const shares = new Map<string, number>(ordered.map(({ key }) => [key, 0]));
  let leftW = Math.max(0, roomW);
  const served: FallbackEvse[] = [];
  for (const evse of ordered) {
    const leastW = Math.min(evse.maxW, Math.max(evse.leastW, 0));
    if (leastW > leftW) continue;
    shares.set(evse.key, leastW);
    leftW -= leastW;
    served.push(evse);
  }
  // Water filling: everybody rises to the same level, or to the own maximum.
  let rising = served.filter(({ key, maxW }) => (shares.get(key) ?? 0) < maxW);
  while (rising.length > 0 && leftW >= rising.length) {
    const lowest = Math.min(...rising.map(({ key }) => shares.get(key) ?? 0));
    const lows = rising.filter(({ key }) => (shares.get(key) ?? 0) === lowest);
    const next = Math.min(
      ...lows.map(({ maxW }) => maxW),
      ...rising.map(({ key }) => shares.get(key) ?? 0).filter((w) => w > lowest),
    );
    const riseW = Math.min(next - lowest, leftW / lows.length);
    for (const { key } of lows) shares.set(key, lowest + riseW);
    leftW -= riseW * lows.length;
    rising = rising.filter(({ key, maxW }) => (shares.get(key) ?? 0) < maxW - 1e-6);
  }
  for (const [key, w] of shares) shares.set(key, Math.floor(w + 1e-6));
  return shares;
}
