/** Sessions and stores of the reference: variables in every slot of the horizon, bounds 0 outside the stay. */
import type { ReadProblem, ReadSession } from '../../checker/reading.ts';
import type { Store } from '../../contract/index.ts';
import type { Programme, Term } from './programme.ts';

/** Columns per slot, kWh: `charge` and `discharge` at the supply side, `gain` in the battery since arrival. */
export interface LiteralDevice {
  charge: number[];
  discharge: number[];
  gain: number[];
}

/** The contract says "less than one slot": the last millionth of it stays free. */
const LESS_THAN_ONE_SLOT = 1 - 1e-6;

export function addLiteralSession(programme: Programme, read: ReadProblem, of: ReadSession): LiteralDevice {
  const { session, stay } = of;
  const minimumW = session.min_charge_w ?? 0;
  const overshootWh = minimumW * read.slotHours * of.chargeEfficiency * LESS_THAN_ONE_SLOT;
  const inStay = (slot: number) => slot >= stay.from && slot < stay.to;
  const mostW = (slot: number) => Math.min(session.max_charge_w, session.charge_limit_w?.[slot] ?? Infinity);
  const device = addDevice(programme, read, {
    chargeW: (slot) => (inStay(slot) ? mostW(slot) : 0),
    dischargeW: (slot) => (inStay(slot) ? of.maxDischargeW : 0),
    floorWh: of.floorWh,
    ceilingWh: Math.min(of.ceilingWh, of.needCapWh + overshootWh),
    charge: of.chargeEfficiency,
    discharge: of.dischargeEfficiency,
  });
  if (minimumW > 0) {
    for (let slot = stay.from; slot < stay.to; slot++) {
      const on = programme.binary();
      const kwh = (powerW: number) => (powerW * read.hours[slot]!) / 1000;
      programme.atLeast(
        [
          [device.charge[slot]!, 1],
          [on, -kwh(minimumW)],
        ],
        0,
      );
      programme.atMost(
        [
          [device.charge[slot]!, 1],
          [on, -kwh(mostW(slot))],
        ],
        0,
      );
    }
  }
  return device;
}

export function addLiteralStore(programme: Programme, read: ReadProblem, store: Store): LiteralDevice {
  return addDevice(programme, read, {
    chargeW: () => store.max_charge_w,
    dischargeW: () => store.max_discharge_w,
    floorWh: (Math.min(store.soc, store.min_soc ?? 0) - store.soc) * store.capacity_wh,
    ceilingWh: (Math.max(store.soc, store.max_soc ?? 1) - store.soc) * store.capacity_wh,
    charge: store.charge_efficiency ?? 1,
    discharge: store.discharge_efficiency ?? 1,
  });
}

interface Bounds {
  chargeW: (slot: number) => number;
  dischargeW: (slot: number) => number;
  floorWh: number;
  ceilingWh: number;
  charge: number;
  discharge: number;
}

function addDevice(programme: Programme, read: ReadProblem, bounds: Bounds): LiteralDevice {
  const device: LiteralDevice = { charge: [], discharge: [], gain: [] };
  for (let slot = 0; slot < read.slots; slot++) {
    const mostIn = (bounds.chargeW(slot) * read.hours[slot]!) / 1000;
    const mostOut = (bounds.dischargeW(slot) * read.hours[slot]!) / 1000;
    const charge = programme.variable(0, mostIn);
    const discharge = programme.variable(0, mostOut);
    const gain = programme.variable(bounds.floorWh / 1000, bounds.ceilingWh / 1000);
    const before: Term[] = slot === 0 ? [] : [[device.gain[slot - 1]!, -1]];
    programme.equal([[gain, 1], ...before, [charge, -bounds.charge], [discharge, 1 / bounds.discharge]], 0);
    if (mostIn > 0 && mostOut > 0) {
      // Never both in one slot.
      const charging = programme.binary();
      programme.atMost(
        [
          [charge, 1],
          [charging, -mostIn],
        ],
        0,
      );
      programme.atMost(
        [
          [discharge, 1],
          [charging, mostOut],
        ],
        mostOut,
      );
    }
    device.charge.push(charge);
    device.discharge.push(discharge);
    device.gain.push(gain);
  }
  return device;
}
