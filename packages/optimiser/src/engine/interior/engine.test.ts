import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../../contract/index.ts';
import { normalise } from '../../grid/index.ts';
import { type Answer, answer } from '../../plan/index.ts';
import { generateProblem, SMALL } from '../../testing/generate-problem.ts';
import { measure } from '../../testing/literal/measure.ts';
import type { ProblemClass } from '../../testing/problem-classes.ts';
import { seededRandom } from '../../testing/random.ts';
import { engines } from '../choose.ts';
import type { Engine } from '../engine.ts';
import { highsEngine } from '../highs/engine.ts';
import { classify } from '../problem-class.ts';
import { interiorEngine, interiorEngineOn } from './engine.ts';

const now = () => performance.now();
const highs = highsEngine(now);

async function answered(problem: Problem, engine: Engine): Promise<Answer> {
  const result = await answer(problem, { timeLimitS: 30, engine: 'auto' }, [engine], now);
  assert.ok('plan' in result, 'refusal' in result ? result.refusal : '');
  return result;
}

/** Reasons for which the engine may hand a problem on to the next one. */
const HANDED_ON =
  /^(not everything fits, and|the base load is above a limit that asks|charging and discharging at once would pay|GREEN sessions share a surplus|the iteration did not)/;

interface Tally {
  solved: number;
  handedOn: number;
}

/** The engine's plan passes the checker, is proved optimal, and agrees with HiGHS on every level; or the engine says why not. */
async function compare(problem: Problem, where: string, tally: Tally): Promise<void> {
  const { plan, defects, warnings } = await answered(problem, interiorEngine);
  if (plan.solver !== interiorEngine.name) {
    for (const sentence of [...defects, ...warnings]) assert.match(sentence, HANDED_ON, where);
    tally.handedOn++;
    return;
  }
  tally.solved++;
  assert.deepEqual(defects, [], where);
  assert.equal(plan.status, 'optimal', `${where}: gap ${plan.gap}`);
  const expected = await answered(problem, highs);
  const got = measure(problem, plan);
  const wanted = measure(problem, expected.plan);
  for (const level of ['excess', 'minimums', 'priority', 'all', 'fast', 'green'] as const) {
    const difference = Math.abs(got[level] - wanted[level]);
    const leeway = level === 'green' ? 1e-2 : 1e-5;
    assert.ok(
      difference <= leeway + 1e-6 * Math.abs(wanted[level]),
      `${where}: ${level} off by ${difference}`,
    );
  }
  wanted.fractions.forEach((fraction, i) => {
    const difference = Math.abs(got.fractions[i]! - fraction);
    assert.ok(
      difference <= 1e-4 / Math.min(1, wanted.leastNeed),
      `${where}: share ${i} off by ${difference}`,
    );
  });
  const off = Math.abs(got.money - wanted.money) / Math.max(1, Math.abs(wanted.money));
  assert.ok(off <= 1e-6, `${where}: money ${got.money}, HiGHS ${wanted.money}`);
  assert.ok(
    plan.bound !== null && plan.bound <= wanted.money + 1e-6 * Math.max(1, Math.abs(wanted.money)),
    where,
  );
}

/** Least number of the ten problems of a class that the engine solves itself. */
const LINEAR: Partial<Record<ProblemClass, number>> = {
  'charge-only': 10,
  'charge-only-limited': 8,
  v2g: 8,
  flex: 7,
  'base-over-limit': 3,
  stores: 8,
  'several-targets': 4,
  'minimums-and-priority': 4,
  capacity: 8,
  wear: 8,
  'occupancy-linear': 8,
  'negative-prices': 1,
  'partial-slot0': 8,
  'beyond-horizon': 6,
  'energy-need': 7,
  fast: 5,
  green: 6,
  'fast-and-green': 3,
};
const MIDDLE = { slots: [4, 20], sessions: [2, 10] } as const;
const SEEDS = 10;

for (const [kind, least] of Object.entries(LINEAR)) {
  test(`D4.2-§5.3-LP O1 O4 C1.3 C3.1: interior point and HiGHS agree level by level on ${kind} problems`, async () => {
    const tally = { solved: 0, handedOn: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const problem = generateProblem(kind as ProblemClass, seededRandom(70_000 + seed), MIDDLE);
      await compare(problem, `seed ${seed}`, tally);
    }
    assert.ok(tally.solved >= least, `solved ${tally.solved}, handed on ${tally.handedOn}`);
  });
}

