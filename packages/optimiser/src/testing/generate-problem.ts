/** Random planning problems of a class: always valid, small enough to be solved literally, scarce often enough. */
import type { Group, Problem, Session, Site, Store, Target } from '../contract/index.ts';
import { type Feature, PROBLEM_CLASSES, type ProblemClass } from './problem-classes.ts';
import type { Random } from './random.ts';

export interface Size {
  slots: readonly [number, number];
  sessions: readonly [number, number];
  /** Default: a quarter, half or whole hour. */
  slotMinutes?: number;
}

/** Small enough for an integer programme per level, large enough for conflicts. */
export const SMALL: Size = { slots: [2, 6], sessions: [1, 4] };

const START_MS = Date.parse('2026-03-01T00:00:00Z');

interface Draft {
  random: Random;
  has: (feature: Feature) => boolean;
  slots: number;
  slotMinutes: number;
  slotHours: number;
  nowMs: number;
}

export function generateProblem(kind: ProblemClass, random: Random, size: Size = SMALL): Problem {
  const features: readonly Feature[] = PROBLEM_CLASSES[kind];
  // With everything at hand, take some of it: all at once would hide one feature behind another.
  const chosen = kind === 'everything' ? features.filter(() => random.chance(0.4)) : features;
  const usualMinutes = random.pick([15, 30, 60]);
  const slotMinutes = size.slotMinutes ?? usualMinutes;
  const slots = random.integer(...size.slots);
  const draft: Draft = {
    random,
    has: (feature) => chosen.includes(feature),
    slots,
    slotMinutes,
    slotHours: slotMinutes / 60,
    nowMs: START_MS,
  };
  const problem: Problem = {
    start: iso(START_MS),
    slot_minutes: slotMinutes,
    slots,
  };
  if (draft.has('partial-slot0')) {
    draft.nowMs += random.integer(0, slotMinutes - 1) * 60_000;
    problem.now = iso(draft.nowMs);
    problem.slot0_import_wh = random.between(0, 2000);
  }
  if (draft.has('occupancy-linear')) problem.opportunity = 'linear';
  const count = random.integer(...size.sessions);
  problem.sessions = Array.from({ length: count }, (_, index) => generateSession(draft, index));
  problem.site = generateSite(draft, problem.sessions);
  if (draft.has('groups')) problem.groups = generateGroups(draft, problem.sessions);
  if (draft.has('stores')) {
    problem.stores = Array.from({ length: random.integer(1, 2) }, (_, index) => generateStore(draft, index));
  }
  return problem;
}

function generateSite({ random, has, slots }: Draft, sessions: readonly Session[]): Site {
  const fleetW = sessions.reduce((sum, session) => sum + session.max_charge_w, 0);
  const perSlot = (value: () => number) => Array.from({ length: slots }, value);
  const lowest = has('negative-prices') ? -0.2 : 0.02;
  const importPrice = perSlot(() => random.between(lowest, 0.5, 0.001));
  const site: Site = {
    demand_w: perSlot(() => random.between(0, 6000)),
    generation_w: perSlot(() => (random.chance(0.5) ? random.between(0, 9000) : 0)),
    import_price: importPrice,
    export_price: importPrice.map((price) => {
      if (has('price-inversion') && random.chance(0.5)) return random.between(price, price + 0.2, 0.001);
      return random.chance(0.7) ? random.between(Math.min(0, price), price, 0.001) : Math.min(0, price);
    }),
  };
  if (has('limit')) {
    site.max_import_w = random.chance(0.5)
      ? 6000 + random.between(0.2, 1) * fleetW
      : perSlot(() => 6000 + random.between(0, fleetW));
    if (random.chance(0.3)) site.cap_w = random.between(4000, 6000 + fleetW);
  }
  if (has('flex')) site.flex_w = perSlot(() => random.between(-6000, 4000));
  if (has('base-over-limit')) {
    site.demand_w = site.demand_w!.map((demand) => (random.chance(0.4) ? demand + 15_000 : demand));
    site.cap_w = random.between(5000, 12_000);
  }
  if (has('phases')) site.max_phase_w = random.between(2000, 6000);
  if (has('export')) {
    site.max_export_w = random.chance(0.5) ? random.between(0, 8000) : perSlot(() => random.between(0, 8000));
  }
  if (has('capacity')) {
    site.capacity_price = random.between(0.01, 3, 0.01);
    site.peak_so_far_w = random.between(0, 8000);
  }
  if (has('green') || random.chance(0.3)) site.co2_g_per_kwh = perSlot(() => random.between(0, 600));
  if (has('occupancy-exact') || has('occupancy-linear'))
    site.opportunity_cost = random.between(0, 0.3, 0.001);
  return site;
}

