/** One session's powers with the least at which it charges. */
export interface PowersWithMinimum {
  readonly powerW: readonly number[];
  readonly minW: number;
  readonly maxW: number;
  /** What the calendar allows per slot, W; absent where it says nothing. */
  readonly serviceMaxW?: readonly number[] | undefined;
  /** Energy the session has had so far, Wh: of two that cannot both charge the one with less goes first. */
  readonly servedWh: number;
  /** What of its power loads which part of the supply. */
  readonly shares?: Readonly<Record<string, number>>;
}

/** What a part of the supply carries, W per slot. */
export interface PartRoom {
  readonly id: string;
  readonly powerW: readonly number[];
}

/** Who had less than this more than another one is before it all the same: no plan pauses cars for the last few Wh of difference. */
const TURN_WH = 500;

interface Progress {
  readonly session: PowersWithMinimum;
  readonly powers: number[];
  readonly last: number;
  /** Planned from the present slot on, W of slots. */
  restW: number;
  /** W of slots that were rounded away (or, negative, advanced). */
  owedW: number;
  /** Comparable to `servedWh`, counted on through the plan. */
  servedWh: number;
}

/**
 * Makes every charging power 0 or at least the minimum (X34) where the model planned without it: an EV that is offered less draws
 * nothing. What is rounded away in one slot is owed to the next ones, what is rounded up is taken from them, so the energy stays the
 * planned one; the rest in the last slot is rounded up, sooner a little more than a little less. Never beyond the budget; where it is
 * too small for all, sessions take turns: what many are planned with that is too little for each is given to some of them, already in the
 * first slot, because the next plan knows nothing of what this one owes.
 * @param budgetW what all sessions together may draw, per slot; null = no limit
 * @param parts limits below that; turns are given inside them
 */
export function gatherMinimum(
  sessions: readonly PowersWithMinimum[],
  budgetW: readonly (number | null)[],
  slotHours: number,
  parts: readonly PartRoom[] = [],
): readonly (readonly number[])[] {
  const all = sessions.map((session): Progress => {
    const last = session.powerW.findLastIndex((w) => w > 0);
    const restW = session.powerW.reduce((sum, w) => sum + Math.max(0, w), 0);
    return { session, powers: [...session.powerW], last, restW, owedW: 0, servedWh: session.servedWh };
  });
  for (const [slot, budget] of budgetW.entries()) {
    let roomW = budget ?? Infinity;
    const partsW = new Map(parts.map(({ id, powerW }) => [id, powerW[slot] ?? Infinity]));
    const turns = inTurn(all, slot);
    let thinW = turns.reduce((sum, progress) => sum + thinWish(progress, slot), 0);
    for (const progress of turns) {
      const { session, powers, last } = progress;
      const { minW } = session;
      const plannedW = powers[slot]!;
      const wishW = plannedW + progress.owedW;
      const ownThinW = thinWish(progress, slot);
      const mostW = Math.min(session.maxW, session.serviceMaxW?.[slot] ?? Infinity, roomW);
      // Rounded up by a few W it may lie over a part: the guard takes those off the other cars there.
      let grantedW = rounded(wishW, minW, mostW, slot === last);
      const isTurn = ownThinW > 0 && thinW >= minW / 2;
      if (grantedW === 0 && isTurn && Math.min(mostW, partRoomW(session, partsW)) >= minW) grantedW = minW;
      if (ownThinW > 0 && grantedW > 0) thinW -= grantedW;
      progress.owedW = wishW - grantedW;
      progress.restW -= Math.max(0, plannedW);
      progress.servedWh += grantedW * slotHours;
      powers[slot] = grantedW;
      roomW -= grantedW;
      for (const [id, share] of Object.entries(session.shares ?? {}))
        partsW.set(id, (partsW.get(id) ?? Infinity) - grantedW * share);
    }
  }
  return all.map((progress) => progress.powers);
}

/** What it is planned with too little to charge at all, W; 0 where what is left for it is not worth a turn. */
function thinWish({ session: { minW }, powers, restW, owedW }: Progress, slot: number): number {
  const wishW = powers[slot]! + owedW;
  return wishW > 0 && wishW < minW && restW + owedW >= minW / 2 ? wishW : 0;
}

/** What the parts that a session loads still carry of it, W. */
function partRoomW({ shares = {} }: PowersWithMinimum, partsW: ReadonlyMap<string, number>): number {
  return Math.min(
    ...Object.entries(shares).map(([id, share]) => (partsW.get(id) ?? Infinity) / share),
    Infinity,
  );
}

/** Who charges well above the minimum first, then who has had least. Discharging slots and sessions that are done are left alone. */
function inTurn(all: readonly Progress[], slot: number): Progress[] {
  const thin = ({ session, powers, owedW }: Progress) => powers[slot]! + owedW < session.minW;
  return all
    .filter(({ powers, last }) => slot <= last && powers[slot]! >= 0)
    .sort((a, b) => Number(thin(a)) - Number(thin(b)) || turnOf(a) - turnOf(b));
}

const turnOf = ({ servedWh }: Progress) => Math.floor(servedWh / TURN_WH);

/** The wish as 0 or at least the minimum; half a minimum is rounded up. */
function rounded(wishW: number, minW: number, roomW: number, isLast: boolean): number {
  if (wishW <= 0 || roomW < minW) return 0;
  if (wishW >= minW) return Math.min(wishW, roomW);
  return isLast || wishW >= minW / 2 ? minW : 0;
}
