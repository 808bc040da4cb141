import { chargingMs } from './energy-curve.ts';
import type { CityFacts, CitySession } from './facts.ts';
import { roundedCount, scaling } from './rounding.ts';
import { isSmall } from './suppress.ts';

const HOUR_MS = 3_600_000;

/** What sessions come to, of one EVSE or of many. */
export interface Use {
  readonly withheld: false;
  /** To five sessions, and amounts with them. */
  readonly rounded: boolean;
  readonly sessions: number;
  /** Different cards; null where fewer than five. */
  readonly cards: number | null;
  readonly energyWh: number;
  readonly energyPerSessionWh: number | null;
  readonly chargingHours: number;
  readonly occupiedHours: number;
}

/** In place of a use that is not told. */
export interface NoUse extends Readonly<Record<Exclude<keyof Use, 'withheld' | 'rounded'>, null>> {
  readonly withheld: true;
  readonly rounded: false;
}
export const WITHHELD: NoUse = {
  withheld: true,
  rounded: false,
  sessions: null,
  cards: null,
  energyWh: null,
  energyPerSessionWh: null,
  chargingHours: null,
  occupiedHours: null,
};

/** @param rounded whether to five sessions, and amounts with them */
export function useOf(
  sessions: readonly CitySession[],
  { nowMs }: Pick<CityFacts, 'nowMs'>,
  rounded: boolean,
): Use {
  const scale = rounded ? scaling(sessions.length) : (amount: number) => amount;
  const count = rounded ? roundedCount(sessions.length) : sessions.length;
  const energyWh = scale(sum(sessions, ({ energyWh: wh }) => wh));
  const cards = new Set(sessions.map(({ card }) => card)).size;
  return {
    withheld: false,
    rounded,
    sessions: count,
    cards: isSmall(cards) ? null : rounded ? roundedCount(cards) : cards,
    energyWh,
    energyPerSessionWh: count === 0 ? null : energyWh / count,
    chargingHours: scale(sum(sessions, chargingMs) / HOUR_MS),
    occupiedHours: scale(sum(sessions, (session) => occupiedMs(session, nowMs)) / HOUR_MS),
  };
}

export function occupiedMs({ startMs, endMs }: CitySession, nowMs: number): number {
  return Math.max(0, (endMs ?? nowMs) - startMs);
}

export function sum<T>(list: readonly T[], read: (one: T) => number): number {
  return list.reduce((total, one) => total + read(one), 0);
}
