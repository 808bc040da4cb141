/**
 * No device charges and discharges in one slot. The linear model allows it, and it pays where the marginal
 * price is negative, because the losses burn energy. Almost no plan does it; where one does, exactly those
 * slots get a binary and the model is solved again, until none does.
 */
import { slotKwh } from '../../model/device.ts';
import type { DeviceColumns, Layout } from '../../model/layout.ts';
import type { HighsProgram } from './program.ts';

export interface Pair {
  charge: number;
  discharge: number;
}

/** Both ways at once by less than this is rounding, kWh; reading the powers nets it out. */
const NEGLIGIBLE_KWH = slotKwh(0.05, 0.25);

/** The pairs in which a device goes both ways, and those of all other devices in the same slots. */
export function simultaneousPairs(layout: Layout, columns: Float64Array): Pair[] {
  const devices = [...layout.sessions, ...layout.stores].filter((device) => device.discharge >= 0);
  const slots = new Set<number>();
  for (const device of devices) {
    for (let t = device.firstSlot; t < device.endSlot; t++) {
      const { charge, discharge } = pairOf(device, t);
      if (Math.min(columns[charge]!, columns[discharge]!) > NEGLIGIBLE_KWH) slots.add(t);
    }
  }
  return devices.flatMap((device) =>
    [...slots].filter((t) => t >= device.firstSlot && t < device.endSlot).map((t) => pairOf(device, t)),
  );
}

/** Forbids the pairs that are not forbidden yet; returns how many there were. */
export function forbid(program: HighsProgram, pairs: readonly Pair[], forbidden: Map<number, Pair>): number {
  let added = 0;
  for (const pair of pairs) {
    if (forbidden.has(pair.charge)) continue;
    forbidden.set(pair.charge, pair);
    addEither(program, pair);
    added++;
  }
  return added;
}

function pairOf(device: DeviceColumns, t: number): Pair {
  const k = t - device.firstSlot;
  return { charge: device.charge + k, discharge: device.discharge + k };
}

function addEither(program: HighsProgram, pair: Pair): void {
  const charging = program.addColumn(0, 1);
  program.makeInteger(charging);
  const mostIn = program.upper[pair.charge]!;
  const mostOut = program.upper[pair.discharge]!;
  program.addRow(Number.NEGATIVE_INFINITY, 0, [pair.charge, charging], [1, -mostIn]);
  program.addRow(Number.NEGATIVE_INFINITY, mostOut, [pair.discharge, charging], [1, mostOut]);
}
