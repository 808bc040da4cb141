import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plan, type Problem, parseProblem } from '../contract/index.ts';
import { checkPlan } from './check-plan.ts';
import type { ViolationCode } from './violation.ts';

/**
 * Worked by hand: four slots of an hour, half of slot 0 is gone. Base 2, 2, -3, 13 kW against limits of 10, 10, 8
 * and 10 kW: slot 3 is above its limit without any car.
 */
const PROBLEM: Problem = {
  start: '2026-01-01T00:00:00Z',
  now: '2026-01-01T00:30:00Z',
  slot_minutes: 60,
  slots: 4,
  slot0_import_wh: 1000,
  site: {
    max_import_w: 10_000,
    flex_w: [0, 0, -2000, 0],
    cap_w: 12_000,
    max_phase_w: 4000,
    max_export_w: 1000,
    demand_w: [2000, 2000, 2000, 13_000],
    generation_w: [0, 0, 5000, 0],
    import_price: [0.3, 0.1, 0.2, 0.4],
    export_price: [0.05, 0.05, 0.05, 0.05],
    capacity_price: 10,
    peak_so_far_w: 3000,
    co2_g_per_kwh: [100, 200, 300, 400],
    opportunity_cost: 0.01,
  },
  sessions: [
    {
      id: 'bus',
      departure: '2026-01-01T04:00:00Z',
      max_charge_w: 6000,
      max_discharge_w: 3000,
      battery_wh: 20_000,
      soc: 0.5,
      reserve_soc: 0.3,
      targets: [{ at: '2026-01-01T04:00:00Z', soc: 0.6 }],
      charge_efficiency: 0.9,
      discharge_efficiency: 0.9,
      wear_cost: 0.05,
    },
    {
      id: 'van',
      arrival: '2026-01-01T00:10:00Z',
      departure: '2026-01-01T03:00:00Z',
      max_charge_w: 3680,
      min_charge_w: 1380,
      phases: [1],
      energy_need_wh: 4000,
      occupied_slots: 2,
    },
  ],
  groups: [{ id: 'station', sessions: ['bus', 'van'], max_w: 6000, max_phase_w: 3200 }],
  stores: [
    {
      id: 'cellar',
      capacity_wh: 5000,
      soc: 0.5,
      min_soc: 0.1,
      max_soc: 0.9,
      max_charge_w: 2000,
      max_discharge_w: 2000,
      charge_efficiency: 0.9,
      discharge_efficiency: 0.9,
      wear_cost: 0.02,
      end_soc: 0.5,
    },
  ],
};

const PLAN: Plan = {
  status: 'feasible',
  solver: 'by hand',
  solve_ms: 1,
  bound: 90,
  gap: (98.2811 - 90) / 98.2811,
  cost: {
    total: 98.2811,
    import: 5.8955,
    export: -0.025,
    capacity: 92.2,
    wear: 0.0606,
    opportunity: 0.15,
  },
  shortfall_wh: 2000 - 4600 / 3,
  over_limit_wh: 2220,
  site: {
    net_w: [2050, 7000, -500, 12_220],
    ev_w: [500, 5000, 2000, -600],
    limit_w: [10_000, 10_000, 8000, 10_000],
    marginal_price: [null, null, null, null],
  },
  sessions: [
    {
      id: 'bus',
      power_w: [-900, 3000, 0, -600],
      soc: [0.475, 0.61, 0.61, 0.5 + 4600 / 60_000],
      energy_wh: 1950,
      shortfall_wh: 2000 - 4600 / 3,
      planned_start: '2026-01-01T00:30:00Z',
      planned_end: '2026-01-01T04:00:00Z',
      reasons: [],
    },
    {
      id: 'van',
      power_w: [1400, 2000, 2000, 0],
      soc: null,
      energy_wh: 4700,
      shortfall_wh: 0,
      planned_start: '2026-01-01T00:30:00Z',
      planned_end: '2026-01-01T03:00:00Z',
      reasons: [],
    },
  ],
  stores: [{ id: 'cellar', power_w: [-450, 0, 500, -180], soc: [0.45, 0.45, 0.54, 0.5] }],
  baseline: {
    cost: { total: 106.71, import: 6.8, export: -0.15, capacity: 100, wear: 0, opportunity: 0.06 },
    shortfall_wh: 200,
    over_limit_wh: 3000,
    site: { net_w: [7000, 5500, -3000, 13_000], ev_w: [5000, 3500, 0, 0] },
    sessions: [
      { id: 'bus', power_w: [3000, 500, 0, 0], energy_wh: 2000, shortfall_wh: 200 },
      { id: 'van', power_w: [2000, 3000, 0, 0], energy_wh: 4000, shortfall_wh: 0 },
    ],
    saving: 106.71 - 98.2811,
  },
  co2_g: { plan: 6390.5, baseline: 6650 },
};

