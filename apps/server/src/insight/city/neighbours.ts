import type { CityEvse, CityFacts } from './facts.ts';

/** The facts of some of the EVSEs. */
export function partOf(facts: CityFacts, evses: readonly CityEvse[]): CityFacts {
  if (evses.length === facts.evses.length) return facts;
  const keys = new Set(evses.map(({ key }) => key));
  return {
    ...facts,
    evses,
    sessions: facts.sessions.filter(({ evse }) => keys.has(evse.key)),
    bookings: facts.bookings.filter(({ evse }) => keys.has(evse.key)),
  };
}
