/**
 * What stations said of limits they got from elsewhere: per EVSE (0 = the whole station) and source, as W over time. It is kept, so that
 * cars that come later and a restart know it.
 */
import { converted } from '@smac/ocpp/profiles';
import type { Store } from '../store/index.ts';
import { type Placed, phasesOf } from './place.ts';

export interface StationLimitTold {
  /** 0: the whole station. */
  readonly evseId: number;
  readonly source: string;
  /** What the site makes itself, on top of every limit (SC.01, K08.FR.04): it lowers nothing. */
  readonly isLocalGeneration: boolean;
  /** Ascending; before the first there is no limit yet. */
  readonly steps: readonly { readonly fromMs: number; readonly powerW: number }[];
  readonly untilMs: number;
}

export interface StationLimits {
  load(): Promise<void>;
  of(stationId: string): readonly StationLimitTold[];
  stations(): readonly string[];
  keep(stationId: string, told: StationLimitTold): Promise<void>;
  /** By source: of one EVSE, of the whole station (0), or every one of the station (undefined). */
  clear(stationId: string, evseId: number | undefined, source: string): Promise<void>;
}

/** One source of each kind named by 2.x, and some more: a station that names ever new ones is not believed. */
const MOST_PER_EVSE = 8;

export function createStationLimits({ db }: Store): StationLimits {
  const byStation = new Map<string, readonly StationLimitTold[]>();

  function set(stationId: string, limits: readonly StationLimitTold[]): void {
    if (limits.length === 0) byStation.delete(stationId);
    else byStation.set(stationId, limits);
  }

  async function drop(stationId: string, gone: readonly StationLimitTold[]): Promise<void> {
    for (const { evseId, source, isLocalGeneration } of gone) {
      await db
        .deleteFrom('station_limit')
        .where('station_id', '=', stationId)
        .where('evse_id', '=', evseId)
        .where('source', '=', source)
        .where('is_local_generation', '=', isLocalGeneration)
        .execute();
    }
    set(
      stationId,
      (byStation.get(stationId) ?? []).filter((each) => !gone.includes(each)),
    );
  }

  return {
    async load() {
      const rows = await db.selectFrom('station_limit').selectAll().execute();
      for (const row of rows) {
        const told: StationLimitTold = {
          evseId: row.evse_id,
          source: row.source,
          isLocalGeneration: row.is_local_generation,
          steps: row.steps as StationLimitTold['steps'],
          untilMs: row.until_ms,
        };
        set(row.station_id, [...(byStation.get(row.station_id) ?? []), told]);
      }
    },
    of: (stationId) => byStation.get(stationId) ?? [],
    stations: () => [...byStation.keys()],
    async keep(stationId, told) {
      const { evseId, source, isLocalGeneration, untilMs } = told;
      const row = { steps: JSON.stringify(told.steps), until_ms: untilMs };
      await db
        .insertInto('station_limit')
        .values({
          station_id: stationId,
          evse_id: evseId,
          source,
          is_local_generation: isLocalGeneration,
          ...row,
        })
        .onConflict((c) =>
          c.columns(['station_id', 'evse_id', 'source', 'is_local_generation']).doUpdateSet(row),
        )
        .execute();
      const others = (byStation.get(stationId) ?? []).filter(
        (each) =>
          each.evseId !== evseId || each.source !== source || each.isLocalGeneration !== isLocalGeneration,
      );
      set(stationId, [...others, told]);
      const same = [...others, told].filter((each) => each.evseId === evseId);
      await drop(stationId, same.slice(0, Math.max(0, same.length - MOST_PER_EVSE)));
    },
    async clear(stationId, evseId, source) {
      const all = byStation.get(stationId) ?? [];
      await drop(
        stationId,
        all.filter((each) => (evseId === undefined || each.evseId === evseId) && each.source === source),
      );
    },
  };
}

/** A limit at an instant, W; undefined where it no longer holds. */
export function toldAt({ steps, untilMs }: StationLimitTold, atMs: number): number | undefined {
  if (atMs >= untilMs) return undefined;
  return steps.findLast(({ fromMs }) => fromMs <= atMs)?.powerW;
}

/** The schedule of a NotifyChargingLimit, as far as it is read. */
export interface LimitSchedule {
  readonly chargingRateUnit: 'A' | 'W';
  readonly duration?: number;
  readonly startSchedule?: string;
  readonly chargingSchedulePeriod: readonly {
    readonly startPeriod: number;
    readonly limit?: number;
    readonly setpoint?: number;
    readonly numberPhases?: number;
  }[];
}

/** @param place whose wires the amperes run through */
export function stepsOf(schedule: LimitSchedule, place: Placed, startMs: number): StationLimitTold['steps'] {
  const [connector] = place.connectors;
  if (connector === undefined) return [];
  const voltageV = connector.powerType === 'DC' ? 230 : connector.maxVoltageV;
  return schedule.chargingSchedulePeriod.flatMap(({ startPeriod, limit, setpoint, numberPhases }) => {
    const value = limit ?? setpoint;
    if (value === undefined) return [];
    const phases = numberPhases || phasesOf(connector);
    const powerW = Math.floor(converted(value, schedule.chargingRateUnit, 'W', voltageV, phases));
    return [{ fromMs: startMs + startPeriod * 1000, powerW: Math.max(0, powerW) }];
  });
}
