/** 2f: CO2 of what GREEN sessions take from the grid; the site's own surplus counts as 0 g. */
import type { NormalProblem } from '../grid/index.ts';
import { slotKwh } from './device.ts';
import { addTerm, type Layout, type Objective, objective } from './layout.ts';
import type { SparseModelBuilder } from './sparse-model.ts';

/** Null when nobody is GREEN or the intensity is not known. */
export function addGreen(
  builder: SparseModelBuilder,
  normal: NormalProblem,
  layout: Layout,
): Objective | null {
  const { co2GPerKwh, baseW } = normal.site;
  const green = normal.sessions.filter((session) => session.preference === 'GREEN');
  if (co2GPerKwh === null || green.length === 0) return null;
  const grams = objective();
  for (let t = 0; t < normal.slots; t++) {
    const present = green.filter((session) => t >= session.firstSlot && t < session.endSlot);
    if (present.length === 0 || co2GPerKwh[t] === 0) continue;
    const surplusKwh = slotKwh(Math.max(0, -baseW[t]!), normal.hours[t]!);
    const fromGrid = builder.column(0, Number.POSITIVE_INFINITY);
    const row = builder.row(-surplusKwh, Number.POSITIVE_INFINITY);
    builder.entry(row, fromGrid, 1);
    for (const session of present) {
      builder.entry(row, layout.sessions[session.index]!.charge + t - session.firstSlot, -1);
    }
    addTerm(grams, fromGrid, co2GPerKwh[t]! / 1000);
  }
  return grams.columns.length > 0 ? grams : null;
}
