/** How far ahead the room for hurried sessions is looked at, slots. */
const NEAR_SLOTS = 8;

/**
 * Of the room where all do not fit, cars that stand for hours keep the powers they charge with at least among those who leave soon, up to this
 * share of it: a stream of them starves nobody, and nobody is paused and resumed for a rest that is too small.
 */
const STANDING_SHARE = 0.05;

/** A session that wants to charge at once. */
export interface Hurried {
  /** What it could draw now, W. */
  readonly mostW: number;
  /** Least power at which it charges, W. */
  readonly leastW: number;
  /** It is gone within the hour: what it does not get now it never gets. */
  readonly leavesSoon: boolean;
}

/**
 * Shares of cars that charge at once, where not all fit: who leaves soon comes before who stands for hours, and inside each kind all are
 * equal (X59). A car at a fast charger that waits its turn beside cars that stand until morning leaves without its energy, and they have
 * the night for theirs.
 * @param budgetW room per slot; null = no limit
 * @returns what each may draw, in the order given; undefined where all fit side by side or nothing is known to be free
 */
export function sharesByStay(
  sessions: readonly Hurried[],
  budgetW: readonly (number | null)[],
): readonly number[] | undefined {
  const maximaW = sessions.map(({ mostW }) => mostW);
  const equal = hurriedShares(maximaW, budgetW);
  const soon = sessions.filter(({ leavesSoon }) => leavesSoon);
  if (equal === undefined || soon.length === 0 || soon.length === sessions.length) return equal;
  const near = budgetW.slice(0, NEAR_SLOTS).map((w) => w ?? Infinity);
  const floorW = sessions.reduce(
    (sum, { mostW, leastW, leavesSoon }) => sum + (leavesSoon ? 0 : floorOf(mostW, leastW)),
    0,
  );
  const soonRoomW = near.map((w) => w - Math.min(floorW, w * STANDING_SHARE));
  const soonMaximaW = soon.map(({ mostW }) => mostW);
  const first = hurriedShares(soonMaximaW, soonRoomW) ?? soonMaximaW;
  const takenW = first.reduce((sum, w) => sum + w, 0);
  const standing = sessions.filter(({ leavesSoon }) => !leavesSoon).map(({ mostW }) => mostW);
  const second = hurriedShares(standing, [mean(near) - takenW]) ?? standing;
  const [firsts, seconds] = [first.values(), second.values()];
  return sessions.map(({ leavesSoon }) => (leavesSoon ? firsts : seconds).next().value!);
}

/** A car without a least power (DC) keeps all it wants among others that stand. */
const floorOf = (mostW: number, leastW: number) => (leastW > 0 ? Math.min(leastW, mostW) : mostW);

const mean = (values: readonly number[]) => values.reduce((sum, w) => sum + w, 0) / values.length;

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