const IN_A_HURRY: ProblemClass[] = ['v2g', 'charge-only-limited', 'several-targets', 'stores', 'flex'];

for (const kind of IN_A_HURRY) {
  test(`2e: with FAST sessions among the others, interior point and HiGHS agree level by level on ${kind} problems`, async () => {
    const tally = { solved: 0, handedOn: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = seededRandom(75_000 + seed);
      const problem = generateProblem(kind, random, MIDDLE);
      for (const session of problem.sessions!) if (random.chance(0.3)) session.preference = 'FAST';
      await compare(problem, `seed ${seed}`, tally);
    }
    assert.ok(tally.solved >= 4, `solved ${tally.solved}, handed on ${tally.handedOn}`);
  });
}

const START = '2026-03-02T00:00:00Z';
const at = (minutes: number) => new Date(Date.parse(START) + minutes * 60_000).toISOString();

interface Shape {
  slots: number;
  minutes: number;
  cars: number;
  price: (slot: number) => number;
  exportShare?: number;
  limitW?: number | number[];
  window?: (car: number) => [number, number];
}

function fleetOf({ slots, minutes, cars, price, exportShare = 0.4, limitW, window }: Shape): Problem {
  const importPrice = Array.from({ length: slots }, (_, t) => price(t));
  return {
    start: START,
    slots,
    slot_minutes: minutes,
    site: {
      import_price: importPrice,
      export_price: importPrice.map((value) => exportShare * value),
      max_export_w: 50_000,
      ...(limitW === undefined ? {} : { max_import_w: limitW }),
    },
    sessions: Array.from({ length: cars }, (_, i) => {
      const [first, end] = window?.(i) ?? [0, slots];
      const hours = ((end - first) * minutes) / 60;
      const gainSoc = Math.min(0.5, (0.3 * hours * 11_000) / 60_000);
      return {
        id: `car-${i}`,
        arrival: at(first * minutes),
        departure: at(end * minutes),
        max_charge_w: 11_000,
        max_discharge_w: i % 2 === 0 ? 11_000 : 0,
        battery_wh: 60_000,
        soc: 0.3,
        targets: [{ at: at(end * minutes), soc: 0.3 + gainSoc }],
        charge_efficiency: 0.94,
        discharge_efficiency: 0.94,
        wear_cost: 0.01,
      };
    }),
  };
}

const FAMILIES: [string, Shape][] = [
  ['flat prices', { slots: 24, minutes: 15, cars: 8, price: () => 0.2, limitW: 40_000 }],
  ['prices of 0', { slots: 24, minutes: 15, cars: 8, price: () => 0, limitW: 40_000 }],
  [
    'all ties: export earns what import costs',
    { slots: 24, minutes: 15, cars: 8, price: () => 0.2, exportShare: 1 },
  ],
  [
    'all windows equal',
    { slots: 32, minutes: 15, cars: 20, price: (t) => 0.1 + 0.01 * ((t * 7) % 13), limitW: 80_000 },
  ],
  [
    'one slot open',
    { slots: 12, minutes: 60, cars: 6, price: (t) => 0.1 + 0.02 * t, window: (i) => [i * 2, i * 2 + 1] },
  ],
  [
    'zero limits in every other slot',
    {
      slots: 24,
      minutes: 15,
      cars: 6,
      price: (t) => 0.3 - 0.01 * t,
      limitW: Array.from({ length: 24 }, (_, t) => (t % 2 === 0 ? 0 : 60_000)),
    },
  ],
  [
    'prices from 1e-6 to 1e4',
    { slots: 20, minutes: 30, cars: 6, price: (t) => 10 ** (-6 + (t * 10) / 19), limitW: 60_000 },
  ],
  [
    'one-minute slots',
    { slots: 240, minutes: 1, cars: 3, price: (t) => 0.2 + 0.1 * Math.sin(t / 20), limitW: 25_000 },
  ],
  [
    'a single car, many slots',
    { slots: 380, minutes: 5, cars: 1, price: (t) => 0.2 + 0.1 * Math.sin(t / 9) },
  ],
];

