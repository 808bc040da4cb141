/** Columns of a solved model back to powers, W. */
import {
  chargeLimitOf,
  type NormalProblem,
  type NormalSession,
  type NormalStore,
  type PowerMatrix,
} from '../grid/index.ts';
import type { DeviceColumns, Layout } from './layout.ts';

/** Below this a flow is rounding of the solver, W. */
const NEGLIGIBLE_W = 0.01;

export function readPowers(normal: NormalProblem, layout: Layout, columns: Float64Array): PowerMatrix {
  const read = (device: DeviceColumns, of: NormalSession | NormalStore) =>
    devicePowerW(normal, device, columns, of);
  return {
    powerW: normal.sessions.map((session) => read(layout.sessions[session.index]!, session)),
    storePowerW: normal.stores.map((store, i) => read(layout.stores[i]!, store)),
  };
}

function devicePowerW(
  normal: NormalProblem,
  device: DeviceColumns,
  columns: Float64Array,
  of: NormalSession | NormalStore,
): Float64Array {
  const powerW = new Float64Array(normal.slots);
  if (device.charge < 0) return powerW;
  for (let t = device.firstSlot; t < device.endSlot; t++) {
    const k = t - device.firstSlot;
    const outKwh = device.discharge >= 0 ? columns[device.discharge + k]! : 0;
    const netW = ((columns[device.charge + k]! - outKwh) * 1000) / normal.hours[t]!;
    powerW[t] =
      Math.abs(netW) < NEGLIGIBLE_W ? 0 : Math.max(-of.maxDischargeW, Math.min(chargeLimitOf(of, t), netW));
  }
  return powerW;
}
