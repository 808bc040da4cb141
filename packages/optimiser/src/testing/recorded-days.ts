/**
 * Days of recorded charging as planning problems: the JPL extract of ACN-Data (Lee, Li, Low, e-Energy 2019) at German day-ahead prices of the
 * same date, both read in place from the data folder beside the checkout. Nothing of it is part of this repository.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Problem, Session } from '../contract/index.ts';

const DATA = new URL('../../../../../shared/data/', import.meta.url);
const SESSIONS = new URL('acn/acn_jpl_2019-05-01_2019-08-31.csv.gz', DATA);
const PRICES = new URL('prices/DE_dayahead_2024_hourly_ct_per_kWh.csv', DATA);

/** What the day is asked for. */
export const DAY_VARIANTS = ['charge-only', 'linear occupancy', 'v2g', 'minimum power'] as const;
export type DayVariant = (typeof DAY_VARIANTS)[number];

/** 32 A at 208 V on one phase, the stations of the site. */
const STATION_W = 6656;
/** 6 A there. */
const LEAST_W = 1248;
const BATTERY_WH = 60_000;
const LEAVES_AT_SOC = 0.9;
const SLOTS = 96;
const SLOT_MS = 900_000;

export interface RecordedDay {
  /** Local date, `2019-05-01`. */
  date: string;
  visits: { arrivalMs: number; departureMs: number; deliveredWh: number }[];
  midnightMs: number;
  /** Currency per kWh, one per hour of the day. */
  hourlyPrice: number[];
}

/** Every day with a session; null where the data folder is absent. */
export function recordedDays(): RecordedDay[] | null {
  if (!existsSync(SESSIONS) || !existsSync(PRICES)) return null;
  const prices = hourlyPrices();
  const days = new Map<string, RecordedDay>();
  const rows = gunzipSync(readFileSync(SESSIONS)).toString('utf8').trim().split('\n').slice(1);
  for (const row of rows) {
    const [arrival, departure, , deliveredKwh] = row.split(',');
    const date = arrival!.slice(0, 10);
    const day = days.get(date) ?? {
      date,
      visits: [],
      midnightMs: Date.parse(`${date}T00:00:00${arrival!.slice(-6)}`),
      hourlyPrice: prices.get(date.slice(5))!,
    };
    days.set(date, day);
    day.visits.push({
      arrivalMs: Date.parse(arrival!.replace(' ', 'T')),
      departureMs: Date.parse(departure!.replace(' ', 'T')),
      deliveredWh: Number(deliveredKwh) * 1000,
    });
  }
  return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** By month and day, the first 24 hours of the date. */
function hourlyPrices(): Map<string, number[]> {
  const byDate = new Map<string, number[]>();
  for (const row of readFileSync(PRICES, 'utf8').trim().split('\n').slice(1)) {
    const [time, cents] = row.split(',');
    const date = time!.slice(5, 10);
    const day = byDate.get(date) ?? [];
    byDate.set(date, day);
    if (day.length < 24) day.push(Number(cents) / 100);
  }
  return byDate;
}

/** The sessions of one day, or of several at once, below half of the power they would take without control. */
export function problemOfDays(days: readonly RecordedDay[], variant: DayVariant): Problem {
  const first = days[0]!;
  const at = (ms: number, day: RecordedDay) => ms - day.midnightMs + first.midnightMs;
  const visits = days.flatMap((day) =>
    day.visits
      .map((visit) => ({
        arrivalMs: at(visit.arrivalMs, day),
        departureMs: at(visit.departureMs, day),
        needWh: Math.min(
          visit.deliveredWh,
          LEAVES_AT_SOC * BATTERY_WH,
          (STATION_W * (visit.departureMs - visit.arrivalMs)) / 3_600_000,
        ),
      }))
      .filter(({ departureMs, arrivalMs, needWh }) => departureMs - arrivalMs >= 60_000 && needWh > 0),
  );
  const hourly = first.hourlyPrice;
  // Where the price is negative circles of discharging and charging would pay, which takes integers: another class.
  const price = Array.from({ length: SLOTS }, (_, t) =>
    Math.max(variant === 'v2g' ? 0 : -1, hourly[Math.min(hourly.length - 1, Math.floor(t / 4))]!),
  );
  return {
    start: iso(first.midnightMs),
    slots: SLOTS,
    ...(variant === 'linear occupancy' ? { opportunity: 'linear' as const } : {}),
    site: {
      max_import_w: Math.ceil(0.5 * uncontrolledPeakW(visits, first.midnightMs)),
      import_price: price,
      export_price: price.map((value) => Math.min(value, 0.45 * value)),
      max_export_w: 20_000,
      ...(variant === 'linear occupancy' ? { opportunity_cost: 0.02 } : {}),
    },
    sessions: visits.map((visit, index) => sessionOf(visit, index, variant)),
  };
}

interface Visit {
  arrivalMs: number;
  departureMs: number;
  needWh: number;
}

function sessionOf({ arrivalMs, departureMs, needWh }: Visit, index: number, variant: DayVariant): Session {
  const stay = { id: `S${index + 1}`, arrival: iso(arrivalMs), departure: iso(departureMs) };
  if (variant !== 'v2g') {
    const least = variant === 'minimum power' ? { min_charge_w: LEAST_W } : {};
    return { ...stay, max_charge_w: STATION_W, ...least, energy_need_wh: Math.round(needWh) };
  }
  const discharging = { max_discharge_w: STATION_W, discharge_efficiency: 0.95, wear_cost: 0.02 };
  return {
    ...stay,
    max_charge_w: STATION_W,
    charge_efficiency: 0.95,
    battery_wh: BATTERY_WH,
    soc: LEAVES_AT_SOC - needWh / BATTERY_WH,
    targets: [{ at: iso(departureMs), soc: LEAVES_AT_SOC }],
    ...(index % 2 === 0 ? discharging : {}),
  };
}

function uncontrolledPeakW(visits: readonly Visit[], midnightMs: number): number {
  const powerW = new Float64Array(SLOTS);
  for (const { arrivalMs, needWh } of visits) {
    let leftWh = needWh;
    for (let t = Math.max(0, Math.floor((arrivalMs - midnightMs) / SLOT_MS)); t < SLOTS && leftWh > 0; t++) {
      const inSlotWh = Math.min(leftWh, STATION_W / 4);
      powerW[t]! += inSlotWh * 4;
      leftWh -= inSlotWh;
    }
  }
  return Math.max(STATION_W, ...powerW);
}

const iso = (ms: number) => new Date(ms).toISOString();
