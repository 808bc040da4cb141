/**
 * Level 4: least energy, then lowest peak, then early (REGULAR more than others). One weighted sum with
 * weights far apart; it runs only on the face of equally cheap plans, so it can never cost money.
 */
import type { NormalProblem } from '../grid/index.ts';
import { addTerm, type DeviceColumns, type Layout, type Objective, objective } from './layout.ts';
import type { SparseModelBuilder } from './sparse-model.ts';

const PEAK_PER_KW = 1e-2;
const EARLY_PER_KWH = 1e-4;
const REGULAR_EARLY_PER_KWH = 1e-3;

export function addTies(builder: SparseModelBuilder, normal: NormalProblem, layout: Layout): Objective {
  const ties = objective();
  for (const session of normal.sessions) {
    const early = session.preference === 'REGULAR' ? REGULAR_EARLY_PER_KWH : EARLY_PER_KWH;
    addDeviceTerms(ties, layout.sessions[session.index]!, normal.slots, early);
  }
  for (const store of layout.stores) addDeviceTerms(ties, store, normal.slots, EARLY_PER_KWH);
  addTerm(ties, addPeakOfAll(builder, normal, layout), PEAK_PER_KW);
  return ties;
}

function addDeviceTerms(ties: Objective, device: DeviceColumns, slots: number, early: number): void {
  if (device.charge < 0) return;
  for (let k = 0; k < device.endSlot - device.firstSlot; k++) {
    addTerm(ties, device.charge + k, 1 + (early * (device.firstSlot + k)) / slots);
    if (device.discharge >= 0) addTerm(ties, device.discharge + k, 1);
  }
}

/** Highest import of the plan, kW. */
function addPeakOfAll(builder: SparseModelBuilder, normal: NormalProblem, layout: Layout): number {
  const peak = builder.column(0, Number.POSITIVE_INFINITY);
  for (let t = 0; t < normal.slots; t++) {
    const row = builder.row(Number.NEGATIVE_INFINITY, 0);
    builder.entry(row, layout.importKwh[t]!, 1 / normal.hours[t]!);
    builder.entry(row, peak, -1);
  }
  return peak;
}
