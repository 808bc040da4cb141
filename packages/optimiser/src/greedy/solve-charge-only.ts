/**
 * Charge-only vehicles whose cost depends on slot totals alone (D4.2 models v1 and v3): exact by the polymatroid greedy.
 *
 * Segments of the site's cost staircase are taken cheapest first, each extended as far as a flow allows. Energy beyond the need is
 * worth taking only where the price is negative: a vehicle that may take more than it needs gets a private slot of size (most - need) at price 0
 * "after departure"; whatever is cheaper than nothing is filled before it, and what lands there is energy not taken.
 */
import type { NormalProblem, NormalSession, PowerMatrix } from '../grid/normal-problem.ts';
import { type CostSegment, costSegments } from './cost-segments.ts';
import { EnergyFlow, type FlowVehicle, NOTHING_WH } from './energy-flow.ts';
import { type Claimant, fairShares } from './fair-shares.ts';
import { marginalPrices } from './marginal-prices.ts';

export interface ChargeOnlySolution {
  powers: PowerMatrix;
  /** Import and export together, in the problem's currency: the proved optimum. */
  money: number;
  marginalPricePerKwh: (number | null)[];
}

/** A sentence when the shares of a shortage are another engine's work. */
export function solveChargeOnly(normal: NormalProblem): ChargeOnlySolution | string {
  const { sessions } = normal;
  const segments = costSegments(normal);
  const alone = sessions.map((session) => asVehicle(normal, session, true));
  const solution = run(normal, segments, alone);
  const missingWh = solution.flow.unmetWh.reduce((sum, wh) => sum + wh, 0);
  if (missingWh <= NOTHING_WH * 10 * Math.max(1, alone.length)) return solution;
  if (sessions.some((session) => session.targets.length > 1)) {
    return 'not everything fits, and a session has several targets';
  }
  if (sessions.some((session) => session.chargeEfficiency !== sessions[0]!.chargeEfficiency)) {
    return 'not everything fits, and the sessions lose energy differently';
  }
  if (sessions.some((session) => session.targets.some((target) => target.contentWh > session.ceilingWh))) {
    return 'not everything fits, and a session asks for more than its battery may hold';
  }
  const wanted = sessions.map((session) => asVehicle(normal, session, false));
  const granted = fairShares(
    normal.slots,
    sessions.map((session, n) => asClaimant(session, wanted[n]!)),
    slotTotals(normal, segments),
  );
  return run(
    normal,
    segments,
    wanted.map((vehicle, n) => ({ ...vehicle, demandWh: granted[n]! })),
  );
}

function run(normal: NormalProblem, segments: readonly CostSegment[], vehicles: readonly FlowVehicle[]) {
  const { slots, hours } = normal;
  const someoneGains = segments.some((segment) => segment.pricePerKwh < 0);
  const extraWh = normal.sessions.map((session, n) =>
    someoneGains ? beyondNeedWh(session, vehicles[n]!, hours) : 0,
  );
  const hasPrivateSlot = extraWh.some((wh) => wh > NOTHING_WH);
  const flow = new EnergyFlow(
    hasPrivateSlot ? slots + 1 : slots,
    hasPrivateSlot ? vehicles.map((vehicle, n) => withPrivateSlot(vehicle, slots, extraWh[n]!)) : vehicles,
  );
  const rooms: { slot: number; pricePerKwh: number }[] = [];
  let money = moneyOfBase(normal);
  let privateSlotOpen = hasPrivateSlot;
  for (const { slot, pricePerKwh, sizeWh } of segments) {
    if (privateSlotOpen && pricePerKwh >= 0) {
      flow.extend(slots, Number.POSITIVE_INFINITY);
      rooms.push({ slot: slots, pricePerKwh: 0 });
      privateSlotOpen = false;
    }
    const takenWh = flow.extend(slot, sizeWh);
    money += (takenWh * pricePerKwh) / 1000;
    if (sizeWh - takenWh > NOTHING_WH) rooms.push({ slot, pricePerKwh });
  }
  if (privateSlotOpen) flow.extend(slots, Number.POSITIVE_INFINITY);
  return {
    flow,
    money,
    powers: powersOf(normal, flow),
    marginalPricePerKwh: marginalPrices(flow, slots, rooms),
  };
}

