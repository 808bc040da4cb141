/** Bounds, costs and right-hand sides of the variables that all blocks share (program.ts). */
import { chargeLimitOf, type NormalProblem } from '../grid/index.ts';
import { type Device, slotKwh } from './device.ts';
import type { BlockArrowProgram } from './program.ts';

/** Limits within this of each other count as equal, W. */
const EQUAL_W = 1e-6;
const BEYOND_REACH_KWH = 1;

/** How far all devices together can move each slot's net energy, kWh. */
export interface Room {
  /** What one device can charge or discharge at most: the room to the limits, and what others can do the other way. */
  upKwh: Float64Array;
  downKwh: Float64Array;
  /** What devices can discharge and charge. */
  outKwh: Float64Array;
  inKwh: Float64Array;
}

export function slotRoom({ site, hours, slots }: NormalProblem, devices: readonly Device[]): Room {
  const outKwh = new Float64Array(slots);
  const inKwh = new Float64Array(slots);
  for (const device of devices) {
    for (let t = device.firstSlot; t < device.endSlot; t++) {
      outKwh[t]! += slotKwh(device.maxDischargeW, hours[t]!);
      inKwh[t]! += slotKwh(chargeLimitOf(device, t), hours[t]!);
    }
  }
  return {
    outKwh,
    inKwh,
    upKwh: outKwh.map((kwh, t) => kwh + slotKwh(site.netCeilingW[t]! - site.baseW[t]!, hours[t]!)),
    downKwh: inKwh.map((kwh, t) => kwh + slotKwh(site.baseW[t]! - site.netFloorW[t]!, hours[t]!)),
  };
}

/** The base is above the import limit, and devices could lower it (level 1b). */
export const isExceeded = ({ site }: NormalProblem, { outKwh }: Pick<Room, 'outKwh'>, t: number): boolean =>
  site.baseW[t]! > site.importLimitW[t]! + EQUAL_W && outKwh[t]! > 0;

export function fillSupply(program: BlockArrowProgram, normal: NormalProblem, room: Room): void {
  const { site, hours, slots: gridSlots } = normal;
  const { slots, lower, upper, cost, rightHandSide } = program;
  for (let t = 0; t < gridSlots; t++) {
    const baseKwh = slotKwh(site.baseW[t]!, hours[t]!);
    rightHandSide[t] = baseKwh;
    // A boxed programme needs finite limits; what devices cannot reach is no limit, and must not be one just where they can do nothing.
    const highestKwh = baseKwh + room.inKwh[t]! + BEYOND_REACH_KWH;
    const lowestKwh = baseKwh - room.outKwh[t]! - BEYOND_REACH_KWH;
    const ceilingKwh =
      room.upKwh[t]! > 0 ? Math.min(slotKwh(site.netCeilingW[t]!, hours[t]!), highestKwh) : highestKwh;
    const floorKwh =
      room.downKwh[t]! > 0 ? Math.max(slotKwh(site.netFloorW[t]!, hours[t]!), lowestKwh) : lowestKwh;
    const mostKwh = Math.max(0, ceilingKwh);
    const limitKwh = Math.max(0, slotKwh(site.importLimitW[t]!, hours[t]!));
    upper[t] = isExceeded(normal, room, t) ? Math.min(mostKwh, limitKwh) : mostKwh;
    upper[2 * slots + t] = mostKwh - upper[t]!;
    lower[slots + t] = Math.max(0, -ceilingKwh);
    upper[slots + t] = Math.max(lower[slots + t]!, -floorKwh);
    if (site.importPricePerKwh[t]! < site.exportPricePerKwh[t]!) {
      // Both directions at once would pay here; where only one can be reached, the other is closed.
      if (baseKwh >= room.outKwh[t]!) upper[slots + t] = lower[slots + t]!;
      if (baseKwh <= -room.inKwh[t]!) upper[t] = upper[2 * slots + t] = 0;
    }
    cost[t] = cost[2 * slots + t] = site.importPricePerKwh[t]!;
    cost[slots + t] = -site.exportPricePerKwh[t]!;
  }
  if (program.peak >= 0) fillPeak(program, normal);
}

/** The slots of GREEN sessions: what the surplus of the site can give, and the rest from the grid. */
export function fillApart(
  { slots, upper }: BlockArrowProgram,
  { site, hours, slots: gridSlots }: NormalProblem,
  devices: readonly Device[],
): void {
  for (const device of devices) {
    for (let t = device.firstSlot; t < device.endSlot; t++) {
      upper[2 * slots + gridSlots + t]! += slotKwh(chargeLimitOf(device, t), hours[t]!);
    }
  }
  for (let t = 0; t < gridSlots; t++) {
    const surplusKwh = slotKwh(Math.max(0, -site.baseW[t]!), hours[t]!);
    upper[gridSlots + t] = Math.min(surplusKwh, upper[2 * slots + gridSlots + t]!);
  }
}

/** peak(t): imp + over + slack - h P = h peak so far - used(t). */
function fillPeak(program: BlockArrowProgram, normal: NormalProblem): void {
  const { site, slots, slotHours } = normal;
  const { upper, cost, rightHandSide, peak } = program;
  let mostKwh = 0;
  for (let t = 0; t < slots; t++) {
    const usedKwh = t === 0 ? site.slot0ImportWh / 1000 : 0;
    rightHandSide[slots + t] = slotKwh(site.peakSoFarW, slotHours) - usedKwh;
    mostKwh = Math.max(mostKwh, upper[t]! + upper[2 * slots + t]! - rightHandSide[slots + t]!);
  }
  upper[peak] = mostKwh / slotHours;
  cost[peak] = site.capacityPricePerKw;
  for (let t = 0; t < slots; t++) upper[3 * slots + t] = Math.max(0, rightHandSide[slots + t]! + mostKwh);
}
