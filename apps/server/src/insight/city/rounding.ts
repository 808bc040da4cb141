import type { CityFacts, CitySession } from './facts.ts';
import { boundsOf, localTime } from './local-time.ts';
import { isSmall, LEAST_SESSIONS } from './suppress.ts';

/** Sessions of each place on each of its days: what every sum is made of. */
export type Parts = Map<string, Map<string, number>>;

export function countPart(parts: Parts, place: string, date: string): void {
  const days = parts.get(place) ?? new Map<string, number>();
  if (days.size === 0) parts.set(place, days);
  days.set(date, (days.get(date) ?? 0) + 1);
}

export const hasSmall = (parts: Parts): boolean =>
  [...parts.values()].some((days) => [...days.values()].some(isSmall));

type Stay = Pick<CitySession, 'evse' | 'startMs'>;
type Asked = Pick<CityFacts, 'period' | 'nowMs'>;

/**
 * Whether a sum may be told to the last session: no place in it had only a few on any of its days, and the period is over. Other sums can be
 * asked for, of other days, of its sites, districts and operators; as no exact one has a small part in it, no difference of them is one. Of
 * days that go on, two answers would tell who came between them.
 * @param placeOf parts of which other sums are told: sites, where it is no sum over a part of one
 */
export function isOpen(stays: readonly Stay[], asked: Asked, placeOf = siteOf): boolean {
  const parts: Parts = new Map();
  for (const { evse, startMs } of stays) {
    if (!isOver(asked, evse.timeZone)) return false;
    countPart(parts, placeOf(evse), localTime(startMs, evse.timeZone).date);
  }
  return !hasSmall(parts);
}

const siteOf = ({ siteKey }: Stay['evse']): string => siteKey;

export const isOver = ({ period, nowMs }: Asked, timeZone: string): boolean =>
  boundsOf(period, timeZone).untilMs <= nowMs;

/** To the next multiple of five, as statistics offices do; none stays none. */
export const roundedCount = (sessions: number): number =>
  sessions === 0 ? 0 : Math.max(LEAST_SESSIONS, Math.round(sessions / LEAST_SESSIONS) * LEAST_SESSIONS);

/** Three digits: with more of them a mean times whole numbers would tell which of them it was. */
const DIGITS = 3;

/** Amounts go with the count they belong to, so that energy per session and shares stay what they are. */
export function scaling(sessions: number): (amount: number) => number {
  const factor = sessions === 0 ? 1 : roundedCount(sessions) / sessions;
  return (amount) => Number((amount * factor).toPrecision(DIGITS));
}