function generateSession(draft: Draft, index: number): Session {
  const { random, has, slotHours } = draft;
  const maxChargeW = random.pick([3680, 7360, 11_040, 22_080]);
  const session: Session = { id: `car-${index}`, max_charge_w: maxChargeW, ...generateStay(draft) };
  if (has('minimum-power') && random.chance(0.8))
    session.min_charge_w = random.pick([1380, 3300, maxChargeW]);
  if (has('charge-limits') && random.chance(0.7)) session.charge_limit_w = serviceBands(draft, maxChargeW);
  if (has('losses')) session.charge_efficiency = random.between(0.8, 1, 0.01);
  if (has('phases') && random.chance(0.7)) session.phases = random.pick([[1], [2], [3], [1, 2], [2, 3]]);
  if (has('priority') && random.chance(0.4)) session.priority = 'priority';
  if (has('occupancy-exact') || has('occupancy-linear')) session.occupied_slots = random.integer(0, 5);
  session.preference = preferenceOf(draft);
  // What a car at full power gets in about half of the horizon, so that some needs are easy and some impossible.
  const reachWh = maxChargeW * slotHours * draft.slots;
  if (has('energy-need') && random.chance(0.7)) {
    session.energy_need_wh = random.chance(0.05) ? 0 : random.between(0, 0.8 * reachWh);
    if (random.chance(0.5)) return session;
    session.battery_wh = session.energy_need_wh * random.between(1.2, 3, 0.01) + 1000;
    session.soc = random.between(0, 0.6, 0.001);
    return session;
  }
  session.battery_wh = random.between(0.5 * reachWh, 2 * reachWh) + 1000;
  session.soc = random.between(0, 0.9, 0.001);
  if (random.chance(0.3)) session.max_soc = random.between(0.5, 1, 0.001);
  if (has('v2g') && random.chance(0.7)) addDischarge(draft, session);
  addTargets(draft, session);
  return session;
}

/** Two bands, as by day and by night, or a limit of its own in every slot; 0 is a band too, and one may be above what the car can do. */
function serviceBands({ random, slots }: Draft, maxChargeW: number): number[] {
  const limitW = () => (random.chance(0.2) ? 0 : random.between(0.1, 1.2) * maxChargeW);
  if (random.chance(0.3)) return Array.from({ length: slots }, limitW);
  const border = random.integer(0, slots);
  const [before, after] = [limitW(), limitW()];
  return Array.from({ length: slots }, (_, slot) => (slot < border ? before : after));
}

function preferenceOf({ random, has }: Draft): 'CHEAP' | 'GREEN' | 'FAST' | 'REGULAR' {
  if (has('fast') && random.chance(0.5)) return 'FAST';
  if (has('green') && random.chance(0.6)) return 'GREEN';
  return random.pick(['CHEAP', 'REGULAR']);
}

