/** Charging power is 0 or at least the minimum (X34): one binary per slot of the stay. */
import { chargeLimitOf, type NormalProblem, type NormalSession } from '../grid/index.ts';
import { slotKwh } from './device.ts';
import type { DeviceColumns } from './layout.ts';
import type { SparseModelBuilder } from './sparse-model.ts';

/** Returns the first of the binaries "charges in this slot", -1 where none is needed. */
export function addMinimumPower(
  builder: SparseModelBuilder,
  normal: NormalProblem,
  session: NormalSession,
  columns: DeviceColumns,
): number {
  if (session.minChargeW <= 0 || columns.charge < 0) return -1;
  const window = session.endSlot - session.firstSlot;
  const first = builder.columnLower.length;
  for (let k = 0; k < window; k++) builder.binary();
  for (let k = 0; k < window; k++) {
    const hours = normal.hours[session.firstSlot + k]!;
    const atMost = builder.row(Number.NEGATIVE_INFINITY, 0);
    builder.entry(atMost, columns.charge + k, 1);
    builder.entry(atMost, first + k, -slotKwh(chargeLimitOf(session, session.firstSlot + k), hours));
    const atLeast = builder.row(0, Number.POSITIVE_INFINITY);
    builder.entry(atLeast, columns.charge + k, 1);
    builder.entry(atLeast, first + k, -slotKwh(session.minChargeW, hours));
    if (columns.discharge < 0) continue;
    // Otherwise a discharge in the same slot would undercut the minimum.
    const mostKwh = slotKwh(session.maxDischargeW, hours);
    const either = builder.row(Number.NEGATIVE_INFINITY, mostKwh);
    builder.entry(either, columns.discharge + k, 1);
    builder.entry(either, first + k, mostKwh);
  }
  return first;
}
