/**
 * Level 4 where money leaves it open whether energy moves at all: a vehicle or store that loses and costs nothing may go round in circles, and
 * where energy is free it may take more than it needs.
 *
 * Then least energy, and early, is one more interior point on the optimal face of money. Elsewhere a circle costs something, money itself
 * forbids it, and what remains of the ties is left to purification.
 */
import type { NormalProblem } from '../../grid/index.ts';
import { type InteriorSolution, solveBlockArrow } from '../../interior/block-arrow.ts';
import { devicesOf } from '../../interior/device.ts';
import { optimalFace } from '../../interior/optimal-face.ts';
import type { BlockArrowProgram } from '../../interior/program.ts';

/** Per kWh and slot of the horizon; far below the price of energy itself, 1. */
const EARLY = 1e-3;
const NOTHING_KWH = 1e-4;

/** The tie-broken point of money's optimal face, or undefined where there is nothing to settle or it could not be settled. */
export function leastEnergy(
  normal: NormalProblem,
  money: BlockArrowProgram,
  optimum: InteriorSolution,
): Float64Array | undefined {
  if (!movesForNothing(normal, money, optimum.x)) return undefined;
  const face = optimalFace(money, optimum);
  const cost = new Float64Array(face.variables);
  for (const { charge, discharge, firstSlot, window } of face.blocks) {
    for (let k = 0; k < window; k++) {
      cost[charge + k] = 1 + (EARLY * (firstSlot + k)) / face.slots;
      if (discharge >= 0) cost[discharge + k] = 1;
    }
  }
  const settled = solveBlockArrow({ ...face, cost });
  return typeof settled === 'object' ? settled.x : undefined;
}

/** Somebody discharges for whom charging and discharging may cost nothing, or has more than it needs of what is free. */
function movesForNothing(normal: NormalProblem, program: BlockArrowProgram, x: Float64Array): boolean {
  const { importPricePerKwh, exportPricePerKwh } = normal.site;
  return devicesOf(normal).some((device, i) => {
    const block = program.devices[i];
    if (block === undefined) return false;
    const { charge, discharge, content, window, firstSlot } = block;
    const last = block.kind === 'row' ? content : content + window - 1;
    const beyond = x[last]! > program.lower[last]! + NOTHING_KWH;
    const worn = discharge < 0 || device.wearCostPerKwh > 0;
    const lossless = device.chargeEfficiency === 1 && device.dischargeEfficiency === 1;
    for (let k = 0; k < window; k++) {
      const t = (firstSlot + k) % normal.slots;
      const free = importPricePerKwh[t] === 0 || exportPricePerKwh[t] === 0;
      if (free && beyond && x[charge + k]! > NOTHING_KWH) return true;
      if (!worn && (free || lossless) && x[discharge + k]! > NOTHING_KWH) return true;
    }
    return false;
  });
}
