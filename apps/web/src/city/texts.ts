import { clockTime, day, kilowattHours, localeOf, NONE, percent } from '../words/numbers.ts';
import { say, wordOf } from '../words/words.svelte.ts';
import type { Feature } from './city-query.ts';

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

export const periodText = (
  language: string,
  { from, to }: { readonly from: string; readonly to: string },
): string => `${dateText(language, from)} – ${dateText(language, to)}`;

/** A city's months are thousands of kWh: tenths tell nothing there. */
export const energyText = (language: string, wh: number | null | undefined): string =>
  wh !== null && wh !== undefined && wh >= 1e6
    ? `${amount(language, wh / 1000, 0)} kWh`
    : kilowattHours(language, wh);

/** Marks what is rounded. */
export const about = ({ rounded }: { readonly rounded?: boolean }, text: string): string =>
  rounded === true && text !== NONE ? `≈ ${text}` : text;

export const signedPercent = (language: string, share: number): string =>
  `${share > 0 ? '+' : ''}${percent(language, share)}`;

/** Of an EVSE: the site and what stands on the socket. */
export const nameOf = ({ properties }: Feature): string => `${properties.siteName} ${properties.label}`;

export function stateText({ properties: { status } }: Feature): string {
  const word = wordOf('city', `status.${status.toLowerCase()}`);
  return word === undefined ? status : say(word);
}
