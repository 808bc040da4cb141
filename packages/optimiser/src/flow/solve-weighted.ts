/**
 * Charge-only sessions with costs of their own (linear occupancy, D4.2 O4 as surrogate; FAST ones among others): the optimum, with a proof by prices.
 *
 * When not everything fits, the energies come first: fair shares by the polymatroid (levels 2a to 2d), then the flow for these energies.
 */
import { fairNeeds } from '../greedy/fair-shares.ts';
import { reachableNeed } from '../greedy/needs.ts';
import type { NormalProblem, PowerMatrix } from '../grid/index.ts';
import { SEGMENTS_PER_SLOT, vehicleArcs } from './flow-program.ts';
import { minimumCostFlow, type OptimalFlow } from './network-simplex.ts';
import { type WeightedProgram, weightedProgram } from './weighted-program.ts';

export interface WeightedSolution {
  powers: PowerMatrix;
  /** Site and occupancy together, in the problem's currency: the proved optimum. */
  money: number;
  /** Currency per kWh: optimal duals of the slots; null where FAST sessions come first. */
  marginalPrice: Float64Array | null;
}

/** What is taken off every demand when the flow falls short by rounding alone, Wh; the second value is the last attempt. */
const ROUNDING_WH = [8e-6, 1e-4];

/**
 * A sentence when the shares of a shortage are another engine's work.
 * @param guess slot prices to start from, currency per kWh, e.g. of the last plan; they change the time, never the cost
 */
export function solveWeighted(normal: NormalProblem, guess?: Float64Array): WeightedSolution | string {
  const wantedWh = Float64Array.from(normal.sessions, (session) => reachableNeed(normal, session).demandWh);
  const first = attempt(normal, wantedWh, guess);
  if (typeof first === 'string') return first;
  const { overflowWh } = first.flow;
  if (overflowWh === 0) return solutionOf(normal, first);
  if (overflowWh <= ROUNDING_WH[0]! * wantedWh.length) return withoutRounding(normal, wantedWh, guess);
  const shares = fairNeeds(normal, roomWh(normal));
  if (typeof shares === 'string') return shares;
  return withoutRounding(
    normal,
    Float64Array.from(shares, (need) => need.demandWh),
    first.flow.slotPrice,
  );
}

interface Attempt {
  program: WeightedProgram;
  flow: OptimalFlow;
}

function attempt(normal: NormalProblem, demandsWh: Float64Array, guess?: Float64Array): Attempt | string {
  const program = weightedProgram(normal, demandsWh);
  const flow = minimumCostFlow(program, guess === undefined ? undefined : startPrices(program, guess));
  return flow === undefined ? 'the simplex did not come to an end' : { program, flow };
}

/** The guess for the slots of this programme: "after departure" is free, and a slot it says nothing about starts there too. */
function startPrices(program: WeightedProgram, guess: Float64Array): Float64Array {
  return Float64Array.from({ length: program.slots }, (_, t) => {
    const price = t === program.privateSlot ? 0 : (guess[t] ?? 0);
    return Number.isFinite(price) ? price : 0;
  });
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

/** What all sessions together may take in a slot, Wh. */
function roomWh({ site, hours, slots }: NormalProblem): Float64Array {
  return Float64Array.from({ length: slots }, (_, t) =>
    Math.max(0, (site.netCeilingW[t]! - site.baseW[t]!) * hours[t]!),
  );
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
    // Where hurry stands before money, the duals are both in one.
    marginalPrice: program.cost.every((cost, a) => cost === program.moneyCost[a])
      ? flow.slotPrice.slice(0, slots)
      : null,
  };
}

function moneyOf({ site, hours, slots }: NormalProblem, program: WeightedProgram, flow: OptimalFlow): number {
  let money = 0;
  for (let t = 0; t < slots; t++) {
    const baseKwh = (site.baseW[t]! * hours[t]!) / 1000;
    money += baseKwh * (baseKwh > 0 ? site.importPricePerKwh[t]! : site.exportPricePerKwh[t]!);
  }
  const end = vehicleArcs(program) + program.slots * SEGMENTS_PER_SLOT;
  for (let a = 0; a < end; a++) money += (program.moneyCost[a]! * flow.flowWh[a]!) / 1000;
  return money;
}
