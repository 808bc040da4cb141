import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plan, type Problem, parseProblem, planNow, type Session } from '../index.ts';

const at = (slot: number) => new Date(Date.UTC(2026, 0, 1) + slot * 900_000).toISOString();
const perSlot = (slots: number, value: number) => new Array<number>(slots).fill(value);

/** A car of 40 kWh at 50 % that wants 75 % (10 kWh) by the end of slot 8, at most 10 kW: four full slots. */
function car(fields: Partial<Session> = {}): Session {
  return {
    id: 'car',
    max_charge_w: 10_000,
    battery_wh: 40_000,
    soc: 0.5,
    departure: at(8),
    targets: [{ at: at(8), soc: 0.75 }],
    ...fields,
  };
}

function problem(fields: Partial<Problem> = {}): Problem {
  return { start: at(0), slots: 8, sessions: [car()], ...fields };
}

async function solve(input: Problem): Promise<Plan> {
  const parsed = parseProblem(input);
  assert.deepEqual(parsed, { ok: true, problem: input });
  const defects: object[] = [];
  const plan = await planNow(input, {
    log: { warn: (fields) => defects.push(fields), error: (fields) => defects.push(fields) },
  });
  assert.deepEqual(defects, []);
  assert.equal(plan.status, 'optimal');
  return plan;
}

const near = (actual: number, expected: number, tolerance = 1e-3) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
const powers = (plan: Plan, session = 0) => plan.sessions[session]!.power_w.map((power) => Math.round(power));

test('D4.2-§5.3-N: a site without sessions has a plan', async () => {
  const plan = await solve(problem({ sessions: [], site: { demand_w: perSlot(8, 1000) } }));
  assert.deepEqual(plan.site.net_w, perSlot(8, 1000));
});

for (const minutes of [5, 15, 30, 60]) {
  test(`D4.2-§5.3-Ts: slots of ${minutes} minutes deliver the same energy`, async () => {
    const plan = await solve(problem({ slot_minutes: minutes, slots: 480 / minutes }));
    near(plan.sessions[0]!.energy_wh, 10_000);
  });
}

for (const slots of [92, 100]) {
  test(`D4.2-§5.3-T X37: a day of ${slots} slots (clock change) is a day like any other`, async () => {
    const plan = await solve(problem({ slots, site: { import_price: perSlot(slots, 0.2) } }));
    assert.equal(plan.sessions[0]!.power_w.length, slots);
  });
}

test('I1.3 C1.4 D4.2-T1.03: net import stays within the contracted limit', async () => {
  const plan = await solve(problem({ site: { max_import_w: 8000, demand_w: perSlot(8, 2000) } }));
  assert.ok(Math.max(...plan.site.net_w) <= 8000 + 1e-3);
  near(plan.sessions[0]!.energy_wh, 10_000);
});

test('I3.1 C3.1 C1.4-removed D4.2-T1.12: a flex order moves the limit, in either direction', async () => {
  const flex = [-6000, -6000, 4000, 4000, 0, 0, 0, 0];
  const plan = await solve(problem({ site: { max_import_w: 6000, flex_w: flex } }));
  for (const [t, net] of plan.site.net_w.entries()) assert.ok(net <= 6000 + flex[t]! + 1e-3);
  assert.deepEqual(
    plan.site.limit_w,
    flex.map((offset) => 6000 + offset),
  );
});

test('C3.1: positive flex never lifts the limit above the physical cap', async () => {
  const plan = await solve(problem({ site: { max_import_w: 6000, flex_w: perSlot(8, 4000), cap_w: 7000 } }));
  assert.ok(Math.max(...plan.site.net_w) <= 7000 + 1e-3);
});

test('1b X12: where the base is above the limit nothing is added, and a car that may discharge reduces it', async () => {
  const demand = [1000, 1000, 12_000, 12_000, 1000, 1000, 1000, 1000];
  const plan = await solve(
    problem({ site: { max_import_w: 10_000, demand_w: demand }, sessions: [car({ max_discharge_w: 5000 })] }),
  );
  assert.deepEqual(powers(plan).slice(2, 4), [-2000, -2000]);
  near(plan.over_limit_wh, 0);
  // Powers below 0.01 W are taken as rounding and left out: 2.5 mWh per quarter hour.
  near(plan.shortfall_wh, 0, 0.01);
});

