import type { ContextSnapshot } from '../sites/index.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Import of the running slot so far, for the capacity price: what the sessions' meters counted since the slot began plus the forecast
 * base load of that time. Undefined where no reading falls into the slot.
 */
export async function slot0ImportWh(
  around: Surroundings,
  snapshot: ContextSnapshot,
): Promise<number | undefined> {
  const slotMs = (snapshot.context.statics.slotMinutes ?? around.policy.slotMinutes) * 60_000;
  const startMs = Math.floor(snapshot.atMs / slotMs) * slotMs;
  const readings = await around.sites.readings(snapshot.context.id, startMs - slotMs, snapshot.atMs);
  if (!readings.some((reading) => reading.atMs >= startMs)) return undefined;
  let evWh = 0;
  for (const { session } of snapshot.sessions) {
    const own = readings.filter((reading) => reading.ref.sessionId === session.sessionId);
    const before =
      own.findLast((reading) => reading.atMs <= startMs)?.energyWh ??
      (session.startMs >= startMs ? 0 : undefined);
    if (before !== undefined) evWh += Math.max(0, session.energyWh - before);
  }
  const hours = (snapshot.atMs - startMs) / 3_600_000;
  const now = (kind: 'demand' | 'generation') =>
    snapshot.series[kind].findLast((slot) => slot.startMs <= startMs)?.value ?? 0;
  return Math.max(0, evWh + (now('demand') - now('generation')) * hours);
}
