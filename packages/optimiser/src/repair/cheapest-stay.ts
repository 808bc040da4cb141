/**
 * The cheapest powers of one device at convex costs per slot, exact, for every slot it may finish in.
 *
 * V(k, g) is the least cost of having gained g Wh by the end of slot k. In every slot the gain a costs c_k(a), convex and piecewise linear:
 *
 *   V(k, g) = min over a of V(k-1, g - a) + c_k(a),    floor <= g <= ceiling,    g >= asked(k)
 *
 * The infimal convolution of convex piecewise linear functions merges their pieces by slope, so V is a left end (g0, v0) and a list of pieces in
 * order of slope: a slot inserts its pieces; a lower limit of g uses up pieces from the left for good; an upper limit drops pieces on the right.
 * Every piece knows its slot, so powers need no backtracking: a slot gets what was used up of its pieces, plus what the final gain takes of them.
 *
 * Least cost when the device finishes in slot k: min of V(k, g) over g >= everything asked from k on. About W^2/4 moves for a window of W slots.
 * Where charging costs less than discharging brings (prices below zero with losses) the caller's pieces are not convex; merging them by
 * slope then gives the convex hull, a lower bound.
 */

/** Smaller pieces are rounding, Wh. */
const NOTHING_WH = 1e-9;
/** Leeway of limits that rounding may pass, Wh. */
const LEEWAY_WH = 1e-7;

export interface StayLimits {
  floorWh: number;
  ceilingWh: number;
  askedWh: Float64Array;
  askedFromWh: Float64Array;
}

/** Pieces of c_k for every slot k of a window, to be filled by the caller. */
export class StayCosts {
  readonly mostPieces: number;
  /** Least gain of each slot, Wh (negative: discharge), and its cost. */
  readonly leastWh: Float64Array;
  readonly leastCost: Float64Array;
  /** `mostPieces` per slot: length, Wh, and cost per Wh gained. A length of 0 is no piece. */
  readonly lengthWh: Float64Array;
  readonly slope: Float64Array;
  /** The device is needed until this slot of the window, so it cannot finish before; -1 when it is not. */
  earliestFinish = -1;

  constructor(slots: number, mostPieces: number) {
    this.mostPieces = mostPieces;
    this.leastWh = new Float64Array(slots);
    this.leastCost = new Float64Array(slots);
    this.lengthWh = new Float64Array(slots * mostPieces);
    this.slope = new Float64Array(slots * mostPieces);
  }
}

export class CheapestStay {
  /** Gain of every slot of the window after `plan`, Wh. */
  readonly gainWh: Float64Array;
  readonly #costs: StayCosts;
  readonly #length: Float64Array;
  readonly #slope: Float64Array;
  readonly #slot: Int32Array;
  #pieces = 0;
  #leftWh = 0;
  #rightWh = 0;
  #leftCost = 0;

  constructor(slots: number, costs: StayCosts) {
    this.#costs = costs;
    this.gainWh = new Float64Array(slots);
    const room = slots * costs.mostPieces + 1;
    this.#length = new Float64Array(room);
    this.#slope = new Float64Array(room);
    this.#slot = new Int32Array(room);
  }