test('D4.2-T1.04 X6: export stays within its floor, generation of its own may exceed it', async () => {
  const site = {
    max_export_w: 1000,
    generation_w: [0, 0, 0, 0, 3000, 0, 0, 0],
    import_price: perSlot(8, 0.1),
    export_price: perSlot(8, 0.09),
  };
  const plan = await solve(problem({ site, sessions: [car({ max_discharge_w: 5000 })] }));
  for (const [t, net] of plan.site.net_w.entries()) assert.ok(net >= (t === 4 ? -3000 : -1000) - 1e-3);
});

test('D1.5-R5-6: V2G exports only above wear cost and foregone import value', async () => {
  const site = (exportPrice: number) => ({
    max_export_w: 10_000,
    import_price: perSlot(8, 0.1),
    export_price: [0, 0, exportPrice, 0, 0, 0, 0, 0],
  });
  const sessions = [car({ max_discharge_w: 5000, wear_cost: 0.05, targets: [{ at: at(8), soc: 0.5 }] })];
  const idle = await solve(problem({ site: site(0.09), sessions }));
  assert.deepEqual(powers(idle), perSlot(8, 0));
  const busy = await solve(problem({ site: site(0.2), sessions }));
  assert.equal(powers(busy)[2], -5000);
  near(busy.cost.wear, 1.25 * 0.05, 1e-9);
});

test('X10: where export pays more than import costs, one slot goes one way', async () => {
  const site = {
    max_export_w: 10_000,
    demand_w: perSlot(8, 1000),
    import_price: perSlot(8, 0.1),
    export_price: perSlot(8, 0.3),
  };
  const plan = await solve(problem({ site, sessions: [car({ max_discharge_w: 4000 })] }));
  const expected = plan.site.net_w.reduce((sum, net) => sum + (net / 4000) * (net > 0 ? 0.1 : 0.3), 0);
  near(plan.cost.total, expected, 1e-6);
});

test('X10 V1.3: a negative price never makes a car charge and discharge at once', async () => {
  const site = { import_price: perSlot(8, -0.1) };
  const sessions = [
    car({ max_discharge_w: 8000, charge_efficiency: 0.8, discharge_efficiency: 0.8, max_soc: 0.75 }),
  ];
  const plan = await solve(problem({ site, sessions }));
  near(plan.sessions[0]!.soc!.at(-1)!, 0.75, 1e-6);
});

test('D1.5-ES2 D1.5-R5-5: the capacity price flattens, but not below the peak that is already paid', async () => {
  const site = { capacity_price: 5, import_price: [0.1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2] };
  const flat = await solve(problem({ site }));
  near(Math.max(...flat.site.net_w), 5000, 0.1);
  const paid = await solve(problem({ site: { ...site, peak_so_far_w: 8000 } }));
  near(paid.site.net_w[0]!, 8000, 0.1);
  near(paid.cost.capacity, 0, 1e-9);
});

test('D1.5-ES2: import of slot 0 before now counts for its average', async () => {
  const site = { capacity_price: 100, import_price: perSlot(8, 0.1) };
  const plan = await solve(
    problem({
      now: '2026-01-01T00:05:00Z',
      slot0_import_wh: 2000,
      site,
      sessions: [car({ departure: at(1), targets: [{ at: at(1), soc: 0.52 }] })],
    }),
  );
  near(plan.cost.capacity, (100 * (2000 + 800)) / 250, 1e-3);
});

test('slot 0 starts now: what arrived by now charges at once, for the rest of the slot', async () => {
  const plan = await solve(
    problem({
      now: '2026-01-01T00:10:00Z',
      sessions: [
        car({ arrival: '2026-01-01T00:09:00Z', departure: at(1), targets: [{ at: at(1), soc: 1 }] }),
      ],
    }),
  );
  assert.equal(powers(plan)[0], 10_000);
  near(plan.sessions[0]!.energy_wh, 10_000 / 12);
  assert.equal(plan.sessions[0]!.planned_start, '2026-01-01T00:10:00.000Z');
});

