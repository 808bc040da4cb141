import { unknownCar } from '../ev/catalogue.ts';
import { batterySideW, maxMainsW } from '../ev/charger.ts';
import type { RecordedSession } from '../loaders/acn-sessions.ts';
import { relocate } from '../series/wall-time.ts';
import { seat, type Visit } from './visit.ts';

export interface RecordedVisitOptions {
  /** The sessions happen on the same month, day and wall time of this year in this zone. */
  readonly year: number;
  readonly timeZone: string;
  /** Default: the JPL stations, 32 A at 208 V on one phase (6.66 kW). */
  readonly charger?: { readonly phases: 1 | 2 | 3; readonly voltageV: number; readonly maxCurrentA: number };
}

const JPL_STATION = { phases: 1, voltageV: 208, maxCurrentA: 32 } as const;
const SHORTEST_STAY_MS = 30 * 60_000;
const SMALLEST_NEED_WH = 500;
/** State of charge a recorded car leaves with; nobody recorded it. */
const LEAVES_AT_SOC = 0.9;

/**
 * Recorded sessions as visits: those of at least half an hour and half a kilowatt-hour. The need is what the meter
 * counted, but no more than the station can deliver during the stay.
 */
export function visitsFromRecorded(
  sessions: readonly RecordedSession[],
  options: RecordedVisitOptions,
): readonly Visit[] {
  const station = options.charger ?? JPL_STATION;
  const usable = sessions
    .filter((s) => s.departureMs - s.arrivalMs >= SHORTEST_STAY_MS && s.deliveredWh >= SMALLEST_NEED_WH)
    .map((session) => {
      const plugInMs = relocate(session.arrival, options.year, options.timeZone);
      const shiftMs = plugInMs - session.arrivalMs;
      return {
        session,
        plugInMs,
        shiftMs,
        unplugMs: session.departureMs + shiftMs,
        wanted: session.stationId,
      };
    })
    .sort((a, b) => a.plugInMs - b.plugInMs || (a.session.id < b.session.id ? -1 : 1));
  const stations = [...new Set(usable.map((entry) => entry.wanted))].sort();
  return seat(usable, stations).seated.map(
    ({ visit: { session, plugInMs, unplugMs, shiftMs }, evseUid }, n) => {
      const powerW = maxMainsW(unknownCar(station, 1).charger);
      const needWh = Math.min(session.deliveredWh, Math.floor((powerW * (unplugMs - plugInMs)) / 3_600_000));
      const model = unknownCar(station, needWh < 45_000 ? 60_000 : 100_000);
      const storedWh = (needWh * batterySideW(model.charger, powerW)) / powerW;
      return {
        id: `S${String(n + 1).padStart(5, '0')}`,
        evseUid,
        plugInMs,
        unplugMs,
        needWh,
        model,
        soc: Math.max(0, LEAVES_AT_SOC - storedWh / model.battery.capacityWh),
        wish: 'CHEAP',
        dischargeAllowed: false,
        ...(session.announcedDepartureMs === undefined
          ? {}
          : { announcedDepartureMs: session.announcedDepartureMs + shiftMs }),
      };
    },
  );
}