/** What import and export cost before any car charges. */
function moneyOfBase({ site, hours, slots }: NormalProblem): number {
  let money = 0;
  for (let t = 0; t < slots; t++) {
    const kwh = (site.baseW[t]! * hours[t]!) / 1000;
    money += kwh * (kwh > 0 ? site.importPricePerKwh[t]! : site.exportPricePerKwh[t]!);
  }
  return money;
}

/** @param reachable demands are cut to what the vehicle could have if it were alone: nobody can give it more */
function asVehicle(normal: NormalProblem, session: NormalSession, reachable: boolean): FlowVehicle {
  const { firstSlot, endSlot, chargeEfficiency, startWh } = session;
  const capacityWh = (slot: number) => session.maxChargeW * normal.hours[slot]!;
  const demandBy = (target: { endSlot: number; contentWh: number }) => {
    const contentWh = Math.min(target.contentWh, session.ceilingWh);
    const plugWh = Math.max(0, contentWh - startWh) / chargeEfficiency;
    if (!reachable) return plugWh;
    let mostWh = 0;
    for (let slot = firstSlot; slot < target.endSlot; slot++) mostWh += capacityWh(slot);
    return Math.min(plugWh, mostWh);
  };
  const demandWh = session.targets.reduce((most, target) => Math.max(most, demandBy(target)), 0);
  const deadlines = session.targets
    .filter((target) => target.endSlot < endSlot && target.contentWh > startWh)
    .map((target) => ({ endSlot: target.endSlot, demandWh: demandBy(target) }));
  return { firstSlot, endSlot, demandWh, deadlines, capacityWh };
}

function asClaimant(session: NormalSession, vehicle: FlowVehicle): Claimant {
  const isMinimum = session.targets.some((target) => target.kind === 'minimum');
  return { ...vehicle, class: isMinimum ? 0 : session.priority ? 1 : 2 };
}

/** What the vehicle could take beyond its demand: room in the battery, bounded by what its stay allows (Wh at the plug). */
function beyondNeedWh(session: NormalSession, vehicle: FlowVehicle, hours: Float64Array): number {
  const roomWh = (session.ceilingWh - session.startWh) / session.chargeEfficiency;
  let stayWh = 0;
  for (let slot = session.firstSlot; slot < session.endSlot; slot++)
    stayWh += session.maxChargeW * hours[slot]!;
  return Math.max(0, Math.min(roomWh, stayWh) - vehicle.demandWh);
}

function withPrivateSlot(vehicle: FlowVehicle, privateSlot: number, extraWh: number): FlowVehicle {
  return {
    firstSlot: vehicle.firstSlot,
    endSlot: privateSlot + 1,
    demandWh: vehicle.demandWh + extraWh,
    deadlines: vehicle.deadlines,
    capacityWh: (slot) => {
      if (slot === privateSlot) return extraWh;
      return slot < vehicle.endSlot ? vehicle.capacityWh(slot) : 0;
    },
  };
}

function slotTotals(normal: NormalProblem, segments: readonly CostSegment[]): Float64Array {
  const totalsWh = new Float64Array(normal.slots);
  for (const segment of segments) totalsWh[segment.slot]! += segment.sizeWh;
  return totalsWh;
}

function powersOf(normal: NormalProblem, flow: EnergyFlow): PowerMatrix {
  const powerW = normal.sessions.map((_, n) =>
    Float64Array.from(normal.hours, (hours, slot) => flow.takenWh[n * flow.slots + slot]! / hours),
  );
  return { powerW, storePowerW: [] };
}