for (const [title, shape] of FAMILIES) {
  test(`D4.2-§5.3-LP interior point and HiGHS agree on ${title}`, async () => {
    const tally = { solved: 0, handedOn: 0 };
    await compare(fleetOf(shape), title, tally);
    assert.equal(tally.solved, 1);
  });
}

test('D4.2-§5.3-LP zero limits and a need: nothing can be charged, and the plan says how much is missing', async () => {
  const problem = fleetOf({ slots: 8, minutes: 15, cars: 3, price: () => 0.2, limitW: 0 });
  const tally = { solved: 0, handedOn: 0 };
  await compare(problem, 'zero limits', tally);
  assert.equal(tally.solved, 1);
});

test('1b X12 level 4: where energy costs nothing, cars give back the excess of the base and not a Wh more', async () => {
  const problem = fleetOf({ slots: 8, minutes: 60, cars: 2, price: () => 0, limitW: 10_000 });
  problem.site!.demand_w = [0, 0, 14_000, 0, 0, 13_000, 0, 0];
  for (const session of problem.sessions!) {
    Object.assign(session, { charge_efficiency: 1, discharge_efficiency: 1, wear_cost: 0, soc: 0.5 });
    session.targets = [{ at: at(480), soc: 0.7 }];
  }
  const { plan } = await answered(problem, interiorEngine);
  assert.equal(plan.solver, 'interior');
  const given = plan.sessions.flatMap((session) => session.power_w.map((power) => Math.max(0, -power)));
  assert.ok(Math.abs(given.reduce((sum, power) => sum + power, 0) - 7_000) < 1);
  assert.ok(plan.over_limit_wh < 1e-3);
});

const HURRIED = { slots: 24, minutes: 15, cars: 9, price: (t: number) => 0.1 + 0.01 * ((t * 7) % 13) };

/** `limitW` below what the three FAST cars could take together sets them against each other. */
for (const limitW of [90_000, 25_000]) {
  test(`2e: three FAST cars at a limit of ${limitW} W are as early as HiGHS has them, whoever discharges for them`, async () => {
    const problem = fleetOf({ ...HURRIED, limitW });
    for (const i of [0, 3, 6]) problem.sessions![i]!.preference = 'FAST';
    const tally = { solved: 0, handedOn: 0 };
    await compare(problem, `limit ${limitW}`, tally);
    assert.equal(tally.solved, 1);
    const { plan } = await answered(problem, interiorEngine);
    const full = plan.sessions[0]!.power_w.findIndex((power) => power < 11_000 - 1);
    assert.equal(full >= 4, limitW === 90_000);
  });
}

test('2e: auto asks the interior point for cars that only charge, full by a time inside an open window, some of them FAST', async () => {
  const problem = fleetOf({ ...HURRIED, slots: 48, cars: 40, limitW: 130_000 });
  for (const [i, session] of problem.sessions!.entries()) {
    session.max_discharge_w = 0;
    session.targets = [{ at: at(15 * (20 + (i % 9))), soc: 1 }];
    session.soc = 0.8 + 0.01 * (i % 10);
    session.arrival = at(15 * (i % 12));
    delete session.departure;
    if (i % 8 === 0) session.preference = 'FAST';
  }
  const tally = { solved: 0, handedOn: 0 };
  await compare(problem, 'open windows', tally);
  assert.equal(tally.solved, 1);
  const result = await answer(problem, { timeLimitS: 30, engine: 'auto' }, engines(now), now);
  assert.equal('plan' in result && result.plan.solver, interiorEngine.name);
});

test('2f: GREEN cars share a surplus that is not enough for all of them, and the rest of their energy is the cleanest', async () => {
  const problem = fleetOf({ ...HURRIED, limitW: 60_000 });
  problem.site!.generation_w = Array.from({ length: 24 }, (_, t) => (t > 8 && t < 13 ? 15_000 : 0));
  problem.site!.co2_g_per_kwh = Array.from({ length: 24 }, (_, t) => 500 - 30 * ((t * 5) % 11));
  for (const i of [1, 3, 5]) problem.sessions![i]!.preference = 'GREEN';
  const tally = { solved: 0, handedOn: 0 };
  await compare(problem, 'shared surplus', tally);
  assert.equal(tally.solved, 1);
});

