/** What the sessions of a charge-only problem need, as energy at the plug by the end of slots. */
import { chargeLimitOf } from '../grid/charge-limit.ts';
import type { NormalProblem, NormalSession } from '../grid/normal-problem.ts';
import type { FlowVehicle } from './energy-flow.ts';

/** Energy by departure, and before it. */
export interface Need {
  demandWh: number;
  /** In ascending order, all before departure. */
  deadlines: { endSlot: number; demandWh: number }[];
}

/** Wh at the plug that this target takes, cut to what the session could have if it were alone: nobody can give it more. */
export function reachableWh(
  normal: NormalProblem,
  session: NormalSession,
  target: { endSlot: number; contentWh: number },
): number {
  const { firstSlot, endSlot, ceilingWh, startWh, chargeEfficiency } = session;
  const wantedWh = Math.max(0, Math.min(target.contentWh, ceilingWh) - startWh) / chargeEfficiency;
  let mostWh = 0;
  const end = Math.min(target.endSlot, endSlot);
  for (let slot = firstSlot; slot < end && mostWh < wantedWh; slot++)
    mostWh += chargeLimitOf(session, slot) * normal.hours[slot]!;
  return Math.min(wantedWh, mostWh);
}

/** The need of a session that has the site for itself. */
export function reachableNeed(normal: NormalProblem, session: NormalSession): Need {
  const need: Need = { demandWh: 0, deadlines: [] };
  for (const target of session.targets) {
    const demandWh = reachableWh(normal, session, target);
    need.demandWh = Math.max(need.demandWh, demandWh);
    if (target.endSlot < session.endSlot && target.contentWh > session.startWh) {
      need.deadlines.push({ endSlot: target.endSlot, demandWh });
    }
  }
  return need;
}

/** The session with a need, and with room for energy beyond it, Wh. */
export function flowVehicle(session: NormalSession, need: Need, beyondWh: number): FlowVehicle {
  return {
    firstSlot: session.firstSlot,
    endSlot: session.endSlot,
    powerW: session.maxChargeW,
    limitW: session.chargeLimitW,
    demandWh: need.demandWh + beyondWh,
    deadlines: need.deadlines,
    privateWh: beyondWh,
  };
}

/** What the vehicle could take beyond its need: room in the battery, bounded by what its stay allows, Wh at the plug. */
export function beyondNeedWh(normal: NormalProblem, session: NormalSession, need: Need): number {
  const roomWh = (session.ceilingWh - session.startWh) / session.chargeEfficiency;
  let stayWh = 0;
  for (let slot = session.firstSlot; slot < session.endSlot; slot++) {
    stayWh += chargeLimitOf(session, slot) * normal.hours[slot]!;
  }
  return Math.max(0, Math.min(roomWh, stayWh) - need.demandWh);
}
