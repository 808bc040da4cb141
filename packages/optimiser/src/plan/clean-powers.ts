/** Powers too small for any station are rounding of a solver: they would make a car "charge" for hours. */
import type { PowerMatrix } from '../grid/index.ts';

/** Zeroed: without effect on any figure, W. */
const ZEROED_W = 0.01;
/** At least this counts as using the connector, W; a thousandth of what the smallest station can deliver. */
export const IN_USE_W = 0.1;

export function cleanPowers(powers: PowerMatrix): PowerMatrix {
  return { powerW: powers.powerW.map(cleaned), storePowerW: powers.storePowerW.map(cleaned) };
}

/** -0 too: it reads as a discharge. */
const isRounding = (power: number) => Math.abs(power) < ZEROED_W && !Object.is(power, 0);

function cleaned(powerW: Float64Array): Float64Array {
  if (!powerW.some(isRounding)) return powerW;
  const copy = powerW.slice();
  for (let t = 0; t < copy.length; t++) if (isRounding(copy[t]!)) copy[t] = 0;
  return copy;
}
