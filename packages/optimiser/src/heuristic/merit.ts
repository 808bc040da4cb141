/** How good an attempt is, in the order of the contract's levels. */
import type { NormalProblem } from '../grid/index.ts';
import type { Attempt } from './attempt.ts';

/** Differences below these do not count, Wh, share of need, Wh x slot, g and currency. */
const SAME = 1e-3;

/** Figures from the most important to the least; smaller is better. */
export function meritOf(normal: NormalProblem, { ledgers, headroom }: Attempt): number[] {
  const { importPricePerKwh, exportPricePerKwh } = normal.site;
  let minimums = 0;
  let priority = 0;
  let all = 0;
  let worst = 0;
  for (const ledger of ledgers) {
    const { session } = ledger;
    const minimum = ledger.shortfallWh('minimum');
    const target = ledger.shortfallWh('target');
    minimums += minimum;
    if (session.priority) priority += target;
    all += target;
    if (session.needWh > 0) worst = Math.max(worst, (minimum + target) / session.needWh);
  }
  let money = 0;
  for (let slot = 0; slot < normal.slots; slot++) {
    const kwh = (headroom.netW(slot) * normal.hours[slot]!) / 1000;
    money += kwh * (kwh > 0 ? importPricePerKwh[slot]! : exportPricePerKwh[slot]!);
  }
  return [minimums, priority, all, worst, money];
}

export function isBetter(merit: readonly number[], than: readonly number[]): boolean {
  for (const [level, value] of merit.entries()) {
    if (value < than[level]! - SAME) return true;
    if (value > than[level]! + SAME) return false;
  }
  return false;
}
