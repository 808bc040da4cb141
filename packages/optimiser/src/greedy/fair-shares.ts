/**
 * Who gets how much when not everything fits: the contract's levels 2a to 2d for charge-only sessions.
 *
 * The energies x(n) that can be delivered to sessions together form a polymatroid (sinks of a transportation network). Targets of a session
 * that hold at the same time stand on top of each other: stage k is the energy between target k-1 and target k, and a Wh of it counts for
 * target k and all higher ones. So what a Wh is worth falls with every stage, and serving stages in order of worth - Wh of minimums, of priority
 * sessions' targets, of all targets, in this order - gives every level its least shortfall (Edmonds' greedy for concave gains). Stages of
 * different worth do not disturb each other's shares, because the total of all that is worth more is fixed already.
 *
 * Among stages of equal worth the shares are max-min fair by fraction of need, found by dividing (Megiddo 1974, lexicographically optimal
 * flows; Fujishige 1980 and Groenevelt 1991, decomposition). Where not everything fits, the flow names a set S of stages that gets all it
 * can, f(S). Let all of S miss the same fraction theta of their need, so that together they want f(S). Either that can be delivered, and S is settled;
 * or the flow names a set A in S that wants more than f(A), and then A gets f(A) and S without A the rest in the slots that A leaves, each
 * shared out by itself: A at a higher theta, the others at a lower one. Every flow is of the sessions of its set alone.
 *
 * A session with targets at different times may trade energy in time for energy too late, and then the above is no polymatroid. Two
 * cases are solved all the same: such a session lies outside every S, so that it has nothing to share; or the shares that would be fair if
 * all its targets held at departure can be delivered with the true times too: more than in that easier problem nobody can get. The rest is
 * another engine's work.
 */
import { chargeLimitOf } from '../grid/charge-limit.ts';
import type { NormalProblem, NormalSession } from '../grid/normal-problem.ts';
import { EnergyFlow, type FlowVehicle, lowestBit, NOTHING_WH } from './energy-flow.ts';
import { flowVehicle, type Need, reachableWh } from './needs.ts';

/** A Wh missing is noticed from here on. */
const NOTICED_WH = NOTHING_WH * 10;
const MOST_CUTS = 10_000;

/** One target of one session as a claim on energy. */
interface Stage {
  claim: Claim;
  /** Its place among the session's stages. */
  rank: number;
  /** The target's own time, and the time until which energy is counted for it. */
  endSlot: number;
  countedUntil: number;
  /** Wh at the plug by the deadline that the target takes, lower targets included. */
  upToWh: number;
  /** Battery Wh that one Wh at the plug is worth to levels 2a, 2b and 2c. */
  worth: readonly [number, number, number];
}

interface Claim {
  session: NormalSession;
  stages: Stage[];
  /** Missing whatever happens, battery Wh over all targets. */
  unavoidableWh: number;
  /** Per stage that is settled: Wh by its deadline, lower stages included. */
  grantedWh: number[];
  /** Energy is counted for the targets until different times. */
  inSteps: boolean;
  /** A later target is lower than an earlier one. */
  falls: boolean;
}

/** The needs that can be met together, fairly cut, or a sentence when the shares are another engine's work. */
export function fairNeeds(normal: NormalProblem, slotWh: Float64Array): Need[] | string {
  const inTheirTime = settle(normal, slotWh, false);
  if (inTheirTime !== undefined) return inTheirTime.map(needOf);
  const byDeparture = settle(normal, slotWh, true)?.map(needOf);
  if (byDeparture !== undefined && canBeMet(normal, byDeparture, slotWh)) return byDeparture;
  return 'not everything fits, and a session that has to share has targets at different times';
}

/** @param atDeparture as if all targets held at departure; undefined where targets in steps have to share */
function settle(normal: NormalProblem, slotWh: Float64Array, atDeparture: boolean): Claim[] | undefined {
  const claims = normal.sessions.map((session) => claimOf(normal, session, atDeparture));
  if (atDeparture && claims.some((claim) => claim.falls)) return undefined;
  const remaining: Remaining = { claims, slotWh: slotWh.slice() };
  const ranked = claims.flatMap((claim) => claim.stages).sort((a, b) => byWorth(a, b));
  for (let from = 0; from < ranked.length; ) {
    let to = from + 1;
    while (to < ranked.length && byWorth(ranked[from]!, ranked[to]!) === 0) to++;
    if (!share(normal, remaining, ranked.slice(from, to))) return undefined;
    from = to;
  }
  return claims;
}

