/** What vehicles and stores have in common for the block-arrow programme, and what can be said of one alone. */
import {
  chargeLimitOf,
  type NormalProblem,
  type NormalSession,
  type NormalStore,
  type NormalTarget,
} from '../grid/index.ts';

export interface Device {
  /** Window [firstSlot, endSlot). */
  firstSlot: number;
  endSlot: number;
  maxChargeW: number;
  chargeLimitW: Float64Array | null;
  maxDischargeW: number;
  chargeEfficiency: number;
  dischargeEfficiency: number;
  startWh: number;
  floorWh: number;
  ceilingWh: number;
  /** Least content at the end of slot endSlot - 1. */
  targets: readonly NormalTarget[];
  wearCostPerKwh: number;
  /** Currency per kWh charged in the window's first slot, and more per slot later (linear occupancy, O4 corrected). */
  chargeCost: number;
  chargeCostPerSlot: number;
  /** Content that a FAST session has to have as early as possible, Wh; null for all others (level 2e). */
  fastWh: number | null;
}

/** What can be charged or discharged in a slot at a power, kWh. */
export const slotKwh = (powerW: number, hours: number) => (powerW * hours) / 1000;

/** Sessions, then stores. */
export function devicesOf(normal: NormalProblem): Device[] {
  return [
    ...normal.sessions.map((session) => sessionDevice(normal, session)),
    ...normal.stores.map((store) => storeDevice(normal, store)),
  ];
}

function sessionDevice(normal: NormalProblem, session: NormalSession): Device {
  const perSlot = normal.site.opportunityCostPerSlot;
  const weighs = perSlot > 0 && normal.opportunity === 'linear' && session.needWh > 0;
  const perKwh = weighs ? (session.chargeEfficiency * 1000 * perSlot) / session.needWh : 0;
  const mayCharge = session.ceilingWh > session.startWh || session.maxDischargeW > 0;
  return {
    firstSlot: session.firstSlot,
    endSlot: session.endSlot,
    maxChargeW: mayCharge ? session.maxChargeW : 0,
    chargeLimitW: mayCharge ? session.chargeLimitW : null,
    maxDischargeW: session.maxDischargeW,
    chargeEfficiency: session.chargeEfficiency,
    dischargeEfficiency: session.dischargeEfficiency,
    startWh: session.startWh,
    floorWh: session.floorWh,
    ceilingWh: session.ceilingWh,
    targets: session.targets,
    wearCostPerKwh: session.wearCostPerKwh,
    chargeCost: perKwh * session.occupiedSlots,
    chargeCostPerSlot: perKwh,
    fastWh: session.preference === 'FAST' && session.needWh > 0 ? session.startWh + session.needWh : null,
  };
}

function storeDevice(normal: NormalProblem, store: NormalStore): Device {
  return {
    firstSlot: 0,
    endSlot: normal.slots,
    maxChargeW: store.maxChargeW,
    chargeLimitW: null,
    maxDischargeW: store.maxDischargeW,
    chargeEfficiency: store.chargeEfficiency,
    dischargeEfficiency: store.dischargeEfficiency,
    startWh: store.startWh,
    floorWh: store.floorWh,
    ceilingWh: store.ceilingWh,
    targets: [{ endSlot: normal.slots, contentWh: store.endWh, kind: 'target' }],
    wearCostPerKwh: store.wearCostPerKwh,
    chargeCost: 0,
    chargeCostPerSlot: 0,
    fastWh: null,
  };
}

/** The device has no slot, or nothing it could do in one. */
export const isIdle = (device: Device): boolean =>
  device.endSlot <= device.firstSlot || (device.maxChargeW <= 0 && device.maxDischargeW <= 0);

/** Its content must be followed: it may discharge, is in a hurry, or is asked for something before its last slot. */
export const isChain = (device: Device): boolean =>
  device.maxDischargeW > 0 ||
  device.fastWh !== null ||
  device.targets.some((target) => target.endSlot < device.endSlot && target.contentWh > device.startWh);

/** Most that the device has above its start after each slot of its window when it is alone and always charges, Wh. */
export function mostGainWh(device: Device, hours: Float64Array): Float64Array {
  const roomWh = Math.max(0, device.ceilingWh - device.startWh);
  const gainWh = new Float64Array(Math.max(0, device.endSlot - device.firstSlot));
  let sumWh = 0;
  for (let k = 0; k < gainWh.length; k++) {
    const t = device.firstSlot + k;
    sumWh += chargeLimitOf(device, t) * hours[t]! * device.chargeEfficiency;
    gainWh[k] = Math.min(sumWh, roomWh);
  }
  return gainWh;
}
