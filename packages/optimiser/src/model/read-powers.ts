/** Columns of a solved model back to powers, W. */
import type { NormalProblem, PowerMatrix } from '../grid/index.ts';
import type { DeviceColumns, Layout } from './layout.ts';

/** Below this a flow is rounding of the solver, W. */
const NEGLIGIBLE_W = 0.01;

export function readPowers(normal: NormalProblem, layout: Layout, columns: Float64Array): PowerMatrix {
  const read = (device: DeviceColumns, maxChargeW: number, maxDischargeW: number) =>
    devicePowerW(normal, device, columns, maxChargeW, maxDischargeW);
  return {
    powerW: normal.sessions.map((session) =>
      read(layout.sessions[session.index]!, session.maxChargeW, session.maxDischargeW),
    ),
    storePowerW: normal.stores.map((store, i) =>
      read(layout.stores[i]!, store.maxChargeW, store.maxDischargeW),
    ),
  };
}

function devicePowerW(
  normal: NormalProblem,
  device: DeviceColumns,
  columns: Float64Array,
  maxChargeW: number,
  maxDischargeW: number,
): Float64Array {
  const powerW = new Float64Array(normal.slots);
  if (device.charge < 0) return powerW;
  for (let t = device.firstSlot; t < device.endSlot; t++) {
    const k = t - device.firstSlot;
    const outKwh = device.discharge >= 0 ? columns[device.discharge + k]! : 0;
    const netW = ((columns[device.charge + k]! - outKwh) * 1000) / normal.hours[t]!;
    powerW[t] = Math.abs(netW) < NEGLIGIBLE_W ? 0 : Math.max(-maxDischargeW, Math.min(maxChargeW, netW));
  }
  return powerW;
}
