/** What sessions ask for and may not get: the variables of level 2 in a block-arrow programme with shortfalls. */
import type { NormalProblem } from '../../grid/index.ts';
import type { Block } from '../../interior/block.ts';
import { devicesOf, mostGainWh } from '../../interior/device.ts';
import type { BlockArrowProgram } from '../../interior/program.ts';

export interface Wish {
  /** Index of the session. */
  session: number;
  kind: 'minimum' | 'target';
  priority: boolean;
  block: Block;
  /** u of the target's slot. */
  shortfall: number;
  /** s of the target's slot (chain) or w (row): u counts against it. */
  content: number;
  /** Multiplier of the target's row, and for a chain of the row after it (-1 at the end). */
  row: number;
  nextRow: number;
  /** The whole need of the session, kWh: the denominator of fairness. */
  needKwh: number;
  /** Missing even when the session is alone at the site, kWh. */
  unavoidableKwh: number;
}

/** Every target that is not met from the start; a sentence when a session has two of them at the end of one slot. */
export function wishesOf(normal: NormalProblem, program: BlockArrowProgram): Wish[] | string {
  const devices = devicesOf(normal);
  const wishes: Wish[] = [];
  for (const session of normal.sessions) {
    const block = program.devices[session.index];
    const device = devices[session.index]!;
    const freeWh = session.maxDischargeW > 0 ? session.floorWh : session.startWh;
    const taken = new Set<number>();
    for (const target of session.targets) {
      const k = Math.min(target.endSlot, session.endSlot) - session.firstSlot - 1;
      if (target.contentWh <= freeWh || block === undefined || k < 0) continue;
      if (taken.has(k)) return 'a session has several targets at one time';
      taken.add(k);
      const isRow = block.kind === 'row';
      const gainWh = mostGainWh(device, normal.hours)[k]!;
      wishes.push({
        session: session.index,
        kind: target.kind,
        priority: session.priority,
        block,
        shortfall: block.shortfall + (isRow ? 0 : k),
        content: block.content + (isRow ? 0 : k),
        row: block.multiplier + (isRow ? 0 : k),
        nextRow: isRow || k + 1 === block.window ? -1 : block.multiplier + k + 1,
        needKwh: session.needWh / 1000,
        unavoidableKwh: Math.max(0, target.contentWh - session.startWh - gainWh) / 1000,
      });
    }
  }
  return wishes;
}

/** What one more kWh of this wish would add to the objective. */
export function priceOf(wish: Wish, y: Float64Array): number {
  if (wish.block.kind === 'row') return y[wish.row]!;
  return (wish.nextRow < 0 ? 0 : y[wish.nextRow]!) - y[wish.row]!;
}

/** Takes part of a wish back: that much may be missing at no cost. Changes the programme, which must be the caller's own. */
export function waive(program: BlockArrowProgram, wish: Wish, kwh: number): void {
  const { lower, upper, rightHandSide } = program;
  if (wish.block.kind === 'row') {
    rightHandSide[wish.row]! -= kwh;
    upper[wish.content]! += kwh;
  } else {
    lower[wish.content]! -= kwh;
  }
  upper[wish.shortfall] = Math.max(0, upper[wish.shortfall]! - kwh);
}
