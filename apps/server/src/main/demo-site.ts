import {
  createRandom,
  type EvseConfig,
  generateLoad,
  generatePrices,
  generatePv,
  generateVisits,
  type SupplyPoint,
  type Visit,
  weekdayOf,
} from '@smac/simulator';

/** An employees' car park that fills as in the morning, whenever the demo is started; sun, prices and clocks are those of the place. */
export interface DemoSite {
  /** Where it is morning now: people live by it. */
  readonly peoplesTimeZone: string;
  readonly evses: readonly EvseConfig[];
  readonly visits: readonly Visit[];
  readonly supply: SupplyPoint;
}

/** Where it stands. */
export const DEMO_PLACE = {
  timeZone: 'Europe/Amsterdam',
  address: 'Europaplein 24',
  city: 'Amsterdam',
  postal_code: '1078 GZ',
  country: 'NLD',
  coordinates: { latitude: '52.341200', longitude: '4.888500' },
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MORNING_HOUR = 9;
const EVSES = 24;
const SESSIONS_PER_DAY = 30;
/** Enough for most cars at once without the building, too little with it. */
const LIMIT_W = 90_000;

/** Seeded: the same minute gives the same day. */
export function demoSite(nowMs: number): DemoSite {
  const peoplesTimeZone = morningZone(nowMs);
  const { timeZone } = DEMO_PLACE;
  // On a weekend the last workday is shown, moved to today.
  const shiftMs = Math.max(0, weekdayOf(nowMs, peoplesTimeZone) - 5) * DAY_MS;
  const random = createRandom(2026);
  const startMs = nowMs - shiftMs - 2 * DAY_MS;
  const endMs = nowMs - shiftMs + 4 * DAY_MS;
  const evses: EvseConfig[] = Array.from({ length: EVSES }, (_, n) => ({
    uid: `P${String(n + 1).padStart(2, '0')}`,
    connectorId: '1',
    phases: 3,
    voltageV: 230,
    maxCurrentA: 16,
    dischargeW: 0,
  }));
  const visits = generateVisits({
    place: 'workplace',
    startMs: nowMs - shiftMs,
    days: 3,
    timeZone: peoplesTimeZone,
    sessionsPerDay: SESSIONS_PER_DAY,
    evseUids: evses.map((evse) => evse.uid),
    random,
    socketW: 11_000,
  });
  const moved = <S extends { readonly startMs: number }>(series: S): S => ({
    ...series,
    startMs: series.startMs + shiftMs,
  });
  return {
    peoplesTimeZone,
    evses,
    visits: visits.map((visit) => ({
      ...visit,
      plugInMs: visit.plugInMs + shiftMs,
      unplugMs: visit.unplugMs + shiftMs,
      ...(visit.announcedDepartureMs === undefined
        ? {}
        : { announcedDepartureMs: visit.announcedDepartureMs + shiftMs }),
    })),
    supply: {
      limitW: LIMIT_W,
      demandW: moved(generateLoad({ startMs, endMs, timeZone, peakW: 45_000, random })),
      generationW: moved(
        generatePv({ startMs, endMs, timeZone, peakW: 30_000, latitude: 52.3, longitude: 4.9, random }),
      ),
      importPrice: moved(generatePrices({ startMs, days: 6, timeZone, random })),
      forecastError: 0.1,
    },
  };
}

/** The time zone in which it is morning now. */
function morningZone(nowMs: number): string {
  const utcHour = Math.floor((nowMs % DAY_MS) / HOUR_MS);
  const ahead = ((MORNING_HOUR - utcHour + 36) % 24) - 12;
  // The signs of these zones are inverted by convention: Etc/GMT-2 is two hours ahead of UTC.
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
