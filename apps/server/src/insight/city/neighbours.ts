import type { CityEvse, CityFacts, CitySession } from './facts.ts';
import { chosen, type Selection } from './places.ts';

/** The facts of some of the EVSEs. */
export function partOf(facts: CityFacts, evses: readonly CityEvse[]): CityFacts {
  const keys = new Set(evses.map(({ key }) => key));
  return {
    ...facts,
    evses,
    sessions: facts.sessions.filter(({ evse }) => keys.has(evse.key)),
    bookings: facts.bookings.filter(({ evse }) => keys.has(evse.key)),
  };
}

/** What the larger sums that can be asked for hold beside these EVSEs: the rest of their district, of their operator, of all. */
export function restsOf(whole: CityFacts, part: readonly CityEvse[]): readonly (readonly CitySession[])[] {
  const [first] = part;
  if (first === undefined || part.length === whole.evses.length) return [];
  const keys = new Set(part.map(({ key }) => key));
  const operator = part.every((evse) => evse.operator === first.operator) ? first.operator : undefined;
  const district = part.every((evse) => evse.district === first.district) ? first.district : undefined;
  const selections: Selection[] = [
    {},
    ...(operator === undefined ? [] : [{ operator }]),
    ...(district === undefined ? [] : [{ district }]),
    ...(operator === undefined || district === undefined ? [] : [{ operator, district }]),
  ];
  return selections.map((selection) => {
    const larger = new Set(chosen(whole.evses, selection).map(({ key }) => key));
    return whole.sessions.filter(({ evse }) => larger.has(evse.key) && !keys.has(evse.key));
  });
}
