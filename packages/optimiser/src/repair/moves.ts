/**
 * Moves that change several devices at once and can be taken back: nothing is kept unless the whole plan gets cheaper or less broken.
 */
import type { BestResponse, Wish } from './best-response.ts';
import type { FleetState } from './fleet-state.ts';

/** What devices had before a trial, so that it can be undone. */
export class Journal {
  readonly #state: FleetState;
  readonly #before: { d: number; powerW: Float64Array }[] = [];

  constructor(state: FleetState) {
    this.#state = state;
  }

  put(d: number, powerW: Float64Array): void {
    const { firstSlot, endSlot } = this.#state.devices[d]!;
    this.#before.push({ d, powerW: this.#state.powerW[d]!.slice(firstSlot, endSlot) });
    this.#state.put(d, powerW);
  }

  undo(): void {
    while (this.#before.length > 0) this.undoLast();
  }

  undoLast(): void {
    const step = this.#before.pop();
    if (step !== undefined) this.#state.put(step.d, step.powerW);
  }
}

export const windowOf = (state: FleetState, d: number): Float64Array => {
  const { firstSlot, endSlot } = state.devices[d]!;
  return state.powerW[d]!.subarray(firstSlot, Math.max(firstSlot, endSlot));
};

/** Plans d anew and keeps it when that saves more than rounding. Returns what it saved. */
export function improveOne(
  state: FleetState,
  response: BestResponse,
  d: number,
  leastSaving: number,
): number {
  if (!response.plan(d)) return 0;
  const peakW = state.normal.site.capacityPricePerKw > 0 ? state.peakWithout(d) : 0;
  const saved = state.costOf(d, windowOf(state, d), peakW) - state.costOf(d, response.powerW, peakW);
  if (saved <= leastSaving) return 0;
  state.put(d, response.powerW);
  return saved;
}

/** A limit may be passed by this much through rounding, W; the checker allows a hundred times as much. */
const ROUNDING_W = 1e-3;
/** Others asked to give way for one device. */
const MOST_GIVING_WAY = 60;

/**
 * Gives d what it needs even where there is no room, then lets others give way, those with most power in the crowded slots first.
 * Undone when somebody would be left without. Returns whether it worked.
 */
export function displace(state: FleetState, response: BestResponse, d: number, wish: Wish): boolean {
  const journal = new Journal(state);
  if (!response.plan(d, wish)) return false;
  journal.put(d, response.powerW);
  const device = state.devices[d]!;
  const crowded = () => {
    for (let t = device.firstSlot; t < device.endSlot; t++) if (state.excessW(d, t) > ROUNDING_W) return t;
    return -1;
  };
  let asked = 0;
  for (let t = crowded(); t >= 0; t = crowded()) {
    const others = state.devices
      .flatMap((_, m) => (m !== d && state.powerW[m]![t]! > 0 ? [m] : []))
      .sort((a, b) => state.powerW[b]![t]! - state.powerW[a]![t]! || a - b);
    let helped = false;
    for (const m of others) {
      if (asked++ >= MOST_GIVING_WAY) break;
      const beforeW = state.excessW(d, t);
      if (!response.plan(m)) continue;
      journal.put(m, response.powerW);
      if (state.excessW(d, t) < beforeW - ROUNDING_W) {
        helped = true;
        break;
      }
      journal.undoLast();
    }
    if (!helped) {
      journal.undo();
      return false;
    }
  }
  return true;
}
