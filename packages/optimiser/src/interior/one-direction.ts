/**
 * No device charges and discharges in one slot. The linear programme lets it, and where energy is worth nothing an interior point does it.
 *
 * Taking c and g back in the ratio that keeps the content lowers the slot's net energy: cheaper, as long as the site may send that much. What
 * then remains is taken back one to one, which keeps the net energy and stores what the losses would have burnt, as far as there is room.
 */
import type { Block } from './block.ts';
import type { BlockArrowProgram } from './program.ts';

/** Changes powers and contents in `x`; the supply's variables are left as they are. */
export function takeOneDirection(program: BlockArrowProgram, x: Float64Array): void {
  const { slots, gridSlots, blocks, rightHandSide, upper } = program;
  // How far each slot's net energy may fall.
  const room = rightHandSide.slice(0, slots).map((base, t) => base + upper[slots + t]!);
  for (const { charge, discharge, firstSlot, window } of blocks) {
    for (let k = 0; k < window; k++) {
      room[firstSlot + k]! += x[charge + k]! - (discharge < 0 ? 0 : x[discharge + k]!);
    }
  }
  for (let t = gridSlots; t < slots; t++) room[t - gridSlots]! += room[t]!;
  for (const block of blocks) if (block.discharge >= 0) separate(program, block, x, room);
}

function separate({ upper }: BlockArrowProgram, block: Block, x: Float64Array, room: Float64Array): void {
  const { charge, discharge, content, window, firstSlot, chargeEfficiency } = block;
  const roundTrip = chargeEfficiency * block.dischargeEfficiency;
  const lostPerKwh = 1 / block.dischargeEfficiency - chargeEfficiency;
  for (let k = 0; k < window; k++) {
    const c = charge + k;
    const g = discharge + k;
    if (x[c]! <= 0 || x[g]! <= 0) continue;
    // g falls by `kept`, c by kept / roundTrip, the net energy by the difference.
    const drop = 1 / roundTrip - 1;
    let kept = Math.min(x[g]!, x[c]! * roundTrip);
    if (drop * kept > room[firstSlot + k]!) kept = Math.max(0, room[firstSlot + k]! / drop);
    x[g]! -= kept;
    x[c]! = Math.max(0, x[c]! - kept / roundTrip);
    room[firstSlot + k]! -= drop * kept;
    let both = Math.min(x[c]!, x[g]!);
    for (let i = k; i < window && both > 0; i++) {
      both = Math.min(both, Math.max(0, upper[content + i]! - x[content + i]!) / lostPerKwh);
    }
    if (!(both > 0)) continue;
    x[c]! -= both;
    x[g]! -= both;
    for (let i = k; i < window; i++) x[content + i]! += both * lostPerKwh;
  }
}
