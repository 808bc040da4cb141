/**
 * What a connector costs that is kept from the next driver (O4 corrected, X9).
 *
 * exact: z(t) = 1 in every slot up to the last one with energy; z never rises again, flows need z. Cost
 * opportunity_cost x (occupied_slots + t - a). linear: the same weights on the share of the need charged in t.
 */
import type { NormalProblem, NormalSession } from '../grid/index.ts';
import { addTerm, type DeviceColumns, type Objective } from './layout.ts';
import type { SparseModelBuilder } from './sparse-model.ts';

/** Returns the first of the binaries "occupied in this slot", -1 where there are none. */
export function addOccupancy(
  builder: SparseModelBuilder,
  normal: NormalProblem,
  session: NormalSession,
  columns: DeviceColumns,
  charging: number,
  money: Objective,
): number {
  const costPerSlot = normal.site.opportunityCostPerSlot;
  if (costPerSlot === 0 || columns.charge < 0) return -1;
  const weight = (k: number) => costPerSlot * (session.occupiedSlots + k);
  const window = session.endSlot - session.firstSlot;
  if (normal.opportunity === 'linear') {
    if (session.needWh <= 0) return -1;
    const perKwh = (session.chargeEfficiency * 1000) / session.needWh;
    for (let k = 0; k < window; k++) addTerm(money, columns.charge + k, weight(k) * perKwh);
    return -1;
  }
  const occupied = builder.columnLower.length;
  for (let k = 0; k < window; k++) addTerm(money, builder.binary(), weight(k));
  for (let k = 0; k < window; k++) {
    if (k > 0) addAtMost(builder, occupied + k, occupied + k - 1, 1);
    if (charging >= 0) addAtMost(builder, charging + k, occupied + k, 1);
    else addAtMost(builder, columns.charge + k, occupied + k, builder.columnUpper[columns.charge + k]!);
    if (columns.discharge >= 0) {
      addAtMost(builder, columns.discharge + k, occupied + k, builder.columnUpper[columns.discharge + k]!);
    }
  }
  return occupied;
}

/** column <= factor x other. */
function addAtMost(builder: SparseModelBuilder, column: number, other: number, factor: number): void {
  const row = builder.row(Number.NEGATIVE_INFINITY, 0);
  builder.entry(row, column, 1);
  builder.entry(row, other, -factor);
}
