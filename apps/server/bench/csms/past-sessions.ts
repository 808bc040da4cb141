/** Sessions of the weeks before, straight into the tables: pages that show a history have something to count. */
import type { RunningServer } from '../../src/main/start-server.ts';
import { evseKey } from '../../src/sites/owner.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STAY_HOURS = 5;
const MOST_ROWS = 1_000;

/** One place and its sockets, as the sessions name them. */
export interface PastPlace {
  readonly locationId: string;
  readonly evseUids: readonly string[];
  readonly peerId: string;
  readonly party: string;
  readonly contextId: string;
}

/** Two cars per socket and day, the last one gone before `nowMs`. @returns how many */
export async function pastSessions(
  { store }: Pick<RunningServer, 'store'>,
  { locationId, evseUids, peerId, party, contextId }: PastPlace,
  { nowMs, days }: { readonly nowMs: number; readonly days: number },
): Promise<number> {
  const stays = evseUids.flatMap((evseUid, socket) =>
    Array.from({ length: 2 * days }, (_, nth) => {
      const startMs = nowMs - (nth + 1) * (DAY_MS / 2) + (socket % 6) * HOUR_MS;
      const energyWh = 8_000 + 3_000 * ((nth + socket) % 4);
      return {
        evseUid,
        key: `past-${evseUid}-${nth}`,
        startMs,
        endMs: startMs + STAY_HOURS * HOUR_MS,
        energyWh,
      };
    }),
  );
  const over = stays.filter(({ endMs }) => endMs < nowMs);
  const sessions = over.map(({ evseUid, key, startMs, endMs, energyWh }, n) => ({
    peer_id: peerId,
    session_key: key,
    session_id: key,
    party,
    location_id: locationId,
    evse_uid: evseUid,
    evse_key: evseKey({ locationId, evseUid }),
    connector_id: '1',
    context_id: contextId,
    status: 'COMPLETED' as const,
    live: false,
    start_ms: startMs,
    end_ms: endMs,
    energy_wh: energyWh,
    energy_at_ms: endMs,
    power_w: null,
    preferences: '{}',
    vehicle: '{}',
    station_limit: null,
    token_uid: `CARD${n % 400}`,
    token_key: `card${n % 400}`,
    last_updated_ms: endMs,
    object: '{}',
  }));
  const readings = over.flatMap(({ key, startMs, endMs, energyWh }) =>
    [
      { at_ms: startMs, energy_wh: 0 },
      { at_ms: Math.round(startMs + (energyWh / 11_000) * HOUR_MS), energy_wh: energyWh },
      { at_ms: endMs, energy_wh: energyWh },
    ].map((reading) => ({
      peer_id: peerId,
      session_key: key,
      context_id: contextId,
      power_w: null,
      ...reading,
    })),
  );
  const { db } = store;
  for (let n = 0; n < sessions.length; n += MOST_ROWS)
    await db
      .insertInto('charging_session')
      .values(sessions.slice(n, n + MOST_ROWS))
      .execute();
  for (let n = 0; n < readings.length; n += MOST_ROWS)
    await db
      .insertInto('session_reading')
      .values(readings.slice(n, n + MOST_ROWS))
      .execute();
  return sessions.length;
}