test('D4.2-T1.10 I1.8: arrival rounds up, departure rounds down, nothing flows outside', async () => {
  const sessions = [
    car({
      arrival: '2026-01-01T00:16:00Z',
      departure: '2026-01-01T01:29:00Z',
      targets: [{ at: at(8), soc: 1 }],
    }),
  ];
  const plan = await solve(problem({ sessions }));
  assert.deepEqual(powers(plan), [0, 0, 10_000, 10_000, 10_000, 0, 0, 0]);
});

test('a departure that has passed while the car is plugged in is unknown: the horizon counts', async () => {
  const now = '2026-01-01T00:05:00Z';
  const plan = await solve(problem({ now, sessions: [car({ departure: '2026-01-01T00:02:00Z' })] }));
  near(plan.sessions[0]!.energy_wh, 10_000);
});

test('X54 D4.2-T1.11: several targets, and the highest one counts at departure', async () => {
  const site = { import_price: [0.3, 0.3, 0.3, 0.3, 0.1, 0.1, 0.1, 0.1] };
  const sessions = [
    car({
      targets: [
        { at: at(4), soc: 0.6 },
        { at: at(6), soc: 0.75 },
      ],
      max_discharge_w: 5000,
    }),
  ];
  const plan = await solve(problem({ site, sessions }));
  const { soc } = plan.sessions[0]!;
  assert.ok(soc![3]! >= 0.6 - 1e-6 && soc![5]! >= 0.75 - 1e-6 && soc![7]! >= 0.75 - 1e-6);
});

test('X11: a target beyond the horizon counts pro rata at its end', async () => {
  const plan = await solve(
    problem({ sessions: [car({ departure: at(16), targets: [{ at: at(16), soc: 0.75 }] })] }),
  );
  near(plan.sessions[0]!.energy_wh, 5000);
});

test('I1.5 I1.6: without a battery the energy need is delivered, and no more even at negative prices', async () => {
  const need: Session = { id: 'car', max_charge_w: 10_000, departure: at(8), energy_need_wh: 4000 };
  const plan = await solve(problem({ site: { import_price: perSlot(8, -0.1) }, sessions: [need] }));
  near(plan.sessions[0]!.energy_wh, 4000);
  assert.equal(plan.sessions[0]!.soc, null);
});

test('C1.5 C1.5-removed I2.1 D4.2-T1.09: no discharge without discharge power', async () => {
  const site = { demand_w: perSlot(8, 5000), import_price: [0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9] };
  const without = await solve(problem({ site }));
  assert.ok(Math.min(...powers(without)) >= 0);
  const v2g = car({ max_discharge_w: 5000, targets: [{ at: at(8), soc: 0.55 }] });
  const allowed = await solve(problem({ site, sessions: [v2g] }));
  assert.ok(Math.min(...powers(allowed)) < 0);
});

test('C1.1: SoC never falls below the reserve, and a car that arrives below it keeps what it has', async () => {
  const site = { demand_w: perSlot(8, 20_000), import_price: [0.9, 0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1] };
  const sessions = [
    car({ max_discharge_w: 10_000, reserve_soc: 0.4, targets: [] }),
    car({ id: 'low', soc: 0.1, max_discharge_w: 10_000, targets: [] }),
  ];
  const plan = await solve(problem({ site, sessions }));
  near(Math.min(...plan.sessions[0]!.soc!), 0.4, 1e-6);
  assert.ok(Math.min(...plan.sessions[1]!.soc!) >= 0.1 - 1e-9);
});

test('C1.2 D4.2-T1.06: SoC never rises above max_soc, even when energy is worth money', async () => {
  const plan = await solve(
    problem({ site: { import_price: perSlot(8, -0.2) }, sessions: [car({ max_soc: 0.8 })] }),
  );
  near(plan.sessions[0]!.soc!.at(-1)!, 0.8, 1e-6);
});

