/**
 * Level 2d for the linear programme: among the plans with least unmet need, max-min fair by fraction of need.
 *
 * Let V(theta) be the least sum of what exceeds theta x need in the open sessions. Between the fractions that are missing anyway, V is convex
 * and piecewise linear in theta, and the prices of the wishes give its slope. So Newton's method from theta = 0, stopping at each of those
 * fractions, never passes the least theta with V = 0 and reaches it in few programmes. The sessions with a price in the last cut cannot do
 * better: they are held at theta, the others go on (the water-filling of the contract).
 */
import { solveBlockArrow } from '../../interior/block-arrow.ts';
import type { BlockArrowProgram } from '../../interior/program.ts';
import { priceOf, type Wish, waive } from './wishes.ts';

/** A session that needs less has no fraction of it. */
const LEAST_NEED_KWH = 1e-6;
const NOTHING_KWH = 1e-7;
const NO_EXCESS_KWH = 1e-8;
const NO_PRICE = 1e-6;
/** Room that is left to a held share, so that the programmes that follow have an interior, kWh. */
const SLACK_KWH = 4e-8;
/**
 * Shares that are nearly settled leave programmes with hardly an interior, which end sooner. Only theta comes from them, as exact as this, and
 * a share is told apart from another at 1e-4 kWh.
 */
const ROUGHLY = { gap: 3e-6, primal: 1e-6, dual: 1e-7 };
const MOST_PROGRAMMES = 60;
/** Of what is asked for. */
const MORE_THAN_LEAST = 5e-7;

/**
 * The programme with every shortfall held at its fair share, or a sentence when the shares could not be settled.
 *
 * @param leastKwh the least sum of all shortfalls: a face taken too wide, where sessions are nearly as efficient as each other, would let shares miss more
 */
export function shareFairly(
  face: BlockArrowProgram,
  all: readonly Wish[],
  leastKwh: number,
): BlockArrowProgram | string {
  const isOpen = ({ shortfall }: Wish) => face.upper[shortfall]! - face.lower[shortfall]! > NOTHING_KWH;
  const settledBefore = (session: number) =>
    all
      .filter((wish) => wish.session === session)
      .reduce((kwh, wish) => kwh + wish.unavoidableKwh + (isOpen(wish) ? 0 : face.lower[wish.shortfall]!), 0);
  const wishes = all
    .filter((wish) => isOpen(wish) && wish.needKwh > LEAST_NEED_KWH)
    .map((wish): Wish => ({ ...wish, unavoidableKwh: settledBefore(wish.session) }));
  if (new Set(wishes.map(({ session }) => session)).size < wishes.length) {
    return 'a session has several targets';
  }
  const held = new Map<Wish, number>();
  let open = wishes;
  let programmes = 0;
  const allowed = (wish: Wish, theta: number) =>
    Math.min(
      face.upper[wish.shortfall]!,
      held.get(wish) ?? Math.max(0, theta * wish.needKwh - wish.unavoidableKwh) + SLACK_KWH,
    );
  while (open.length > 0) {
    let theta = 0;
    let tight: Wish[] = open;
    for (;;) {
      if (++programmes > MOST_PROGRAMMES) return 'the fair shares take too many rounds';
      const program = withWaived(face, wishes, (wish) => allowed(wish, theta));
      for (const { shortfall } of open) program.cost[shortfall] = 1;
      for (const { shortfall } of held.keys()) program.upper[shortfall] = 0;
      const solution = solveBlockArrow(program, ROUGHLY);
      if (typeof solution !== 'object') return `the fair shares are ${solution}`;
      if (solution.primalObjective <= NO_EXCESS_KWH * open.length) break;
      const priced = open.filter((wish) => priceOf(wish, solution.y) > NO_PRICE);
      let slope = 0;
      let nextKink = Number.POSITIVE_INFINITY;
      for (const wish of open) {
        const kink = wish.unavoidableKwh / wish.needKwh;
        if (kink > theta) nextKink = Math.min(nextKink, kink);
        else slope += Math.max(0, priceOf(wish, solution.y)) * wish.needKwh;
      }
      theta = slope > NO_PRICE ? Math.min(theta + solution.primalObjective / slope, nextKink) : nextKink;
      if (!Number.isFinite(theta)) return 'the fair shares have no price';
      tight = priced;
    }
    if (theta === 0 || tight.length === 0) tight = open;
    for (const wish of tight) held.set(wish, allowed(wish, theta));
    open = open.filter((wish) => !held.has(wish));
  }
  const isShared = new Set(wishes.map(({ shortfall }) => shortfall));
  const rest = all.filter(({ shortfall }) => !isShared.has(shortfall));
  const heldKwh =
    [...held.values()].reduce((kwh, share) => kwh + share, 0) +
    rest.reduce((kwh, { shortfall }) => kwh + face.lower[shortfall]!, 0);
  const askedKwh = all.reduce((kwh, wish) => kwh + wish.needKwh, 0);
  if (heldKwh > leastKwh + MORE_THAN_LEAST * Math.max(1, askedKwh)) {
    return 'the fair shares would miss more than the least sum';
  }
  const settled = withWaived(face, wishes, (wish) => held.get(wish)!);
  for (const { shortfall } of held.keys()) settled.upper[shortfall] = 0;
  return settled;
}

function withWaived(
  face: BlockArrowProgram,
  wishes: readonly Wish[],
  kwh: (wish: Wish) => number,
): BlockArrowProgram {
  const program = {
    ...face,
    lower: face.lower.slice(),
    upper: face.upper.slice(),
    rightHandSide: face.rightHandSide.slice(),
    cost: new Float64Array(face.variables),
  };
  for (const wish of wishes) waive(program, wish, kwh(wish));
  return program;
}
