/**
 * The reference: the contract written down literally as integer programmes, one per level, solved exactly.
 *
 * Own reading of the problem (the checker's), own variables, own rows; nothing of grid, model or engine. Slow and
 * meant for small instances. Every level is held before the next is solved. Max-min fairness (2d) is solved as the
 * least sum of the k largest fractions for k = 1, 2, ...: exact with integers too (Ogryczak and Sliwinski 2006).
 */
import { type ReadProblem, readProblem } from '../../checker/reading.ts';
import type { Plan, Problem } from '../../contract/index.ts';
import { addLiteralSession, addLiteralStore, type LiteralDevice } from './devices.ts';
import { LEAST_NEED_KWH, type LevelValues } from './levels.ts';
import { HeldTooTightly, Programme, type Term } from './programme.ts';
import { addSupplyPoint, type LiteralSite } from './supply-point.ts';

/** How exactly the reference holds what it has settled where integers leave no other way than slack. */
export interface Exactness {
  /** What every level may lose to rounding, relative and in kWh. */
  slack: number;
  /** Power that does not count as use of a connector, kW. */
  idleKw: number;
  /** Levels are held at these values where they are worse than the optimum: what does the rest cost whoever stops there? */
  reached?: LevelValues;
}

export const TIGHT: Exactness = { slack: 2e-9, idleKw: 0 };
/** Below 0.1 W nothing is in use (the checker's tolerance). */
export const IDLE_KW = 1e-4;

/** Optimal value of every level, with integers where the contract has them. */
export function referenceLevels(problem: Problem, exactness = TIGHT): LevelValues {
  for (let wider = 1; ; wider *= 5) {
    try {
      return solveLevels(problem, { ...exactness, slack: exactness.slack * wider });
    } catch (error) {
      if (!(error instanceof HeldTooTightly) || wider > 100) throw error;
    }
  }
}

/**
 * Optimal value of every level when a device may charge and discharge at once: a lower bound of the first level, of the second at that value of
 * the first, and so on. It is the optimum wherever a plan reaches it, which is nearly always. Linear, so held without any slack.
 *
 * @param used limits of the site count as kept where this plan passes them by rounding: what is the optimum for whoever may do that?
 * @returns null where other integers are needed
 */
export function linearLevels(problem: Problem, used?: Plan): LevelValues | null {
  if (!isLinear(problem)) return null;
  try {
    return solveLevels(problem, 'faces', used);
  } catch (error) {
    if (error instanceof HeldTooTightly) return null;
    throw error;
  }
}

/** No integers but those that keep a device from charging and discharging at once. */
export function isLinear(problem: Problem): boolean {
  const read = readProblem(problem);
  const exactOccupancy = problem.opportunity !== 'linear' && (problem.site?.opportunity_cost ?? 0) > 0;
  const inverted = read.importPrice.some((price, slot) => price < read.exportPrice[slot]!);
  const minimumPower = read.sessions.some(({ session }) => (session.min_charge_w ?? 0) > 0);
  return !exactOccupancy && !inverted && !minimumPower;
}

type Settle = (terms: readonly Term[], reached?: number) => number;

/** No meter sees it, but at a price of 1e4 per kWh a milliwatt for an hour is a hundredth. */
const ROUNDING_W = 0.01;

/** The problem with the site's limits where the plan is, as far as that is rounding. */
function withLimitsOf(read: ReadProblem, plan: Plan): ReadProblem {
  const netW = read.baseW.map((baseW, slot) =>
    [...plan.sessions, ...plan.stores].reduce((sum, { power_w }) => sum + power_w[slot]!, baseW),
  );
  const wider = (limitW: number, usedW: number) =>
    usedW > limitW && usedW <= limitW + ROUNDING_W ? usedW : limitW;
  return {
    ...read,
    importLimitW: read.importLimitW.map((limitW, slot) => wider(limitW, netW[slot]!)),
    exportLimitW: read.exportLimitW.map((limitW, slot) => wider(limitW, -netW[slot]!)),
  };
}

