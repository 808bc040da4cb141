/**
 * Bounds, costs and right-hand sides of one block (program.ts).
 *
 * What a device can do at most in a slot is cut to what the slot can take, and a target that takes full power from arrival on fixes the
 * powers: an interior point needs room between the bounds of what is not constant.
 */
import { chargeLimitOf, type NormalProblem } from '../grid/index.ts';
import type { Block } from './block.ts';
import { type Device, mostGainWh, slotKwh } from './device.ts';
import type { Room } from './fill-supply.ts';
import type { BlockArrowProgram } from './program.ts';

/** Content within this of what full power gives takes full power, Wh. */
const FULL_POWER_WH = 1e-6;

export function fillRow(
  program: BlockArrowProgram,
  block: Block,
  normal: NormalProblem,
  device: Device,
  room: Room,
): void {
  const { lower, upper, rightHandSide } = program;
  fillCharge(program, block, normal, device, room);
  const mostWh = mostGainWh(device, normal.hours).at(-1)!;
  let askedWh = 0;
  for (const target of device.targets) askedWh = Math.max(askedWh, target.contentWh - device.startWh);
  const needWh = Math.min(askedWh, mostWh);
  rightHandSide[block.multiplier] = needWh / 1000;
  upper[block.content] = (mostWh - needWh) / 1000;
  if (block.shortfall >= 0) {
    upper[block.shortfall] = needWh / 1000;
  } else if (needWh > 0 && needWh >= fullPowerWh(device, normal.hours) - FULL_POWER_WH) {
    for (let k = 0; k < block.window; k++) lower[block.charge + k] = upper[block.charge + k]!;
  }
}

export function fillChain(
  program: BlockArrowProgram,
  block: Block,
  normal: NormalProblem,
  device: Device,
  room: Room,
  mayMiss: boolean,
): void {
  const { lower, upper, cost, rightHandSide } = program;
  const { discharge, content, shortfall, window, multiplier } = block;
  const { firstSlot } = device;
  fillCharge(program, block, normal, device, room);
  for (let k = 0; k < window; k++) {
    const t = firstSlot + k;
    if (discharge >= 0) {
      upper[discharge + k] = Math.max(
        0,
        Math.min(slotKwh(device.maxDischargeW, normal.hours[t]!), room.downKwh[t]!),
      );
      cost[discharge + k] = device.wearCostPerKwh;
    }
    lower[content + k] = device.floorWh / 1000;
    upper[content + k] = device.ceilingWh / 1000;
  }
  rightHandSide[multiplier] = device.startWh / 1000;
  const gainWh = mostGainWh(device, normal.hours);
  for (const target of device.targets) {
    const k = Math.min(target.endSlot, device.endSlot) - firstSlot - 1;
    if (k < 0) continue;
    const leastKwh = Math.min(target.contentWh, device.startWh + gainWh[k]!) / 1000;
    if (leastKwh <= lower[content + k]!) continue;
    lower[content + k] = leastKwh;
    if (mayMiss) upper[shortfall + k] = leastKwh - device.floorWh / 1000;
  }
  if (mayMiss) return;
  fixFullPower(program, block, device, gainWh);
  if (discharge < 0) fixWhenFull(program, block);
}

/** The content of a device that only charges never falls; once it must be full, nothing moves any more. */
function fixWhenFull({ lower, upper }: BlockArrowProgram, { charge, content, window }: Block): void {
  for (let k = 1; k < window; k++) {
    if (lower[content + k]! < lower[content + k - 1]!) lower[content + k] = lower[content + k - 1]!;
    if (lower[content + k - 1]! < upper[content + k - 1]! || lower[content + k]! < upper[content + k]!)
      continue;
    if (upper[content + k]! === upper[content + k - 1]!) upper[charge + k] = lower[charge + k] = 0;
  }
}

function fillCharge(
  { upper, cost }: BlockArrowProgram,
  { charge, window }: Block,
  { hours }: NormalProblem,
  device: Device,
  room: Room,
): void {
  for (let k = 0; k < window; k++) {
    const t = device.firstSlot + k;
    upper[charge + k] = Math.max(0, Math.min(slotKwh(chargeLimitOf(device, t), hours[t]!), room.upKwh[t]!));
    cost[charge + k] = device.chargeCost + k * device.chargeCostPerSlot;
  }
}

/** Up to the last target that full power alone reaches, every power is constant. */
function fixFullPower(
  { lower, upper }: BlockArrowProgram,
  { charge, discharge, content, window }: Block,
  device: Device,
  gainWh: Float64Array,
): void {
  const wholeWh = device.ceilingWh - device.startWh;
  let end = 0;
  for (let k = 0; k < window; k++) {
    const askedWh = lower[content + k]! * 1000 - device.startWh;
    if (askedWh > 0 && gainWh[k]! < wholeWh && askedWh >= gainWh[k]! - FULL_POWER_WH) end = k + 1;
  }
  for (let k = 0; k < end; k++) {
    lower[charge + k] = upper[charge + k]!;
    if (discharge >= 0) upper[discharge + k] = 0;
    lower[content + k] = upper[content + k] = (device.startWh + gainWh[k]!) / 1000;
  }
}

function fullPowerWh(device: Device, hours: Float64Array): number {
  let wh = 0;
  for (let t = device.firstSlot; t < device.endSlot; t++) wh += chargeLimitOf(device, t) * hours[t]!;
  return wh * device.chargeEfficiency;
}
