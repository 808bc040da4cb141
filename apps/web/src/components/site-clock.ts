import { zonedTime } from './export/zoned-time.ts';

/** What an input of the kind `datetime-local` holds for a moment (RFC 3339 or epoch ms): what the clock of the site shows. '' stays ''. */
export function onSiteClock(moment: string | number, timeZone: string): string {
  if (moment === '') return '';
  return zonedTime(new Date(moment).getTime(), timeZone).slice(0, 16);
}

/**
 * The moment at which the clock of the site shows what such an input holds, RFC 3339 in UTC; '' stays ''. What it never shows, the night
 * clocks go forward, is an hour beside it; of two moments, the night they go back, it is one.
 */
export function fromSiteClock(shown: string, timeZone: string): string {
  if (shown === '') return '';
  const wantedMs = Date.parse(`${shown}Z`);
  const shownMs = (ms: number) => Date.parse(`${onSiteClock(ms, timeZone)}Z`);
  let ms = wantedMs;
  for (let turn = 0; turn < 2; turn += 1) ms += wantedMs - shownMs(ms);
  return new Date(ms).toISOString();
}
