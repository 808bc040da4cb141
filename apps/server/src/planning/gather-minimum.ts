/** One session's powers with the least at which it charges. */
export interface PowersWithMinimum {
  readonly powerW: readonly number[];
  readonly minW: number;
  readonly maxW: number;
  /** Energy the session has had so far, Wh: of two that cannot both charge the one with less goes first. */
  readonly servedWh: number;
}

interface Progress {
  readonly session: PowersWithMinimum;
  readonly powers: number[];
  readonly last: number;
  /** W of slots that were rounded away (or, negative, advanced). */
  owedW: number;
  /** Comparable to `servedWh`, counted on through the plan. */
  servedWh: number;
}

/**
 * Makes every charging power 0 or at least the minimum (X34) where the model planned without it: an EV that is offered less draws
 * nothing. What is rounded away in one slot is owed to the next ones, what is rounded up is taken from them, so the energy stays the
 * planned one; the rest in the last slot is rounded up, sooner a little more than a little less. Never beyond the budget; where it is
 * too small for all, sessions take turns.
 * @param budgetW what all sessions together may draw, per slot; null = no limit
 */
export function gatherMinimum(
  sessions: readonly PowersWithMinimum[],
  budgetW: readonly (number | null)[],
  slotHours: number,
): readonly (readonly number[])[] {
  const all = sessions.map((session): Progress => {
    const last = session.powerW.findLastIndex((w) => w > 0);
    return { session, powers: [...session.powerW], last, owedW: 0, servedWh: session.servedWh };
  });
  for (const [slot, budget] of budgetW.entries()) {
    let roomW = budget ?? Infinity;
    for (const progress of inTurn(all, slot)) {
      const { session, powers, last } = progress;
      const plannedW = powers[slot]!;
      const wishW = plannedW + progress.owedW;
      const grantedW = rounded(wishW, session.minW, Math.min(session.maxW, roomW), slot === last);
      progress.owedW = wishW - grantedW;
      progress.servedWh += grantedW * slotHours;
      powers[slot] = grantedW;
      roomW -= grantedW;
    }
  }
  return all.map((progress) => progress.powers);
}

/** Who charges well above the minimum first, then who has had least. Discharging slots and sessions that are done are left alone. */
function inTurn(all: readonly Progress[], slot: number): Progress[] {
  const thin = ({ session, powers, owedW }: Progress) => powers[slot]! + owedW < session.minW;
  return all
    .filter(({ powers, last }) => slot <= last && powers[slot]! >= 0)
    .sort((a, b) => Number(thin(a)) - Number(thin(b)) || a.servedWh - b.servedWh);
}

/** The wish as 0 or at least the minimum; half a minimum is rounded up. */
function rounded(wishW: number, minW: number, roomW: number, isLast: boolean): number {
  if (wishW <= 0 || roomW < minW) return 0;
  if (wishW >= minW) return Math.min(wishW, roomW);
  return isLast || wishW >= minW / 2 ? minW : 0;
}
