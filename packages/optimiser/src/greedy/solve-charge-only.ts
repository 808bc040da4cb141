/**
 * Charge-only vehicles whose cost depends on slot totals alone (D4.2 models v1 and v3): exact by the polymatroid greedy.
 *
 * Segments of the site's cost staircase are taken cheapest first, each extended as far as a flow allows. Energy beyond the need is
 * worth taking only where the price is negative: a vehicle that may take more than it needs gets a private slot of size (most - need) at price 0
 * "after departure"; whatever is cheaper than nothing is filled before it, and what lands there is energy not taken.
 */
import type { NormalProblem, NormalSession, PowerMatrix } from '../grid/normal-problem.ts';
import { type CostSegment, costSegments, costsAreConvex } from './cost-segments.ts';
import { EnergyFlow, type FlowVehicle, NOTHING_WH } from './energy-flow.ts';
import { type Claimant, fairShares } from './fair-shares.ts';
import { marginalPrices } from './marginal-prices.ts';

export interface ChargeOnlySolution {
  powers: PowerMatrix;
  marginalPricePerKwh: (number | null)[];
}

/** true, or the reason why this algorithm would not be exact for the problem. */
export function chargeOnlyApplies(normal: NormalProblem): true | string {
  const { sessions, site } = normal;
  if (sessions.some((session) => session.maxDischargeW > 0)) return 'a session may discharge';
  if (normal.stores.length > 0) return 'there is a stationary store';
  if (normal.groups.length > 0) return 'there are group limits';
  if (site.phaseRoomW.some((roomW) => Number.isFinite(roomW))) return 'there is a limit per phase';
  if (sessions.some((session) => session.minChargeW > 0)) return 'a session has a minimum power';
  if (site.capacityPricePerKw > 0) return 'there is a capacity price';
  if (site.opportunityCostPerSlot > 0) return 'there is an opportunity cost';
  if (sessions.some((session) => session.preference === 'FAST' && session.needWh > 0))
    return 'a session wants FAST';
  if (site.co2GPerKwh !== null && sessions.some((session) => session.preference === 'GREEN'))
    return 'a session wants GREEN';
  if (!costsAreConvex(normal)) return 'exporting earns more than importing costs';
  return true;
}

/** undefined when several deadlines of one session cannot all be met: their shares are then another engine's work. */
export function solveChargeOnly(normal: NormalProblem): ChargeOnlySolution | undefined {
  const segments = costSegments(normal);
  const wanted = normal.sessions.map((session) => asVehicle(normal, session));
  const solution = run(normal, segments, wanted);
  const missingWh = solution.flow.unmetWh.reduce((sum, wh) => sum + wh, 0);
  if (missingWh <= NOTHING_WH * 10 * Math.max(1, wanted.length)) return solution;
  if (normal.sessions.some((session) => session.targets.length > 1)) return undefined;
  const granted = fairShares(
    normal.slots,
    normal.sessions.map((session, n) => asClaimant(session, wanted[n]!)),
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
  let privateSlotOpen = hasPrivateSlot;
  for (const { slot, pricePerKwh, sizeWh } of segments) {
    if (privateSlotOpen && pricePerKwh >= 0) {
      flow.extend(slots, Number.POSITIVE_INFINITY);
      rooms.push({ slot: slots, pricePerKwh: 0 });
      privateSlotOpen = false;
    }
    const takenWh = flow.extend(slot, sizeWh);
    if (sizeWh - takenWh > NOTHING_WH) rooms.push({ slot, pricePerKwh });
  }
  if (privateSlotOpen) flow.extend(slots, Number.POSITIVE_INFINITY);
  return { flow, powers: powersOf(normal, flow), marginalPricePerKwh: marginalPrices(flow, slots, rooms) };
}

function asVehicle(normal: NormalProblem, session: NormalSession): FlowVehicle {
  const { firstSlot, endSlot, chargeEfficiency, startWh } = session;
  const plugWh = (contentWh: number) => Math.max(0, contentWh - startWh) / chargeEfficiency;
  const capacityWh = (slot: number) => session.maxChargeW * normal.hours[slot]!;
  const demandWh = session.targets.reduce((most, target) => Math.max(most, plugWh(target.contentWh)), 0);
  const deadlines = session.targets
    .filter((target) => target.endSlot < endSlot && target.contentWh > startWh)
    .map((target) => ({ endSlot: target.endSlot, demandWh: plugWh(target.contentWh) }));
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