function solveLevels(problem: Problem, exactness: Exactness | 'faces', used?: Plan): LevelValues {
  const linear = exactness === 'faces';
  const reached = linear ? undefined : exactness.reached;
  const read = used === undefined ? readProblem(problem) : withLimitsOf(readProblem(problem), used);
  const programme = new Programme(linear);
  const sessions = read.sessions.map((of) => addLiteralSession(programme, read, of));
  const stores = read.stores.map((store) => addLiteralStore(programme, read, store));
  const site = addSupplyPoint(programme, read, sessions, stores);
  const shortfalls = addShortfalls(programme, read, sessions);
  const money = moneyTerms(programme, read, sessions, stores, site, linear ? 0 : exactness.idleKw);

  const settle: Settle = (terms, reachedValue = Number.NEGATIVE_INFINITY) => {
    if (terms.length === 0) return 0;
    const optimum = programme.minimise(terms);
    if (linear) programme.holdFace(optimum);
    else {
      const slack = exactness.slack * Math.max(1, Math.abs(optimum.value));
      programme.atMost(terms, Math.max(optimum.value, reachedValue) + slack);
    }
    return optimum.value;
  };
  const sum = (wanted: (shortfall: Shortfall) => boolean): Term[] =>
    shortfalls.filter(wanted).map(({ variable }): Term => [variable, 1]);

  const excess = settle(
    site.excess.map((variable): Term => [variable, 1]),
    reached?.excess,
  );
  const minimums = settle(
    sum(({ minimum }) => minimum),
    reached?.minimums,
  );
  const priority = settle(
    sum(({ minimum, priority }) => !minimum && priority),
    reached?.priority,
  );
  const all = settle(
    sum(({ minimum }) => !minimum),
    reached?.all,
  );
  const fractions = settleFairly(programme, read, shortfalls, settle, reached?.fractions);
  const missing = settle(storeShortfalls(programme, read, stores), reached?.stores);
  const fast = settle(fastTerms(programme, read, sessions), reached?.fast);
  const green = settle(greenTerms(programme, read, sessions), reached?.green);
  const needs = read.sessions.map((_, session) => needKwhOf(read, session));
  return {
    excess,
    minimums,
    priority,
    all,
    fractions,
    leastNeed: Math.min(1, ...needs.filter((need) => need > LEAST_NEED_KWH)),
    needs: needs.reduce((sum, need) => sum + need, 0),
    devices: read.sessions.length + read.stores.length,
    stores: missing,
    fast,
    green,
    money: settle(money),
  };
}

interface Shortfall {
  session: number;
  variable: number;
  minimum: boolean;
  priority: boolean;
}

function addShortfalls(
  programme: Programme,
  read: ReadProblem,
  sessions: readonly LiteralDevice[],
): Shortfall[] {
  return read.sessions.flatMap((of, session) =>
    of.needs.map((need) => {
      const variable = programme.variable(0, Infinity);
      const reached: Term[] = need.bySlot > 0 ? [[sessions[session]!.gain[need.bySlot - 1]!, 1]] : [];
      programme.atLeast([[variable, 1], ...reached], need.gainWh / 1000);
      return { session, variable, minimum: need.minimum, priority: of.session.priority === 'priority' };
    }),
  );
}

const needKwhOf = (read: ReadProblem, session: number): number =>
  Math.max(0, ...read.sessions[session]!.needs.map((need) => need.gainWh)) / 1000;

function settleFairly(
  programme: Programme,
  read: ReadProblem,
  shortfalls: readonly Shortfall[],
  settle: Settle,
  reached: readonly number[] | undefined,
): number[] {
  const entitled = read.sessions.flatMap((_, session) =>
    needKwhOf(read, session) > LEAST_NEED_KWH ? [session] : [],
  );
  const fractions: number[] = [];
  let before = 0;
  let reachedSum = 0;
  for (let largest = 1; largest <= entitled.length; largest++) {
    const threshold = programme.variable(-Infinity, Infinity);
    const above = entitled.map((session): Term => {
      const variable = programme.variable(0, Infinity);
      const own = shortfalls.filter((shortfall) => shortfall.session === session);
      programme.atLeast(
        [
          [variable, 1],
          [threshold, 1],
          ...own.map((shortfall): Term => [shortfall.variable, -1 / needKwhOf(read, session)]),
        ],
        0,
      );
      return [variable, 1];
    });
    reachedSum += reached?.[largest - 1] ?? Number.NEGATIVE_INFINITY;
    const sumOfLargest = settle([[threshold, largest], ...above], reachedSum);
    fractions.push(sumOfLargest - before);
    before = sumOfLargest;
  }
  return fractions;
}

function storeShortfalls(programme: Programme, read: ReadProblem, stores: readonly LiteralDevice[]): Term[] {
  return read.stores.map((store, index): Term => {
    const variable = programme.variable(0, Infinity);
    const owedKwh = (((store.end_soc ?? store.soc) - store.soc) * store.capacity_wh) / 1000;
    programme.atLeast(
      [
        [variable, 1],
        [stores[index]!.gain[read.slots - 1]!, 1],
      ],
      owedKwh,
    );
    return [variable, 1];
  });
}

