/** The polymatroid greedy as an engine: charge-only fleets whose cost depends on slot totals alone, exact and by far the fastest. */
import { moneyOfBase, solveChargeOnly } from '../../greedy/solve-charge-only.ts';
import type { NormalProblem } from '../../grid/index.ts';
import type { Engine, Solution } from '../engine.ts';
import type { ProblemClass } from '../problem-class.ts';

/** What the class must not have, and the sentence that says so. */
const UNFIT: readonly [(problem: ProblemClass) => boolean, string][] = [
  [(problem) => problem.discharge, 'a session may discharge'],
  [(problem) => problem.stores, 'there is a stationary store'],
  [(problem) => problem.groups, 'there are group limits'],
  [(problem) => problem.phases, 'there is a limit per phase'],
  [(problem) => problem.minimumPower, 'a session has a minimum power'],
  [(problem) => problem.capacityPrice, 'there is a capacity price'],
  [(problem) => problem.occupancy !== 'none', 'there is an opportunity cost'],
  [
    (problem) => problem.preferences && !problem.allFastAlike,
    'a session wants FAST or GREEN, and not all of them FAST alike',
  ],
  [
    (problem) => problem.preferences && problem.negativePrices,
    'a session wants FAST, and to take more than it needs may pay',
  ],
  [(problem) => problem.priceInversion, 'exporting earns more than importing costs in some slot'],
];

export const greedyEngine: Engine = {
  name: 'greedy',
  // Half of its time goes into masks and lists of who is there when, marginal prices and powers, which are as new as the problem; the
  // flow is the other half, at 1,000 cars 2 ms.
  ignoresLast: true,
  applies: (problemClass) => UNFIT.find(([test]) => test(problemClass))?.[1] ?? true,
  async solve(normal, { timeLimitS }) {
    const isFast = normal.sessions.some(({ preference, needWh }) => preference === 'FAST' && needWh > 0);
    const order = isFast ? 'earliest' : 'cheapest';
    const solution = solveChargeOnly(normal, order);
    if (typeof solution === 'string') {
      const { sessions, slots } = normal;
      const leavesTime = sessions.length * slots <= EXACT_PER_S * timeLimitS;
      return (isFast && !leavesTime && byTheEnd(normal)) || { failure: solution };
    }
    return {
      powers: solution.powers,
      levelsProved: true,
      bound: solution.money,
      marginalPrice: pricesOf(normal, solution.marginalPricePerKwh),
    };
  },
};

/** Sessions times slots for which an exact method can be expected to share a shortage in a second, with room for those that take longer. */
const EXACT_PER_S = 3_000;

/**
 * A shortage of FAST sessions that should be ready before their stay ends: fair shares of what they can have in the end, as early as possible. What is
 * ready early is so because it is FAST, so the times of targets change little; no proof, but a fleet has its plan at once.
 */
function byTheEnd(normal: NormalProblem): Solution | undefined {
  const sessions = normal.sessions.map((session) => ({
    ...session,
    targets: session.targets.filter(({ endSlot }) => endSlot >= session.endSlot),
  }));
  if (normal.sessions.some(({ targets }) => targets.some(({ kind }) => kind === 'minimum'))) return undefined;
  const solution = solveChargeOnly({ ...normal, sessions }, 'earliest');
  if (typeof solution === 'string') return undefined;
  // No price is below nothing, so nobody charges for less than nothing: weak, but true whatever each should have had.
  return { powers: solution.powers, levelsProved: false, bound: moneyOfBase(normal), marginalPrice: null };
}

/** Where the base alone fills the limit, nothing can give way to it and it costs what importing costs. */
function pricesOf({ site }: NormalProblem, pricePerKwh: readonly (number | null)[]): Float64Array {
  const { baseW, importLimitW, importPricePerKwh } = site;
  return Float64Array.from(pricePerKwh, (price, t) =>
    price === null || baseW[t]! >= importLimitW[t]! ? importPricePerKwh[t]! : price,
  );
}