function generateStay({
  random,
  has,
  slots,
  slotMinutes,
  nowMs,
}: Draft): Pick<Session, 'arrival' | 'departure'> {
  const at = (slot: number) => iso(START_MS + Math.round(slot * slotMinutes) * 60_000);
  const stay: Pick<Session, 'arrival' | 'departure'> = {};
  const first = random.chance(0.5) ? 0 : random.between(0, slots - 1, 0.1);
  if (random.chance(0.7)) stay.arrival = first === 0 ? iso(nowMs - 600_000) : at(first);
  const from = stay.arrival === undefined ? 0 : first;
  if (has('beyond-horizon') && random.chance(0.6)) stay.departure = at(slots + random.between(0, slots, 0.1));
  else if (random.chance(0.8)) stay.departure = at(random.between(Math.min(from + 1, slots), slots, 0.1));
  return stay;
}

function addDischarge({ random, has }: Draft, session: Session): void {
  session.max_discharge_w = random.pick([3680, 11_040]);
  if (has('losses')) session.discharge_efficiency = random.between(0.8, 1, 0.01);
  if (has('wear')) session.wear_cost = random.between(0, 0.15, 0.001);
  if (random.chance(0.5)) session.reserve_soc = random.between(0, 0.6, 0.001);
}

function addTargets({ random, has, slots, slotMinutes }: Draft, session: Session): void {
  const most = session.max_soc ?? 1;
  // Mostly what about half of the horizon can deliver; sometimes anything.
  const halfSoc = (0.5 * session.max_charge_w * slots * (slotMinutes / 60)) / session.battery_wh!;
  const highest = random.chance(0.75) ? Math.min(most, session.soc! + halfSoc) : most;
  const lowest = Math.min(highest, session.soc! * 0.9);
  const target = (): Target => ({
    at: iso(START_MS + Math.round(random.between(0, slots + 1, 0.1) * slotMinutes) * 60_000),
    soc: Math.min(most, random.between(lowest, highest, 0.001)),
    ...(has('minimums') && random.chance(0.4) ? { kind: 'minimum' as const } : {}),
  });
  if (random.chance(0.1)) return;
  session.targets = Array.from({ length: has('several-targets') ? random.integer(1, 3) : 1 }, target);
}

/** Stations of one or two sockets, and sometimes a feeder around the first of them. */
function generateGroups({ random }: Draft, sessions: readonly Session[]): Group[] {
  const limits = (members: readonly Session[]): Pick<Group, 'max_w' | 'max_phase_w'> => {
    const sumW = members.reduce((sum, session) => sum + session.max_charge_w, 0);
    const limit: Pick<Group, 'max_w' | 'max_phase_w'> = { max_w: random.between(0.2 * sumW, sumW) };
    if (random.chance(0.4)) limit.max_phase_w = random.between(0.1 * sumW, 0.4 * sumW);
    return limit;
  };
  const half = sessions.slice(0, Math.ceil(sessions.length / 2));
  const groups: Group[] = [{ id: 'station', sessions: half.map(({ id }) => id), ...limits(half) }];
  if (random.chance(0.6)) {
    groups.push({ id: 'feeder', sessions: sessions.map(({ id }) => id), ...limits(sessions) });
  }
  return groups;
}

function generateStore({ random, has, slotHours }: Draft, index: number): Store {
  const maxW = random.pick([2000, 5000]);
  const capacityWh = maxW * slotHours * random.between(0.5, 4, 0.1);
  const store: Store = {
    id: `store-${index}`,
    capacity_wh: capacityWh,
    soc: random.between(0, 1, 0.001),
    max_charge_w: maxW,
    max_discharge_w: maxW,
    wear_cost: has('wear') ? random.between(0, 0.1, 0.001) : 0,
  };
  if (has('losses')) {
    store.charge_efficiency = random.between(0.85, 1, 0.01);
    store.discharge_efficiency = random.between(0.85, 1, 0.01);
  }
  if (random.chance(0.5)) {
    store.min_soc = random.between(0, 0.3, 0.001);
    store.max_soc = random.between(0.7, 1, 0.001);
  }
  if (random.chance(0.4)) store.end_soc = random.between(0, store.max_soc ?? 1, 0.001);
  return store;
}

const iso = (ms: number) => new Date(ms).toISOString();
