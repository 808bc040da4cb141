/** Hands a session the energy for one target, slot by slot in a given order, within what is free. */
import { chargeLimitOf } from '../grid/index.ts';
import type { Headroom } from './headroom.ts';
import type { Ledger } from './ledger.ts';

/** Below this nothing is worth planning, Wh and W. */
const NOTHING = 1e-6;

/**
 * Charges until `contentWh` is reached at the end of slot `endSlot - 1`, as far as limits allow.
 * Power in a slot ends up at 0 or at least at the session's minimum (X34).
 */
export function serve(
  ledger: Ledger,
  headroom: Headroom,
  contentWh: number,
  endSlot: number,
  slotOrder: readonly number[],
): void {
  const { session } = ledger;
  const before = Math.min(endSlot, session.endSlot);
  for (const slot of slotOrder) {
    if (slot < session.firstSlot || slot >= before || ledger.powerW[slot]! < 0) continue;
    const missingWh = contentWh - ledger.contentWh(before);
    if (missingWh <= NOTHING) return;
    chargeSlot(ledger, headroom, slot, missingWh);
  }
}

function chargeSlot(ledger: Ledger, headroom: Headroom, slot: number, missingWh: number): void {
  const { session } = ledger;
  const nowW = ledger.powerW[slot]!;
  const whPerW = ledger.whPerW(slot);
  const roomW = Math.min(chargeLimitOf(session, slot) - nowW, headroom.chargeRoomW(session, slot));
  const leastW = Math.max(0, session.minChargeW - nowW);
  if (roomW < leastW || roomW <= NOTHING) return;
  const wantedW = Math.max(leastW, missingWh / whPerW);
  const fitsW = ledger.spaceWh(slot) / whPerW;
  if (fitsW < leastW && !makeSpace(ledger, headroom, slot, (leastW - fitsW) * whPerW)) return;
  const powerW = Math.max(leastW, Math.min(roomW, wantedW, fitsW));
  if (powerW <= NOTHING) return;
  ledger.charge(slot, powerW);
  headroom.take(session, slot, powerW);
}

/**
 * A last piece smaller than one slot at minimum power does not fit below the ceiling: a slot that charges more
 * than the minimum gives the difference back. Only for a single target, whose earlier content does not matter.
 */
function makeSpace(ledger: Ledger, headroom: Headroom, slot: number, spaceWh: number): boolean {
  const { session } = ledger;
  if (session.targets.length !== 1 || session.maxDischargeW > 0) return false;
  for (let t = session.firstSlot; t < session.endSlot; t++) {
    if (t === slot) continue;
    const giveW = spaceWh / ledger.whPerW(t);
    if (ledger.powerW[t]! - giveW < session.minChargeW) continue;
    ledger.charge(t, -giveW);
    headroom.take(session, t, -giveW);
    return true;
  }
  return false;
}
