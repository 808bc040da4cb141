/**
 * The cheapest way to charge one session at given prices per slot, for every slot it may finish in.
 *
 * Minimum power is left out: the result is a lower bound of what the session can cost, which is what the
 * column generation needs. Order: cheapest slots first, until the need is met, further only while it pays.
 */
export interface Stay {
  session: number;
  /** Most per slot of the window, kWh supply side. */
  mostKwh: Float64Array;
  /** Least and most in total, kWh supply side. */
  needKwh: number;
  ceilingKwh: number;
  /** Cost of being occupied up to and including each slot of the window. */
  occupancyCost: Float64Array;
}

/** One way to charge: energies per slot of the window, last slot in use (-1: never) and what occupancy costs. */
export interface Schedule {
  session: number;
  finish: number;
  chargeKwh: Float64Array;
  occupancyCost: number;
}

const NEGLIGIBLE_KWH = 1e-9;

/** Least cost with nothing after slot `finish`; Infinity where the need does not fit. Index 0 is "never". */
export function costByFinish(stay: Stay, pricePerKwh: Float64Array): Float64Array {
  const order = cheapestFirst(pricePerKwh);
  return Float64Array.from({ length: stay.mostKwh.length + 1 }, (_, i) => {
    const finish = i - 1;
    return fill(stay, pricePerKwh, order, finish, null) + (finish < 0 ? 0 : stay.occupancyCost[finish]!);
  });
}

export function scheduleWithin(stay: Stay, pricePerKwh: Float64Array, finish: number): Schedule {
  const chargeKwh = new Float64Array(stay.mostKwh.length);
  fill(stay, pricePerKwh, cheapestFirst(pricePerKwh), finish, chargeKwh);
  return {
    session: stay.session,
    finish,
    chargeKwh,
    occupancyCost: finish < 0 ? 0 : stay.occupancyCost[finish]!,
  };
}

function cheapestFirst(pricePerKwh: Float64Array): Int32Array {
  return Int32Array.from(pricePerKwh.keys()).sort((a, b) => pricePerKwh[a]! - pricePerKwh[b]! || a - b);
}

function fill(
  stay: Stay,
  pricePerKwh: Float64Array,
  order: Int32Array,
  finish: number,
  chargeKwh: Float64Array | null,
): number {
  let cost = 0;
  let missingKwh = stay.needKwh;
  let roomKwh = stay.ceilingKwh;
  for (const k of order) {
    if (k > finish) continue;
    const price = pricePerKwh[k]!;
    const wantedKwh = price < 0 ? roomKwh : Math.min(missingKwh, roomKwh);
    if (wantedKwh <= NEGLIGIBLE_KWH) break;
    const takenKwh = Math.min(stay.mostKwh[k]!, wantedKwh);
    if (chargeKwh !== null) chargeKwh[k] = takenKwh;
    cost += takenKwh * price;
    missingKwh -= takenKwh;
    roomKwh -= takenKwh;
  }
  return missingKwh > NEGLIGIBLE_KWH * 1000 ? Number.POSITIVE_INFINITY : cost;
}
