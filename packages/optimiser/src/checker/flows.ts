/** Powers of a plan or its baseline with the sums that several rules ask for, added up once: a fleet's rows are long and many. */

export interface Flows {
  /** W per session and slot. */
  sessionsW: readonly (readonly number[])[];
  /** W per store and slot. */
  storesW: readonly (readonly number[])[];
  /** Sum of all sessions per slot, W. */
  evW: Float64Array;
  /** Sum of all stores per slot, W. */
  storeW: Float64Array;
}

export function flowsOf(
  slots: number,
  sessionsW: readonly (readonly number[])[],
  storesW: readonly (readonly number[])[],
): Flows {
  return { sessionsW, storesW, evW: sumsOf(slots, sessionsW), storeW: sumsOf(slots, storesW) };
}

function sumsOf(slots: number, series: readonly (readonly number[])[]): Float64Array {
  const sumW = new Float64Array(slots);
  for (const powers of series) for (let slot = 0; slot < slots; slot++) sumW[slot]! += powers[slot]!;
  return sumW;
}
