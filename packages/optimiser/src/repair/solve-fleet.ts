/**
 * Integer features for whole fleets: a valid lower bound from the linear relaxation and from slot prices, a plan by repair and local search.
 *
 * 1. Bound: relax, let a linear engine solve that exactly; with exact occupancy, slot prices climb from its duals (slot-prices.ts).
 * 2. Plan: the linear optimum repaired, or built from nothing where occupancy makes the linear optimum a bad adviser; the cheaper one stays.
 * 3. Improvement until the plan meets its bound, nothing helps any more, or time is up.
 */

import { type Engine, isSolution, type NoSolution, type Solution } from '../engine/engine.ts';
import { classify } from '../engine/problem-class.ts';
import type { NormalProblem, PowerMatrix } from '../grid/index.ts';
import { BestResponse, type Wish } from './best-response.ts';
import { chooseDirections, keepsFloor } from './directions.ts';
import { fromLinear, fromNothing } from './first-plan.ts';
import { FleetState } from './fleet-state.ts';
import { regroup, type Search, sweep } from './improve.ts';
import { windowOf } from './moves.ts';
import { leastOccupancy, relax } from './relaxation.ts';
import { grantWhatFits, relent, retry, withoutNeeds } from './shortage.ts';
import { ascend } from './slot-prices.ts';

export interface FleetOptions {
  timeLimitS: number;
  /** Monotonic, ms. */
  now: () => number;
  /** Engines for the relaxation, the fastest first. */
  linear: readonly Engine[];
}

/** Share of the time limit. */
const FOR_RELAXATION = 0.4;
/**
 * Effort is counted, not timed: about a second each on two cores of 2.5 GHz, and the same plan on every machine as long as the time limit is
 * not in the way. Bounds and plans are close by then, and fleets are planned again every few minutes.
 */
const STAYS_FOR_PRICES = 100_000;
const MOST_PRICE_ROUNDS = 400;
const LEAST_PRICE_ROUNDS = 20;
const PLANS_FOR_SWEEPS = 15_000;
const PLANS_FOR_REGROUPING = 15_000;
const PLANS_PER_DEVICE = 15;
/** A plan this close to its bound is proved for every purpose of the contract (gap <= 1e-6). */
const PROVED = 5e-7;
/** A fleet is not searched any further than this; few devices are. */
const CLOSE = 5e-5;
const FEW = 50;

export async function solveFleet(
  normal: NormalProblem,
  { timeLimitS, now, linear }: FleetOptions,
): Promise<Solution | NoSolution> {
  const refusal = whyNot(normal);
  if (refusal !== null) return { failure: refusal };
  const deadlineMs = now() + timeLimitS * 1000;
  const late = () => now() > deadlineMs;
  const state = new FleetState(normal);
  const { devices } = state;
  const wholeWh = devices.map((device) => device.askedWh.slice());

  const { problem, constant } = relax(normal, devices);
  const relaxed = await solveRelaxed(problem, linear, timeLimitS * FOR_RELAXATION);
  const short = relaxed !== null && grantWhatFits(state, relaxed.powers);
  const price = Float64Array.from(relaxed?.marginalPrice ?? normal.site.importPricePerKwh);
  const search: FleetSearch = {
    state,
    response: new BestResponse(state),
    bound:
      relaxed?.bound == null
        ? Number.NEGATIVE_INFINITY
        : relaxed.bound + constant + leastOccupancy(normal, devices),
    price,
    wish: scarcity(normal, price),
    late,
  };

  const directed = (choice: NormalProblem) =>
    late() ? Promise.resolve(null) : solveRelaxed(choice, linear, (timeLimitS * FOR_RELAXATION) / 4);
  const start =
    relaxed === null || short
      ? relaxed?.powers
      : await chooseDirections(normal, problem, devices, relaxed.powers, directed);
  const broken = firstPlan(search, start);
  if (!broken.every((d) => relent(state, search.response, d))) {
    return { failure: 'not even the reserves can be kept' };
  }
  // Who gets what the linear optimum shares out has level 2 proved; but with minimum powers the shares are not quite the contract's, and
  // with exact occupancy a share that is less by rounding may be worth a slot, so that nothing about money follows from it.
  const occupied = devices.some((device) => device.occupancyCost !== null);
  const inSteps = occupied || normal.sessions.some((session) => session.minChargeW > 0);
  const proved = broken.length === 0 && !(short && inSteps);
  if (!proved) {
    // Who gets how much is open, so only a bound without any need holds: weak, but true.
    const ascent = { start: price, upper: state.totalCost(), rounds: LEAST_PRICE_ROUNDS, late };
    search.bound = ascend(normal, withoutNeeds(devices), ascent).bound;
  }
  const cost = sweep(state, search.response, effort(search, PLANS_FOR_SWEEPS, PROVED));
  if (proved && (occupied || relaxed === null)) climbAndRebuild(search, cost);
  // What minimum powers and others left over may still serve those who were cut.
  if (!proved) retry(state, search.response, wholeWh);
  const plans = PLANS_FOR_REGROUPING + PLANS_PER_DEVICE * devices.length;
  regroup(state, search.response, effort(search, plans, devices.length > FEW ? CLOSE : PROVED));
  if (!proved) retry(state, search.response, wholeWh);
  // Sessions go before stores; whether a store could still have more is another engine's question.
  const stores = devices.slice(normal.sessions.length);
  const cut = stores.some((store, i) => store.askedWh.at(-1)! < wholeWh[normal.sessions.length + i]!.at(-1)!);
  if (!proved && cut) return { failure: 'not everything fits, and a store ends emptier than it should' };
  if (!state.isWithinLimits()) return { failure: 'the search left a limit' };
  // A plan has to tell its gap.
  if (!Number.isFinite(search.bound)) return { failure: 'out of time before any bound was known' };
  return {
    powers: powersOf(state),
    levelsProved: proved,
    bound: search.bound,
    // Prices of the relaxation: what a kWh more costs as long as it does not turn an integer.
    marginalPrice: search.price.every(Number.isFinite) ? search.price : null,
  };
}