/** Codes found after a change to copies of problem and plan, without doubles; baseline findings only on request. */
function codesAfter(change: (problem: Problem, plan: Plan) => void, baseline = false): string[] {
  const problem = structuredClone(PROBLEM);
  const plan = structuredClone(PLAN);
  change(problem, plan);
  const parsed = parseProblem(problem);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const codes = checkPlan(problem, plan).map((violation) => violation.code);
  return [...new Set(codes)].filter((code) => code.startsWith('baseline_') === baseline);
}

test('X6 X12 X13 X34 X54: a plan that keeps every rule has no violation', () => {
  assert.deepEqual(checkPlan(PROBLEM, PLAN), []);
});

/** Each plants one mistake, by tightening the problem or by misreporting a figure. */
type Change = (problem: Problem, plan: Plan) => void;
const MISTAKES: Record<Exclude<ViolationCode, 'export_limit' | 'saving'>, Change> = {
  shape: (_, plan) => void plan.site.net_w.pop(),
  outside_window: (problem, plan) => {
    problem.sessions![1]!.arrival = '2026-01-01T00:40:00Z';
    plan.cost.opportunity = 0.11;
    plan.cost.total -= 0.04;
    plan.gap = (plan.cost.total - 90) / plan.cost.total;
  },
  charge_power: (problem) => {
    problem.sessions![0]!.max_charge_w = 2999;
  },
  discharge_power: (problem) => {
    problem.sessions![0]!.max_discharge_w = 899;
  },
  minimum_power: (problem) => {
    problem.sessions![1]!.min_charge_w = 1401;
  },
  soc_chain: (_, plan) => {
    plan.sessions[0]!.soc![2] = 0.62;
  },
  charges_and_discharges: (_, plan) => {
    // Slot 2: 1800 W in and 1800 W out at once is no net power, but burns 380 Wh.
    for (const slot of [2, 3]) plan.sessions[0]!.soc![slot]! -= 380 / 20_000;
  },
  reserve_soc: (problem) => {
    problem.sessions![0]!.reserve_soc = 0.48;
  },
  max_soc: (problem) => {
    problem.sessions![0]!.max_soc = 0.605;
  },
  need_cap: (problem) => {
    problem.sessions![1]!.energy_need_wh = 3300;
  },
  group_power: (problem) => {
    problem.groups![0]!.max_w = 4999;
  },
  group_phase: (problem) => {
    problem.groups![0]!.max_phase_w = 2999;
  },
  site_phase: (problem) => {
    problem.site!.max_phase_w = 3666;
  },
  import_limit: (problem, plan) => {
    problem.site!.flex_w![1] = -3001;
    plan.site.limit_w[1] = 6999;
    plan.over_limit_wh += 1;
  },
  base_over_limit: (problem, plan) => {
    problem.site!.flex_w![1] = -9000;
    plan.site.limit_w[1] = 1000;
    plan.over_limit_wh += 6000;
  },
  store_charge_power: (problem) => {
    problem.stores![0]!.max_charge_w = 499;
  },
  store_discharge_power: (problem) => {
    problem.stores![0]!.max_discharge_w = 449;
  },
  store_soc_chain: (_, plan) => {
    plan.stores[0]!.soc[1] = 0.5;
  },
  store_min_soc: (problem) => {
    problem.stores![0]!.min_soc = 0.46;
  },
  store_max_soc: (problem) => {
    problem.stores![0]!.max_soc = 0.53;
  },
  store_end_soc: (problem) => {
    delete problem.site!.max_phase_w;
    problem.stores![0]!.end_soc = 0.51;
  },
  net_power: (_, plan) => {
    plan.site.net_w[0]! += 1;
  },
  ev_power: (_, plan) => {
    plan.site.ev_w[0]! -= 1;
  },
  limit_figure: (_, plan) => {
    plan.site.limit_w[2] = 10_000;
  },
  session_energy: (_, plan) => {
    plan.sessions[1]!.energy_wh = 4600;
  },
  session_shortfall: (_, plan) => {
    plan.sessions[0]!.shortfall_wh += 2;
    plan.shortfall_wh += 2;
  },
  planned_times: (_, plan) => {
    plan.sessions[1]!.planned_start = '2026-01-01T01:00:00Z';
  },
  total_shortfall: (_, plan) => {
    plan.shortfall_wh += 2;
  },
  over_limit: (_, plan) => {
    plan.over_limit_wh -= 5;
  },
  cost_import: (_, plan) => moveCost(plan, 'import', 'export'),
  cost_export: (_, plan) => moveCost(plan, 'export', 'import'),
  cost_capacity: (_, plan) => moveCost(plan, 'capacity', 'import'),
  cost_wear: (_, plan) => moveCost(plan, 'wear', 'import'),
  cost_opportunity: (_, plan) => moveCost(plan, 'opportunity', 'import'),
  cost_total: (_, plan) => {
    plan.cost.total += 0.01;
    plan.gap = (plan.cost.total - 90) / plan.cost.total;
    plan.baseline.saving -= 0.01;
  },
  bound: (_, plan) => {
    plan.bound = 99;
    plan.gap = (plan.cost.total - 99) / plan.cost.total;
  },
  gap: (_, plan) => {
    plan.gap = 0.01;
  },
  status: (_, plan) => {
    plan.status = 'optimal';
  },
  co2: (_, plan) => {
    plan.co2_g.plan = 6000;
  },
};

