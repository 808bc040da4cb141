/**
 * What a session may charge with in each slot: its own maximum, cut by the limit of that slot. Where the limit is below the least that it can
 * charge with, it does not charge in that slot at all, so that no reader of a limit needs to know the minimum.
 */
import type { Session } from '../contract/problem.ts';
import type { NormalSession } from './normal-problem.ts';

type ChargeLimit = Pick<NormalSession, 'maxChargeW' | 'chargeLimitW'>;

/** Most that it may charge with in `slot`, W; a slot inside its window. */
export const chargeLimitOf = ({ maxChargeW, chargeLimitW }: ChargeLimit, slot: number): number =>
  chargeLimitW === null ? maxChargeW : chargeLimitW[slot]!;

export function chargeLimits(
  { max_charge_w: maxChargeW, min_charge_w: minChargeW = 0, charge_limit_w: limits }: Session,
  { firstSlot, endSlot }: Pick<NormalSession, 'firstSlot' | 'endSlot'>,
): ChargeLimit {
  if (limits === undefined || endSlot <= firstSlot) return { maxChargeW, chargeLimitW: null };
  const chargeLimitW = Float64Array.from(limits, (limitW) => {
    const w = Math.min(maxChargeW, limitW);
    return w < minChargeW ? 0 : w;
  });
  const window = chargeLimitW.subarray(firstSlot, endSlot);
  const highestW = window.reduce((most, w) => Math.max(most, w), 0);
  const isEven = window.every((w) => w === highestW);
  return { maxChargeW: highestW, chargeLimitW: isEven ? null : chargeLimitW };
}
