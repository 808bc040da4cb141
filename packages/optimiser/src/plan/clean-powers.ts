/** Powers too small for any station are rounding of a solver: they would make a car "charge" for hours. */
import type { NormalProblem, PowerMatrix } from '../grid/index.ts';

/** The checker's tolerance of a power: 0.1 W and a millionth of the largest. */
const negligibleW = (largestW: number) => 0.1 + 1e-6 * largestW;

export function cleanPowers(normal: NormalProblem, powers: PowerMatrix): PowerMatrix {
  return {
    powerW: powers.powerW.map((powerW, i) => {
      const session = normal.sessions[i]!;
      return cleaned(powerW, Math.max(session.maxChargeW, session.maxDischargeW));
    }),
    storePowerW: powers.storePowerW.map((powerW) => cleaned(powerW, 0)),
  };
}

function cleaned(powerW: Float64Array, largestW: number): Float64Array {
  const leastW = negligibleW(largestW);
  return powerW.map((power) => (Math.abs(power) <= leastW ? 0 : power));
}
