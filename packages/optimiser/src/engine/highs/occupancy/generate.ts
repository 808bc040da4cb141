/** The column generation itself: duals of the master price the slots, the cheapest schedules join the master. */
import type { Highs } from 'highs';
import type { Model } from '../../../model/build.ts';
import { addTerm, type Objective, objective } from '../../../model/layout.ts';
import { HighsProgram, type RunOutcome } from '../program.ts';
import type { GuideClock } from './guide.ts';
import { buildMaster, type Master } from './master.ts';
import { costByFinish, type Schedule, type Stay, scheduleWithin } from './schedule.ts';

export interface Mixture {
  bound: number;
  /** Per stay: the least cost by finish (index 0: never) at the prices of the best bound. */
  finishCosts: Float64Array[];
  /** Per stay: a finish chosen together with those of all others; null when none was found. */
  chosen: number[] | null;
  /** Per stay: the finish of the mixture on average. */
  expectedFinish: number[];
}

interface Column {
  stay: number;
  schedule: Schedule;
  column: number;
}

/** Cost of having no schedule at all: far above any plan, so that it only serves to begin. */
const NO_SCHEDULE_COST = 1e4;
const MOST_ROUNDS = 60;
/** Bound and master within this share of each other: more rounds would not help. */
const CLOSE = 1e-5;
/** Share of the generation's time kept for choosing one finish per session. */
const FOR_CHOICE = 0.4;

/** Null when the needs cannot all be met, or nothing was learned in time. */
export function generateColumns(
  highs: Highs,
  model: Model,
  stays: readonly Stay[],
  clock: GuideClock,
): Mixture | null {
  const { lower, upper } = heldBounds(model);
  const master = buildMaster(model, stays, lower, upper);
  const program = new HighsProgram(highs, master.matrix, clock.now, clock.deadlineMs);
  try {
    return run(program, model, master, stays, clock);
  } finally {
    program.dispose();
  }
}

function run(
  program: HighsProgram,
  model: Model,
  master: Master,
  stays: readonly Stay[],
  clock: GuideClock,
): Mixture | null {
  const money = masterMoney(model, master);
  const columns: Column[] = [];
  const none = master.convexityRow.map((row) => program.addColumn(0, Number.POSITIVE_INFINITY, [row], [1]));
  for (const column of none) addTerm(money, column, NO_SCHEDULE_COST);
  stays.forEach((stay, i) => {
    for (const schedule of firstSchedules(stay))
      columns.push(addSchedule(program, money, master, i, schedule));
  });
  let mixed: Float64Array = new Float64Array(0);
  let best: { bound: number; finishCosts: Float64Array[] } | null = null;
  const choiceMs = (clock.deadlineMs - clock.now()) * FOR_CHOICE;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const outcome = program.minimise(money);
    if (outcome.status !== 'optimal') break;
    mixed = outcome.columns;
    const priced = stays.map((stay, i) => price(stay, i, master, outcome));
    const bound = priced.reduce((sum, one) => sum + one.least - one.dual, outcome.value);
    if (best === null || bound > best.bound) best = { bound, finishCosts: priced.map((one) => one.costs) };
    if (outcome.value - best.bound <= CLOSE * Math.max(1, Math.abs(outcome.value))) break;
    if (clock.now() > clock.deadlineMs - choiceMs) break;
    priced.forEach((one, i) => {
      if (one.least < one.dual - CLOSE) columns.push(addSchedule(program, money, master, i, one.schedule));
    });
  }
  if (best === null) return null;
  const chosen = chooseFinishes(program, money, stays, columns, none);
  return { ...best, chosen, expectedFinish: expectedFinishes(stays, columns, mixed) };
}

interface Priced {
  costs: Float64Array;
  least: number;
  dual: number;
  schedule: Schedule;
}

