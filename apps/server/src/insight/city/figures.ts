import { type Carbon, carbonOf, type Intensities } from './carbon.ts';
import type { CityFacts, CitySession } from './facts.ts';
import { boundsOf, daysOf } from './local-time.ts';
import { type Peak, peakOf, simultaneousOf } from './peaks.ts';
import { standing } from './places.ts';
import { isOpen, roundedCount, scaling } from './rounding.ts';
import { isSmall } from './suppress.ts';
import { sum, type Use, useOf } from './use.ts';

/** Sums over sessions that began in the period, each counted whole; peak and simultaneous use are of the period itself. */
export interface Figures extends Omit<Use, 'withheld'> {
  readonly carbon: Carbon;
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
  const rounded = !isOpen(began, facts);
  const scale = rounded ? scaling(began.length) : (amount: number) => amount;
  const days = daysOf(facts.period);
  const { withheld: _, ...use } = useOf(began, facts, rounded);
  const evses = standing(facts.evses);
  const evseMs = sum(evses, ({ timeZone }) => {
    const { fromMs, untilMs } = boundsOf(facts.period, timeZone);
    return Math.max(0, Math.min(untilMs, facts.nowMs) - fromMs);
  });
  const touching = sum(facts.sessions, (session) => {
    const { fromMs, untilMs } = boundsOf(facts.period, session.evse.timeZone);
    const endMs = Math.min(session.endMs ?? facts.nowMs, untilMs, facts.nowMs);
    return Math.max(0, endMs - Math.max(session.startMs, fromMs));
  });
  // Sessions of before that still ran then are few people too.
  const isRunningSmall = isSmall(facts.sessions.length);
  const carbon = carbonOf(began, intensities);
  return {
    withheld: false,
    ...use,
    carbon: { ...carbon, kg: scale(carbon.kg) },
    chargingShare: use.occupiedHours === 0 ? null : use.chargingHours / use.occupiedHours,
    peak: isRunningSmall ? null : peakOf(facts),
    simultaneous: isRunningSmall ? null : simultaneousOf(facts),
    turnover: evses.length === 0 ? null : use.sessions / evses.length / days,
    occupiedShare: evseMs === 0 || isRunningSmall ? null : scale(touching) / evseMs,
    bookings: bookingsOf(facts, days),
  };
}

function bookingsOf(facts: CityFacts, days: number): Bookings {
  const { bookings } = facts;
  if (isSmall(bookings.length)) return { count: null, meanMinutes: null, perDay: null };
  const began = bookings.map(({ evse, fromMs }) => ({ evse, startMs: fromMs }));
  const rounded = !isOpen(began, facts);
  const minutes = sum(bookings, ({ fromMs, untilMs }) => (untilMs - fromMs) / 60_000);
  const count = rounded ? roundedCount(bookings.length) : bookings.length;
  const mean = bookings.length === 0 ? null : minutes / bookings.length;
  return { count, meanMinutes: mean === null || !rounded ? mean : Math.round(mean), perDay: count / days };
}

export function beganIn({ evse, startMs }: CitySession, { period }: Pick<CityFacts, 'period'>): boolean {
  const { fromMs, untilMs } = boundsOf(period, evse.timeZone);
  return startMs >= fromMs && startMs < untilMs;
}
