/** One way through the needs, in the order of the contract: minimums, priority, everybody. */
import type { NormalProblem, NormalSession, NormalTarget } from '../grid/index.ts';
import { Headroom } from './headroom.ts';
import { Ledger } from './ledger.ts';
import { serve } from './serve.ts';
import { preferredOrder, type SlotOrders } from './slot-order.ts';

export interface Strategy {
  /** Take slots as they come instead of as the session prefers: wins energy where room is scarce. */
  earliest: boolean;
  /** Serve the last level in this many equal steps of every need: shares scarcity evenly. */
  steps: number;
}

export interface Attempt {
  ledgers: readonly Ledger[];
  headroom: Headroom;
}

export function attempt(normal: NormalProblem, orders: SlotOrders, strategy: Strategy): Attempt {
  const headroom = new Headroom(normal);
  const ledgers = normal.sessions.map((session) => new Ledger(session, normal.hours));
  relieveBase(normal, ledgers, headroom);
  const urgent = ledgers.toSorted((a, b) => laxity(a.session) - laxity(b.session) || compare(a, b));
  const order = (session: NormalSession) =>
    strategy.earliest ? orders.early : preferredOrder(session, orders);
  const serveTargets = (ledger: Ledger, wanted: (target: NormalTarget) => boolean, share: number) => {
    const { session } = ledger;
    for (const target of session.targets) {
      if (!wanted(target)) continue;
      const dueWh = session.startWh + (target.contentWh - session.startWh) * share;
      serve(ledger, headroom, dueWh, target.endSlot, order(session));
    }
  };
  for (const ledger of urgent) serveTargets(ledger, (target) => target.kind === 'minimum', 1);
  for (const ledger of urgent) if (ledger.session.priority) serveTargets(ledger, () => true, 1);
  for (let step = 1; step <= strategy.steps; step++) {
    for (const ledger of urgent) serveTargets(ledger, () => true, step / strategy.steps);
  }
  return { ledgers, headroom };
}

/** Slots that may be wasted before the need is in danger. */
function laxity(session: NormalSession): number {
  const slots = session.endSlot - session.firstSlot;
  if (session.needWh === 0 || session.maxChargeW === 0) return slots;
  return slots - session.needWh / (session.maxChargeW * session.chargeEfficiency);
}

const compare = (a: Ledger, b: Ledger) =>
  a.session.endSlot - b.session.endSlot || a.session.index - b.session.index;

/** 1b: where the base alone is above the limit, cars that may discharge take off what their floor allows. */
function relieveBase(normal: NormalProblem, ledgers: readonly Ledger[], headroom: Headroom): void {
  const { baseW, importLimitW } = normal.site;
  for (let slot = 0; slot < normal.slots; slot++) {
    if (baseW[slot]! <= importLimitW[slot]!) continue;
    for (const ledger of ledgers) {
      const { session } = ledger;
      if (session.maxDischargeW === 0 || slot < session.firstSlot || slot >= session.endSlot) continue;
      const excessW = headroom.netW(slot) - importLimitW[slot]!;
      const spareW = (ledger.spareWh(slot) * session.dischargeEfficiency) / normal.hours[slot]!;
      const powerW = Math.min(excessW, session.maxDischargeW, spareW, headroom.dischargeRoomW(session, slot));
      if (powerW <= 0) continue;
      ledger.discharge(slot, powerW);
      headroom.take(session, slot, -powerW);
    }
  }
}