test('2f: GREEN cars that may discharge are left to another engine where they share a surplus', async () => {
  const problem = fleetOf({ ...HURRIED, limitW: 60_000 });
  problem.site!.generation_w = Array.from({ length: 24 }, () => 5_000);
  problem.site!.co2_g_per_kwh = Array.from({ length: 24 }, (_, t) => 300 + t);
  problem.sessions![0]!.preference = 'GREEN';
  const result = await interiorEngine.solve(normalise(problem), { timeLimitS: 10 });
  assert.match('failure' in result ? result.failure : '', /share a surplus of the site, and one of them may/);
});

test('D4.2-§5.3-LP the engine names what it cannot solve', () => {
  const many = fleetOf({ slots: 1_440, minutes: 1, cars: 1, price: () => 0.2 });
  assert.match(String(interiorEngine.applies(classify(normalise(many)))), /slots/);
  const grouped = fleetOf({ slots: 4, minutes: 15, cars: 2, price: () => 0.2 });
  grouped.groups = [{ id: 'station', sessions: ['car-0', 'car-1'], max_w: 5_000 }];
  assert.match(String(interiorEngine.applies(classify(normalise(grouped)))), /group/);
});

test('O1 the slot prices are subgradients: more base load costs at least its slot price, less saves at most as much', async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const problem = generateProblem('stores', seededRandom(80_000 + seed), {
      slots: [4, 8],
      sessions: [2, 4],
    });
    const { plan } = await answered(problem, interiorEngine);
    if (plan.solver !== interiorEngine.name) continue;
    const hours = problem.slot_minutes! / 60;
    for (let t = 0; t < problem.slots!; t++) {
      for (const changeW of [-200, 200]) {
        const demand = problem.site!.demand_w as number[];
        const changed = structuredClone(problem);
        changed.site!.demand_w = demand.map((watts, i) => (i === t ? Math.max(0, watts + changeW) : watts));
        const other = (await answered(changed, highs)).plan;
        if (Math.abs(other.shortfall_wh - plan.shortfall_wh) > 1e-3 || other.over_limit_wh > 0) continue;
        const changedKwh = ((changed.site!.demand_w as number[])[t]! - demand[t]!) * hours * 1e-3;
        const least = plan.cost.total + plan.site.marginal_price[t]! * changedKwh;
        assert.ok(
          other.cost.total >= least - 1e-6,
          `seed ${seed}, slot ${t}: ${other.cost.total} < ${least}`,
        );
      }
    }
  }
});

test('X12 circles that cannot be taken apart are given up, not planned without their losses', async () => {
  // Once a store rose 0.7 % above its bound here: energy costs nothing in four slots and less than that in one.
  const problem = generateProblem('negative-prices', seededRandom(700_094), SMALL);
  const result = await interiorEngine.solve(normalise(problem), { timeLimitS: 10 });
  assert.match('failure' in result ? result.failure : '', /at once would pay/);
  assert.deepEqual((await answered(problem, highs)).defects, []);
});

test('X11 in a shortage the car that loses less charges, even where it loses only one per cent less', async () => {
  const problem = generateProblem('energy-need', seededRandom(10), SMALL);
  const { plan } = await answered(problem, interiorEngine);
  assert.equal(plan.solver, interiorEngine.name);
  // Once the face of the least sum was taken too wide and 28 Wh more were missing.
  assert.ok(Math.abs(plan.shortfall_wh - 51_215.66) < 0.01, `${plan.shortfall_wh} Wh are missing`);
});

test('the interior point looks at the clock in every round and stops when its time is over', async () => {
  const problem = fleetOf({ ...HURRIED, limitW: 60_000 });
  let readings = 0;
  // A second passes between two looks at the clock.
  const engine = interiorEngineOn(() => 1_000 * readings++);
  const stopped = await engine.solve(normalise(problem), { timeLimitS: 3 });
  assert.deepEqual(stopped, { failure: 'the interior point is out of time' });
  assert.ok(readings < 30, `${readings} looks at the clock, each of a second, for a limit of three`);
  const inTime = await interiorEngineOn(() => 0).solve(normalise(problem), { timeLimitS: 10 });
  assert.ok(!('failure' in inTime));
});
