/** What sessions and stores have in common: charge, discharge and, where needed, a content per slot. */

import { chargeLimitOf } from '../grid/index.ts';
import type { DeviceColumns } from './layout.ts';
import type { SparseModelBuilder } from './sparse-model.ts';

export interface Device {
  firstSlot: number;
  endSlot: number;
  maxChargeW: number;
  chargeLimitW: Float64Array | null;
  maxDischargeW: number;
  startWh: number;
  floorWh: number;
  ceilingWh: number;
  chargeEfficiency: number;
  dischargeEfficiency: number;
}

/** Most that can be charged or discharged in a slot at a power, kWh. */
export const slotKwh = (powerW: number, hours: number) => (powerW * hours) / 1000;

/**
 * Adds the columns of a device. With `chained`, a content column per slot follows
 * s(t) = s(t-1) + eta_c charge - discharge / eta_d (V1.3 with X13), inside floor and ceiling.
 */
export function addDevice(
  builder: SparseModelBuilder,
  device: Device,
  hours: Float64Array,
  chained: boolean,
): DeviceColumns {
  const { firstSlot, endSlot } = device;
  const columns: DeviceColumns = { firstSlot, endSlot, charge: -1, discharge: -1, content: -1 };
  if (endSlot <= firstSlot) return columns;
  columns.charge = addFlow(builder, device, hours, (t) => chargeLimitOf(device, t));
  if (device.maxDischargeW > 0)
    columns.discharge = addFlow(builder, device, hours, () => device.maxDischargeW);
  if (chained) addContent(builder, device, columns);
  else addTotal(builder, device, columns, hours);
  return columns;
}

function addFlow(
  builder: SparseModelBuilder,
  device: Device,
  hours: Float64Array,
  powerW: (slot: number) => number,
): number {
  const first = builder.columnLower.length;
  for (let t = device.firstSlot; t < device.endSlot; t++) builder.column(0, slotKwh(powerW(t), hours[t]!));
  return first;
}

function addContent(builder: SparseModelBuilder, device: Device, columns: DeviceColumns): void {
  const { chargeEfficiency, dischargeEfficiency, startWh, floorWh, ceilingWh } = device;
  columns.content = builder.columnLower.length;
  for (let k = 0; k < device.endSlot - device.firstSlot; k++) {
    builder.column(floorWh / 1000, ceilingWh / 1000);
  }
  for (let k = 0; k < device.endSlot - device.firstSlot; k++) {
    const before = k === 0 ? startWh / 1000 : 0;
    const row = builder.row(before, before);
    builder.entry(row, columns.content + k, 1);
    if (k > 0) builder.entry(row, columns.content + k - 1, -1);
    builder.entry(row, columns.charge + k, -chargeEfficiency);
    if (columns.discharge >= 0) builder.entry(row, columns.discharge + k, 1 / dischargeEfficiency);
  }
}

/** Without discharge the content only rises, so one row holds it below the ceiling. */
function addTotal(
  builder: SparseModelBuilder,
  device: Device,
  columns: DeviceColumns,
  hours: Float64Array,
): void {
  const roomKwh = (device.ceilingWh - device.startWh) / 1000;
  if (fullPowerGainKwh(device, device.endSlot, hours) <= roomKwh) return;
  const row = builder.row(Number.NEGATIVE_INFINITY, roomKwh);
  for (let k = 0; k < device.endSlot - device.firstSlot; k++) {
    builder.entry(row, columns.charge + k, device.chargeEfficiency);
  }
}

/** Most that can be in the battery above the start when slot `beforeSlot` begins, alone at the site, kWh. */
export function reachableGainKwh(device: Device, beforeSlot: number, hours: Float64Array): number {
  return Math.min(fullPowerGainKwh(device, beforeSlot, hours), (device.ceilingWh - device.startWh) / 1000);
}

function fullPowerGainKwh(device: Device, beforeSlot: number, hours: Float64Array): number {
  let gainKwh = 0;
  for (let t = device.firstSlot; t < Math.min(beforeSlot, device.endSlot); t++) {
    gainKwh += slotKwh(chargeLimitOf(device, t), hours[t]!) * device.chargeEfficiency;
  }
  return gainKwh;
}
