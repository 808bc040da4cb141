import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../contract/index.ts';
import { planNow } from '../planner/plan-now.ts';
import { assessWear, withoutDischarge } from './assess.ts';
import { WEAR_MODELS } from './models.ts';
import { rainflow } from './rainflow.ts';
import { stressOf } from './stress.ts';

/** A night at home: cheap until 06:00, dear in the evening; the house can use what the car gives back. */
function night(wearCost: number): Problem {
  const hours = Array.from({ length: 14 }, (_, hour) => hour);
  return {
    start: '2026-01-01T17:00:00Z',
    slot_minutes: 60,
    slots: 14,
    site: {
      demand_w: hours.map(() => 6000),
      import_price: hours.map((hour) => (hour < 4 ? 0.4 : 0.1)),
    },
    sessions: [
      {
        id: 'car',
        max_charge_w: 11_000,
        max_discharge_w: 11_000,
        battery_wh: 60_000,
        soc: 0.6,
        charge_efficiency: 0.92,
        discharge_efficiency: 0.92,
        wear_cost: wearCost,
        targets: [{ at: '2026-01-02T07:00:00Z', soc: 0.9 }],
      },
    ],
  };
}

async function assess(problem: Problem, given = {}) {
  return assessWear(problem, await planNow(problem), await planNow(withoutDischarge(problem)), given);
}

test('SMC_011: raising the wear cost above the spread removes discharging', async () => {
  // Spread: 0.4 earned per kWh, 0.1 / 0.92^2 = 0.118 paid for it, so 0.282 is the break-even.
  const discharged = async (wearCost: number) => {
    const plan = await planNow(night(wearCost));
    return plan.sessions[0]!.power_w.reduce((sum, power) => sum + Math.max(0, -power), 0);
  };
  assert.ok((await discharged(0.05)) > 20_000);
  assert.ok((await discharged(0.28)) > 20_000);
  assert.equal(await discharged(0.285), 0);
});

test('SMC_011: the report shows kWh, equivalent full cycles, capacity loss and cost of all three paths', async () => {
  const report = await assess(night(0.05));
  const [car] = report.sessions;
  assert.ok(car);
  // 22.08 kWh leave the car in four hours of 6 kW at most (the reserve of 20 % stops it before 24 kWh).
  assert.ok(Math.abs(car.v2g.dischargedKwh - 0.4 * 60 * 0.92) < 0.01, String(car.v2g.dischargedKwh));
  assert.equal(car.smart.dischargedKwh, 0);
  assert.ok(Math.abs(car.smart.equivalentFullCycles - 0.15) < 1e-6);
  assert.ok(Math.abs(car.v2g.equivalentFullCycles - (0.4 + 0.7) / 2) < 1e-4);
  assert.ok(
    car.uncontrolled.hoursAtHighSoc > car.smart.hoursAtHighSoc,
    'smart charging waits at a lower SoC',
  );
  assert.ok(car.smart.loss.calendar < car.uncontrolled.loss.calendar, 'and so ages less by calendar');
  assert.ok(car.v2g.loss.cycle > car.smart.loss.cycle, 'discharging adds cycle ageing');
  assert.equal(car.extra.loss, car.v2g.loss.total - car.smart.loss.total);
  assert.ok(Math.abs(car.extra.costPerKwh! - car.extra.cost / car.v2g.dischargedKwh) < 1e-12);
  assert.ok(Math.abs(car.extra.costRange[1] / car.extra.cost - 1.3) < 1e-9);
});

test('SMC_011: model, chemistry, temperature and uncertainty are printed with every assessment', async () => {
  const nmc = await assess(night(0.05));
  assert.equal(
    nmc.statement,
    'Schmalstieg 2014 for NMC/graphite at 25 °C, battery 2 years old; all losses +-30 %.',
  );
  const lfp = await assess(night(0.05), { chemistry: 'lfp', temperatureC: 35 });
  assert.match(lfp.statement, /^BLAST-Lite LFP-Gr 250 Ah for LFP\/graphite at 35 °C/);
  assert.notEqual(lfp.sessions[0]!.v2g.loss.total, nmc.sessions[0]!.v2g.loss.total);
});

test('SMC_011: heat, high SoC and deep cycles age more in both models', () => {
  const age = { days: 730, equivalentFullCycles: 90 };
  const hours = Array.from({ length: 10 }, () => 1);
  const resting = (soc: number) => stressOf({ soc: Array.from({ length: 11 }, () => soc), hours });
  const cycling = (depth: number) =>
    stressOf({
      soc: hours.flatMap((_, i) => (i === 0 ? [0.5, 0.5 + depth] : [i % 2 ? 0.5 : 0.5 + depth])),
      hours,
    });
  for (const model of Object.values(WEAR_MODELS)) {
    const loss = (stress: ReturnType<typeof stressOf>, celsius = 25) => model.loss(stress, age, celsius);
    assert.ok(loss(resting(0.9)).calendar > loss(resting(0.3)).calendar, model.name);
    assert.ok(loss(resting(0.5), 40).calendar > loss(resting(0.5), 20).calendar, model.name);
    assert.equal(loss(resting(0.5)).cycle, 0, model.name);
    const perCycle = (depth: number) => loss(cycling(depth)).cycle / cycling(depth).equivalentFullCycles;
    assert.ok(perCycle(0.4) > perCycle(0.1), model.name);
    // A year of rest at half charge costs a two-year-old battery some tenths of a per cent to a few per cent.
    const yearly = loss(resting(0.5)).calendar * 24 * (365 / 10);
    assert.ok(yearly > 0.001 && yearly < 0.05, `${model.name}: ${yearly}`);
  }
});

test('D1.5-R3-3: the share of a warranty throughput that a stay uses is reported', async () => {
  const { sessions } = await assess(night(0.05), { warrantyThroughputKwh: 10_000 });
  assert.ok(Math.abs(sessions[0]!.extra.warrantyShare! - 22.08 / 10_000) < 1e-6);
});

test('SMC_011: rainflow counts the example of ASTM E1049-85', () => {
  const counted = rainflow([-2, 1, -3, 5, -1, 3, -4, 4, -2]);
  const byDepth = new Map<number, number>();
  for (const { depth, count } of counted) byDepth.set(depth, (byDepth.get(depth) ?? 0) + count);
  assert.deepEqual(
    [...byDepth].sort(([a], [b]) => a - b),
    [
      [3, 0.5],
      [4, 1.5],
      [6, 0.5],
      [8, 1],
      [9, 0.5],
    ],
  );
});