/** 2e: unmet need after each slot of the stay. */
function fastTerms(programme: Programme, read: ReadProblem, sessions: readonly LiteralDevice[]): Term[] {
  return read.sessions.flatMap((of, session) => {
    const needKwh = needKwhOf(read, session);
    if (of.session.preference !== 'FAST' || needKwh === 0) return [];
    return sessions[session]!.gain.slice(of.stay.from, of.stay.to).map((gain): Term => {
      const unmet = programme.variable(0, Infinity);
      programme.atLeast(
        [
          [unmet, 1],
          [gain, 1],
        ],
        needKwh,
      );
      return [unmet, 1];
    });
  });
}

/** 2f: what GREEN sessions charge beyond the site's own surplus, by intensity. */
function greenTerms(programme: Programme, read: ReadProblem, sessions: readonly LiteralDevice[]): Term[] {
  const green = sessions.filter((_, index) => read.sessions[index]!.session.preference === 'GREEN');
  const intensity = read.co2GPerKwh;
  if (intensity === undefined || green.length === 0) return [];
  return intensity.map((grams, slot): Term => {
    const fromGrid = programme.variable(0, Infinity);
    const surplusKwh = (Math.max(0, -read.baseW[slot]!) * read.hours[slot]!) / 1000;
    programme.atLeast(
      [[fromGrid, 1], ...green.map((device): Term => [device.charge[slot]!, -1])],
      -surplusKwh,
    );
    return [fromGrid, grams];
  });
}

function moneyTerms(
  programme: Programme,
  read: ReadProblem,
  sessions: readonly LiteralDevice[],
  stores: readonly LiteralDevice[],
  site: LiteralSite,
  idleKw: number,
): Term[] {
  const energy = site.imported.flatMap((imported, slot): Term[] => [
    [imported, read.importPrice[slot]!],
    [site.exported[slot]!, -read.exportPrice[slot]!],
  ]);
  const wear = [
    ...sessions.flatMap((device, index) => wearTerms(device, read.sessions[index]!.session.wear_cost)),
    ...stores.flatMap((device, index) => wearTerms(device, read.stores[index]!.wear_cost)),
  ];
  const opportunity = sessions.flatMap((device, index) =>
    opportunityTerms(programme, read, device, index, idleKw),
  );
  return [...energy, ...wear, ...opportunity, ...capacityTerms(programme, read, site)];
}

const wearTerms = (device: LiteralDevice, perKwh = 0): Term[] =>
  device.discharge.map((discharge): Term => [discharge, perKwh]);

function capacityTerms(programme: Programme, read: ReadProblem, site: LiteralSite): Term[] {
  const price = read.problem.site?.capacity_price ?? 0;
  if (price === 0) return [];
  const aboveKw = programme.variable(0, Infinity);
  const soFarKw = (read.problem.site?.peak_so_far_w ?? 0) / 1000;
  site.imported.forEach((imported, slot) => {
    const usedKwh = slot === 0 ? (read.problem.slot0_import_wh ?? 0) / 1000 : 0;
    programme.atLeast(
      [
        [aboveKw, 1],
        [imported, -1 / read.slotHours],
      ],
      usedKwh / read.slotHours - soFarKw,
    );
  });
  return [[aboveKw, price]];
}

/** Exact: one of "never used" and "last used in slot k" is true, and each has its price (X9). */
function opportunityTerms(
  programme: Programme,
  read: ReadProblem,
  device: LiteralDevice,
  index: number,
  idleKw: number,
): Term[] {
  const price = read.problem.site?.opportunity_cost ?? 0;
  const of = read.sessions[index]!;
  if (price === 0) return [];
  const weight = (slot: number) => price * ((of.session.occupied_slots ?? 0) + slot - of.stay.from);
  const stay = device.charge.map((_, slot) => slot).slice(of.stay.from, of.stay.to);
  if (read.problem.opportunity === 'linear') {
    const needKwh = needKwhOf(read, index);
    if (needKwh === 0) return [];
    return stay.map((slot): Term => [device.charge[slot]!, (weight(slot) * of.chargeEfficiency) / needKwh]);
  }
  const never = programme.binary();
  const last = stay.map(() => programme.binary());
  programme.equal([[never, 1], ...last.map((variable): Term => [variable, 1])], 1);
  stay.forEach((slot, k) => {
    const hours = read.hours[slot]!;
    const stillUsed = last.slice(k);
    const within = (flow: number, maxW: number) => {
      const most = (maxW * hours) / 1000;
      programme.atMost([[flow, 1], ...stillUsed.map((variable): Term => [variable, -most])], idleKw * hours);
    };
    within(device.charge[slot]!, of.session.max_charge_w);
    within(device.discharge[slot]!, of.maxDischargeW);
  });
  let cost = 0;
  return stay.map((slot, k): Term => {
    cost += weight(slot);
    return [last[k]!, cost];
  });
}
