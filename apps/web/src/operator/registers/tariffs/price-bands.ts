/** Prices at some hours of some weekdays, as a person types them; '' where the usual price holds. */
export interface PriceBand {
  /** 1 is Monday (ISO 8601); none is every day. */
  readonly weekdays: readonly number[];
  /** `22:00`, by the clock of the place. */
  readonly from: string;
  /** Not in it any more; before `from` where it goes on after midnight, the same as `from` for the whole day. */
  readonly to: string;
  readonly perKwh: string;
  readonly perHour: string;
  readonly perHourParked: string;
}

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const NAMES = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;

export const NEW_BAND: PriceBand = {
  weekdays: [],
  from: '22:00',
  to: '06:00',
  perKwh: '',
  perHour: '',
  perHourParked: '',
};

/** OCPI 2.3.0 mod_tariffs, TariffRestrictions: the same time twice is left out, because it is the whole day. */
export function restrictionsOf({ weekdays, from, to }: PriceBand): Readonly<Record<string, unknown>> {
  return {
    ...(from === to ? {} : { start_time: from, end_time: to }),
    ...(weekdays.length === 0 ? {} : { day_of_week: weekdays.map((day) => NAMES[day - 1]) }),
  };
}

/** A stretch of a day with one price per kWh; `band` is -1 where the usual one holds. */
export interface Stretch {
  readonly band: number;
  readonly fromMinute: number;
  readonly toMinute: number;
}

const DAY_MINUTES = 24 * 60;

/**
 * What a kWh costs through a weekday: the first band that holds and states it. A weekday is that of the moment itself, also after
 * midnight, as OCPI has it.
 */
export function stretchesOf(bands: readonly PriceBand[], weekday: number): Stretch[] {
  const edges = [0, DAY_MINUTES, ...bands.flatMap(({ from, to }) => [minuteOf(from), minuteOf(to)])];
  const sorted = [...new Set(edges)].sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  for (const [n, fromMinute] of sorted.slice(0, -1).entries()) {
    const band = bands.findIndex((one) => one.perKwh !== '' && holdsAt(one, weekday, fromMinute));
    const toMinute = sorted[n + 1] ?? DAY_MINUTES;
    const last = stretches.at(-1);
    if (last?.band === band) stretches[stretches.length - 1] = { ...last, toMinute };
    else stretches.push({ band, fromMinute, toMinute });
  }
  return stretches;
}

function holdsAt({ weekdays, from, to }: PriceBand, weekday: number, minute: number): boolean {
  if (weekdays.length > 0 && !weekdays.includes(weekday)) return false;
  const [start, end] = [minuteOf(from), minuteOf(to)];
  if (start === end) return true;
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

/** `13:30` as minute of the day; what is not typed yet is midnight. */
function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** `90` as `01:30`; the end of a day is `24:00`. */
export const clockOf = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
