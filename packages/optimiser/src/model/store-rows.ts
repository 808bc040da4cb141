/** One stationary battery: a chained device over the whole horizon that ends no emptier than asked. */
import type { NormalProblem, NormalStore } from '../grid/index.ts';
import { addDevice } from './device.ts';
import type { Layout } from './layout.ts';
import type { SparseModelBuilder } from './sparse-model.ts';

export function addStore(
  builder: SparseModelBuilder,
  normal: NormalProblem,
  store: NormalStore,
  layout: Layout,
): void {
  const device = { ...store, firstSlot: 0, endSlot: normal.slots };
  const columns = addDevice(builder, device, normal.hours, true);
  layout.stores.push(columns);
  const missing = builder.column(0, Math.max(0, store.endWh - store.floorWh) / 1000);
  layout.storeShortfalls.push(missing);
  const row = builder.row(store.endWh / 1000, Number.POSITIVE_INFINITY);
  builder.entry(row, columns.content + normal.slots - 1, 1);
  builder.entry(row, missing, 1);
}