function canBeMet(normal: NormalProblem, needs: readonly Need[], slotWh: Float64Array): boolean {
  const flow = new EnergyFlow(
    normal.hours,
    normal.sessions.map((session, n) => flowVehicle(session, needs[n]!, 0)),
  );
  for (let slot = 0; slot < normal.slots; slot++) flow.extend(slot, slotWh[slot]!);
  return flow.unmetWh.every((wh) => wh <= NOTICED_WH);
}

function claimOf(normal: NormalProblem, session: NormalSession, atDeparture: boolean): Claim {
  const claim: Claim = {
    session,
    stages: [],
    unavoidableWh: 0,
    grantedWh: [],
    inSteps: false,
    falls: false,
  };
  const { chargeEfficiency, startWh, priority } = session;
  const claimed = session.targets.filter((target) => target.contentWh > startWh);
  claimed.forEach((target, k) => {
    const reachWh = reachableWh(normal, session, target);
    const before = claim.stages.at(-1)?.upToWh ?? 0;
    const upToWh = Math.max(reachWh, before);
    const endSlot = Math.min(target.endSlot, session.endSlot);
    claim.falls ||= reachWh < before;
    claim.unavoidableWh += target.contentWh - startWh - reachWh * chargeEfficiency;
    const later = claimed.slice(k);
    const minimums = later.filter(({ kind }) => kind === 'minimum').length;
    const targets = later.length - minimums;
    claim.stages.push({
      claim,
      rank: k,
      endSlot,
      countedUntil: atDeparture ? session.endSlot : endSlot,
      upToWh,
      worth: [
        minimums * chargeEfficiency,
        priority ? targets * chargeEfficiency : 0,
        targets * chargeEfficiency,
      ],
    });
  });
  claim.inSteps = claim.stages.some((stage) => stage.countedUntil !== claim.stages[0]!.countedUntil);
  return claim;
}

const byWorth = (a: Stage, b: Stage) =>
  b.worth[0] - a.worth[0] || b.worth[1] - a.worth[1] || b.worth[2] - a.worth[2];

function needOf({ session, stages, grantedWh }: Claim): Need {
  return {
    demandWh: grantedWh.at(-1) ?? 0,
    deadlines: stages.flatMap(({ endSlot }, k) =>
      endSlot < session.endSlot ? [{ endSlot, demandWh: grantedWh[k]! }] : [],
    ),
  };
}

/** Settles stages of equal worth. False when one that has to share has targets in steps. */
function share(normal: NormalProblem, remaining: Remaining, stages: readonly Stage[]): boolean {
  const wishes = new Map<Claim, Wish>();
  for (const stage of stages) wishes.set(stage.claim, new Wish(stage));
  const takesPart = new Set(remaining.claims);
  for (const [claim, wish] of wishes) if (!takesPart.has(claim)) wish.wantedWh = 0;
  const cut = violatedCut(normal, remaining, wishes);
  if (cut?.hasSteps) return false;
  if (cut !== null) {
    const short = {
      claims: remaining.claims.filter((claim) => cut.claims.has(claim)),
      slotWh: remaining.slotWh.slice(),
    };
    takeOut(normal, remaining, cut);
    divide(normal, short, wishes, cut.missingWh);
  }
  for (const wish of wishes.values()) wish.stage.claim.grantedWh.push(wish.fromWh + wish.wantedWh);
  return true;
}

/** Sessions that share some slots, at one fraction missed so far. */
interface Part extends Remaining {
  theta: number;
  /** What they want together beyond what they get together, Wh; negative: what they get and do not want yet. */
  missingWh: number;
}

