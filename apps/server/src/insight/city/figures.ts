import { type Carbon, carbonOf, type Intensities } from './carbon.ts';
import { chargingMs } from './energy-curve.ts';
import type { CityFacts, CitySession } from './facts.ts';
import { boundsOf, daysOf } from './local-time.ts';
import { type Peak, peakOf, simultaneousOf } from './peaks.ts';
import { isSmall } from './suppress.ts';

const HOUR_MS = 3_600_000;

/** Sums over sessions that began in the period, each counted whole; peak and simultaneous use are of the period itself. */
export interface Figures {
  readonly sessions: number;
  /** Different cards. */
  readonly cards: number;
  readonly energyWh: number;
  /** Mean of the sessions; null without any. */
  readonly energyPerSessionWh: number | null;
  readonly carbon: Carbon;
  readonly chargingHours: number;
  readonly occupiedHours: number;
  /** Charging of the time occupied, 0..1. */
  readonly chargingShare: number | null;
  /** Highest mean of a quarter hour. */
  readonly peak: Peak | null;
  readonly simultaneous: Peak | null;
  /** Sessions per EVSE and day. */
  readonly turnover: number | null;
  /** Of the time of all EVSEs, 0..1. */
  readonly occupiedShare: number | null;
  readonly bookings: Bookings;
}

/** null where too few to show. */
export interface Bookings {
  readonly count: number | null;
  readonly meanMinutes: number | null;
  readonly perDay: number | null;
}

/** Figures, or only that there are too few sessions to show them. */
export type Shown = { readonly withheld: true } | ({ readonly withheld: false } & Figures);

export function figuresOf(facts: CityFacts, intensities: Intensities): Shown {
  const began = facts.sessions.filter((session) => beganIn(session, facts));
  if (isSmall(began.length)) return { withheld: true };
  const days = daysOf(facts.period);
  const energyWh = sum(began, ({ energyWh: wh }) => wh);
  const chargingHours = sum(began, chargingMs) / HOUR_MS;
  const occupiedHours = sum(began, (session) => occupiedMs(session, facts.nowMs)) / HOUR_MS;
  const evseMs = facts.evses.reduce((total, { timeZone }) => {
    const { fromMs, untilMs } = boundsOf(facts.period, timeZone);
    return total + Math.max(0, Math.min(untilMs, facts.nowMs) - fromMs);
  }, 0);
  const touching = sum(facts.sessions, (session) => {
    const { fromMs, untilMs } = boundsOf(facts.period, session.evse.timeZone);
    const endMs = Math.min(session.endMs ?? facts.nowMs, untilMs, facts.nowMs);
    return Math.max(0, endMs - Math.max(session.startMs, fromMs));
  });
  // Sessions of before that still ran then are few people too.
  const isRunningSmall = isSmall(facts.sessions.length);
  return {
    withheld: false,
    sessions: began.length,
    cards: new Set(began.map(({ card }) => card)).size,
    energyWh,
    energyPerSessionWh: began.length === 0 ? null : energyWh / began.length,
    carbon: carbonOf(began, intensities),
    chargingHours,
    occupiedHours,
    chargingShare: occupiedHours === 0 ? null : chargingHours / occupiedHours,
    peak: isRunningSmall ? null : peakOf(facts),
    simultaneous: isRunningSmall ? null : simultaneousOf(facts),
    turnover: facts.evses.length === 0 ? null : began.length / facts.evses.length / days,
    occupiedShare: evseMs === 0 || isRunningSmall ? null : touching / evseMs,
    bookings: bookingsOf(facts, days),
  };
}

function bookingsOf({ bookings }: CityFacts, days: number): Bookings {
  const minutes = sum(bookings, ({ fromMs, untilMs }) => (untilMs - fromMs) / 60_000);
  return isSmall(bookings.length)
    ? { count: null, meanMinutes: null, perDay: null }
    : {
        count: bookings.length,
        meanMinutes: bookings.length === 0 ? null : minutes / bookings.length,
        perDay: bookings.length / days,
      };
}

export function beganIn({ evse, startMs }: CitySession, { period }: Pick<CityFacts, 'period'>): boolean {
  const { fromMs, untilMs } = boundsOf(period, evse.timeZone);
  return startMs >= fromMs && startMs < untilMs;
}

export function occupiedMs({ startMs, endMs }: CitySession, nowMs: number): number {
  return Math.max(0, (endMs ?? nowMs) - startMs);
}

function sum<T>(list: readonly T[], read: (one: T) => number): number {
  return list.reduce((total, one) => total + read(one), 0);
}
