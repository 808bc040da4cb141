import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plan, type Problem, parseProblem, planNow, type Session, type Site } from '../index.ts';

/** The base case of the golden vectors: 8 quarter hours, 5 kW load, 3 kW PV, one car of 60 kWh that is half full. */
function base(site: Site = {}, session: Partial<Session> = {}): Problem {
  return {
    start: '2026-01-01T00:00:00Z',
    slots: 8,
    site: {
      demand_w: new Array(8).fill(5000),
      generation_w: new Array(8).fill(3000),
      max_import_w: 20_000,
      import_price: [0.3, 0.28, 0.25, 0.2, 0.1, 0.12, 0.3, 0.4],
      ...site,
    },
    sessions: [
      {
        id: 'ev',
        max_charge_w: 11_000,
        battery_wh: 60_000,
        soc: 0.5,
        targets: [{ at: '2026-01-01T02:00:00Z', soc: 0.6 }],
        ...session,
      },
    ],
  };
}

async function solved(problem: Problem): Promise<Plan> {
  assert.deepEqual(parseProblem(problem), { ok: true, problem });
  const plan = await planNow(problem);
  assert.equal(plan.status, 'optimal');
  return plan;
}

function costs(plan: Plan, expected: number): void {
  const energy = plan.cost.import + plan.cost.export;
  assert.ok(Math.abs(energy - expected) <= 1e-6, `cost ${energy}, expected ${expected}`);
}

const kilowatts = (plan: Plan) => plan.sessions[0]!.power_w.map((power) => Math.round(power) / 1000);

test('G0 C1.1 C1.2 V1.3 D4.2-§3.1-4: V2G discharges only down to zero import when export earns nothing', async () => {
  const plan = await solved(base({}, { max_discharge_w: 7000 }));
  costs(plan, 1.4275);
  assert.deepEqual(kilowatts(plan), [-2, -2, -1, 11, 11, 11, -2, -2]);
});

for (const [generationW, expected] of [
  [0, 3.1425],
  [3000, 1.68],
  [6000, 0.43],
] as const) {
  test(`G1 V1.2 X7 D4.2-T1.02: ${generationW} W of generation reduce the load`, async () => {
    costs(await solved(base({ generation_w: new Array(8).fill(generationW) })), expected);
  });
}

test('G2 C2.1 X8: discharge power allows discharging, it does not force charging', async () => {
  const plan = await solved(base({}, { max_discharge_w: 7000 }));
  costs(plan, 1.4275);
});

test('G3 C2.1: a car at 58 of 60 kWh with target 0.9 is feasible and costs nothing', async () => {
  const plan = await solved(
    base({}, { soc: 58 / 60, max_discharge_w: 7000, targets: [{ at: '2026-01-01T02:00:00Z', soc: 0.9 }] }),
  );
  costs(plan, 0);
});

test('G4 O1 X10: a negative price stays bounded', async () => {
  const plan = await solved(base({ import_price: [0.3, 0.28, 0.25, 0.2, -0.05, 0.12, 0.3, 0.4] }));
  assert.equal(plan.site.net_w[4], 13_000);
  costs(plan, 1.1925);
});

for (const [opportunity, expected, finish, power] of [
  [0, 1.68, 5, [0, 0, 0, 2, 11, 11, 0, 0]],
  [0.05, 1.925, 4, [0, 0, 2, 11, 11, 0, 0, 0]],
  [0.1, 2.5825, 2, [2, 11, 11, 0, 0, 0, 0, 0]],
  [1, 2.5825, 2, [2, 11, 11, 0, 0, 0, 0, 0]],
  [10, 2.5825, 2, [2, 11, 11, 0, 0, 0, 0, 0]],
] as const) {
  test(`G5 O4 X9 I4.2 D4.2-T1.13 D4.2-§5.3.4: opportunity cost ${opportunity} ends the stay with slot ${finish}`, async () => {
    const plan = await solved(base({ opportunity_cost: opportunity }));
    costs(plan, expected);
    assert.deepEqual(kilowatts(plan), power);
    const occupied = (finish * (finish + 1)) / 2;
    assert.ok(Math.abs(plan.cost.opportunity - opportunity * occupied) < 1e-9);
  });
}

test('G5 O1-removed: O1 equals O4 when the opportunity cost is 0', async () => {
  const with0 = await solved(base({ opportunity_cost: 0 }));
  const without = await solved(base());
  assert.equal(with0.cost.total, without.cost.total);
});

test('G5 X9: the linear surrogate is another cost, named as such', async () => {
  const plan = await solved({ ...base({ opportunity_cost: 0.15 }), opportunity: 'linear' });
  const exact = await solved(base({ opportunity_cost: 0.15 }));
  assert.ok(plan.sessions[0]!.planned_end! > exact.sessions[0]!.planned_end!);
});

test('G6 X11 I1.8: no energy after departure', async () => {
  const plan = await solved(base({}, { max_discharge_w: 7000, departure: '2026-01-01T01:00:00Z' }));
  costs(plan, 2.3425);
  assert.deepEqual(kilowatts(plan).slice(4), [0, 0, 0, 0]);
});

test('G7 C1.3 X11: an impossible target gives full power and says what is missing', async () => {
  const plan = await solved(
    base({}, { departure: '2026-01-01T00:45:00Z', targets: [{ at: '2026-01-01T00:45:00Z', soc: 1 }] }),
  );
  assert.deepEqual(kilowatts(plan), [11, 11, 11, 0, 0, 0, 0, 0]);
  assert.ok(Math.abs(plan.shortfall_wh - 21_750) < 1e-6);
  assert.ok(Math.abs(plan.sessions[0]!.shortfall_wh - 21_750) < 1e-6);
});

test('G8 C1.4 X12: base load above the limit leaves the cars at 0 and is reported', async () => {
  const plan = await solved(
    base({ demand_w: new Array(8).fill(25_000), generation_w: new Array(8).fill(0) }),
  );
  assert.deepEqual(kilowatts(plan), new Array(8).fill(0));
  assert.ok(Math.abs(plan.over_limit_wh - 10_000) < 1e-6);
});
