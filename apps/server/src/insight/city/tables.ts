import type { CityEvse, CityFacts, CitySession } from './facts.ts';
import { beganIn } from './figures.ts';
import { daysOf, localTime, nextDate } from './local-time.ts';
import { besides } from './neighbours.ts';
import { isOpen } from './rounding.ts';
import { isSmall, withheld } from './suppress.ts';
import { type NoUse, perDay, sum, type Use, useOf, WITHHELD } from './use.ts';

export interface DayBar {
  readonly date: string;
  readonly withheld: boolean;
  readonly sessions: number | null;
  readonly energyWh: number | null;
}

/**
 * Sessions and their energy on the local day they began.
 * @param rests what larger sums that can be asked for hold beside these EVSEs: a day is withheld where it would tell a few of them
 */
export function daysOfFacts(facts: CityFacts, rests: readonly CityFacts[] = []): DayBar[] {
  const days = Array.from({ length: daysOf(facts.period) }, (_, n) => nextDate(facts.period.from, n));
  const sums = new Map(days.map((date) => [date, { sessions: 0, energyWh: 0 }]));
  for (const session of facts.sessions) {
    const day = sums.get(localTime(session.startMs, session.evse.timeZone).date);
    if (day === undefined) continue;
    day.sessions += 1;
    day.energyWh += session.energyWh;
  }
  const beside = rests.map(({ sessions }) => perDay(sessions));
  const hidden = withheld(
    days.map((date) => sums.get(date)!.sessions),
    undefined,
    days.map((date) => beside.some((counts) => isSmall(counts.get(date) ?? 0))),
  );
  return days.map((date, n) => ({ date, ...dayShown(sums.get(date)!, hidden[n]!) }));
}

export type EvseUse = { readonly evse: CityEvse } & (Use | NoUse);

/**
 * Sessions that began in the period, by EVSE. Taken over all EVSEs and filtered afterwards: sums of sites, districts and operators can be
 * asked for too, and must not tell by subtraction what is withheld.
 * @param isExact whole months are not rounded: no two of them overlap, so none can be subtracted from another
 */
export function usePerEvse(facts: CityFacts, isExact = false): EvseUse[] {
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
  return facts.evses.map((evse, n) => {
    const sessions = byEvse.get(evse.key)!;
    const rounded = !isExact && !isOpen(perDay(sessions).values());
    return { evse, ...(hidden[n] ? WITHHELD : useOf(sessions, facts, rounded)) };
  });
}

export type GroupUse = { readonly name: string; readonly evses: number } & (Use | NoUse);

/** The same of operators or of districts side by side, by name. @param whole all EVSEs, of which `facts` may be a part */
export function usePerGroup(
  facts: CityFacts,
  nameOf: (evse: CityEvse) => string,
  whole: CityFacts = facts,
): GroupUse[] {
  const groups = [...grouped(facts, nameOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  const counts = grouped(whole, ({ key }) => key);
  const hidden = withheld(groups.map(([, sessions]) => sessions.length));
  return groups.map(([name, sessions], n) => {
    const evses = facts.evses.filter((evse) => nameOf(evse) === name);
    const beside = besides(whole.evses, evses).map((rest) =>
      sum(rest, ({ key }) => counts.get(key)?.length ?? 0),
    );
    const rounded = !isOpen([...perDay(sessions).values(), ...beside]);
    return { name, evses: evses.length, ...(hidden[n] ? WITHHELD : useOf(sessions, facts, rounded)) };
  });
}

/** Sessions that began in the period, by what their EVSE belongs to; none is left out for having no sessions. */
function grouped(facts: CityFacts, nameOf: (evse: CityEvse) => string): Map<string, CitySession[]> {
  const groups = new Map<string, CitySession[]>(facts.evses.map((evse) => [nameOf(evse), []]));
  for (const session of facts.sessions)
    if (beganIn(session, facts)) groups.get(nameOf(session.evse))?.push(session);
  return groups;
}

function dayShown({ sessions, energyWh }: { sessions: number; energyWh: number }, isWithheld: boolean) {
  return {
    withheld: isWithheld,
    sessions: isWithheld ? null : sessions,
    energyWh: isWithheld ? null : energyWh,
  };
}
