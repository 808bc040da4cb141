/** What the files of this folder call a block: one vehicle or store, its variables and its rows (program.ts has the programme). */

export interface Block {
  kind: 'row' | 'chain';
  /** First slot (row of balance) and number of slots of the window. */
  firstSlot: number;
  window: number;
  /** The block's variables are [charge, end): c, then g, then w (row, one) or s (chain), then u. */
  charge: number;
  /** First variable of g; -1 when the device cannot discharge. */
  discharge: number;
  /** w of a row block, first s of a chain. */
  content: number;
  /** First shortfall u (row: one, chain: one per slot); -1 in a programme without. */
  shortfall: number;
  end: number;
  /** First multiplier (row: one, chain: window of them). */
  multiplier: number;
  chargeEfficiency: number;
  dischargeEfficiency: number;
}

/**
 * What is left of a block's own matrix M after `factorise`, and a vector: FACTORS numbers per multiplier m, side by side, at FACTORS m plus
 *   INVERSE_PIVOT  1 / d(k) of M = L D L'; 0 for an empty row
 *   PASSED_ON      rho(k) = theta(s(k)) / d(k): what a change of row k + 1 passes on to row k
 *   COUPLING       G(k), the entry of M's side block that couples row k with its slot
 *   OWN            v = M^-1 w of the right-hand side at hand
 */
export type Factors = Float64Array;
export const FACTORS = 4;
export const INVERSE_PIVOT = 0;
export const PASSED_ON = 1;
export const COUPLING = 2;
export const OWN = 3;
