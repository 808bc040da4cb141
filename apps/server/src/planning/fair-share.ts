/** How far ahead the room for hurried sessions is looked at, slots. */
const NEAR_SLOTS = 8;

/**
 * Equal shares of the room of the near slots for sessions that charge at once (X59: FAST gets the fair share of the site limit, not more),
 * so that nobody waits for somebody else to finish. Undefined where all of them fit side by side or nothing is known to be free.
 * @param maximaW what each could draw @param budgetW room per slot; null = no limit
 * @returns what each may draw, in the order given
 */
export function hurriedShares(
  maximaW: readonly number[],
  budgetW: readonly (number | null)[],
): readonly number[] | undefined {
  const near = budgetW.slice(0, NEAR_SLOTS).map((w) => w ?? Infinity);
  const roomW = near.reduce((sum, w) => sum + w, 0) / Math.max(1, near.length);
  const wishedW = maximaW.reduce((sum, w) => sum + w, 0);
  if (wishedW <= roomW || roomW <= 0) return undefined;
  const shares = new Array<number>(maximaW.length).fill(0);
  let leftW = roomW;
  const ascending = maximaW.map((w, index) => ({ w, index })).sort((a, b) => a.w - b.w || a.index - b.index);
  for (const [done, { w, index }] of ascending.entries()) {
    shares[index] = Math.min(w, leftW / (ascending.length - done));
    leftW -= shares[index]!;
  }
  return shares;
}
