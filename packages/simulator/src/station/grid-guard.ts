/** What the mains are like at a station. */
export interface MainsState {
  /** Phase to neutral, L1 to L3. */
  readonly voltageV: readonly [number, number, number];
  readonly frequencyHz: number;
}

/** Bands and times of EN 50549-1 / VDE-AR-N 4105, as far as a simulated inverter needs them. */
export const GRID_CODE = {
  nominalV: 230,
  leastVoltage: 0.8,
  mostVoltage: 1.15,
  leastHz: 47.5,
  mostHz: 51.5,
  /** In band this long before feeding in again. */
  reconnectMs: 60_000,
  /** Then at most 10 % of the rating more per minute. */
  rampPerMs: 0.1 / 60_000,
  /** P(f): 40 % less per Hz from here on. */
  droopFromHz: 50.2,
  droopPerHz: 0.4,
  /** The ramp is followed in steps of this length. */
  stepMs: 5_000,
} as const;

/** Anti-islanding: whether and how much an inverter may feed in. Starts in band and ready. */
export class GridGuard {
  #mains: MainsState = { voltageV: [230, 230, 230], frequencyHz: 50 };
  #inBandSinceMs = Number.NEGATIVE_INFINITY;
  #isInBand = true;

  get mains(): MainsState {
    return this.#mains;
  }

  /** A phase is gone: the relay opens whatever the station does (D1.5-Q5-11). */
  get areMainsLost(): boolean {
    return this.#mains.voltageV.some((v) => v < GRID_CODE.nominalV * 0.5);
  }

  get isInBand(): boolean {
    return this.#isInBand;
  }

  sense(mains: MainsState, atMs: number): void {
    this.#mains = mains;
    const { frequencyHz: hz, voltageV } = mains;
    const isInBand =
      hz >= GRID_CODE.leastHz &&
      hz <= GRID_CODE.mostHz &&
      voltageV.every((v) => {
        const share = v / GRID_CODE.nominalV;
        return share >= GRID_CODE.leastVoltage && share <= GRID_CODE.mostVoltage;
      });
    if (isInBand && !this.#isInBand) this.#inBandSinceMs = atMs;
    this.#isInBand = isInBand;
  }

  /** Share of its rating that may be fed in now, 0..1. */
  feedInShare(atMs: number): number {
    if (!this.#isInBand || atMs < this.#inBandSinceMs + GRID_CODE.reconnectMs) return 0;
    const rampedMs = atMs - this.#inBandSinceMs - GRID_CODE.reconnectMs;
    const ramp = Math.min(1, (rampedMs + GRID_CODE.stepMs) * GRID_CODE.rampPerMs);
    const overHz = Math.max(0, this.#mains.frequencyHz - GRID_CODE.droopFromHz);
    return Math.max(0, ramp * (1 - GRID_CODE.droopPerHz * overHz));
  }

  /** When the share changes by itself next, epoch ms. */
  nextMs(atMs: number): number {
    if (!this.#isInBand) return Number.POSITIVE_INFINITY;
    const readyMs = this.#inBandSinceMs + GRID_CODE.reconnectMs;
    if (atMs < readyMs) return readyMs;
    const fullMs = readyMs + 1 / GRID_CODE.rampPerMs;
    return atMs < fullMs ? atMs + GRID_CODE.stepMs : Number.POSITIVE_INFINITY;
  }
}
