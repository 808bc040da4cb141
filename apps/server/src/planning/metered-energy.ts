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

/** Wh per slot, and the slot of the first reading: the session was there from then on. */
export interface MeteredSession {
  readonly wh: Float64Array;
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
  const last = new Map<string, MeterReading>();
  const energy = new Map<string, MeteredSession>();
  for (const reading of readings) {
    const id = `${reading.ref.peerId}/${reading.ref.sessionId}`;
    const before = last.get(id);
    last.set(id, reading);
    if (before === undefined || reading.atMs <= before.atMs) continue;
    const perMs = (reading.energyWh - before.energyWh) / (reading.atMs - before.atMs);
    const first = Math.max(0, Math.floor((before.atMs - fromMs) / slotMs));
    const session = energy.get(id) ?? { wh: new Float64Array(slots), firstSlot: first };
    energy.set(id, session);
    for (let slot = first; slot < slots; slot += 1) {
      const startMs = fromMs + slot * slotMs;
      if (startMs >= reading.atMs) break;
      const overlapMs = Math.min(startMs + slotMs, reading.atMs) - Math.max(startMs, before.atMs);
      if (overlapMs > 0) session.wh[slot]! += perMs * overlapMs;
    }
  }
  return energy;
}