/** Breaks one term, keeping the sum: the other term is broken too, which the test below expects. */
function moveCost(plan: Plan, from: keyof Plan['cost'], to: keyof Plan['cost']): void {
  plan.cost[from] += 0.01;
  plan.cost[to] -= 0.01;
}

const COMPANIONS: Record<string, ViolationCode[]> = {
  cost_import: ['cost_import', 'cost_export'],
  cost_export: ['cost_import', 'cost_export'],
  cost_capacity: ['cost_import', 'cost_capacity'],
  cost_wear: ['cost_import', 'cost_wear'],
  cost_opportunity: ['cost_import', 'cost_opportunity'],
};

for (const [code, plant] of Object.entries(MISTAKES)) {
  test(`D4.2-§5.3-LP: the checker sees exactly ${code}`, () => {
    assert.deepEqual(codesAfter(plant).sort(), [...(COMPANIONS[code] ?? [code])].sort());
  });
}

test('X6: export beyond the limit is seen where the base itself does not export', () => {
  const codes = codesAfter((problem, plan) => {
    problem.site!.max_export_w = 499;
    problem.site!.demand_w![2] = 5000;
    plan.sessions[1]!.power_w[2] = -3000;
  });
  assert.ok(codes.includes('export_limit'), codes.join());
  const own = codesAfter((problem) => {
    problem.site!.max_export_w = 0;
  });
  assert.deepEqual(own, [], 'export that the generation causes by itself is allowed');
});

test('SMC_012: the baseline is judged by the same rules and its saving is recomputed', () => {
  const after = (change: (problem: Problem, plan: Plan) => void) => codesAfter(change, true);
  assert.deepEqual(
    after((_, plan) => {
      plan.baseline.saving = 9;
    }),
    ['baseline_saving'],
  );
  assert.deepEqual(
    after((_, plan) => {
      plan.baseline.cost.import += 0.01;
    }),
    ['baseline_cost_import', 'baseline_cost_total'],
  );
  assert.deepEqual(
    after((_, plan) => {
      plan.baseline.sessions[0]!.energy_wh = 2100;
    }),
    ['baseline_session_energy'],
  );
  assert.deepEqual(
    after((_, plan) => {
      plan.co2_g.baseline = 1;
    }),
    ['baseline_co2'],
  );
  assert.deepEqual(
    after((problem) => {
      problem.groups![0]!.max_w = 4999;
    }),
    ['baseline_group_power'],
  );
  assert.deepEqual(
    after((_, plan) => {
      plan.baseline.over_limit_wh = 0;
    }),
    ['baseline_over_limit'],
  );
});

test('X11: a departure that has passed while the car is still there counts as unknown', () => {
  assert.deepEqual(
    codesAfter((problem) => {
      problem.sessions![0]!.departure = '2026-01-01T00:20:00Z';
    }),
    [],
  );
});

test('X11: beyond the horizon the need counts in proportion', () => {
  // Eight slots until departure, four of them planned: half of the 2 kWh is due, 1.53 kWh are there.
  const codes = codesAfter((problem, plan) => {
    problem.sessions![0]!.departure = '2026-01-01T08:00:00Z';
    problem.sessions![0]!.targets![0]!.at = '2026-01-01T09:00:00Z';
    plan.sessions[0]!.shortfall_wh = 0;
    plan.shortfall_wh = 0;
  });
  assert.deepEqual(codes, []);
});

test('X54: every target counts, and the highest also at departure', () => {
  // 62 % by 02:00 (200 Wh short of 2400) and again at departure (866.7 Wh short).
  const codes = codesAfter((problem, plan) => {
    problem.sessions![0]!.targets = [
      { at: '2026-01-01T02:59:00Z', soc: 0.62 },
      { at: '2026-01-01T02:00:00Z', soc: 0.55, kind: 'minimum' },
    ];
    plan.sessions[0]!.shortfall_wh = 200 + (2400 - 4600 / 3);
    plan.shortfall_wh = plan.sessions[0]!.shortfall_wh;
  });
  assert.deepEqual(codes, []);
});

test('X9: the linear surrogate weighs energy by time and divides by the need', () => {
  const codes = codesAfter((problem, plan) => {
    problem.opportunity = 'linear';
    // bus: 1 x 2700 / 2000; van: (2 x 700 + 3 x 2000 + 4 x 2000) / 4000
    plan.cost.opportunity = 0.01 * (2700 / 2000 + 15_400 / 4000);
    plan.cost.total = 98.1311 + plan.cost.opportunity;
    plan.gap = (plan.cost.total - 90) / plan.cost.total;
  });
  assert.deepEqual(codes, []);
});
