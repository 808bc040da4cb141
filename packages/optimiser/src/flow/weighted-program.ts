/** Builds the flow programme of a planning problem: charge-only sessions with one target each, linear occupancy cost. */
import { beyondNeedWh } from '../greedy/needs.ts';
import { chargeLimitOf, type NormalProblem, type NormalSession } from '../grid/index.ts';
import { type FlowProgram, quantumFor, SEGMENTS_PER_SLOT } from './flow-program.ts';

export interface WeightedProgram extends FlowProgram {
  /** The slot "after departure" for energy that is not taken, -1 when nobody gains by more than the need. */
  privateSlot: number;
  /** What arcs and segments cost in money alone: `cost` has what stands before money in it too. */
  moneyCost: Float64Array;
}

/**
 * Level 2e as a cost: a Wh that a FAST session takes a slot later leaves as much of its need unmet for a slot more, in Wh of the battery.
 *
 * A flow that is better in this level by any move of energy between slots gains at least the least efficiency a slot, and loses no more money than the
 * dearest price on each slot that it passes; so a weight above their ratio never trades one for the other. Sessions of different efficiency can
 * differ by less, which a hundred times as much covers.
 *
 * @returns currency per kWh at the plug and slot; 0 for sessions that are not FAST
 */
function hurryPerKwh({ sessions, site, slots }: NormalProblem): (session: NormalSession) => number {
  const isHurried = ({ preference, needWh }: NormalSession) => preference === 'FAST' && needWh > 0;
  if (!sessions.some(isHurried)) return () => 0;
  let dearest = LEAST_PRICE;
  for (let t = 0; t < slots; t++) {
    dearest = Math.max(dearest, site.importPricePerKwh[t]!, site.exportPricePerKwh[t]!);
  }
  const weight = MORE_THAN_ENOUGH * slots * dearest;
  return (session) => (isHurried(session) ? weight * session.chargeEfficiency : 0);
}

const LEAST_PRICE = 1e-3;
const MORE_THAN_ENOUGH = 100;

/** Currency per kWh at the plug and slot after arrival; the weight of slot k of the stay is (occupiedSlots + k) times this. */
function occupancyPerKwh(normal: NormalProblem, session: NormalSession): number {
  if (session.needWh <= 0) return 0;
  return (normal.site.opportunityCostPerSlot * session.chargeEfficiency * 1000) / session.needWh;
}

/** @param demandsWh what every session gets at least, at the plug; never more than its stay allows */
export function weightedProgram(normal: NormalProblem, demandsWh: Float64Array): WeightedProgram {
  const { sessions, site, hours } = normal;
  const cheapest = cheapestPrice(normal);
  const extraWh = sessions.map((session, n) =>
    cheapest < 0 ? beyondNeedWh(normal, session, { demandWh: demandsWh[n]!, deadlines: [] }) : 0,
  );
  const hasPrivateSlot = extraWh.some((wh) => wh > 0);
  const privateSlot = hasPrivateSlot ? normal.slots : -1;
  const slots = normal.slots + (hasPrivateSlot ? 1 : 0);
  const quantum = quantumFor(demandsWh.reduce((sum, wh, n) => sum + wh + extraWh[n]!, 0));
  const down = (wh: number) => Math.floor(wh / quantum) * quantum;

  const arcStart = new Int32Array(sessions.length + 1);
  sessions.forEach((session, n) => {
    const own = hasPrivateSlot && extraWh[n]! > 0 ? 1 : 0;
    arcStart[n + 1] = arcStart[n]! + session.endSlot - session.firstSlot + own;
  });
  const arcs = arcStart[sessions.length]!;
  const arcSlot = new Int32Array(arcs);
  const cost = new Float64Array(arcs + slots * SEGMENTS_PER_SLOT);
  const moneyCost = cost.slice();
  const capacityWh = cost.slice();
  const demandWh = new Float64Array(sessions.length);
  const hurryOf = hurryPerKwh(normal);
  sessions.forEach((session, n) => {
    const perKwh = occupancyPerKwh(normal, session);
    const hurry = hurryOf(session);
    let a = arcStart[n]!;
    let stay = 0;
    for (let t = session.firstSlot; t < session.endSlot; t++, a++) {
      arcSlot[a] = t;
      moneyCost[a] = perKwh * (session.occupiedSlots + t - session.firstSlot);
      cost[a] = moneyCost[a]! + hurry * (t - session.firstSlot);
      capacityWh[a] = down(chargeLimitOf(session, t) * hours[t]!);
      stay += capacityWh[a]!;
    }
    demandWh[n] = Math.min(down(demandsWh[n]!), stay);
    if (a === arcStart[n + 1]!) return;
    arcSlot[a] = privateSlot;
    capacityWh[a] = down(Math.min(extraWh[n]!, stay - demandWh[n]!));
    demandWh[n]! += capacityWh[a]!;
  });
  for (let t = 0; t < normal.slots; t++) {
    const first = arcs + t * SEGMENTS_PER_SLOT;
    const baseW = site.baseW[t]!;
    const ceilingW = site.netCeilingW[t]!;
    cost[first] = moneyCost[first] = site.exportPricePerKwh[t]!;
    cost[first + 1] = moneyCost[first + 1] = site.importPricePerKwh[t]!;
    capacityWh[first] = Math.max(0, down(Math.min(-baseW, ceilingW - baseW) * hours[t]!));
    const importW = neverImports(normal, t) ? 0 : ceilingW - Math.max(0, baseW);
    capacityWh[first + 1] = Math.max(0, down(importW * hours[t]!));
    capacityWh[first + 2] = Number.POSITIVE_INFINITY;
  }
  if (hasPrivateSlot) capacityWh[arcs + privateSlot * SEGMENTS_PER_SLOT] = Number.POSITIVE_INFINITY;
  return {
    slots,
    vehicles: sessions.length,
    arcStart,
    arcSlot,
    demandWh,
    cost,
    moneyCost,
    capacityWh,
    privateSlot,
  };
}

/** The cars cannot use the surplus up (or another engine would have the problem), and importing beside it would be paid by exporting. */
const neverImports = ({ site }: NormalProblem, t: number): boolean =>
  site.baseW[t]! < 0 && site.exportPricePerKwh[t]! > site.importPricePerKwh[t]!;

/** Occupancy only adds to it: where no price is negative, nobody takes more than it needs. */
function cheapestPrice(normal: NormalProblem): number {
  const { site, slots } = normal;
  let least = Number.POSITIVE_INFINITY;
  for (let t = 0; t < slots; t++) {
    if (!neverImports(normal, t)) least = Math.min(least, site.importPricePerKwh[t]!);
    if (site.baseW[t]! < 0) least = Math.min(least, site.exportPricePerKwh[t]!);
  }
  return least;
}
