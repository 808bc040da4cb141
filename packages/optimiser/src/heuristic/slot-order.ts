/** In which order a session likes the slots: early, cheap or green. */
import type { NormalProblem, NormalSession } from '../grid/index.ts';

export interface SlotOrders {
  early: readonly number[];
  cheap: readonly number[];
  green: readonly number[];
}

/** Surplus of the site costs what its export would have earned, everything else the import price. */
export function slotOrders(normal: NormalProblem): SlotOrders {
  const { baseW, importPricePerKwh, exportPricePerKwh, co2GPerKwh } = normal.site;
  const early = Array.from({ length: normal.slots }, (_, slot) => slot);
  const price = early.map((slot) => (baseW[slot]! < 0 ? exportPricePerKwh[slot]! : importPricePerKwh[slot]!));
  const cheap = early.toSorted((a, b) => price[a]! - price[b]! || a - b);
  const grams = early.map((slot) => (baseW[slot]! < 0 ? 0 : (co2GPerKwh?.[slot] ?? 0)));
  const green =
    co2GPerKwh === null
      ? cheap
      : early.toSorted((a, b) => grams[a]! - grams[b]! || price[a]! - price[b]! || a - b);
  return { early, cheap, green };
}

export function preferredOrder(session: NormalSession, orders: SlotOrders): readonly number[] {
  if (session.preference === 'FAST') return orders.early;
  return session.preference === 'GREEN' ? orders.green : orders.cheap;
}
