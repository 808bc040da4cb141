import { durationText, exactNumber, weekdayName, wholeDay } from '../../../words/numbers.ts';
import type { Word } from '../../../words/words.svelte.ts';
import type { Restrictions, StatedPrice } from './tariff-form.ts';

type When = Extract<Word, `registers.price.when.${string}`>;
type Say = (word: When, values?: Readonly<Record<string, string>>) => string;

/** Seconds since the beginning, to the second. */
const sinceStart = (language: string, seconds: number) =>
  seconds % 60 === 0 ? durationText(language, seconds / 60) : `${seconds} s`;

/**
 * When a price holds, in words: every restriction of OCPI 2.3.0 mod_tariffs (TariffRestrictions), because who approves a tariff
 * answers for all of it. Lower limits are part of it, upper ones are not any more. '' where it always holds.
 */
export function whenText({ restrictions, isBack }: StatedPrice, language: string, say: Say): string {
  const is = restrictions;
  const quantity = (value: number, unit: string) => `${exactNumber(language, value)} ${unit}`;
  const told = <T>(value: T | undefined, word: When, text: (value: T) => string, name = 'value') =>
    value === undefined ? [] : [say(word, { [name]: text(value) })];
  const between = (least: number | undefined, most: number | undefined, unit: string) => [
    ...told(least, 'registers.price.when.at_least', (value) => quantity(value, unit)),
    ...told(most, 'registers.price.when.below', (value) => quantity(value, unit)),
  ];
  return [
    clockText(is),
    (is.day_of_week ?? []).map((day) => weekdayName(language, day.toLowerCase())).join(', '),
    ...told(is.start_date, 'registers.price.when.from_date', (day) => wholeDay(language, day), 'date'),
    ...told(is.end_date, 'registers.price.when.before_date', (day) => wholeDay(language, day), 'date'),
    ...told(is.min_kwh, 'registers.price.when.after', (value) => quantity(value, 'kWh')),
    ...told(is.max_kwh, 'registers.price.when.first', (value) => quantity(value, 'kWh')),
    ...told(is.min_duration, 'registers.price.when.after', (value) => sinceStart(language, value)),
    ...told(is.max_duration, 'registers.price.when.first', (value) => sinceStart(language, value)),
    // That power is below 0 is what "given back" says.
    ...between(is.min_power, isBack && is.max_power === 0 ? undefined : is.max_power, 'kW'),
    ...between(is.min_current, is.max_current, 'A'),
    ...(is.reservation === 'RESERVATION' ? [say('registers.price.when.reserved')] : []),
    ...(is.reservation === 'RESERVATION_EXPIRES' ? [say('registers.price.when.reserved_unused')] : []),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

const clockText = ({ start_time, end_time }: Restrictions) =>
  start_time === undefined && end_time === undefined ? '' : `${start_time ?? '00:00'}–${end_time ?? '24:00'}`;
