/** The powers of the last plan as a point of the new programme, vehicle by vehicle, where they still do. */
import type { Block } from './block.ts';
import type { BlockArrowProgram } from './program.ts';

/** Off by more than this, a plan is no longer the vehicle's; by less, one of its powers makes up for it. kWh. */
const MOST_OFF_KWH = 0.05;
const ROUNDING_KWH = 1e-8;

/**
 * Writes the block's variables into `x`.
 *
 * @param powerW of the last plan, by slot; W
 * @param hours of each slot
 * @returns false when the vehicle cannot do that, or not reach with it what it has to
 */
export function takeLastPowers(
  program: BlockArrowProgram,
  block: Block,
  powerW: Float64Array,
  hours: Float64Array,
  x: Float64Array,
): boolean {
  const { lower, upper } = program;
  const { charge, discharge, firstSlot, window } = block;
  for (let k = 0; k < window; k++) {
    const kwh = (powerW[firstSlot + k]! * hours[firstSlot + k]!) / 1000;
    const c = charge + k;
    x[c] = Math.min(upper[c]!, Math.max(lower[c]!, kwh));
    if (discharge >= 0) {
      const g = discharge + k;
      x[g] = Math.min(upper[g]!, Math.max(lower[g]!, -kwh));
    }
  }
  return block.kind === 'row' ? settleRow(program, block, x) : settleChain(program, block, x);
}

function settleRow(program: BlockArrowProgram, block: Block, x: Float64Array): boolean {
  const { lower, upper, rightHandSide } = program;
  const { charge, content, window, multiplier, chargeEfficiency } = block;
  let given = 0;
  for (let k = 0; k < window; k++) given += chargeEfficiency * x[charge + k]!;
  let spare = given - rightHandSide[multiplier]!;
  const off = spare < lower[content]! ? lower[content]! - spare : Math.min(0, upper[content]! - spare);
  if (Math.abs(off) > MOST_OFF_KWH || !addCharge(program, block, x, off, window)) return false;
  spare += off;
  x[content] = Math.min(upper[content]!, Math.max(lower[content]!, spare));
  return true;
}

function settleChain(program: BlockArrowProgram, block: Block, x: Float64Array): boolean {
  const { lower, upper } = program;
  const { content, window } = block;
  follow(program, block, x);
  for (let k = 0; k < window; k++) {
    const s = content + k;
    const off = x[s]! < lower[s]! ? lower[s]! - x[s]! : Math.min(0, upper[s]! - x[s]!);
    if (Math.abs(off) <= ROUNDING_KWH) continue;
    if (Math.abs(off) > MOST_OFF_KWH || !addCharge(program, block, x, off, k + 1)) return false;
    follow(program, block, x);
  }
  for (let s = content; s < content + window; s++) {
    if (x[s]! < lower[s]! - ROUNDING_KWH || x[s]! > upper[s]! + ROUNDING_KWH) return false;
    x[s] = Math.min(upper[s]!, Math.max(lower[s]!, x[s]!));
  }
  return true;
}

/** So much more into the battery before slot `end` of the window: the last power strictly between its bounds that has the room takes it. */
function addCharge(
  { lower, upper }: BlockArrowProgram,
  { charge, discharge, chargeEfficiency, dischargeEfficiency }: Block,
  x: Float64Array,
  kwh: number,
  end: number,
): boolean {
  if (Math.abs(kwh) <= ROUNDING_KWH) return true;
  for (let k = end - 1; k >= 0; k--) {
    const c = charge + k;
    const more = x[c]! + kwh / chargeEfficiency;
    if (x[c]! > lower[c]! && x[c]! < upper[c]! && more >= lower[c]! && more <= upper[c]!) {
      x[c] = more;
      return true;
    }
    if (discharge < 0) continue;
    const g = discharge + k;
    const less = x[g]! - kwh * dischargeEfficiency;
    if (x[g]! > lower[g]! && x[g]! < upper[g]! && less >= lower[g]! && less <= upper[g]!) {
      x[g] = less;
      return true;
    }
  }
  return false;
}

function follow({ rightHandSide }: BlockArrowProgram, block: Block, x: Float64Array): void {
  const { charge, discharge, content, window, multiplier, chargeEfficiency, dischargeEfficiency } = block;
  let stored = 0;
  for (let k = 0; k < window; k++) {
    stored += rightHandSide[multiplier + k]! + chargeEfficiency * x[charge + k]!;
    if (discharge >= 0) stored -= x[discharge + k]! / dischargeEfficiency;
    x[content + k] = stored;
  }
}
