/** Numbers and times for people: always with a unit, times always in the zone of the site. Powers in W, energies in Wh, moments as RFC 3339 or epoch ms. */
export const NONE = '–';

const cached = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();
function once<F extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => F): F {
  const before = cached.get(key);
  if (before !== undefined) return before as F;
  const made = make();
  cached.set(key, made);
  return made;
}

function number(language: string, least: number, most: number): Intl.NumberFormat {
  return once(
    `number ${language} ${least} ${most}`,
    () =>
      new Intl.NumberFormat(localeOf(language), {
        minimumFractionDigits: least,
        maximumFractionDigits: most,
      }),
  );
}

/** English here is European: days before months. */
export const localeOf = (language: string) => (language === 'en' ? 'en-GB' : language);

/** `-0` and what would be shown as one are 0. */
const clean = (value: number, digits: number) => (Math.abs(value) < 0.5 / 10 ** digits ? 0 : value);

export function kilowatts(language: string, w: number | null | undefined): string {
  return w === null || w === undefined ? NONE : `${number(language, 1, 1).format(clean(w / 1000, 1))} kW`;
}

export function kilowattHours(language: string, wh: number | null | undefined): string {
  return wh === null || wh === undefined ? NONE : `${number(language, 1, 1).format(clean(wh / 1000, 1))} kWh`;
}

/** `16.6 of 34.0 kWh` without the words: a part whose unit stands behind the whole. */
export function kilowattHoursBare(language: string, wh: number): string {
  return number(language, 1, 1).format(clean(wh / 1000, 1));
}

/** A number at an axis, whose unit stands at its end. @param most digits behind the comma; `least` of them always */
export function bareNumber(language: string, value: number, most: number, least = 0): string {
  return number(language, least, most).format(clean(value, most));
}

/** @param share 0..1 */
export function percent(language: string, share: number | null | undefined): string {
  return share === null || share === undefined
    ? NONE
    : `${number(language, 0, 0).format(clean(share * 100, 0))} %`;
}

export function money(language: string, amount: number | null | undefined, currency: string): string {
  if (amount === null || amount === undefined) return NONE;
  return once(
    `money ${language} ${currency}`,
    () => new Intl.NumberFormat(localeOf(language), { style: 'currency', currency }),
  ).format(clean(amount, 2));
}

/** A price as it is stated, with every digit it has: for who answers for it. */
export function exactMoney(language: string, amount: number, currency: string): string {
  return once(
    `exact money ${language} ${currency}`,
    () =>
      new Intl.NumberFormat(localeOf(language), { style: 'currency', currency, maximumFractionDigits: 10 }),
  ).format(amount);
}

/** A number as it is stated, with every digit it has. */
export function exactNumber(language: string, value: number): string {
  return number(language, 0, 10).format(value);
}

export function pricePerKwh(language: string, price: number | null | undefined, currency: string): string {
  return price === null || price === undefined
    ? NONE
    : `${number(language, 3, 3).format(clean(price, 3))} ${currency}/kWh`;
}

export function gramsPerKwh(language: string, grams: number): string {
  return `${number(language, 0, 0).format(clean(grams, 0))} g CO₂/kWh`;
}

type Moment = string | number;
const dateOf = (moment: Moment) => new Date(moment);

/** `14:15` at the site. */
export function clockTime(language: string, moment: Moment, timeZone: string): string {
  return once(
    `time ${language} ${timeZone}`,
    () =>
      new Intl.DateTimeFormat(localeOf(language), {
        timeZone,
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
  ).format(dateOf(moment));
}

/** `Tue 2 Jun` at the site. */
export function day(language: string, moment: Moment, timeZone: string): string {
  return once(
    `day ${language} ${timeZone}`,
    () =>
      new Intl.DateTimeFormat(localeOf(language), {
        timeZone,
        weekday: 'short',
        day: 'numeric',
        month: 'short',
      }),
  ).format(dateOf(moment));
}

/** `24 Dec 2026`. @param date a day of the calendar, `2026-12-24` */
export function wholeDay(language: string, date: string): string {
  return once(
    `whole day ${language}`,
    () => new Intl.DateTimeFormat(localeOf(language), { timeZone: 'UTC', dateStyle: 'medium' }),
  ).format(Date.parse(`${date}T00:00:00Z`));
}

/** Monday 1 January 2024, noon: names of weekdays are those of the days after it. */
const MONDAY_MS = Date.UTC(2024, 0, 1, 12);
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** `Monday`, in the words of the language. @param name as the API says it, like `monday` */
export function weekdayName(language: string, name: string): string {
  return once(
    `weekday ${language}`,
    () => new Intl.DateTimeFormat(localeOf(language), { timeZone: 'UTC', weekday: 'long' }),
  ).format(MONDAY_MS + Math.max(0, DAYS.indexOf(name)) * 86_400_000);
}

/** Time, with the day where it is not the day of `now`. */
export function momentText(language: string, moment: Moment, now: Moment, timeZone: string): string {
  const time = clockTime(language, moment, timeZone);
  const ofDay = day(language, moment, timeZone);
  return ofDay === day(language, now, timeZone) ? time : `${ofDay} ${time}`;
}

/** `3 min`, `2 h`, `4 d`: how long ago, in the words of the language. */
export function ageText(language: string, moment: Moment, now: Moment): string {
  const seconds = Math.max(0, Math.round((dateOf(now).getTime() - dateOf(moment).getTime()) / 1000));
  const [value, unit] =
    seconds < 60
      ? ([seconds, 'second'] as const)
      : seconds < 5400
        ? ([Math.round(seconds / 60), 'minute'] as const)
        : seconds < 129_600
          ? ([Math.round(seconds / 3600), 'hour'] as const)
          : ([Math.round(seconds / 86_400), 'day'] as const);
  return once(
    `age ${language} ${unit}`,
    () => new Intl.NumberFormat(localeOf(language), { style: 'unit', unit, unitDisplay: 'short' }),
  ).format(value);
}

/** `1 h 49 min`: how long something takes. */
export function durationText(language: string, minutes: number): string {
  const whole = Math.round(minutes);
  const part = (value: number, unit: 'hour' | 'minute') =>
    once(
      `age ${language} ${unit}`,
      () => new Intl.NumberFormat(localeOf(language), { style: 'unit', unit, unitDisplay: 'short' }),
    ).format(value);
  const rest = whole % 60;
  if (whole < 60) return part(whole, 'minute');
  return [part((whole - rest) / 60, 'hour'), ...(rest === 0 ? [] : [part(rest, 'minute')])].join(' ');
}

/** Reasons of the optimiser carry UTC; people read the clock on the wall of the site. */
export function withSiteTimes(language: string, sentence: string, now: Moment, timeZone: string): string {
  return sentence.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g, (text) =>
    momentText(language, text, now, timeZone),
  );
}
