/** One session: its flows, its targets with their shortfalls (C1.3 made soft, X11), FAST as early as possible. */
import type { NormalProblem, NormalSession } from '../grid/index.ts';
import { addDevice, type Device, reachableGainKwh } from './device.ts';
import { addTerm, type DeviceColumns, type Layout, type Objective } from './layout.ts';
import type { SparseModelBuilder } from './sparse-model.ts';

export function addSession(
  builder: SparseModelBuilder,
  normal: NormalProblem,
  session: NormalSession,
  layout: Layout,
  fast: Objective,
): void {
  const device: Device = { ...session, ceilingWh: session.ceilingWithMinimumWh };
  const isFast = session.preference === 'FAST' && session.needWh > 0;
  const chained = session.maxDischargeW > 0 || isFast;
  const columns = addDevice(builder, device, normal.hours, chained);
  layout.sessions.push(columns);
  addTargets(builder, normal, session, device, columns, layout);
  if (isFast) addFast(builder, session, columns, fast);
}

function addTargets(
  builder: SparseModelBuilder,
  normal: NormalProblem,
  session: NormalSession,
  device: Device,
  columns: DeviceColumns,
  layout: Layout,
): void {
  const startKwh = session.startWh / 1000;
  for (const target of session.targets) {
    const targetKwh = target.contentWh / 1000;
    const wholeKwh = targetKwh - (session.maxDischargeW > 0 ? session.floorWh / 1000 : startKwh);
    if (wholeKwh <= 0) continue;
    const reachableKwh = startKwh + reachableGainKwh(device, target.endSlot, normal.hours);
    const unavoidableKwh = Math.max(0, targetKwh - reachableKwh);
    const column = builder.column(unavoidableKwh, Math.max(wholeKwh, unavoidableKwh));
    const { kind } = target;
    layout.shortfalls.push({
      session: session.index,
      column,
      kind,
      priority: session.priority,
      unavoidableKwh,
      wholeKwh,
    });
    const slotsBefore = Math.min(target.endSlot, session.endSlot) - session.firstSlot;
    if (slotsBefore <= 0) {
      // Nothing can be done before it: all that is missing at arrival is missing then.
      builder.columnLower[column] = builder.columnUpper[column] = unavoidableKwh;
      continue;
    }
    addReaching(builder, session, columns, column, slotsBefore, targetKwh);
  }
}

function addReaching(
  builder: SparseModelBuilder,
  session: NormalSession,
  columns: DeviceColumns,
  shortfall: number,
  slotsBefore: number,
  targetKwh: number,
): void {
  if (columns.content >= 0) {
    const row = builder.row(targetKwh, Number.POSITIVE_INFINITY);
    builder.entry(row, columns.content + slotsBefore - 1, 1);
    builder.entry(row, shortfall, 1);
    return;
  }
  const row = builder.row(targetKwh - session.startWh / 1000, Number.POSITIVE_INFINITY);
  for (let k = 0; k < slotsBefore; k++) builder.entry(row, columns.charge + k, session.chargeEfficiency);
  builder.entry(row, shortfall, 1);
}

/** 2e: least sum over slots of the need that is unmet after the slot. */
function addFast(
  builder: SparseModelBuilder,
  session: NormalSession,
  columns: DeviceColumns,
  fast: Objective,
): void {
  if (columns.content < 0) return;
  const needEndKwh = (session.startWh + session.needWh) / 1000;
  for (let k = 0; k < session.endSlot - session.firstSlot; k++) {
    const unmet = builder.column(0, Number.POSITIVE_INFINITY);
    const row = builder.row(needEndKwh, Number.POSITIVE_INFINITY);
    builder.entry(row, columns.content + k, 1);
    builder.entry(row, unmet, 1);
    addTerm(fast, unmet, 1);
  }
}