/** Shares out what a set of sessions gets together: one flow for every set that is settled or divided. */
function divide(
  normal: NormalProblem,
  short: Remaining,
  wishes: ReadonlyMap<Claim, Wish>,
  missingWh: number,
): void {
  const parts: Part[] = [{ ...short, theta: 0, missingWh }];
  for (let cuts = 0; parts.length > 0 && cuts < MOST_CUTS; cuts++) {
    const part = parts.pop()!;
    const open = part.claims.flatMap((claim) => wishes.get(claim) ?? []);
    if (open.length === 0) continue;
    const theta = fractionFor(open, part.missingWh);
    // Rounding alone is left over.
    if (part.missingWh > 0 && !(theta > part.theta)) continue;
    for (const wish of open) wish.setFraction(theta);
    const cut = violatedCut(normal, part, wishes);
    if (cut === null) continue;
    const { slotWh } = part;
    const claims = part.claims.filter((claim) => cut.claims.has(claim));
    parts.push({ claims, slotWh: slotWh.slice(), theta, missingWh: cut.missingWh });
    takeOut(normal, part, cut);
    if (part.claims.length > 0) parts.push({ ...part, theta, missingWh: -cut.missingWh });
  }
}

/** What a stage asks for as the fraction of need that its session may miss rises. */
class Wish {
  readonly stage: Stage;
  /** Wh by the deadline that earlier stages have settled, and the most that this stage adds. */
  readonly fromWh: number;
  readonly mostWh: number;
  /** Fractions at which the wish begins to fall and has fallen to nothing. */
  readonly fallsFrom: number;
  readonly fallsTo: number;
  wantedWh: number;

  constructor(stage: Stage) {
    const { session, stages, grantedWh, unavoidableWh } = stage.claim;
    this.stage = stage;
    this.fromWh = grantedWh.at(-1) ?? 0;
    this.mostWh = Math.max(0, stage.upToWh - this.fromWh);
    this.wantedWh = this.mostWh;
    // Without the last Wh of this stage there is nothing of the higher ones either.
    const higher = stages.slice(stage.rank);
    const higherWh = higher.reduce((wh, { upToWh }) => wh + upToWh - stage.upToWh, 0);
    const missesWh = unavoidableWh + higherWh * session.chargeEfficiency;
    const stageWh = higher.length * this.mostWh * session.chargeEfficiency;
    this.fallsFrom = missesWh / session.needWh;
    this.fallsTo = (missesWh + stageWh) / session.needWh;
  }

  setFraction(theta: number): void {
    this.wantedWh = this.wantedAt(theta);
  }

  wantedAt(theta: number): number {
    if (theta <= this.fallsFrom) return this.mostWh;
    if (theta >= this.fallsTo) return 0;
    return (this.mostWh * (this.fallsTo - theta)) / (this.fallsTo - this.fallsFrom);
  }
}

/** The least fraction at which these wishes together are `lessWh` smaller than now. */
function fractionFor(wishes: readonly Wish[], lessWh: number): number {
  const aimWh = wishes.reduce((sum, wish) => sum + wish.wantedWh, 0) - lessWh;
  const corners = wishes.flatMap((wish) => [wish.fallsFrom, wish.fallsTo]).sort((a, b) => a - b);
  const totalAt = (theta: number) => wishes.reduce((sum, wish) => sum + wish.wantedAt(theta), 0);
  let low = 0;
  let high = corners.length - 1;
  if (high < 0) return Number.NaN;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (totalAt(corners[middle]!) <= aimWh) high = middle;
    else low = middle + 1;
  }
  const [end, start] = [corners[low]!, corners[low - 1] ?? 0];
  const [endWh, startWh] = [totalAt(end), totalAt(start)];
  if (startWh <= endWh || aimWh <= endWh) return end;
  return start + ((end - start) * (startWh - aimWh)) / (startWh - endWh);
}

interface Cut {
  /** Sessions whose present stage belongs to the set. */
  claims: Set<Claim>;
  /** Slots that are full of their energy, as a mask. */
  fullSlots: Uint32Array;
  missingWh: number;
  /** A session of the set has targets at different times. */
  hasSteps: boolean;
}

/** What is not settled for good: tight sets are taken out with the slots they fill. */
interface Remaining {
  claims: Claim[];
  slotWh: Float64Array;
}

/**
 * A set that gets all it can fills its slots whatever else happens, and takes full power in its other slots (the two sides of the
 * minimum cut); so the rest goes on without both.
 */
