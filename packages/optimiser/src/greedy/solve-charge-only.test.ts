import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from '../checker/index.ts';
import type { Plan, Problem, Session } from '../contract/index.ts';
import { EngineRefused, planNow } from '../planner/plan-now.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import { measure } from '../testing/literal/measure.ts';
import type { ProblemClass } from '../testing/problem-classes.ts';
import { seededRandom } from '../testing/random.ts';

const CLASSES = [
  'charge-only',
  'charge-only-limited',
  'several-targets',
  'minimums-and-priority',
  'energy-need',
] satisfies ProblemClass[];
const LEVELS = ['excess', 'minimums', 'priority', 'all', 'fractions', 'money'] as const;

/** Undefined when the greedy leaves the problem to another engine. */
async function greedily(problem: Problem): Promise<Plan | undefined> {
  const given: object[] = [];
  const note = (fields: object) => void given.push(fields);
  const plan = await planNow(problem, { engine: 'greedy', log: { warn: note, error: note } });
  if (plan.status !== 'fallback') return plan;
  assert.match(JSON.stringify(given), /not everything fits, and a session that has to share has targets at/);
  return undefined;
}

/** The first level on which two plans differ; energies in kWh. */
function difference(problem: Problem, plan: Plan, exact: Plan): string | null {
  const [got, wanted] = [measure(problem, plan), measure(problem, exact)];
  for (const level of LEVELS) {
    const values = [wanted[level]].flat();
    const tolerance = level === 'fractions' ? 1e-4 / Math.min(1, wanted.leastNeed) : 2e-5;
    const other = [got[level]]
      .flat()
      .findIndex((value, i) => Math.abs(value - values[i]!) > tolerance + 1e-6 * Math.abs(values[i]!));
    if (other >= 0) return `${level}: ${[got[level]].flat()[other]}, HiGHS ${values[other]}`;
  }
  return null;
}

async function agreesWithHighs(problem: Problem, title: string): Promise<Plan | undefined> {
  const plan = await greedily(problem);
  if (plan === undefined) return undefined;
  const exact = await planNow(problem, { engine: 'highs', timeLimitS: 30 });
  assert.equal(plan.status, 'optimal', title);
  assert.deepEqual(checkPlan(problem, plan), [], title);
  assert.equal(difference(problem, plan, exact), null, title);
  return plan;
}

test('D4.2-§5.3-LP: the greedy plans what HiGHS plans, level by level, shortages included', async () => {
  let solved = 0;
  let short = 0;
  for (let seed = 0; seed < 36; seed++) {
    for (const kind of CLASSES) {
      const problem = generateProblem(kind, seededRandom(seed), { slots: [2, 9], sessions: [1, 8] });
      makeScarce(problem, seed);
      const plan = await agreesWithHighs(problem, `${kind}, seed ${seed}`);
      if (plan === undefined) continue;
      solved++;
      if (plan.shortfall_wh > 1) short++;
    }
  }
  assert.ok(solved > 100 && short > 50, `${solved} solved, ${short} of them short`);
});

/** Less import, equal prices here and there, and efficiencies that differ or do not. */
function makeScarce(problem: Problem, seed: number): void {
  const site = problem.site!;
  const share = 0.3 + 0.07 * (seed % 10);
  if (Array.isArray(site.max_import_w)) site.max_import_w = site.max_import_w.map((limit) => limit * share);
  else if (site.max_import_w !== undefined) site.max_import_w *= share;
  if (seed % 3 === 0) {
    site.import_price = site.import_price!.map((price) => Math.round(10 * (price - 0.2)) / 10);
    site.export_price = site.import_price.map((price) => Math.min(0, price));
  }
  problem.sessions!.forEach((session, i) => {
    session.charge_efficiency = seed % 2 === 0 ? 1 : 0.8 + 0.05 * ((seed + i) % 4);
  });
}

const START_MS = Date.UTC(2026, 0, 1);
const perSlot = <T>(slots: number, value: (slot: number) => T) =>
  Array.from({ length: slots }, (_, slot) => value(slot));

