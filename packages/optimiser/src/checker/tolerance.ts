/**
 * How far a correct plan may be off through floating point alone.
 *
 * The solvers work to a primal feasibility of about 1e-7 in kW or kWh, that is 1e-4 W, and rounding grows with
 * the size of the numbers: hence an absolute part (thousand times the solver's) and a relative part. Everything
 * stays far below the 1 W that D4.2-§3.1-2 allows at the supply point and below the resolution of any meter.
 */
export const ABSOLUTE_POWER_W = 0.1;
export const ABSOLUTE_ENERGY_WH = 0.1;
export const ABSOLUTE_SOC = 1e-7;
/** In the problem's currency; a plan's cost is an estimate, but its arithmetic is not. */
export const ABSOLUTE_MONEY = 1e-6;
export const RELATIVE = 1e-6;
/** Greatest gap that still counts as proved (contract, plan.status). */
export const PROVED_GAP = 1e-6;

/** Tolerance of a power in W, given the largest magnitude that took part in it. */
export const powerTolerance = (magnitudeW: number): number =>
  ABSOLUTE_POWER_W + RELATIVE * Math.abs(magnitudeW);

/** Tolerance of an energy in Wh. */
export const energyTolerance = (magnitudeWh: number): number =>
  ABSOLUTE_ENERGY_WH + RELATIVE * Math.abs(magnitudeWh);

/** Tolerance of an amount of money. */
export const moneyTolerance = (amount: number): number => ABSOLUTE_MONEY + RELATIVE * Math.abs(amount);
