/**
 * Charge-only sessions with costs of their own (linear occupancy, D4.2 O4 as surrogate): the optimum, with a proof by prices.
 *
 * When not everything fits, the energies come first: fair shares by the polymatroid (levels 2a to 2d), then the flow for these energies.
 */
import { type Claimant, fairShares } from '../greedy/fair-shares.ts';
import type { NormalProblem, NormalSession, PowerMatrix } from '../grid/index.ts';
import { SEGMENTS_PER_SLOT, vehicleArcs } from './flow-program.ts';
import { minimumCostFlow, type OptimalFlow } from './network-simplex.ts';
import {
  reachableDemandWh,
  type WeightedProgram,
  weightedProgram,
  wholeDemandWh,
} from './weighted-program.ts';

export interface WeightedSolution {
  powers: PowerMatrix;
  /** Site and occupancy together, in the problem's currency: the proved optimum. */
  money: number;
  /** Currency per kWh: optimal duals of the slots. */
  marginalPrice: Float64Array;
}

/** What is taken off every demand when the flow falls short by rounding alone, Wh; the second value is the last attempt. */
const ROUNDING_WH = [8e-6, 1e-4];

/**
 * A sentence when the shares of a shortage are another engine's work.
 * @param guess slot prices to start from, currency per kWh, e.g. of the last plan; they change the time, never the cost
 */
export function solveWeighted(normal: NormalProblem, guess?: Float64Array): WeightedSolution | string {
  const { sessions } = normal;
  const wanted = Float64Array.from(sessions, (session) => reachableDemandWh(normal, session));
  const first = attempt(normal, wanted, guess);
  if (typeof first !== 'object') return first;
  if (first.flow.overflowWh === 0) return solutionOf(normal, first);
  if (first.flow.overflowWh <= ROUNDING_WH[0]! * sessions.length)
    return withoutRounding(normal, wanted, guess);
  if (sessions.some((session) => session.chargeEfficiency !== sessions[0]!.chargeEfficiency)) {
    return 'not everything fits, and the sessions lose energy differently';
  }
  if (sessions.some((session) => session.targets.some((target) => target.contentWh > session.ceilingWh))) {
    return 'not everything fits, and a session asks for more than its battery may hold';
  }
  return withoutRounding(normal, sharesOf(normal), guess);
}

interface Attempt {
  program: WeightedProgram;
  flow: OptimalFlow;
}

function attempt(normal: NormalProblem, demandsWh: Float64Array, guess?: Float64Array): Attempt | string {
  const program = weightedProgram(normal, demandsWh);
  const fits = guess?.length === program.slots ? guess : undefined;
  const flow = minimumCostFlow(program, fits);
  return flow === undefined ? 'the simplex did not come to an end' : { program, flow };
}

function withoutRounding(
  normal: NormalProblem,
  demandsWh: Float64Array,
  guess?: Float64Array,
): WeightedSolution | string {
  for (const lessWh of ROUNDING_WH) {
    const result = attempt(
      normal,
      demandsWh.map((wh) => Math.max(0, wh - lessWh)),
      guess,
    );
    if (typeof result === 'string') return result;
    if (result.flow.overflowWh === 0) return solutionOf(normal, result);
  }
  return 'the shares of a shortage did not fit';
}

function sharesOf(normal: NormalProblem): Float64Array {
  const { sessions, site, hours, slots } = normal;
  const claimants = sessions.map(
    (session): Claimant => ({
      firstSlot: session.firstSlot,
      endSlot: session.endSlot,
      demandWh: wholeDemandWh(session),
      deadlines: [],
      capacityWh: (slot) => session.maxChargeW * hours[slot]!,
      class: rankOf(session),
    }),
  );
  const roomWh = Float64Array.from({ length: slots }, (_, t) =>
    Math.max(0, (site.netCeilingW[t]! - site.baseW[t]!) * hours[t]!),
  );
  const granted = fairShares(slots, claimants, roomWh);
  return granted.map((wh, n) => Math.min(wh, reachableDemandWh(normal, sessions[n]!)));
}

function rankOf(session: NormalSession): number {
  if (session.targets.some((target) => target.kind === 'minimum')) return 0;
  return session.priority ? 1 : 2;
}

function solutionOf(normal: NormalProblem, { program, flow }: Attempt): WeightedSolution {
  const { hours, slots } = normal;
  const powerW = normal.sessions.map((_, n) => {
    const power = new Float64Array(slots);
    for (let a = program.arcStart[n]!; a < program.arcStart[n + 1]!; a++) {
      const slot = program.arcSlot[a]!;
      if (slot !== program.privateSlot) power[slot] = flow.flowWh[a]! / hours[slot]!;
    }
    return power;
  });
  return {
    powers: { powerW, storePowerW: [] },
    money: moneyOf(normal, program, flow),
    marginalPrice: flow.slotPrice.slice(0, slots),
  };
}

function moneyOf({ site, hours, slots }: NormalProblem, program: WeightedProgram, flow: OptimalFlow): number {
  let money = 0;
  for (let t = 0; t < slots; t++) {
    const baseKwh = (site.baseW[t]! * hours[t]!) / 1000;
    money += baseKwh * (baseKwh > 0 ? site.importPricePerKwh[t]! : site.exportPricePerKwh[t]!);
  }
  const end = vehicleArcs(program) + program.slots * SEGMENTS_PER_SLOT;
  for (let a = 0; a < end; a++) money += (program.cost[a]! * flow.flowWh[a]!) / 1000;
  return money;
}
