/**
 * Charge-only vehicles whose cost depends on slot totals alone (D4.2 models v1 and v3): exact by the polymatroid greedy.
 *
 * Segments of the site's cost staircase are taken cheapest first, each extended as far as a flow allows. Energy beyond the need is
 * worth taking only where the price is negative: a vehicle that may take more than it needs gets a private slot of size (most - need) at price 0
 * "after departure"; whatever is cheaper than nothing is filled before it, and what lands there is energy not taken.
 *
 * Among segments of one price the order is free, and the contract's ties decide: lowest peak, then early. See `same-price.ts`.
 *
 * Where every session is FAST and all are as efficient, level 2e is the same greedy in order of time: with the energy of each session settled by the
 * levels before, the sum over slots of what is unmet falls by (end of stay - slot) for every Wh in a slot, so what an hour later costs is the same
 * whoever charges. No two slots are as early as each other, hence the slot totals are settled too, and with them money.
 */
import type { NormalProblem, PowerMatrix } from '../grid/normal-problem.ts';
import { type CostSegment, costSegments } from './cost-segments.ts';
import { EnergyFlow, NOTHING_WH } from './energy-flow.ts';
import { fairNeeds } from './fair-shares.ts';
import { marginalPrices, type PricedSlot } from './marginal-prices.ts';
import { beyondNeedWh, flowVehicle, type Need, reachableNeed } from './needs.ts';
import { LowestPeak } from './same-price.ts';

export interface ChargeOnlySolution {
  powers: PowerMatrix;
  /** Import and export together, in the problem's currency: the proved optimum. */
  money: number;
  /** Currency per kWh and slot of the grid; null where neither more nor less base load moves anything. */
  marginalPricePerKwh: (number | null)[];
}

/** What comes first: the cheapest slot, or the earliest (every session FAST, no price below nothing). */
export type SlotOrder = 'cheapest' | 'earliest';

/** A sentence when the shares of a shortage are another engine's work. */
export function solveChargeOnly(
  normal: NormalProblem,
  order: SlotOrder = 'cheapest',
): ChargeOnlySolution | string {
  const segments = costSegments(normal);
  // Stable: what surplus offers in a slot stays before what the grid does.
  if (order === 'earliest') segments.sort((a, b) => a.slot - b.slot);
  const wanted = normal.sessions.map((session) => reachableNeed(normal, session));
  const flow = fill(normal, segments, wanted, order);
  if (!isShort(flow.flow)) return solutionOf(normal, flow);
  if (order === 'earliest' && normal.sessions.some(({ targets }) => targets.length > 1)) {
    return 'not everything fits, and a FAST session has several targets';
  }
  const granted = fairNeeds(normal, slotTotals(normal, segments));
  return typeof granted === 'string' ? granted : solutionOf(normal, fill(normal, segments, granted, order));
}

/** Missing energy that is more than rounding. */
function isShort({ unmetWh, vehicles }: EnergyFlow): boolean {
  let missingWh = 0;
  for (const wh of unmetWh) missingWh += wh;
  return missingWh > NOTHING_WH * 10 * Math.max(1, vehicles);
}

interface Filled {
  flow: EnergyFlow;
  money: number;
  rooms: PricedSlot[];
  used: PricedSlot[];
}

function fill(
  normal: NormalProblem,
  segments: readonly CostSegment[],
  needs: readonly Need[],
  order: SlotOrder,
): Filled {
  const { sessions, slots, hours } = normal;
  const someoneGains = order === 'cheapest' && segments.length > 0 && segments[0]!.pricePerKwh < 0;
  const flow = new EnergyFlow(
    hours,
    sessions.map((session, n) =>
      flowVehicle(session, needs[n]!, someoneGains ? beyondNeedWh(normal, session, needs[n]!) : 0),
    ),
  );
  const filled: Filled = { flow, money: moneyOfBase(normal), rooms: [], used: [] };
  const peak = new LowestPeak(normal, flow);
  let privateSlotOpen = flow.slots > slots;
  for (let from = 0; from < segments.length; ) {
    const { pricePerKwh } = segments[from]!;
    if (privateSlotOpen && pricePerKwh >= 0) {
      fillPrivateSlot(filled, slots);
      privateSlotOpen = false;
    }
    let to = from + 1;
    const isTied = () => order === 'cheapest' && segments[to]!.pricePerKwh === pricePerKwh;
    while (to < segments.length && isTied()) to++;
    const takenWh = peak.extend(segments.slice(from, to));
    for (let i = from; i < to; i++) {
      const wh = takenWh[i - from]!;
      const { slot, sizeWh } = segments[i]!;
      filled.money += (wh * pricePerKwh) / 1000;
      if (wh > NOTHING_WH) filled.used.push({ slot, pricePerKwh });
      if (sizeWh - wh > NOTHING_WH) filled.rooms.push({ slot, pricePerKwh });
    }
    from = to;
  }
  if (privateSlotOpen) fillPrivateSlot(filled, slots);
  return filled;
}

/** What is not worth taking goes "after departure", at no price. */
function fillPrivateSlot({ flow, used, rooms }: Filled, slot: number): void {
  if (flow.extend(slot, Number.POSITIVE_INFINITY) > NOTHING_WH) used.push({ slot, pricePerKwh: 0 });
  rooms.push({ slot, pricePerKwh: 0 });
}

function solutionOf(normal: NormalProblem, { flow, money, rooms, used }: Filled): ChargeOnlySolution {
  return {
    powers: { powerW: powersOf(normal, flow), storePowerW: [] },
    money,
    marginalPricePerKwh: marginalPrices(flow, rooms, used).slice(0, normal.slots),
  };
}

/** What import and export cost before any car charges. */
export function moneyOfBase({ site, hours, slots }: NormalProblem): number {
  let money = 0;
  for (let t = 0; t < slots; t++) {
    const kwh = (site.baseW[t]! * hours[t]!) / 1000;
    money += kwh * (kwh > 0 ? site.importPricePerKwh[t]! : site.exportPricePerKwh[t]!);
  }
  return money;
}

function slotTotals(normal: NormalProblem, segments: readonly CostSegment[]): Float64Array {
  const totalsWh = new Float64Array(normal.slots);
  for (const segment of segments) totalsWh[segment.slot]! += segment.sizeWh;
  return totalsWh;
}

/** One array per session, all in one buffer. */
function powersOf({ slots, hours, sessions }: NormalProblem, flow: EnergyFlow): Float64Array[] {
  const buffer = new Float64Array(sessions.length * slots);
  return sessions.map((_, n) => {
    const powerW = buffer.subarray(n * slots, (n + 1) * slots);
    const row = n * flow.slots;
    for (let t = 0; t < slots; t++) powerW[t] = flow.takenWh[row + t]! / hours[t]!;
    return powerW;
  });
}
