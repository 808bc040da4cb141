import { clockTime, day, NONE } from '../words/numbers.ts';

const localeOf = (language: string) => (language === 'en' ? 'en-GB' : language);

/** A count or an amount without a unit of its own. */
export function amount(language: string, value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined) return NONE;
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(localeOf(language), format).format(value);
}

/** A day of the calendar, in no zone. */
export function dateText(language: string, date: string): string {
  return day(language, `${date}T12:00:00Z`, 'UTC');
}

export function timeText(language: string, moment: string, timeZone: string): string {
  return `${day(language, moment, timeZone)} ${clockTime(language, moment, timeZone)}`;
}

/** 0 is Monday: 1 January 2024 was one. */
export function weekdayText(language: string, weekday: number): string {
  const format = new Intl.DateTimeFormat(localeOf(language), { weekday: 'short', timeZone: 'UTC' });
  return format.format(Date.UTC(2024, 0, 1 + weekday, 12));
}
