/**
 * The supply point: import and export per slot (O1 with X10), the balance (V1.2 with X7), the limits
 * (C1.4, C3.1 with X12; X6), the excess of the base (1b), phases and the peak.
 */
import type { NormalProblem } from '../grid/index.ts';
import { slotKwh } from './device.ts';
import { addTerm, type DeviceColumns, type Layout, type Objective, objective } from './layout.ts';
import type { SparseModelBuilder } from './sparse-model.ts';

/** Limits within this of each other count as equal, W. */
const EQUAL_W = 1e-6;

export function addSupplyPoint(builder: SparseModelBuilder, normal: NormalProblem, layout: Layout): void {
  const { site, hours } = normal;
  const excess = objective();
  for (let t = 0; t < normal.slots; t++) {
    const importColumn = builder.column(
      slotKwh(Math.max(0, site.netFloorW[t]!), hours[t]!),
      slotKwh(Math.max(0, site.netCeilingW[t]!), hours[t]!),
    );
    const exportColumn = builder.column(
      slotKwh(Math.max(0, -site.netCeilingW[t]!), hours[t]!),
      slotKwh(Math.max(0, -site.netFloorW[t]!), hours[t]!),
    );
    layout.importKwh[t] = importColumn;
    layout.exportKwh[t] = exportColumn;
    addBalance(builder, normal, layout, t);
    const reach = reachW(normal, t);
    if (site.importPricePerKwh[t]! < site.exportPricePerKwh[t]!) {
      addDirection(builder, normal, t, importColumn, exportColumn, reach);
    }
    if (site.baseW[t]! > site.importLimitW[t]! + EQUAL_W && reach.downW > 0) {
      addTerm(excess, addExcess(builder, normal, layout, t), 1);
    }
    addPhases(builder, normal, layout, t);
  }
  layout.objectives.excess = excess.columns.length > 0 ? excess : null;
}

interface Reach {
  upW: number;
  downW: number;
}

/** How far sessions and stores together can move the net power of a slot from the base, W. */
function reachW(normal: NormalProblem, t: number): Reach {
  let upW = 0;
  let downW = 0;
  for (const session of normal.sessions) {
    if (t < session.firstSlot || t >= session.endSlot) continue;
    upW += session.maxChargeW;
    downW += session.maxDischargeW;
  }
  for (const store of normal.stores) {
    upW += store.maxChargeW;
    downW += store.maxDischargeW;
  }
  return { upW, downW };
}

function addBalance(builder: SparseModelBuilder, normal: NormalProblem, layout: Layout, t: number): void {
  const baseKwh = slotKwh(normal.site.baseW[t]!, normal.hours[t]!);
  const row = builder.row(baseKwh, baseKwh);
  layout.balanceRow[t] = row;
  builder.entry(row, layout.importKwh[t]!, 1);
  builder.entry(row, layout.exportKwh[t]!, -1);
  for (const device of layout.sessions) addNet(builder, row, device, t, -1);
  for (const device of layout.stores) addNet(builder, row, device, t, -1);
}

/** Adds `factor` x (charge - discharge) of one device in slot t to a row. */
export function addNet(
  builder: SparseModelBuilder,
  row: number,
  device: DeviceColumns,
  t: number,
  factor: number,
): void {
  if (t < device.firstSlot || t >= device.endSlot) return;
  const k = t - device.firstSlot;
  builder.entry(row, device.charge + k, factor);
  if (device.discharge >= 0) builder.entry(row, device.discharge + k, -factor);
}

/**
 * Where export pays more than import costs, the cost of net power is not convex at zero: a binary says which
 * way the slot goes (X10). Everywhere else doing both at once only costs, so none is needed.
 */
function addDirection(
  builder: SparseModelBuilder,
  normal: NormalProblem,
  t: number,
  importColumn: number,
  exportColumn: number,
  reach: Reach,
): void {
  const { baseW, netCeilingW, netFloorW } = normal.site;
  const mostInKwh = slotKwh(Math.max(0, Math.min(netCeilingW[t]!, baseW[t]! + reach.upW)), normal.hours[t]!);
  const mostOutKwh = slotKwh(
    Math.max(0, -Math.max(netFloorW[t]!, baseW[t]! - reach.downW)),
    normal.hours[t]!,
  );
  builder.columnUpper[importColumn] = mostInKwh;
  builder.columnUpper[exportColumn] = mostOutKwh;
  if (mostInKwh === 0 || mostOutKwh === 0) return;
  const importing = builder.binary();
  const importRow = builder.row(Number.NEGATIVE_INFINITY, 0);
  builder.entry(importRow, importColumn, 1);
  builder.entry(importRow, importing, -mostInKwh);
  const exportRow = builder.row(Number.NEGATIVE_INFINITY, mostOutKwh);
  builder.entry(exportRow, exportColumn, 1);
  builder.entry(exportRow, importing, mostOutKwh);
}

/** 1b: the part of the base's excess over the import limit that remains. */
function addExcess(builder: SparseModelBuilder, normal: NormalProblem, layout: Layout, t: number): number {
  const excess = builder.column(0, Number.POSITIVE_INFINITY);
  const row = builder.row(Number.NEGATIVE_INFINITY, slotKwh(normal.site.importLimitW[t]!, normal.hours[t]!));
  builder.entry(row, layout.importKwh[t]!, 1);
  builder.entry(row, layout.exportKwh[t]!, -1);
  builder.entry(row, excess, -1);
  return excess;
}

function addPhases(builder: SparseModelBuilder, normal: NormalProblem, layout: Layout, t: number): void {
  const roomW = normal.site.phaseRoomW[t]!;
  if (!Number.isFinite(roomW)) return;
  for (const phase of [1, 2, 3]) {
    const row = builder.row(Number.NEGATIVE_INFINITY, slotKwh(roomW, normal.hours[t]!));
    for (const session of normal.sessions) {
      if (!session.phases.includes(phase)) continue;
      addNet(builder, row, layout.sessions[session.index]!, t, 1 / session.phases.length);
    }
    for (const store of layout.stores) addNet(builder, row, store, t, 1 / 3);
  }
}

/** Capacity price (D1.5-ES2): the highest slot-average import above the peak so far, kW. */
export function addPeak(
  builder: SparseModelBuilder,
  normal: NormalProblem,
  layout: Layout,
  money: Objective,
): number {
  const { site, slotHours } = normal;
  if (site.capacityPricePerKw === 0) return -1;
  const above = builder.column(0, Number.POSITIVE_INFINITY);
  addTerm(money, above, site.capacityPricePerKw);
  for (let t = 0; t < normal.slots; t++) {
    const usedKwh = t === 0 ? site.slot0ImportWh / 1000 : 0;
    const row = builder.row(Number.NEGATIVE_INFINITY, site.peakSoFarW / 1000 - usedKwh / slotHours);
    builder.entry(row, layout.importKwh[t]!, 1 / slotHours);
    builder.entry(row, above, -1);
  }
  return above;
}
