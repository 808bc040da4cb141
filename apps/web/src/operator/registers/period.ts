/** How far back a register reads, in days; stands in the address as `days`. */
export const PERIODS = [1, 7, 30, 90, 365] as const;
const USUAL = 30;
const DAY_MS = 24 * 3_600_000;

export const periodOf = (address: URLSearchParams): number =>
  PERIODS.find((days) => String(days) === address.get('days')) ?? USUAL;

/** Beginning of the period, RFC 3339; to the minute, so that an unchanged page asks the same again. */
export function periodStart(days: number, nowMs: number): string {
  return new Date(Math.floor((nowMs - days * DAY_MS) / 60_000) * 60_000).toISOString();
}
