/** One session's powers with the least at which it charges. */
export interface PowersWithMinimum {
  readonly powerW: readonly number[];
  readonly minW: number;
  readonly maxW: number;
}

/**
 * Makes every charging power 0 or at least the minimum (X34) where the model planned without it: an EV that is offered less draws
 * nothing. Energy that was spread thinly is carried forward and charged as soon as it is worth a slot at minimum power, within what the
 * budget leaves. A last rest is rounded up to the minimum where there is room: sooner a little more than a little less.
 * @param budgetW what all sessions together may draw, per slot; null = no limit
 */
export function gatherMinimum(
  sessions: readonly PowersWithMinimum[],
  budgetW: readonly (number | null)[],
): readonly (readonly number[])[] {
  const result = sessions.map((session) => [...session.powerW]);
  const freeW = budgetW.map((budget, slot) => {
    const used = sessions.reduce((sum, { powerW }) => sum + Math.max(0, powerW[slot] ?? 0), 0);
    return (budget ?? Infinity) - used;
  });
  for (const [index, { minW, maxW }] of sessions.entries()) {
    const powers = result[index]!;
    const last = powers.findLastIndex((w) => w > 0);
    let carriedW = 0;
    for (let slot = 0; slot <= last; slot += 1) {
      const plannedW = powers[slot]!;
      if (plannedW < 0 || (plannedW === 0 && carriedW < minW) || (plannedW >= minW && carriedW === 0))
        continue;
      const wantedW = Math.min(maxW, plannedW + carriedW);
      const roomW = Math.max(0, freeW[slot]!) + plannedW;
      const wanted = slot === last && wantedW > 0 ? Math.max(wantedW, minW) : wantedW;
      const grantedW = Math.min(wanted, roomW) >= minW ? Math.min(wanted, roomW) : 0;
      carriedW = Math.max(0, carriedW + plannedW - grantedW);
      freeW[slot]! += plannedW - grantedW;
      powers[slot] = grantedW;
    }
  }
  return result;
}
