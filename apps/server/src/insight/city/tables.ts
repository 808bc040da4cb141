import type { CityEvse, CityFacts, CitySession } from './facts.ts';
import { beganIn } from './figures.ts';
import { daysOf, localTime, nextDate } from './local-time.ts';
import { standing } from './places.ts';
import { isOpen, roundedCount, scaling } from './rounding.ts';
import { withheld } from './suppress.ts';
import { type NoUse, sum, type Use, useOf, WITHHELD } from './use.ts';

export interface DayBar {
  readonly date: string;
  readonly withheld: boolean;
  /** To five sessions, and energy with them. */
  readonly rounded: boolean;
  readonly sessions: number | null;
  readonly energyWh: number | null;
}

/** Sessions and their energy on the local day they began. */
export function daysOfFacts(facts: CityFacts): DayBar[] {
  const days = Array.from({ length: daysOf(facts.period) }, (_, n) => nextDate(facts.period.from, n));
  const ofDay = new Map<string, CitySession[]>(days.map((date) => [date, []]));
  for (const session of facts.sessions)
    ofDay.get(localTime(session.startMs, session.evse.timeZone).date)?.push(session);
  const hidden = withheld(days.map((date) => ofDay.get(date)!.length));
  return days.map((date, n) => ({ date, ...(hidden[n] ? NO_DAY : dayOf(ofDay.get(date)!, date, facts)) }));
}

const NO_DAY = { withheld: true, rounded: false, sessions: null, energyWh: null };

function dayOf(sessions: readonly CitySession[], date: string, { nowMs }: CityFacts) {
  const rounded = !isOpen(sessions, { period: { from: date, to: date }, nowMs });
  const energyWh = sum(sessions, ({ energyWh: wh }) => wh);
  if (!rounded) return { withheld: false, rounded, sessions: sessions.length, energyWh };
  const scale = scaling(sessions.length);
  return { withheld: false, rounded, sessions: roundedCount(sessions.length), energyWh: scale(energyWh) };
}

export type EvseUse = { readonly evse: CityEvse } & (Use | NoUse);

/**
 * Sessions that began in the period, by EVSE. Taken over all EVSEs and filtered afterwards: sums of sites, districts and operators can be
 * asked for too, and must not tell by subtraction what is withheld.
 */
export function usePerEvse(facts: CityFacts): EvseUse[] {
  const byEvse = grouped(facts, ({ key }) => key);
  const hidden = withheld(
    facts.evses.map(({ key }) => byEvse.get(key)!.length),
    [
      ({ siteKey }: CityEvse) => siteKey,
      ({ district }: CityEvse) => district,
      ({ operator }: CityEvse) => operator,
      () => '',
    ].map((name) => facts.evses.map(name)),
  );
  const open = new Map(
    [...grouped(facts, ({ siteKey }) => siteKey)].map(([siteKey, sessions]) => [
      siteKey,
      isOpen(sessions, facts, ({ key }) => key),
    ]),
  );
  return facts.evses.map((evse, n) => {
    const rounded = open.get(evse.siteKey) !== true;
    return { evse, ...(hidden[n] ? WITHHELD : useOf(byEvse.get(evse.key)!, facts, rounded)) };
  });
}

export type GroupUse = { readonly name: string; readonly evses: number } & (Use | NoUse);

/** The same of operators or of districts side by side, by name. */
export function usePerGroup(facts: CityFacts, nameOf: (evse: CityEvse) => string): GroupUse[] {
  const groups = [...grouped(facts, nameOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  const evses = Map.groupBy(standing(facts.evses), nameOf);
  const hidden = withheld(groups.map(([, sessions]) => sessions.length));
  return groups.map(([name, sessions], n) => {
    const use = hidden[n] ? WITHHELD : useOf(sessions, facts, !isOpen(sessions, facts));
    return { name, evses: evses.get(name)?.length ?? 0, ...use };
  });
}

/** Sessions that began in the period, by what their EVSE belongs to; none is left out for having no sessions. */
function grouped(facts: CityFacts, nameOf: (evse: CityEvse) => string): Map<string, CitySession[]> {
  const groups = new Map<string, CitySession[]>(facts.evses.map((evse) => [nameOf(evse), []]));
  for (const session of facts.sessions)
    if (beganIn(session, facts)) groups.get(nameOf(session.evse))?.push(session);
  return groups;
}
