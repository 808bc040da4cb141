/**
 * Which column of the model means what. Energies in kWh, supply side for flows, battery side for content.
 * -1 says that the model has no such column.
 */

export interface DeviceColumns {
  firstSlot: number;
  endSlot: number;
  /** First of `endSlot - firstSlot` columns, one per slot; -1 where the device cannot. */
  charge: number;
  discharge: number;
  content: number;
}

/** Binaries of one session with an exact occupancy cost. */
export interface OccupancyColumns {
  session: number;
  /** First of the columns "occupied in this slot"; one per slot of the window. */
  occupied: number;
  /** First of the columns "charges in this slot"; -1 without a minimum power. */
  charging: number;
}

export interface ShortfallColumn {
  session: number;
  column: number;
  kind: 'target' | 'minimum';
  priority: boolean;
  /** Missing even when the session is alone at the site, kWh: the column's lower bound. */
  unavoidableKwh: number;
  /** Missing when nothing is charged, kWh: the column's upper bound. */
  wholeKwh: number;
}

/** A linear objective: weight of each named column. */
export interface Objective {
  columns: number[];
  weights: number[];
}

export interface Layout {
  /** Per slot. */
  importKwh: Int32Array;
  exportKwh: Int32Array;
  balanceRow: Int32Array;
  sessions: DeviceColumns[];
  stores: DeviceColumns[];
  shortfalls: ShortfallColumn[];
  occupancies: OccupancyColumns[];
  /** Highest target minus start of each session, kWh. */
  needKwh: number[];
  /** Missing content of stores at the end, kWh. */
  storeShortfalls: number[];
  objectives: {
    /** 1b: excess of the base over the import limit; null when nothing can reduce it. */
    excess: Objective | null;
    /** 2e and 2f; null without such sessions. */
    fast: Objective | null;
    green: Objective | null;
    /** 3, and the constant that belongs to it. */
    money: Objective;
    /** 4: least energy, lowest peak, early. */
    ties: Objective;
  };
}

export function objective(): Objective {
  return { columns: [], weights: [] };
}

export function addTerm(target: Objective, column: number, weight: number): void {
  if (column < 0 || weight === 0) return;
  target.columns.push(column);
  target.weights.push(weight);
}
