/** Problems made to be hard: everything equal, nothing possible, prices of ten orders of magnitude, many slots. */
import type { Problem, Session, Site } from '../contract/index.ts';
import { generateProblem, type Size } from './generate-problem.ts';
import type { ProblemClass } from './problem-classes.ts';
import type { Random } from './random.ts';

/** What a family is built from: something for every engine. */
const BASES = [
  'charge-only',
  'charge-only-limited',
  'occupancy-linear',
  'wear',
  'v2g',
  'stores',
  'capacity',
  'minimum-power',
] as const satisfies readonly ProblemClass[];

export type Family = (random: Random, size: Size) => Problem;

const from = (random: Random, size: Size): Required<Pick<Problem, 'site' | 'sessions'>> & Problem => {
  const problem = generateProblem(random.pick(BASES), random, size);
  return { ...problem, site: problem.site ?? {}, sessions: problem.sessions ?? [] };
};

const slotsOf = (problem: Problem) => Array.from({ length: problem.slots ?? 96 }, (_, slot) => slot);
const timeOf = (problem: Problem, slot: number) =>
  new Date(Date.parse(problem.start) + slot * (problem.slot_minutes ?? 15) * 60_000).toISOString();

function flat(problem: Problem, site: Site, price: number): Site {
  const every = (value: number) => slotsOf(problem).map(() => value);
  return { ...site, import_price: every(price), export_price: every(0.4 * price) };
}

function staying(problem: Problem, session: Session, first: number, end: number): Session {
  const departure = timeOf(problem, end);
  const targets = session.targets?.map((target) => ({ ...target, at: departure }));
  return { ...session, arrival: timeOf(problem, first), departure, ...(targets ? { targets } : {}) };
}

export const FAMILIES = {
  /** One price for every slot. */
  'flat prices': (random, size) => {
    const problem = from(random, size);
    return { ...problem, site: flat(problem, problem.site, random.pick([0, 0.25])) };
  },
  /** One price, no base, every car the same. */
  'all ties': (random, size) => {
    const problem = from(random, size);
    const { demand_w: _, generation_w: __, ...site } = problem.site;
    const one = staying(problem, problem.sessions[0]!, 0, problem.slots!);
    const sessions = problem.sessions.map(({ id }) => ({ ...one, id }));
    return { ...problem, site: flat(problem, site, 0.25), sessions };
  },
  /** Everybody is there all the time. */
  'all windows equal': (random, size) => {
    const problem = from(random, size);
    return {
      ...problem,
      sessions: problem.sessions.map((session) => staying(problem, session, 0, problem.slots!)),
    };
  },
  /** Half the time everybody stays for one slot of his own, else all must share the one slot with any room. */
  'one slot open': (random, size) => {
    const problem = from(random, size);
    if (random.chance(0.5)) {
      const sessions = problem.sessions.map((session) => {
        const slot = random.integer(0, problem.slots! - 1);
        return staying(problem, session, slot, slot + 1);
      });
      return { ...problem, sessions };
    }
    const open = random.integer(0, problem.slots! - 1);
    const roomW = problem.sessions.reduce((sum, session) => sum + session.max_charge_w, 0) * 0.7 + 6000;
    const site = {
      ...problem.site,
      max_import_w: slotsOf(problem).map((slot) => (slot === open ? roomW : 0)),
    };
    return { ...problem, site };
  },
  /** No import at all, in every slot or in half of them. */
  'zero limits': (random, size) => {
    const problem = from(random, size);
    const { cap_w: _, flex_w: __, ...site } = problem.site;
    const usualW = problem.sessions.reduce((sum, session) => sum + session.max_charge_w, 6000);
    const limit = random.chance(0.4) ? 0 : slotsOf(problem).map(() => (random.chance(0.5) ? 0 : usualW));
    return {
      ...problem,
      site: { ...site, max_import_w: limit, max_export_w: random.chance(0.5) ? 0 : 5000 },
    };
  },
  /** From 1e-6 to 1e4 per kWh. */
  'prices 1e-6 to 1e4': (random, size) => {
    const problem = from(random, size);
    const price = slotsOf(problem).map(() => 10 ** random.between(-6, 4, 0.001));
    return {
      ...problem,
      site: { ...problem.site, import_price: price, export_price: price.map((value) => 0.3 * value) },
    };
  },
  /** A day of minutes. */
  '1,440 slots of a minute': (random, { sessions }) =>
    from(random, {
      slots: [1440, 1440],
      sessions: [Math.min(1, sessions[0]), Math.min(4, sessions[1])],
      slotMinutes: 1,
    }),
  /** One vehicle for weeks. */
  '1 vehicle, 2,000 slots': (random) => from(random, { slots: [2000, 2000], sessions: [1, 1] }),
} as const satisfies Record<string, Family>;
export type FamilyName = keyof typeof FAMILIES;
export const FAMILY_NAMES = Object.keys(FAMILIES) as FamilyName[];
/** Their slots make them too large for the literal reference. */
export const LONG_FAMILIES: readonly FamilyName[] = ['1,440 slots of a minute', '1 vehicle, 2,000 slots'];
