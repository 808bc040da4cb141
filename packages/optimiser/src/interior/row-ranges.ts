/**
 * Rows that no point of the box can satisfy. An interior point proves infeasibility by multipliers that grow without end; a row whose
 * variables are all constant has none that could grow, so it is looked at before.
 */
import type { BlockArrowProgram } from './program.ts';

/** Relative to the row's numbers. */
const ROUNDING = 1e-9;

/** @param b right-hand sides for variables shifted to 0 <= x <= range */
export function everyRowInReach(program: BlockArrowProgram, b: Float64Array, range: Float64Array): boolean {
  const { blocks, slots, gridSlots } = program;
  const most = new Float64Array(slots);
  const least = new Float64Array(slots);
  for (let t = 0; t < slots; t++) {
    most[t] = range[t]! + range[2 * slots + t]!;
    least[t]! -= range[slots + t]!;
    if (t >= gridSlots) least[t - gridSlots]! -= most[t]!;
  }
  for (const block of blocks) {
    const { charge, discharge, content, shortfall, window, firstSlot, multiplier } = block;
    const { chargeEfficiency: eta, dischargeEfficiency } = block;
    let given = 0;
    let before = 0;
    let beforeShort = 0;
    for (let k = 0; k < window; k++) {
      const c = range[charge + k]!;
      const g = discharge < 0 ? 0 : range[discharge + k]!;
      least[firstSlot + k]! -= c;
      most[firstSlot + k]! += g;
      given += eta * c;
      if (block.kind === 'row') continue;
      const s = range[content + k]!;
      const u = shortfall < 0 ? 0 : range[shortfall + k]!;
      const row = b[multiplier + k]!;
      if (!within(row, -(before + eta * c + u), s + g / dischargeEfficiency + beforeShort)) return false;
      before = s;
      beforeShort = u;
    }
    if (block.kind === 'chain') continue;
    const u = shortfall < 0 ? 0 : range[shortfall]!;
    if (!within(b[multiplier]!, -range[content]!, given + u)) return false;
  }
  for (let t = 0; t < slots; t++) if (!within(b[t]!, least[t]!, most[t]!)) return false;
  return true;
}

function within(value: number, least: number, most: number): boolean {
  const leeway = ROUNDING * (1 + Math.abs(value) + Math.abs(least) + Math.abs(most));
  return value >= least - leeway && value <= most + leeway;
}