/** What is known while the plan gets better. */
interface FleetSearch {
  state: FleetState;
  response: BestResponse;
  bound: number;
  /** Slot prices that gave the bound, currency per kWh. */
  price: Float64Array;
  wish: Wish;
  late: () => boolean;
}

function effort({ bound, late, wish }: FleetSearch, plans: number, gap: number): Search {
  return { plans, goal: bound + gap * Math.max(1, Math.abs(bound)), late, wish };
}

/** @returns the devices that did not fit */
function firstPlan({ state, response, wish, late }: FleetSearch, start: PowerMatrix | undefined): number[] {
  if (start !== undefined && fromLinear(state, response, start).length === 0) return [];
  const always = state.devices.map((_, d) => d);
  const byLaxity = always.sort((a, b) => laxity(state, a) - laxity(state, b) || a - b);
  return fromNothing(state, response, byLaxity, wish, late);
}

/** A better bound by slot prices, and a plan built anew with what they say about scarcity; the cheaper plan stays. */
function climbAndRebuild(search: FleetSearch, cost: number): void {
  const { state, response, late } = search;
  const { normal, devices } = state;
  const rounds = Math.round(STAYS_FOR_PRICES / Math.max(1, devices.length));
  const prices = ascend(normal, devices, {
    start: search.price,
    upper: cost,
    rounds: Math.max(LEAST_PRICE_ROUNDS, Math.min(MOST_PRICE_ROUNDS, rounds)),
    late,
  });
  if (prices.bound > search.bound) {
    search.bound = prices.bound;
    search.price = prices.pricePerKwh;
    search.wish = scarcity(normal, prices.pricePerKwh);
  }
  const kept = devices.map((_, d) => windowOf(state, d).slice());
  const always = devices.map((_, d) => d);
  const byFinish = always.sort((a, b) => prices.finish[a]! - prices.finish[b]! || a - b);
  const broken = fromNothing(state, response, byFinish, search.wish, late);
  const rebuilt = sweep(state, response, effort(search, PLANS_FOR_SWEEPS, PROVED));
  if (broken.length === 0 && rebuilt < cost) return;
  for (const [d, powerW] of kept.entries()) state.put(d, powerW);
}

/** Levels before money that are settled by somebody else. */
function whyNot({ site, sessions, stores, slots }: NormalProblem): string | null {
  const discharge = stores.length > 0 || sessions.some((session) => session.maxDischargeW > 0);
  for (let t = 0; t < slots && discharge; t++) {
    if (site.baseW[t]! > site.importLimitW[t]!) {
      return 'the base load is above the limit, and discharge could lower it';
    }
  }
  return null;
}

async function solveRelaxed(
  problem: NormalProblem,
  linear: readonly Engine[],
  timeLimitS: number,
): Promise<Solution | null> {
  const problemClass = classify(problem);
  for (const engine of linear) {
    if (engine.applies(problemClass) !== true) continue;
    const result = await engine.solve(problem, { timeLimitS });
    if (!isSolution(result) || !result.levelsProved || !Number.isFinite(result.bound)) continue;
    if (keepsFloor(problem, result.powers)) return result;
  }
  return null;
}

/** What a kWh in a slot costs others beyond its price: the shadow price of the limit. */
function scarcity({ site }: NormalProblem, price: Float64Array): Wish {
  return {
    surchargePerKwh: price.map((value, t) => {
      const above = value - site.importPricePerKwh[t]!;
      return Number.isFinite(above) ? Math.max(0, above) : 0;
    }),
  };
}

/** Slots that a device could wait, before it would have to charge without a break. */
function laxity(state: FleetState, d: number): number {
  const { firstSlot, endSlot, askedFromWh, maxChargeW, chargeEfficiency } = state.devices[d]!;
  const perSlotWh = maxChargeW * state.normal.slotHours * chargeEfficiency;
  return endSlot - firstSlot - Math.max(0, askedFromWh[0] ?? 0) / Math.max(1e-9, perSlotWh);
}

function powersOf({ normal, powerW }: FleetState): PowerMatrix {
  const sessions = normal.sessions.length;
  return { powerW: powerW.slice(0, sessions), storePowerW: powerW.slice(sessions) };
}
