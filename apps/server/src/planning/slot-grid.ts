/** The slots of a problem: UTC, aligned to their own length (design of the loop: a plan starts now, inside slot 0). */
export interface SlotGrid {
  readonly startMs: number;
  readonly nowMs: number;
  readonly slotMs: number;
  readonly slots: number;
}

/** @param slotMinutes a divisor of 60 @param slots number of slots */
export function slotGrid(nowMs: number, slotMinutes: number, slots: number): SlotGrid {
  const slotMs = slotMinutes * 60_000;
  return { startMs: Math.floor(nowMs / slotMs) * slotMs, nowMs, slotMs, slots };
}

export function slotStart(grid: SlotGrid, slot: number): number {
  return grid.startMs + slot * grid.slotMs;
}

export function gridEnd(grid: SlotGrid): number {
  return slotStart(grid, grid.slots);
}

/** End of the slot that contains `atMs`, or `atMs` itself where it is a border. */
export function slotCeiling(grid: SlotGrid, atMs: number): number {
  return grid.startMs + Math.ceil((atMs - grid.startMs) / grid.slotMs) * grid.slotMs;
}

export function slotFloor(grid: SlotGrid, atMs: number): number {
  return grid.startMs + Math.floor((atMs - grid.startMs) / grid.slotMs) * grid.slotMs;
}
