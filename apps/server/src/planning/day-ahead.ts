/** When prices of the day-ahead auction are due: what nobody can know yet is not missing. */

/** Europe's auctions for the next day are one, for days of this zone (single day-ahead coupling, Regulation (EU) 2015/1222). */
const market = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Brussels',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  hourCycle: 'h23',
});

/** Results are out by 13:00, on bad days by 14:00; from then on prices of tomorrow that nobody sent are missing. */
const OUT_AT_HOUR = 14;
const DAY_MS = 86_400_000;

/** Whether a price for `atMs` should be known at `nowMs`. */
export function isPriceDue(atMs: number, nowMs: number): boolean {
  const now = marketTime(nowMs);
  return marketTime(atMs).day <= now.day + (now.hour >= OUT_AT_HOUR ? 1 : 0);
}

/** Day of the market, counted from 1970, and the hour of it. */
function marketTime(atMs: number): { day: number; hour: number } {
  const part = new Map(market.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const midnightMs = Date.UTC(part.get('year')!, part.get('month')! - 1, part.get('day'));
  return { day: midnightMs / DAY_MS, hour: part.get('hour')! };
}