test('C1.6 I1.7 X34: power is 0 or at least the minimum, at most the nominal', async () => {
  const sessions = [car({ min_charge_w: 4000, targets: [{ at: at(8), soc: 0.575 }] })];
  const plan = await solve(problem({ site: { max_import_w: 6000 }, sessions }));
  for (const power of powers(plan)) assert.ok(power === 0 || (power >= 4000 && power <= 6000));
  assert.ok(plan.sessions[0]!.soc!.at(-1)! >= 0.575 - 1e-6);
});

test('X34: an energy need may be passed by less than one slot at minimum power', async () => {
  const need: Session = {
    id: 'car',
    max_charge_w: 10_000,
    min_charge_w: 4000,
    departure: at(8),
    energy_need_wh: 500,
  };
  const plan = await solve(problem({ site: { import_price: perSlot(8, 0.1) }, sessions: [need] }));
  near(plan.sessions[0]!.energy_wh, 1000);
});

test('V1.1 V1.3 X13: energy is power x slot length, and charging losses are paid for', async () => {
  const plan = await solve(problem({ sessions: [car({ charge_efficiency: 0.8 })] }));
  near(plan.sessions[0]!.energy_wh, 12_500);
  near(plan.sessions[0]!.soc!.at(-1)!, 0.75, 1e-6);
});

test('stores: a stationary battery shifts cheap energy and ends where it began', async () => {
  const store = { id: 'battery', capacity_wh: 10_000, soc: 0.5, max_charge_w: 5000, max_discharge_w: 5000 };
  const site = { demand_w: perSlot(8, 5000), import_price: [0.1, 0.1, 0.1, 0.1, 0.5, 0.5, 0.5, 0.5] };
  const plan = await solve(problem({ site, sessions: [], stores: [store] }));
  assert.ok(plan.stores[0]!.soc.at(-1)! >= 0.5 - 1e-6);
  near(plan.cost.total, 0.1 * 10 - 0.4 * 5 + 2 - 0, 1.01);
  assert.ok(plan.cost.total < plan.baseline.cost.total - 1.9);
});

test('US-ROM-night: a group limit binds in both directions, whatever the site allows', async () => {
  const sessions = [car({ id: 'a', max_discharge_w: 8000 }), car({ id: 'b', max_discharge_w: 8000 })];
  const site = { demand_w: perSlot(8, 20_000), import_price: [0.9, 0.9, 0.1, 0.1, 0.9, 0.9, 0.1, 0.1] };
  const plan = await solve(
    problem({ site, sessions, groups: [{ id: 'station', sessions: ['a', 'b'], max_w: 12_000 }] }),
  );
  for (const power of plan.site.ev_w) assert.ok(Math.abs(power) <= 12_000 + 1e-3);
});

test('max_phase_w: single-phase cars load one phase', async () => {
  const sessions = ['a', 'b'].map((id) => car({ id, max_charge_w: 7000, phases: [1] }));
  const plan = await solve(problem({ site: { max_phase_w: 7000, demand_w: perSlot(8, 3000) }, sessions }));
  for (const power of plan.site.ev_w) assert.ok(power <= 6000 + 1e-3);
});

test('D4.2-§5.3.1-ctx D1.5-ES1: with a flat price charging moves into the generation', async () => {
  const site = { generation_w: [0, 0, 0, 0, 10_000, 10_000, 10_000, 10_000], import_price: perSlot(8, 0.3) };
  const plan = await solve(problem({ site }));
  assert.deepEqual(powers(plan), [0, 0, 0, 0, 10_000, 10_000, 10_000, 10_000]);
  near(plan.cost.total, 0, 1e-9);
});

test('D1.5-ES3 D4.2-T1.05 I1.4 SMC_009: charging waits for the cheap slots at full power', async () => {
  const plan = await solve(problem({ site: { import_price: [0.4, 0.1, 0.3, 0.1, 0.3, 0.1, 0.3, 0.1] } }));
  assert.deepEqual(powers(plan), [0, 10_000, 0, 10_000, 0, 10_000, 0, 10_000]);
});

test('SMC_010: planned start and end are told', async () => {
  const plan = await solve(problem({ site: { import_price: [0.4, 0.4, 0.4, 0.4, 0.1, 0.1, 0.1, 0.1] } }));
  assert.equal(plan.sessions[0]!.planned_start, '2026-01-01T01:00:00.000Z');
  assert.equal(plan.sessions[0]!.planned_end, '2026-01-01T02:00:00.000Z');
});

