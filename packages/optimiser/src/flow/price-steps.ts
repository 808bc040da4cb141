/**
 * Slot prices that leave their guess step by step.
 *
 * A slot that is too full at the guessed prices would send its vehicles anywhere if its price jumped up to that of the overflow, and one with
 * room would attract too many if its price fell back to that of importing. So at first overflow costs the guess plus a small step, and
 * importing at least the guess less a step. Where the optimum under these costs still uses overflow, or has import room at a raised
 * cost, the step is taken, the next one is four times as long, and so on (the idea of the boxstep method, Marsten, Hogan and
 * Blankenship 1975). In the end no cost is paid that is not the slot's own, so the flow is optimal under the true costs too.
 */
import { type FlowProgram, largestCost, SEGMENTS_PER_SLOT, vehicleArcs } from './flow-program.ts';

const STEP_GROWTH = 4;
/** Added to steps and prices, so that they grow where all costs are 0; per kWh. */
const LEAST_STEP = 1e-9;

export class PriceSteps {
  readonly #slots: number;
  /** Import segment of slot 0; the overflow follows. */
  readonly #firstImport: number;
  readonly #cost: Float64Array;
  readonly #flowWh: Float64Array;
  readonly #capacityWh: Float64Array;
  readonly #importPrice: Float64Array;
  /** A detour of a Wh uses every slot once at most, so a dearer overflow than this changes nothing; a cheaper one keeps prices precise. */
  readonly #dearestOverflow: number;
  readonly #step: Float64Array;

  /**
   * @param cost of the arcs and segments as the simplex sees them: changed here
   * @param flowWh the simplex's flow, read after each of its runs
   */
  constructor(program: FlowProgram, cost: Float64Array, flowWh: Float64Array, guess: Float64Array) {
    const { slots, vehicles } = program;
    const largest = largestCost(program);
    this.#slots = slots;
    this.#firstImport = vehicleArcs(program) + 1;
    this.#cost = cost;
    this.#flowWh = flowWh;
    this.#capacityWh = program.capacityWh;
    this.#importPrice = Float64Array.from({ length: slots }, (_, t) => cost[this.#importOf(t)]!);
    this.#dearestOverflow = 4 * largest * (Math.min(slots, vehicles) + 2) + LEAST_STEP;
    // Prices of a sample of n vehicles are off by about one n-th.
    this.#step = new Float64Array(slots).fill(largest / Math.max(1, vehicles) + LEAST_STEP);
    for (let t = 0; t < slots; t++) {
      const imported = this.#importOf(t);
      const step = this.#step[t]!;
      cost[imported + 1] = Math.max(cost[imported - 1]!, cost[imported]!, guess[t]!) + step;
      if (this.#capacityWh[imported]! > 0) cost[imported] = Math.max(cost[imported]!, guess[t]! - step);
    }
  }

  /** One step further wherever the optimum pays a cost that is not the slot's own; false when there is no such slot. */
  takeNext(): boolean {
    const cost = this.#cost;
    let some = false;
    for (let t = 0; t < this.#slots; t++) {
      const imported = this.#importOf(t);
      const overflow = imported + 1;
      const step = this.#step[t]!;
      if (this.#flowWh[overflow]! > 0 && cost[overflow]! < this.#dearestOverflow) {
        cost[overflow] = Math.min(this.#dearestOverflow, cost[overflow]! + step);
      } else if (
        cost[imported]! > this.#importPrice[t]! &&
        this.#flowWh[imported]! < this.#capacityWh[imported]!
      ) {
        cost[imported] = Math.max(this.#importPrice[t]!, cost[imported]! - step);
      } else continue;
      this.#step[t] = step * STEP_GROWTH;
      some = true;
    }
    return some;
  }

  restoreCosts(): void {
    for (let t = 0; t < this.#slots; t++) this.#cost[this.#importOf(t)] = this.#importPrice[t]!;
  }

  #importOf(slot: number): number {
    return this.#firstImport + slot * SEGMENTS_PER_SLOT;
  }
}
