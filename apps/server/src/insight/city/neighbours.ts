import type { CityEvse, CityFacts } from './facts.ts';
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
export function besides(
  all: readonly CityEvse[],
  part: readonly CityEvse[],
): readonly (readonly CityEvse[])[] {
  const [first] = part;
  if (first === undefined || part.length === all.length) return [];
  const keys = new Set(part.map(({ key }) => key));
  const operator = part.every((evse) => evse.operator === first.operator) ? first.operator : undefined;
  const district = part.every((evse) => evse.district === first.district) ? first.district : undefined;
  const larger: readonly Selection[] = [
    {},
    ...(operator === undefined ? [] : [{ operator }]),
    ...(district === undefined ? [] : [{ district }]),
    ...(operator === undefined || district === undefined ? [] : [{ operator, district }]),
  ];
  return larger.map((selection) => chosen(all, selection).filter(({ key }) => !keys.has(key)));
}

export const restsOf = (whole: CityFacts, part: readonly CityEvse[]): readonly CityFacts[] =>
  besides(whole.evses, part).map((evses) => partOf(whole, evses));