/** Cars of 11 kW that ask for `slotsFull` slots at full power somewhere in their stay. */
function cars(count: number, slots: number, minutes: number, slotsFull: (n: number) => number): Session[] {
  const at = (slot: number) => new Date(START_MS + slot * minutes * 60_000).toISOString();
  return perSlot(count, (n) => {
    const first = (n * 7) % Math.max(1, Math.floor(slots / 3));
    return {
      id: `car-${n}`,
      arrival: at(first),
      departure: at(slots - ((n * 5) % Math.max(1, Math.floor(slots / 4)))),
      max_charge_w: 11_000,
      energy_need_wh: (11_000 * minutes * slotsFull(n)) / 60,
    };
  });
}

const random = seededRandom(7);
const FAMILIES: Record<string, Problem> = {
  'flat prices': family(24, 15, 12, { import_price: perSlot(24, () => 0.3), max_import_w: 40_000 }),
  'two prices, ties everywhere': family(24, 15, 12, {
    import_price: perSlot(24, (t) => (t % 2 === 0 ? 0.1 : 0.3)),
    export_price: perSlot(24, () => 0.1),
    generation_w: perSlot(24, (t) => (t % 5 === 0 ? 15_000 : 0)),
    max_import_w: 45_000,
  }),
  'no prices at all': family(16, 15, 6, {}),
  'all windows equal': {
    ...family(16, 15, 8, { import_price: perSlot(16, (t) => 0.1 + 0.01 * t), max_import_w: 30_000 }),
    sessions: perSlot(8, (n) => ({ id: `car-${n}`, max_charge_w: 11_000, energy_need_wh: 9_000 })),
  },
  'one slot open': family(16, 15, 6, { max_import_w: perSlot(16, (t) => (t === 9 ? 30_000 : 0)) }),
  'zero limits': family(16, 15, 6, { max_import_w: 0, import_price: perSlot(16, () => 0.2) }),
  'a limit below a base that varies': family(16, 15, 6, {
    max_import_w: 5_000,
    demand_w: perSlot(16, (t) => 700 * t),
    import_price: perSlot(16, () => 0.2),
  }),
  'prices from 1e-6 to 1e4': family(24, 15, 8, {
    import_price: perSlot(24, (t) => 10 ** (((t * 7) % 24) / 2.3 - 6)),
    max_import_w: 40_000,
  }),
  'exports dearer than imports, more generation than the cars can take': family(24, 15, 4, {
    import_price: perSlot(24, (t) => 0.1 + 0.01 * (t % 7)),
    export_price: perSlot(24, (t) => (t % 3 === 0 ? 0.3 : 0.05)),
    generation_w: perSlot(24, (t) => (t % 3 === 0 ? 60_000 : 0)),
    max_export_w: 60_000,
    max_import_w: 50_000,
  }),
  'negative prices': family(24, 15, 8, {
    import_price: perSlot(24, (t) => 0.02 * (((t * 5) % 11) - 6)),
    export_price: perSlot(24, () => -0.2),
    max_import_w: 50_000,
  }),
  '1,440 slots of a minute': family(1440, 1, 6, {
    import_price: perSlot(1440, (t) => 0.1 + 0.001 * ((Math.floor(t / 15) * 37) % 97)),
    max_import_w: 30_000,
  }),
  'one car and 2,000 slots': family(2000, 1, 1, {
    import_price: perSlot(2000, () => random.between(0, 0.5, 0.0001)),
    max_import_w: perSlot(2000, (t) => 3_000 * (t % 5)),
  }),
};

function family(slots: number, minutes: number, count: number, site: NonNullable<Problem['site']>): Problem {
  const full = (n: number) => ((n % 4) + 1) * Math.max(1, Math.floor(slots / 16));
  return {
    start: new Date(START_MS).toISOString(),
    slots,
    slot_minutes: minutes,
    site,
    sessions: cars(count, slots, minutes, full),
  };
}

for (const [title, problem] of Object.entries(FAMILIES)) {
  test(`D4.2-§5.3-LP: the greedy agrees with HiGHS on ${title}`, async () => {
    assert.ok((await agreesWithHighs(problem, title)) !== undefined);
  });
}