function takeOut(normal: NormalProblem, remaining: Remaining, { claims, fullSlots }: Cut): void {
  remaining.claims = remaining.claims.filter((claim) => !claims.has(claim));
  const { slotWh } = remaining;
  const powerW = new Float64Array(normal.slots);
  for (const { session, stages } of claims) {
    const end = stages[0]?.countedUntil ?? session.firstSlot;
    for (let t = session.firstSlot; t < end; t++) powerW[t]! += chargeLimitOf(session, t);
  }
  for (let t = 0; t < normal.slots; t++) {
    const isFull = (fullSlots[t >> 5]! & (1 << (t & 31))) !== 0;
    slotWh[t] = isFull ? 0 : Math.max(0, slotWh[t]! - powerW[t]! * normal.hours[t]!);
  }
}

/** Null when all wishes fit; otherwise a set of stages that gets all it ever can, and what it misses. */
function violatedCut(
  normal: NormalProblem,
  { claims, slotWh }: Remaining,
  wishes: ReadonlyMap<Claim, Wish>,
): Cut | null {
  const flow = new EnergyFlow(
    normal.hours,
    claims.map((claim) => asVehicle(claim, wishes.get(claim))),
  );
  for (let slot = 0; slot < normal.slots; slot++) flow.extend(slot, slotWh[slot]!);
  if (flow.unmetWh.every((wh) => wh <= NOTICED_WH)) return null;
  const { limits, fullSlots } = saturatedSet(flow);
  const cut: Cut = { claims: new Set(), fullSlots, missingWh: 0, hasSteps: false };
  claims.forEach((claim, n) => {
    if (limits[n]! < 0) return;
    cut.claims.add(claim);
    cut.missingWh += flow.unmetWh[n]!;
    cut.hasSteps ||= claim.inSteps;
  });
  return cut;
}

function asVehicle({ session, stages, grantedWh }: Claim, wish: Wish | undefined): FlowVehicle {
  const settled = grantedWh.map((demandWh, k) => ({ endSlot: stages[k]!.countedUntil, demandWh }));
  if (wish !== undefined)
    settled.push({ endSlot: wish.stage.countedUntil, demandWh: wish.fromWh + wish.wantedWh });
  const last = settled.at(-1);
  const endSlot = last?.endSlot ?? session.firstSlot;
  return {
    firstSlot: session.firstSlot,
    endSlot,
    powerW: session.maxChargeW,
    limitW: session.chargeLimitW,
    demandWh: last?.demandWh ?? 0,
    deadlines: settled.filter((deadline) => deadline.endSlot < endSlot),
    privateWh: 0,
  };
}

/**
 * Vehicles that share full slots with a vehicle left short, and theirs in turn: together they get all they ever can.
 * Per vehicle the slot before which its energy belongs to the set: -1 not at all, `slots` all of it, else a used-up deadline.
 */
function saturatedSet(flow: EnergyFlow): { limits: Int32Array; fullSlots: Uint32Array } {
  const { words, room, taken, vehicles } = flow;
  const limits = new Int32Array(vehicles).fill(-1);
  const seen = new Uint32Array(words);
  const queue: number[] = [];
  const widen = (n: number, limit: number) => {
    if (limit <= limits[n]!) return;
    limits[n] = limit;
    for (let w = 0; w < words && w << 5 < limit; w++) {
      let fresh = room[n * words + w]! & ~seen[w]!;
      if (limit - (w << 5) < 32) fresh &= (1 << (limit & 31)) - 1;
      seen[w]! |= fresh;
      for (; fresh !== 0; fresh &= fresh - 1) queue.push(lowestBit(fresh, w));
    }
  };
  for (let n = 0; n < vehicles; n++) if (flow.unmetWh[n]! > NOTICED_WH) widen(n, flow.barrierAfter(n, -1));
  for (let slot = queue.pop(); slot !== undefined; slot = queue.pop()) {
    const word = slot >> 5;
    const bit = 1 << (slot & 31);
    for (let n = 0; n < vehicles; n++) {
      if ((taken[n * words + word]! & bit) !== 0) widen(n, flow.barrierAfter(n, slot));
    }
  }
  return { limits, fullSlots: seen };
}
