/**
 * Who gets how much when not everything fits: the contract's levels 2a to 2d for charge-only vehicles with one deadline each.
 *
 * The energies that can be delivered together form a polymatroid, so serving class after class (minimums, targets of
 * priority sessions, all other targets) gives each level its least shortfall, and the classes do not disturb each other's fairness.
 *
 * Inside a class the shares are max-min fair by fraction of need. Fraction q is raised for all open vehicles at once; the largest q that
 * fits is found by Newton's method on cuts: try q; when it does not fit, the flow names a set S of vehicles that already gets all it can,
 * so q can be at most what S got, less what is fixed in S, over the open need in S. The last S is tight: its vehicles are fixed at q, and
 * the rest goes on (Megiddo 1974, lexicographically optimal flows).
 */
import { EnergyFlow, type FlowVehicle, NOTHING_WH } from './energy-flow.ts';

export interface Claimant extends FlowVehicle {
  /** 0 goes before 1 before 2. */
  class: number;
}

/** Energy each claimant can count on, Wh, in their order. `slotWh[t]` is what all together may take in slot t. */
export function fairShares(
  slots: number,
  claimants: readonly Claimant[],
  slotWh: Float64Array,
): Float64Array {
  const granted = new Float64Array(claimants.length);
  const classes = [...new Set(claimants.map((claimant) => claimant.class))].sort((a, b) => a - b);
  for (const rank of classes) {
    let open = claimants.flatMap((claimant, n) =>
      claimant.class === rank && claimant.demandWh > NOTHING_WH ? [n] : [],
    );
    while (open.length > 0) {
      const tight = raiseTogether(slots, claimants, slotWh, granted, open);
      open = open.filter((n) => !tight.has(n));
    }
  }
  return granted;
}

/** Raises the open claimants by one common fraction as far as it goes; returns those that can go no further. */
function raiseTogether(
  slots: number,
  claimants: readonly Claimant[],
  slotWh: Float64Array,
  granted: Float64Array,
  open: readonly number[],
): Set<number> {
  let fraction = 1;
  let tight: Set<number> = new Set(open);
  const isOpen = new Set(open);
  for (;;) {
    const wanted = claimants.map((claimant, n) => ({
      ...claimant,
      demandWh: isOpen.has(n) ? fraction * claimant.demandWh : granted[n]!,
    }));
    const flow = new EnergyFlow(slots, wanted);
    for (let slot = 0; slot < slots; slot++) flow.extend(slot, slotWh[slot]!);
    const short = open.filter((n) => flow.unmetWh[n]! > NOTHING_WH * 10);
    if (short.length === 0) break;
    const cut = saturatedSet(flow, short);
    let deliveredWh = 0;
    let openNeedWh = 0;
    for (const n of cut) {
      deliveredWh += wanted[n]!.demandWh - flow.unmetWh[n]!;
      if (isOpen.has(n)) openNeedWh += claimants[n]!.demandWh;
      else deliveredWh -= granted[n]!;
    }
    const next = Math.max(0, deliveredWh / openNeedWh);
    tight = new Set([...cut].filter((n) => isOpen.has(n)));
    if (next >= fraction - 1e-12) break;
    fraction = next;
  }
  for (const n of open) granted[n] = fraction * claimants[n]!.demandWh;
  return tight;
}

/** Vehicles that share full slots with a vehicle left short, and theirs in turn: together they get all they ever can. */
function saturatedSet(flow: EnergyFlow, short: readonly number[]): Set<number> {
  const set = new Set(short);
  const queue = [...short];
  const seen = new Uint8Array(flow.slots);
  for (let n = queue.pop(); n !== undefined; n = queue.pop()) {
    for (let t = 0; t < flow.slots; t++) {
      if (seen[t] === 1 || flow.capacityOf(n, t) - flow.takenWh[n * flow.slots + t]! <= NOTHING_WH) continue;
      seen[t] = 1;
      for (let m = 0; m < flow.vehicles; m++) {
        if (!set.has(m) && flow.takenWh[m * flow.slots + t]! > NOTHING_WH) {
          set.add(m);
          queue.push(m);
        }
      }
    }
  }
  return set;
}