test('D4.2-§5.3-LP: the same problem gives the same plan, to the last bit', async () => {
  const problem = generateProblem('energy-need', seededRandom(5), { slots: [40, 40], sessions: [30, 30] });
  const [one, two] = [await greedily(problem), await greedily(structuredClone(problem))];
  assert.deepEqual({ ...one, solve_ms: 0 }, { ...two, solve_ms: 0 });
});

test('ties: among equal prices the peak is as low as HiGHS makes it', async () => {
  for (let seed = 100; seed < 140; seed++) {
    const problem = generateProblem('charge-only', seededRandom(seed), { slots: [4, 12], sessions: [2, 8] });
    problem.site!.import_price = problem.site!.import_price!.map((price) => Math.ceil(price * 4) / 4);
    problem.site!.export_price = perSlot(problem.slots!, () => 0);
    const plan = await greedily(problem);
    if (plan === undefined) continue;
    const exact = await planNow(problem, { engine: 'highs' });
    const [peakW, lowestW] = [Math.max(...plan.site.net_w), Math.max(...exact.site.net_w)];
    assert.ok(peakW <= lowestW + 0.1, `seed ${seed}: ${peakW} W, ${lowestW} W is possible`);
  }
});

test('D4.2-§5.3-LP: the marginal price of a slot lies between what less and more base load change', async () => {
  let priced = 0;
  for (let seed = 0; seed < 40; seed++) {
    const problem = generateProblem(CLASSES[seed % CLASSES.length]!, seededRandom(300 + seed), {
      slots: [3, 9],
      sessions: [1, 6],
    });
    const plan = await greedily(problem);
    if (plan === undefined) continue;
    const slot = seed % problem.slots!;
    const hours = problem.slot_minutes! / 60;
    const moved = async (byW: number) => {
      const other = structuredClone(problem);
      other.site!.demand_w![slot]! += byW;
      const after = await planNow(other, { engine: 'highs' });
      const sameNeeds = Math.abs(after.shortfall_wh - plan.shortfall_wh) < 1e-3;
      const fits = after.site.limit_w[slot] === null || after.over_limit_wh <= plan.over_limit_wh + 1e-6;
      return sameNeeds && fits ? (after.cost.total - plan.cost.total) / ((byW / 1000) * hours) : undefined;
    };
    const price = plan.site.marginal_price[slot]!;
    const [less, more] = [problem.site!.demand_w![slot]! < 5 ? undefined : await moved(-5), await moved(5)];
    if (more !== undefined) assert.ok(price <= more + 1e-4, `seed ${seed}: ${price}, one more costs ${more}`);
    if (less !== undefined) assert.ok(price >= less - 1e-4, `seed ${seed}: ${price}, one less saves ${less}`);
    priced++;
  }
  assert.ok(priced > 20, `${priced} prices compared`);
});

const REFUSED: [string, Partial<Problem>, RegExp][] = [
  ['discharge', { sessions: [{ ...v2g() }] }, /^greedy: a session may discharge$/],
  ['groups', { groups: [{ id: 'g', sessions: ['car'], max_w: 1000 }] }, /^greedy: there are group limits$/],
  [
    'occupancy',
    { site: { opportunity_cost: 0.1 }, opportunity: 'linear' },
    /^greedy: there is an opportunity cost$/,
  ],
];

function v2g(): Session {
  return { id: 'car', max_charge_w: 11_000, max_discharge_w: 5_000, battery_wh: 40_000, soc: 0.5 };
}

for (const [title, fields, expected] of REFUSED) {
  test(`D4.2-§5.3-LP: a forced greedy says why it does not do ${title}`, async () => {
    const problem: Problem = {
      start: new Date(START_MS).toISOString(),
      sessions: [{ id: 'car', max_charge_w: 11_000, energy_need_wh: 5_000 }],
      ...fields,
    };
    await assert.rejects(planNow(problem, { engine: 'greedy' }), (error: Error) => {
      assert.ok(error instanceof EngineRefused);
      assert.match(error.message, expected);
      return true;
    });
  });
}
