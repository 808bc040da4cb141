/** Fills the cheapest arcs of one vehicle up to its demand, by partitioning instead of sorting: linear time for any window. */
export class CheapestSlots {
  readonly #order: Int32Array;
  readonly #price: Float64Array;

  /** @param longest most arcs a vehicle has */
  constructor(longest: number) {
    this.#order = new Int32Array(longest);
    this.#price = new Float64Array(longest);
  }

  /**
   * Sets flow[from..to) so that the cheapest arcs by slotPrice + cost are full and their sum is `demandWh`, which must be less than the sum
   * of the capacities. Returns the arc that is not full but dearest among those in use, or the next cheapest: flow < capacity.
   */
  fill(
    from: number,
    to: number,
    demandWh: number,
    slotPrice: Float64Array,
    arcSlot: Int32Array,
    cost: Float64Array,
    capacityWh: Float64Array,
    flowWh: Float64Array,
  ): number {
    const order = this.#order;
    const price = this.#price;
    let low = 0;
    let high = to - from;
    for (let i = 0; i < high; i++) {
      order[i] = from + i;
      price[i] = slotPrice[arcSlot[from + i]!]! + cost[from + i]!;
    }
    let leftWh = demandWh;
    // The marginal arc is among order[low..high); all before low are full, all from high on stay empty.
    while (high - low > 1) {
      const pivot = medianOfThree(price[low]!, price[(low + high) >> 1]!, price[high - 1]!);
      let less = low;
      let equal = low;
      let greater = high;
      let lessWh = 0;
      let equalWh = 0;
      while (equal < greater) {
        const key = price[equal]!;
        const arc = order[equal]!;
        if (key < pivot) {
          order[equal] = order[less]!;
          price[equal++] = price[less]!;
          order[less] = arc;
          price[less++] = key;
          lessWh += capacityWh[arc]!;
        } else if (key > pivot) {
          order[equal] = order[--greater]!;
          price[equal] = price[greater]!;
          order[greater] = arc;
          price[greater] = key;
          flowWh[arc] = 0;
        } else {
          equalWh += capacityWh[arc]!;
          equal++;
        }
      }
      if (leftWh < lessWh) {
        for (let i = less; i < greater; i++) flowWh[order[i]!] = 0;
        high = less;
        continue;
      }
      for (let i = low; i < less; i++) flowWh[order[i]!] = capacityWh[order[i]!]!;
      leftWh -= lessWh;
      if (leftWh < equalWh) return this.#fillInOrder(less, greater, leftWh, capacityWh, flowWh);
      for (let i = less; i < greater; i++) flowWh[order[i]!] = capacityWh[order[i]!]!;
      leftWh -= equalWh;
      low = greater;
    }
    flowWh[order[low]!] = leftWh;
    return order[low]!;
  }

  #fillInOrder(
    low: number,
    high: number,
    wh: number,
    capacityWh: Float64Array,
    flowWh: Float64Array,
  ): number {
    let leftWh = wh;
    let marginal = -1;
    for (let i = low; i < high; i++) {
      const arc = this.#order[i]!;
      const takenWh = Math.min(leftWh, capacityWh[arc]!);
      flowWh[arc] = takenWh;
      leftWh -= takenWh;
      if (marginal < 0 && takenWh < capacityWh[arc]!) marginal = arc;
    }
    return marginal;
  }
}

function medianOfThree(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : Math.max(a, c);
  return a < c ? a : Math.max(b, c);
}
