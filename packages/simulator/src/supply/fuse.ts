/**
 * A fuse of class gG as a body that warms with the square of the current: carries 1.25 times its rating for ever, melts after
 * an hour at 1.6 times (IEC 60269-1, conventional currents), sooner above. Short circuits are not its subject here.
 */
export class Fuse {
  static readonly #NON_FUSING = 1.25 ** 2;
  /** ln(1.6^2 / (1.6^2 - 1.25^2)) time constants make an hour. */
  static readonly #TIME_CONSTANT_MS = 3_600_000 / Math.log(1.6 ** 2 / (1.6 ** 2 - 1.25 ** 2));
  readonly ratingA: number;
  #heat = 0;
  #hasMelted = false;

  constructor(ratingA: number) {
    this.ratingA = ratingA;
  }

  get hasMelted(): boolean {
    return this.#hasMelted;
  }

  carry(currentA: number, ms: number): void {
    const load = (currentA / this.ratingA) ** 2;
    this.#heat = load + (this.#heat - load) * Math.exp(-ms / Fuse.#TIME_CONSTANT_MS);
    if (this.#heat > Fuse.#NON_FUSING) this.#hasMelted = true;
  }
}