  /**
   * Plans the window with the least cost, into `gainWh`.
   *
   * @param occupancyCost cost of finishing in slot k; null when finishing late costs nothing
   * @returns the cost, Infinity when the needs do not fit
   */
  plan(window: number, limits: StayLimits, occupancyCost: Float64Array | null): number {
    if (occupancyCost === null) {
      this.gainWh.fill(0, 0, window);
      if (!this.#run(window, limits, window, null)) return Number.POSITIVE_INFINITY;
      return this.#take(limits.askedFromWh[window - 1] ?? Number.NEGATIVE_INFINITY);
    }
    // Never used at all: allowed when nothing is asked.
    const asked = limits.askedFromWh[0] ?? 0;
    const { earliestFinish } = this.#costs;
    const unused = asked <= LEEWAY_WH && limits.floorWh <= LEEWAY_WH && earliestFinish < 0;
    let least = unused ? 0 : Number.POSITIVE_INFINITY;
    let finish = -1;
    this.#run(window, limits, window, (k) => {
      if (k < earliestFinish) return;
      const cost = this.#leastFrom(limits.askedFromWh[k]!) + occupancyCost[k]!;
      if (cost >= least) return;
      least = cost;
      finish = k;
    });
    this.gainWh.fill(0, 0, window);
    if (finish < 0) return least;
    this.#run(window, limits, finish + 1, null);
    this.#take(limits.askedFromWh[finish]!);
    return least;
  }

  /** V over the first `until` slots; false where no gain is possible any more. */
  #run(window: number, limits: StayLimits, until: number, finished: ((k: number) => void) | null): boolean {
    const costs = this.#costs;
    const { mostPieces } = costs;
    this.#pieces = 0;
    this.#leftWh = 0;
    this.#rightWh = 0;
    this.#leftCost = 0;
    for (let k = 0; k < Math.min(window, until); k++) {
      this.#leftWh += costs.leastWh[k]!;
      this.#rightWh += costs.leastWh[k]!;
      this.#leftCost += costs.leastCost[k]!;
      if (finished === null) this.gainWh[k]! += costs.leastWh[k]!;
      for (let i = k * mostPieces; i < (k + 1) * mostPieces; i++) {
        if (costs.lengthWh[i]! > NOTHING_WH) this.#insert(costs.lengthWh[i]!, costs.slope[i]!, k);
      }
      const atLeast = Math.max(limits.floorWh, limits.askedWh[k]!);
      if (!this.#raise(atLeast, finished === null) || !this.#lower(limits.ceilingWh)) return false;
      finished?.(k);
    }
    return true;
  }

  /** Keeps the list sorted; equal slopes in order of time, so that ties are served early. */
  #insert(lengthWh: number, perWh: number, k: number): void {
    const length = this.#length;
    const slope = this.#slope;
    const slot = this.#slot;
    this.#rightWh += lengthWh;
    let at = this.#pieces++;
    for (; at > 0 && slope[at - 1]! > perWh; at--) {
      length[at] = length[at - 1]!;
      slope[at] = slope[at - 1]!;
      slot[at] = slot[at - 1]!;
    }
    length[at] = lengthWh;
    slope[at] = perWh;
    slot[at] = k;
  }

  /** g >= `atLeast` from here on: the cheapest pieces up to it are used in every plan. */
  #raise(atLeast: number, record: boolean): boolean {
    let missing = atLeast - this.#leftWh;
    if (missing <= 0) return true;
    let used = 0;
    while (missing > NOTHING_WH && used < this.#pieces) {
      const taken = Math.min(missing, this.#length[used]!);
      this.#leftWh += taken;
      this.#leftCost += taken * this.#slope[used]!;
      if (record) this.gainWh[this.#slot[used]!]! += taken;
      this.#length[used]! -= taken;
      missing -= taken;
      if (this.#length[used]! > NOTHING_WH) break;
      used++;
    }
    if (used > 0) {
      this.#pieces -= used;
      this.#length.copyWithin(0, used, used + this.#pieces);
      this.#slope.copyWithin(0, used, used + this.#pieces);
      this.#slot.copyWithin(0, used, used + this.#pieces);
    }
    return missing <= LEEWAY_WH;
  }

  /** g <= `atMost` from here on: the dearest pieces above it are out of reach for good. */
  #lower(atMost: number): boolean {
    if (this.#leftWh > atMost + LEEWAY_WH) return false;
    if (atMost === Number.POSITIVE_INFINITY) return true;
    let excess = this.#rightWh - atMost;
    if (excess > 0) this.#rightWh = atMost;
    while (excess > NOTHING_WH && this.#pieces > 0) {
      const last = this.#pieces - 1;
      const dropped = Math.min(excess, this.#length[last]!);
      this.#length[last]! -= dropped;
      excess -= dropped;
      if (this.#length[last]! <= NOTHING_WH) this.#pieces--;
    }
    return true;
  }

  /** Least V over g >= `atLeast`. */
  #leastFrom(atLeast: number): number {
    const length = this.#length;
    const slope = this.#slope;
    const pieces = this.#pieces;
    if (this.#rightWh < atLeast - LEEWAY_WH) return Number.POSITIVE_INFINITY;
    let missing = atLeast - this.#leftWh;
    let cost = this.#leftCost;
    for (let i = 0; i < pieces; i++) {
      const perWh = slope[i]!;
      if (missing <= 0 && perWh >= 0) break;
      const taken = perWh < 0 ? length[i]! : Math.min(missing, length[i]!);
      cost += taken * perWh;
      missing -= taken;
    }
    return missing <= LEEWAY_WH ? cost : Number.POSITIVE_INFINITY;
  }

  #take(atLeast: number): number {
    let missing = atLeast - this.#leftWh;
    let cost = this.#leftCost;
    for (let i = 0; i < this.#pieces; i++) {
      if (missing <= 0 && this.#slope[i]! >= 0) break;
      const taken = this.#slope[i]! < 0 ? this.#length[i]! : Math.min(missing, this.#length[i]!);
      this.gainWh[this.#slot[i]!]! += taken;
      cost += taken * this.#slope[i]!;
      missing -= taken;
    }
    return missing <= LEEWAY_WH ? cost : Number.POSITIVE_INFINITY;
  }
}