function price(stay: Stay, i: number, master: Master, outcome: RunOutcome): Priced {
  const pricePerKwh = Float64Array.from(master.coupling[i]!, (entries) =>
    entries.reduce((sum, { row, coefficient }) => sum - coefficient * outcome.rowDuals[row]!, 0),
  );
  const costs = costByFinish(stay, pricePerKwh);
  const cheapest = costs.reduce((best, cost, at) => (cost < costs[best]! ? at : best), 0);
  return {
    costs,
    least: costs[cheapest]!,
    dual: outcome.rowDuals[master.convexityRow[i]!]!,
    schedule: scheduleWithin(stay, pricePerKwh, cheapest - 1),
  };
}

function addSchedule(
  program: HighsProgram,
  money: Objective,
  master: Master,
  stay: number,
  schedule: Schedule,
): Column {
  const entries = new Map<number, number>([[master.convexityRow[stay]!, 1]]);
  schedule.chargeKwh.forEach((kwh, k) => {
    if (kwh === 0) return;
    for (const { row, coefficient } of master.coupling[stay]![k]!) {
      entries.set(row, (entries.get(row) ?? 0) + kwh * coefficient);
    }
  });
  const column = program.addColumn(0, Number.POSITIVE_INFINITY, [...entries.keys()], [...entries.values()]);
  addTerm(money, column, schedule.occupancyCost);
  return { stay, schedule, column };
}

/** Something to begin with: early and late in windows of growing length, so that the first prices mean something. */
function firstSchedules(stay: Stay): Schedule[] {
  const early = Float64Array.from(stay.mostKwh.keys());
  const late = early.map((k) => -k - 1);
  const shortest = costByFinish({ ...stay, ceilingKwh: stay.needKwh }, early).findIndex(Number.isFinite) - 1;
  const schedules: Schedule[] = [];
  for (let finish = shortest, step = 1; finish < stay.mostKwh.length; finish += step, step *= 2) {
    for (const price of [early, late]) {
      schedules.push(scheduleWithin({ ...stay, ceilingKwh: stay.needKwh }, price, finish));
    }
  }
  return schedules;
}

function expectedFinishes(stays: readonly Stay[], columns: readonly Column[], mixed: Float64Array): number[] {
  const expected = stays.map(() => 0);
  for (const { stay, schedule, column } of columns) expected[stay]! += schedule.finish * (mixed[column] ?? 0);
  return expected;
}

/** One finish per session, chosen together: schedules of the same finish may still be mixed. */
function chooseFinishes(
  program: HighsProgram,
  money: Objective,
  stays: readonly Stay[],
  columns: readonly Column[],
  none: readonly number[],
): number[] | null {
  const chosen: { stay: number; finish: number; column: number }[] = [];
  for (let stay = 0; stay < stays.length; stay++) {
    const byFinish = Map.groupBy(
      columns.filter((one) => one.stay === stay),
      (one) => one.schedule.finish,
    );
    for (const [finish, same] of byFinish) {
      const column = program.addColumn(0, 1, [], []);
      program.makeInteger(column);
      program.addRow(0, 0, [...same.map((one) => one.column), column], [...same.map(() => 1), -1]);
      chosen.push({ stay, finish, column });
    }
  }
  for (const column of none) program.setBounds(column, 0, 0);
  program.setOption('mip_rel_gap', 1e-4);
  const outcome = program.minimise(money);
  if (!outcome.feasible) return null;
  return stays.map((_, stay) => {
    const mine = chosen.filter((one) => one.stay === stay);
    return mine.reduce((best, one) =>
      outcome.columns[one.column]! > outcome.columns[best.column]! ? one : best,
    ).finish;
  });
}

function masterMoney(model: Model, master: Master): Objective {
  const money = objective();
  model.layout.objectives.money.columns.forEach((column, i) => {
    const target = master.columnOf[column]!;
    if (target < 0) return;
    money.columns.push(target);
    money.weights.push(model.layout.objectives.money.weights[i]!);
  });
  return money;
}

/** Bounds with every shortfall held at what is unavoidable. */
function heldBounds(model: Model): { lower: number[]; upper: number[] } {
  const lower = Array.from(model.matrix.columnLower);
  const upper = Array.from(model.matrix.columnUpper);
  for (const { column } of model.layout.shortfalls) upper[column] = lower[column]!;
  for (const column of model.layout.storeShortfalls) upper[column] = 0;
  return { lower, upper };
}
