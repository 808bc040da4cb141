import { isSmall, LEAST_SESSIONS } from './suppress.ts';

/**
 * Whether a sum may be told to the last session. With one day more or without one operator the same sum can be asked for again, and the
 * difference tells what a small part of it holds; so a sum with such a part is rounded.
 * @param parts sessions of each of its days, and of what the next larger sums hold beside it
 */
export const isOpen = (parts: Iterable<number>): boolean => ![...parts].some(isSmall);

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
