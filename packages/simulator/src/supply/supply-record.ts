const CHUNK_S = 3_600;

/** What flowed at the supply point, second by second: net power, what of it is no car, currents of the lines and the limit that held. */
export class SupplyRecord {
  readonly startMs: number;
  readonly #netW: Float32Array[] = [];
  readonly #worstLineA: Float32Array[] = [];
  readonly #limitW: Float32Array[] = [];
  readonly #otherW: Float32Array[] = [];
  #seconds = 0;

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  /** Whole seconds recorded. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Adds the next second. */
  add(netW: number, worstLineA: number, limitW: number, otherW: number): void {
    const chunk = Math.floor(this.#seconds / CHUNK_S);
    if (this.#netW.length <= chunk) {
      this.#netW.push(new Float32Array(CHUNK_S));
      this.#worstLineA.push(new Float32Array(CHUNK_S));
      this.#limitW.push(new Float32Array(CHUNK_S));
      this.#otherW.push(new Float32Array(CHUNK_S));
    }
    const at = this.#seconds % CHUNK_S;
    this.#netW[chunk]![at] = netW;
    this.#worstLineA[chunk]![at] = worstLineA;
    this.#limitW[chunk]![at] = limitW;
    this.#otherW[chunk]![at] = otherW;
    this.#seconds += 1;
  }

  netW(second: number): number {
    return this.#at(this.#netW, second);
  }

  /** Highest current of the three lines, A. */
  worstLineA(second: number): number {
    return this.#at(this.#worstLineA, second);
  }

  limitW(second: number): number {
    return this.#at(this.#limitW, second);
  }

  /** What the limit left the cars in [fromS, toS), Wh. */
  roomWh(fromS: number, toS: number): number {
    let sum = 0;
    for (let second = Math.max(0, fromS); second < Math.min(toS, this.#seconds); second++) {
      sum += Math.max(0, this.limitW(second) - this.#at(this.#otherW, second));
    }
    return sum / 3_600;
  }

  /** Seconds (since the start) above the limit by more than `toleranceW`. A limit cut less than `graceS` ago is not counted yet. */
  overLimitSeconds(toleranceW = 1, graceS = 0): readonly number[] {
    const over: number[] = [];
    let cutAt = Number.NEGATIVE_INFINITY;
    for (let second = 0; second < this.#seconds; second++) {
      const limitW = this.limitW(second);
      if (second > 0 && limitW < this.limitW(second - 1)) cutAt = second;
      if (second < cutAt + graceS) continue;
      if (this.netW(second) > limitW + toleranceW) over.push(second);
    }
    return over;
  }

  /** Mean net power of [fromS, toS), W. */
  meanW(fromS: number, toS: number): number {
    let sum = 0;
    for (let second = fromS; second < toS; second++) sum += this.netW(second);
    return toS > fromS ? sum / (toS - fromS) : 0;
  }

  #at(chunks: readonly Float32Array[], second: number): number {
    const value = chunks[Math.floor(second / CHUNK_S)]?.[second % CHUNK_S];
    if (value === undefined || second >= this.#seconds)
      throw new RangeError(`second ${second} is not recorded`);
    return value;
  }
}
