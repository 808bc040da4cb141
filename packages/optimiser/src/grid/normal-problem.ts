/**
 * The problem on its slot grid: typed arrays in W and Wh, every default filled in, every time a slot index.
 *
 * One ledger for every session: `contentWh` starts at `startWh`, rises by charge x chargeEfficiency, falls by
 * discharge / dischargeEfficiency, and stays between `floorWh` and `ceilingWh`. A session without a battery
 * keeps the same ledger from 0; its "content" is the energy delivered. So models, heuristic and baseline need
 * no special cases. Absent limits are `Infinity`.
 */
import type { Problem } from '../contract/problem.ts';

export interface NormalTarget {
  /** The target holds at the end of slot `endSlot - 1`; 1..slots, or 0 when the window is empty. */
  endSlot: number;
  /** Content to be reached, Wh (pro rata when it lies beyond the horizon). */
  contentWh: number;
  kind: 'target' | 'minimum';
}

export interface NormalSession {
  /** Position in `problem.sessions`. */
  index: number;
  id: string;
  /** Window [firstSlot, endSlot): the only slots with energy. Equal when the session never meets the horizon. */
  firstSlot: number;
  endSlot: number;
  /** In any slot of the window. */
  maxChargeW: number;
  /** By slot of the grid, where the limit is not the same in all of the window; `chargeLimitOf` reads both. */
  chargeLimitW: Float64Array | null;
  /** Charging power is 0 or at least this (X34). */
  minChargeW: number;
  /** 0 without a battery. */
  maxDischargeW: number;
  /** 1..3, sorted, without doubles; power splits evenly over them. */
  phases: readonly number[];
  /** False: no SoC is known, the plan's `soc` is null. */
  hasBattery: boolean;
  /** Wh; 0 without a battery. */
  capacityWh: number;
  /** Content at arrival, Wh. */
  startWh: number;
  /** Content never falls below this, Wh. */
  floorWh: number;
  /** Content never rises above this, Wh (an energy need caps it at startWh + need). */
  ceilingWh: number;
  /** As `ceilingWh`, but with the overshoot below one slot at `minChargeW` that an energy need allows. */
  ceilingWithMinimumWh: number;
  /** In order of `endSlot`; empty when nothing is asked. */
  targets: readonly NormalTarget[];
  /** Highest target minus `startWh`, at least 0, Wh: the denominator of fairness. */
  needWh: number;
  chargeEfficiency: number;
  dischargeEfficiency: number;
  /** Currency per kWh discharged, supply side. */
  wearCostPerKwh: number;
  /** Slots occupied before slot 0 (I4.1). */
  occupiedSlots: number;
  priority: boolean;
  preference: 'CHEAP' | 'GREEN' | 'FAST' | 'REGULAR';
}

export interface NormalStore {
  id: string;
  capacityWh: number;
  startWh: number;
  floorWh: number;
  ceilingWh: number;
  /** Least content at the end of the last slot, Wh. */
  endWh: number;
  maxChargeW: number;
  chargeLimitW: null;
  maxDischargeW: number;
  chargeEfficiency: number;
  dischargeEfficiency: number;
  wearCostPerKwh: number;
}

export interface NormalGroup {
  id: string;
  /** Indices into `sessions`. */
  sessions: readonly number[];
  /** |sum of power| of the sessions, W. */
  maxW: number;
  /** |sum of power on each phase|, W. */
  maxPhaseW: number;
}

export interface NormalSite {
  demandW: Float64Array;
  generationW: Float64Array;
  /** demand - generation (X7). */
  baseW: Float64Array;
  /** min(max_import + flex, cap), Infinity where there is none. */
  importLimitW: Float64Array;
  /** Net power never rises above this: max(importLimitW, baseW). */
  netCeilingW: Float64Array;
  /** Net power never falls below this: min(-max_export, baseW) (X6). */
  netFloorW: Float64Array;
  /** What sessions and a third of the stores may draw on one phase: max(max_phase, base/3) - base/3. */
  phaseRoomW: Float64Array;
  importPricePerKwh: Float64Array;
  exportPricePerKwh: Float64Array;
  /** Currency per kW. */
  capacityPricePerKw: number;
  peakSoFarW: number;
  /** Import used in slot 0 before `nowMs`, Wh. */
  slot0ImportWh: number;
  /** g per kWh imported; null when unknown. */
  co2GPerKwh: Float64Array | null;
  /** Currency per occupied slot. */
  opportunityCostPerSlot: number;
}

export interface NormalProblem {
  problem: Problem;
  slots: number;
  startMs: number;
  nowMs: number;
  slotMs: number;
  /** Length of a full slot in hours. */
  slotHours: number;
  /** Length of each slot in hours; slot 0 counts from `nowMs`. */
  hours: Float64Array;
  opportunity: 'exact' | 'linear';
  site: NormalSite;
  sessions: readonly NormalSession[];
  stores: readonly NormalStore[];
  groups: readonly NormalGroup[];
}

/** Power per slot, W: charging positive, discharging negative, supply side, average of the slot. */
export interface PowerMatrix {
  /** One array of `slots` entries per session, in the order of the problem. */
  powerW: Float64Array[];
  /** One array of `slots` entries per store. */
  storePowerW: Float64Array[];
}
