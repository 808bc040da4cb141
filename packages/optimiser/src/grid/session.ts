/** One session on the grid: window, power limits, content ledger. */
import type { Session } from '../contract/problem.ts';
import { chargeLimits } from './charge-limit.ts';
import type { NormalSession } from './normal-problem.ts';
import { arrivalSlot, type SlotClock, slotsEndedBy } from './slot-clock.ts';
import { normalTargets, type Stay } from './targets.ts';

/** Share of the overshoot slot that is used: the contract says *less* than one slot at the minimum power. */
const BELOW_ONE_SLOT = 1 - 1e-6;
/** Reserve when the driver named none. */
const DEFAULT_RESERVE_SOC = 0.2;

export function normalSession(clock: SlotClock, session: Session, index: number): NormalSession {
  const stay = stayOf(clock, session);
  const targets = normalTargets(clock, session, stay);
  const firstSlot = Math.min(stay.firstSlot, clock.slots);
  const endSlot = Math.max(firstSlot, Math.min(stay.departureSlot, clock.slots));
  const ledger = ledgerOf(session);
  const chargeEfficiency = session.charge_efficiency ?? 1;
  const minChargeW = session.min_charge_w ?? 0;
  const overshootWh = minChargeW * clock.slotHours * chargeEfficiency * BELOW_ONE_SLOT;
  const needCapWh =
    session.energy_need_wh === undefined ? Number.POSITIVE_INFINITY : ledger.startWh + session.energy_need_wh;
  const highestWh = targets.reduce((wh, target) => Math.max(wh, target.contentWh), ledger.startWh);
  return {
    index,
    id: session.id,
    firstSlot,
    endSlot,
    ...chargeLimits(session, { firstSlot, endSlot }),
    minChargeW,
    maxDischargeW: ledger.hasBattery ? (session.max_discharge_w ?? 0) : 0,
    phases: [...new Set(session.phases ?? [1, 2, 3])].sort(),
    ...ledger,
    ceilingWh: Math.min(ledger.ceilingWh, needCapWh),
    ceilingWithMinimumWh: Math.min(ledger.ceilingWh, needCapWh + overshootWh),
    targets,
    needWh: highestWh - ledger.startWh,
    chargeEfficiency,
    dischargeEfficiency: session.discharge_efficiency ?? 1,
    wearCostPerKwh: session.wear_cost ?? 0,
    occupiedSlots: session.occupied_slots ?? 0,
    priority: session.priority === 'priority',
    preference: session.preference ?? 'CHEAP',
  };
}

function stayOf(clock: SlotClock, session: Session): Stay {
  const firstSlot = arrivalSlot(clock, session.arrival);
  const { departure } = session;
  // A car that is still plugged in after its announced departure has an unknown one.
  const overdue = departure !== undefined && Date.parse(departure) <= clock.nowMs && firstSlot === 0;
  if (departure === undefined || overdue) {
    return { firstSlot, departureSlot: Math.max(firstSlot, clock.slots) };
  }
  return { firstSlot, departureSlot: Math.max(firstSlot, slotsEndedBy(clock, departure)) };
}

type Ledger = Pick<NormalSession, 'hasBattery' | 'capacityWh' | 'startWh' | 'floorWh' | 'ceilingWh'>;

function ledgerOf(session: Session): Ledger {
  const { battery_wh: capacityWh, soc } = session;
  if (capacityWh === undefined || soc === undefined) {
    const ceilingWh = session.energy_need_wh === undefined ? 0 : Number.POSITIVE_INFINITY;
    return { hasBattery: false, capacityWh: 0, startWh: 0, floorWh: 0, ceilingWh };
  }
  return {
    hasBattery: true,
    capacityWh,
    startWh: soc * capacityWh,
    floorWh: Math.min(soc, session.reserve_soc ?? DEFAULT_RESERVE_SOC) * capacityWh,
    ceilingWh: Math.max(soc, session.max_soc ?? 1) * capacityWh,
  };
}
