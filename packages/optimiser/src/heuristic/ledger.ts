/** The content of one session's battery over the horizon, kept while power is handed out. */
import type { NormalSession } from '../grid/index.ts';

export class Ledger {
  readonly session: NormalSession;
  readonly powerW: Float64Array;
  /** Content at the end of each slot, Wh. */
  readonly #contentWh: Float64Array;
  readonly #hours: Float64Array;

  constructor(session: NormalSession, hours: Float64Array) {
    this.session = session;
    this.#hours = hours;
    this.powerW = new Float64Array(hours.length);
    this.#contentWh = new Float64Array(hours.length).fill(session.startWh);
  }

  /** Content when slot `beforeSlot` begins, Wh. */
  contentWh(beforeSlot: number): number {
    return beforeSlot > 0 ? this.#contentWh[beforeSlot - 1]! : this.session.startWh;
  }

  /** Wh that one more W in this slot puts into the battery. */
  whPerW(slot: number): number {
    return this.#hours[slot]! * this.session.chargeEfficiency;
  }

  /** Wh that still fit when charged in this slot: no later slot may rise above the ceiling. */
  spaceWh(slot: number): number {
    let highestWh = this.#contentWh[slot]!;
    if (this.session.maxDischargeW > 0) {
      for (let t = slot + 1; t < this.session.endSlot; t++) {
        highestWh = Math.max(highestWh, this.#contentWh[t]!);
      }
    } else highestWh = this.#contentWh[this.#contentWh.length - 1]!;
    return Math.max(0, this.session.ceilingWithMinimumWh - highestWh);
  }

  /** Wh that may leave the battery in this slot: no later slot may fall below the floor. */
  spareWh(slot: number): number {
    let lowestWh = this.#contentWh[slot]!;
    for (let t = slot + 1; t < this.session.endSlot; t++) lowestWh = Math.min(lowestWh, this.#contentWh[t]!);
    return Math.max(0, lowestWh - this.session.floorWh);
  }

  /** Changes the charging power of a slot by `deltaW` (the slot stays at or above 0). */
  charge(slot: number, deltaW: number): void {
    this.powerW[slot]! += deltaW;
    this.#shift(slot, deltaW * this.whPerW(slot));
  }

  /** Discharges in a slot that was idle. */
  discharge(slot: number, powerW: number): void {
    this.powerW[slot] = -powerW;
    this.#shift(slot, (-powerW * this.#hours[slot]!) / this.session.dischargeEfficiency);
  }

  /** Wh missing over all targets of a kind. */
  shortfallWh(kind: 'target' | 'minimum'): number {
    return this.session.targets
      .filter((target) => target.kind === kind)
      .reduce((sum, target) => sum + Math.max(0, target.contentWh - this.contentWh(target.endSlot)), 0);
  }

  #shift(slot: number, deltaWh: number): void {
    for (let t = slot; t < this.#contentWh.length; t++) this.#contentWh[t]! += deltaWh;
  }
}
