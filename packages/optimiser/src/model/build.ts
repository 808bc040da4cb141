/** NormalProblem in, sparse model and the meaning of its columns out. */
import type { NormalProblem } from '../grid/index.ts';
import { addGreen } from './green.ts';
import { addGroup } from './group-rows.ts';
import { addTerm, type Layout, objective } from './layout.ts';
import { addMinimumPower } from './minimum-power.ts';
import { addOccupancy } from './occupancy.ts';
import { addSession } from './session-rows.ts';
import { addPeak, addSupplyPoint } from './site-rows.ts';
import { type SparseModel, SparseModelBuilder } from './sparse-model.ts';
import { addStore } from './store-rows.ts';
import { addTies } from './ties.ts';

export interface Model {
  matrix: SparseModel;
  layout: Layout;
}

export function buildModel(normal: NormalProblem): Model {
  const builder = new SparseModelBuilder();
  const money = objective();
  const fast = objective();
  const layout: Layout = {
    importKwh: new Int32Array(normal.slots),
    exportKwh: new Int32Array(normal.slots),
    balanceRow: new Int32Array(normal.slots),
    sessions: [],
    stores: [],
    shortfalls: [],
    occupancies: [],
    needKwh: normal.sessions.map((session) => session.needWh / 1000),
    storeShortfalls: [],
    objectives: { excess: null, fast: null, green: null, money, ties: objective() },
  };
  for (const session of normal.sessions) addSession(builder, normal, session, layout, fast);
  for (const store of normal.stores) addStore(builder, normal, store, layout);
  addSupplyPoint(builder, normal, layout);
  for (const group of normal.groups) addGroup(builder, normal, group, layout);
  for (const session of normal.sessions) {
    const columns = layout.sessions[session.index]!;
    const charging = addMinimumPower(builder, normal, session, columns);
    const occupied = addOccupancy(builder, normal, session, columns, charging, money);
    if (occupied >= 0) layout.occupancies.push({ session: session.index, occupied, charging });
  }
  addPeak(builder, normal, layout, money);
  addEnergyAndWear(normal, layout);
  if (fast.columns.length > 0) layout.objectives.fast = fast;
  layout.objectives.green = addGreen(builder, normal, layout);
  layout.objectives.ties = addTies(builder, normal, layout);
  return { matrix: builder.build(), layout };
}

function addEnergyAndWear(normal: NormalProblem, layout: Layout): void {
  const { money } = layout.objectives;
  for (let t = 0; t < normal.slots; t++) {
    addTerm(money, layout.importKwh[t]!, normal.site.importPricePerKwh[t]!);
    addTerm(money, layout.exportKwh[t]!, -normal.site.exportPricePerKwh[t]!);
  }
  const devices = [
    ...normal.sessions.map((session) => ({
      ...layout.sessions[session.index]!,
      wear: session.wearCostPerKwh,
    })),
    ...normal.stores.map((store, i) => ({ ...layout.stores[i]!, wear: store.wearCostPerKwh })),
  ];
  for (const { discharge, firstSlot, endSlot, wear } of devices) {
    if (discharge < 0) continue;
    for (let k = 0; k < endSlot - firstSlot; k++) addTerm(money, discharge + k, wear);
  }
}
