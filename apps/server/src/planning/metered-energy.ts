/** Energy readings of many sessions as energy per slot. */
export interface MeterReading {
  readonly ref: { readonly peerId: string; readonly sessionId: string };
  readonly atMs: number;
  readonly energyWh: number;
}

export interface MeteredSlots {
  readonly fromMs: number;
  readonly slotMs: number;
  readonly slots: number;
}

/** Wh per slot from the slot of the first reading on, in which the session was there; a month of a city has many, each a few hours long. */
export interface MeteredSession {
  readonly wh: readonly number[];
  readonly firstSlot: number;
}

/**
 * Wh per slot and session: what flowed between two readings is spread evenly over that time. Energy before a session's first reading in
 * the period is not known and not counted.
 * @param readings ascending in time
 */
export function meteredEnergy(
  readings: readonly MeterReading[],
  { fromMs, slotMs, slots }: MeteredSlots,
): ReadonlyMap<string, MeteredSession> {
  interface Metered {
    last: MeterReading;
    energy?: { readonly wh: number[]; readonly firstSlot: number };
  }
  const metered = new Map<string, Map<string, Metered>>();
  const energy = new Map<string, { readonly wh: number[]; readonly firstSlot: number }>();
  for (const reading of readings) {
    const { peerId, sessionId } = reading.ref;
    const ofPeer = metered.get(peerId) ?? new Map<string, Metered>();
    if (ofPeer.size === 0) metered.set(peerId, ofPeer);
    const known = ofPeer.get(sessionId);
    if (known === undefined) {
      ofPeer.set(sessionId, { last: reading });
      continue;
    }
    const before = known.last;
    known.last = reading;
    if (reading.atMs <= before.atMs) continue;
    const perMs = (reading.energyWh - before.energyWh) / (reading.atMs - before.atMs);
    const first = Math.max(0, Math.floor((before.atMs - fromMs) / slotMs));
    if (first >= slots) continue;
    if (known.energy === undefined) {
      known.energy = { wh: [], firstSlot: first };
      energy.set(`${peerId}/${sessionId}`, known.energy);
    }
    const session = known.energy;
    for (let slot = first; slot < slots; slot += 1) {
      const startMs = fromMs + slot * slotMs;
      if (startMs >= reading.atMs) break;
      const overlapMs = Math.min(startMs + slotMs, reading.atMs) - Math.max(startMs, before.atMs);
      if (overlapMs <= 0) continue;
      while (session.wh.length <= slot - session.firstSlot) session.wh.push(0);
      session.wh[slot - session.firstSlot]! += perMs * overlapMs;
    }
  }
  return energy;
}

/** Adds the energy of a session to the slots of the whole period. */
export function addMetered(sum: Float64Array, { wh, firstSlot }: MeteredSession): void {
  for (let n = 0; n < wh.length; n += 1) sum[firstSlot + n]! += wh[n]!;
}