test('SMC_007: limits go before minimums, minimums before priority, priority before all others', async () => {
  const sessions = [
    car({ id: 'minimum', targets: [{ at: at(8), soc: 0.6, kind: 'minimum' }] }),
    car({ id: 'priority', priority: 'priority' }),
    car({ id: 'normal' }),
  ];
  const plan = await solve(problem({ site: { max_import_w: 6000 }, sessions }));
  assert.ok(Math.max(...plan.site.net_w) <= 6000 + 1e-3);
  near(plan.sessions[0]!.energy_wh, 4000, 0.1);
  near(plan.sessions[1]!.energy_wh, 8000, 0.1);
  near(plan.sessions[2]!.energy_wh, 0, 0.1);
  near(plan.shortfall_wh, 12_000, 0.1);
});

test('SMC_007 US-BCN-strategy: scarcity is shared max-min fair by fraction of need', async () => {
  const sessions = [
    car({ id: 'a', max_charge_w: 20_000, targets: [{ at: at(8), soc: 0.75 }] }),
    car({ id: 'b', max_charge_w: 20_000, targets: [{ at: at(8), soc: 1 }] }),
    car({ id: 'late', arrival: at(7), targets: [{ at: at(8), soc: 0.75 }] }),
  ];
  const plan = await solve(problem({ site: { max_import_w: 8000 }, sessions }));
  const share = plan.sessions.map((session, i) => session.energy_wh / [10_000, 20_000, 10_000][i]!);
  near(share[2]!, 0.2, 1e-4);
  near(share[0]!, share[1]!, 1e-4);
});

test('SMC_007 US-BCN-pref: FAST charges as early as possible, but not at the cost of another need', async () => {
  const site = { max_import_w: 10_000, import_price: [0.9, 0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1] };
  const sessions = [
    car({ id: 'fast', preference: 'FAST' }),
    car({ id: 'leaves', departure: at(2), targets: [{ at: at(2), soc: 0.625 }] }),
  ];
  const plan = await solve(problem({ site, sessions }));
  assert.deepEqual(powers(plan, 1).slice(0, 2), [10_000, 10_000]);
  assert.deepEqual(powers(plan, 0), [0, 0, 10_000, 10_000, 10_000, 10_000, 0, 0]);
});

test('US-BCN-pref: GREEN takes the cleanest slots and its own surplus counts as clean', async () => {
  const site = {
    import_price: [0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9],
    co2_g_per_kwh: [500, 500, 500, 500, 100, 100, 100, 400],
    generation_w: [0, 0, 10_000, 0, 0, 0, 0, 0],
  };
  const plan = await solve(problem({ site, sessions: [car({ preference: 'GREEN' })] }));
  assert.deepEqual(powers(plan), [0, 0, 10_000, 0, 10_000, 10_000, 10_000, 0]);
  near(plan.co2_g.plan!, 3 * 2.5 * 100, 0.01);
});

test('US-BCN-pref D4.2-§3.3.2-opt: REGULAR is earlier where nothing is cheaper and no peak is raised', async () => {
  const demand = [0, 0, 0, 0, 0, 0, 0, 20_000];
  const plan = await solve(
    problem({ site: { demand_w: demand }, sessions: [car({ preference: 'REGULAR' })] }),
  );
  assert.deepEqual(powers(plan), [10_000, 10_000, 10_000, 10_000, 0, 0, 0, 0]);
});

test('ties: least energy, then the lowest peak', async () => {
  const plan = await solve(problem());
  assert.deepEqual(powers(plan), perSlot(8, 5000));
});

test('marginal price: the cost of one more kWh of base load in each slot', async () => {
  const price = [0.4, 0.1, 0.3, 0.1, 0.3, 0.1, 0.3, 0.1];
  const plan = await solve(
    problem({ site: { import_price: price, max_import_w: 10_000, demand_w: perSlot(8, 2000) } }),
  );
  near(plan.site.marginal_price[0]!, 0.4, 1e-9);
  near(plan.site.marginal_price[1]!, 0.3, 1e-9);
});
