/** Where a station's own schedule differs from ours: shown to operators (ocpp.md 4.6, 2). */
import type { StepFunction } from '@smac/ocpp/profiles';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';
import type { ReadSchedule } from './composite.ts';

export interface Drift {
  readonly stationId: string;
  readonly evseId: number;
  readonly readMs: number;
  /** Largest difference, W; positive: the station allows more than we think. 0: none. */
  readonly largestW: number;
}

export interface DriftLog {
  note(
    stationId: string,
    evseId: number,
    largestW: number,
    expected: StepFunction,
    reported: ReadSchedule,
  ): Promise<void>;
  of(stationId: string): Promise<readonly Drift[]>;
  /** Where any station differs, for lists. */
  all(): Promise<readonly Drift[]>;
}

export function driftLog({ db }: Store, clock: Clock): DriftLog {
  return {
    async note(stationId, evseId, largestW, expected, reported) {
      const row = {
        read_ms: clock.now(),
        // JSON and the column know no infinity: a stretch without limit is a difference as large as any.
        largest_w: Number.isFinite(largestW) ? largestW : Math.sign(largestW) * 1e9,
        expected: JSON.stringify(expected),
        reported: JSON.stringify(reported),
      };
      await db
        .insertInto('station_drift')
        .values({ station_id: stationId, evse_id: evseId, ...row })
        .onConflict((c) => c.columns(['station_id', 'evse_id']).doUpdateSet(row))
        .execute();
    },
    of: async (stationId) => {
      const rows = await select(db).where('station_id', '=', stationId).orderBy('evse_id').execute();
      return rows.map(driftIn);
    },
    all: async () => (await select(db).where('largest_w', '<>', 0).execute()).map(driftIn),
  };
}

const select = (db: Store['db']) =>
  db.selectFrom('station_drift').select(['station_id', 'evse_id', 'read_ms', 'largest_w']);

function driftIn(row: {
  readonly station_id: string;
  readonly evse_id: number;
  readonly read_ms: number;
  readonly largest_w: number;
}): Drift {
  return {
    stationId: row.station_id,
    evseId: row.evse_id,
    readMs: row.read_ms,
    largestW: row.largest_w,
  };
}
