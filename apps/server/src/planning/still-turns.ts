import { type SlotGrid, slotStart } from './slot-grid.ts';

/** Of the room of a full site, cars that took nothing keep this share to begin again with; one of them always has it. */
const STILL_SHARE = 0.05;

/** A car that was offered power and took none. */
export interface Still {
  readonly id: string;
  /** Least power at which it would begin again, W. */
  readonly leastW: number;
  /** What it needs is due then, epoch ms. */
  readonly untilMs: number;
}

/**
 * Where not all fit, cars that are full, or will not charge, take turns with the powers they could begin again with: a row of them kept a
 * sixth of a site from cars that charge. Who begins in its turn shows it by its meter and is planned like any other.
 * @returns begin of the next turn, epoch ms, of those whose turn is not now; a car whose need is due before that waits for none
 */
export function turnsOf(
  still: readonly Still[],
  budgetW: readonly (number | null)[],
  grid: SlotGrid,
): ReadonlyMap<string, number> {
  const most = Math.max(0, ...still.map(({ leastW }) => leastW));
  const roomW = (budgetW[0] ?? Number.POSITIVE_INFINITY) * STILL_SHARE;
  const atOnce = most === 0 ? still.length : Math.max(1, Math.floor(roomW / most));
  const rounds = Math.ceil(still.length / atOnce);
  const slot = Math.floor(grid.startMs / grid.slotMs);
  const ids = still.map(({ id }) => id).sort();
  const turns = new Map<string, number>();
  for (const { id, untilMs } of still) {
    const round = Math.floor(ids.indexOf(id) / atOnce);
    const ahead = (((round - slot) % rounds) + rounds) % rounds;
    const turnMs = slotStart(grid, ahead);
    if (ahead > 0 && turnMs < untilMs) turns.set(id, turnMs);
  }
  return turns;
}
