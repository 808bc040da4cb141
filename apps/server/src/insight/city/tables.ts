import { chargingMs, pieces } from './energy-curve.ts';
import type { CityEvse, CityFacts, CitySession } from './facts.ts';
import { beganIn, occupiedMs } from './figures.ts';
import { boundsOf, daysOf, localTime, nextDate } from './local-time.ts';
import { withheld } from './suppress.ts';

const HOUR_MS = 3_600_000;

export interface DayBar {
  readonly date: string;
  readonly withheld: boolean;
  readonly sessions: number | null;
  readonly energyWh: number | null;
}

/** Sessions and their energy on the local day they began. */
export function daysOfFacts(facts: CityFacts): DayBar[] {
  const days = Array.from({ length: daysOf(facts.period) }, (_, n) => nextDate(facts.period.from, n));
  const sums = new Map(days.map((date) => [date, { sessions: 0, energyWh: 0 }]));
  for (const session of facts.sessions) {
    const day = sums.get(localTime(session.startMs, session.evse.timeZone).date);
    if (day === undefined) continue;
    day.sessions += 1;
    day.energyWh += session.energyWh;
  }
  const hidden = withheld(days.map((date) => sums.get(date)!.sessions));
  return days.map((date, n) => ({ date, ...shown(sums.get(date)!, hidden[n]!) }));
}

export interface HeatCell {
  /** 0 is Monday. */
  readonly weekday: number;
  /** Local hour, 0..23. */
  readonly hour: number;
  readonly withheld: boolean;
  /** Sessions that took energy in this hour of the week. */
  readonly sessions: number | null;
  readonly energyWh: number | null;
}

/** Energy by weekday and hour of the sites' clocks, of the period only: 7 x 24 cells. */
export function heatOf(facts: CityFacts): HeatCell[] {
  const cells = Array.from({ length: 7 * 24 }, () => ({ sessions: 0, energyWh: 0 }));
  for (const { evse, points } of facts.sessions) {
    const { fromMs, untilMs } = boundsOf(facts.period, evse.timeZone);
    const touched = new Set<number>();
    for (const piece of pieces(points)) {
      if (piece.wh <= 0) continue;
      // A quarter of an hour divides the hours of every zone there is.
      for (let atMs = piece.fromMs; atMs < piece.untilMs; ) {
        const endMs = Math.min(Math.floor(atMs / (HOUR_MS / 4) + 1) * (HOUR_MS / 4), piece.untilMs);
        if (atMs >= fromMs && atMs < untilMs) {
          const { weekday, hour } = localTime(atMs, evse.timeZone);
          const cell = weekday * 24 + hour;
          cells[cell]!.energyWh += (piece.wh * (endMs - atMs)) / (piece.untilMs - piece.fromMs);
          touched.add(cell);
        }
        atMs = endMs;
      }
    }
    for (const cell of touched) cells[cell]!.sessions += 1;
  }
  const hidden = withheld(cells.map(({ sessions }) => sessions));
  return cells.map((cell, n) => ({ weekday: Math.floor(n / 24), hour: n % 24, ...shown(cell, hidden[n]!) }));
}

export interface EvseUse {
  readonly evse: CityEvse;
  readonly withheld: boolean;
  readonly sessions: number | null;
  readonly cards: number | null;
  readonly energyWh: number | null;
  readonly energyPerSessionWh: number | null;
  readonly chargingHours: number | null;
  readonly occupiedHours: number | null;
}

/**
 * Sessions that began in the period, by EVSE. Taken over all EVSEs and filtered afterwards: sums of sites, districts and operators can be
 * asked for too, and must not tell by subtraction what is withheld.
 */
export function usePerEvse(facts: CityFacts): EvseUse[] {
  const byEvse = new Map<string, CitySession[]>(facts.evses.map(({ key }) => [key, []]));
  for (const session of facts.sessions)
    if (beganIn(session, facts)) byEvse.get(session.evse.key)?.push(session);
  const hidden = withheld(
    facts.evses.map(({ key }) => byEvse.get(key)!.length),
    [
      ({ siteKey }: CityEvse) => siteKey,
      ({ district }: CityEvse) => district,
      ({ operator }: CityEvse) => operator,
      () => '',
    ].map((name) => facts.evses.map(name)),
  );
  return facts.evses.map((evse, n) => {
    const sessions = byEvse.get(evse.key)!;
    const energyWh = sessions.reduce((sum, session) => sum + session.energyWh, 0);
    const hours = (read: (session: CitySession) => number) =>
      sessions.reduce((sum, session) => sum + read(session), 0) / HOUR_MS;
    if (hidden[n])
      return {
        evse,
        withheld: true,
        sessions: null,
        cards: null,
        energyWh: null,
        energyPerSessionWh: null,
        chargingHours: null,
        occupiedHours: null,
      };
    return {
      evse,
      withheld: false,
      sessions: sessions.length,
      cards: new Set(sessions.map(({ card }) => card)).size,
      energyWh,
      energyPerSessionWh: sessions.length === 0 ? null : energyWh / sessions.length,
      chargingHours: hours(chargingMs),
      occupiedHours: hours((session) => occupiedMs(session, facts.nowMs)),
    };
  });
}

function shown({ sessions, energyWh }: { sessions: number; energyWh: number }, isWithheld: boolean) {
  return {
    withheld: isWithheld,
    sessions: isWithheld ? null : sessions,
    energyWh: isWithheld ? null : energyWh,
  };
}
