/** A block-arrow programme in which only some vehicles are planned: what the others do is part of the base load. */
import type { Block } from './block.ts';
import type { BlockArrowProgram } from './program.ts';

export interface Part {
  program: BlockArrowProgram;
  /** The same block in the whole programme, by block of the part. */
  wholes: readonly Block[];
}

/** @param x powers of the blocks that are not `open` stay as they are in it */
export function someBlocks(whole: BlockArrowProgram, open: readonly boolean[], x: Float64Array): Part {
  const { slots } = whole;
  const wholes = whole.blocks.filter((_, i) => open[i]);
  const ofSupply = whole.blocks[0]?.charge ?? whole.variables;
  const rowsOfSupply = whole.blocks[0]?.multiplier ?? whole.multipliers;
  let variables = ofSupply;
  let multipliers = rowsOfSupply;
  const blocks = wholes.map((block): Block => {
    const moved = variables - block.charge;
    const part = {
      ...block,
      charge: variables,
      discharge: block.discharge < 0 ? -1 : block.discharge + moved,
      content: block.content + moved,
      shortfall: block.shortfall < 0 ? -1 : block.shortfall + moved,
      end: block.end + moved,
      multiplier: multipliers,
    };
    variables = part.end;
    multipliers += rowsOf(block);
    return part;
  });
  const perVariable = (all: Float64Array) => {
    const part = new Float64Array(variables);
    part.set(all.subarray(0, ofSupply));
    blocks.forEach(({ charge }, i) => {
      part.set(all.subarray(wholes[i]!.charge, wholes[i]!.end), charge);
    });
    return part;
  };
  const rightHandSide = new Float64Array(multipliers);
  rightHandSide.set(whole.rightHandSide.subarray(0, rowsOfSupply));
  blocks.forEach(({ multiplier }, i) => {
    const from = wholes[i]!.multiplier;
    rightHandSide.set(whole.rightHandSide.subarray(from, from + rowsOf(wholes[i]!)), multiplier);
  });
  whole.blocks.forEach((block, i) => {
    if (!open[i]) addPower(block, x, rightHandSide);
  });
  const program: BlockArrowProgram = {
    ...whole,
    slots,
    blocks,
    devices: blocks,
    variables,
    multipliers,
    rightHandSide,
    lower: perVariable(whole.lower),
    upper: perVariable(whole.upper),
    cost: perVariable(whole.cost),
  };
  return { program, wholes };
}

export const rowsOf = ({ kind, window }: Block): number => (kind === 'row' ? 1 : window);

/** Adds what the block takes from each slot, kWh. */
export function addPower(block: Block, x: Float64Array, netKwh: Float64Array): void {
  const { charge, discharge, firstSlot, window } = block;
  for (let k = 0; k < window; k++) {
    netKwh[firstSlot + k]! += x[charge + k]! - (discharge < 0 ? 0 : x[discharge + k]!);
  }
}
