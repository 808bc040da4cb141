import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from '../checker/index.ts';
import { type Plan, type Problem, parseProblem, planNow, type Session } from '../index.ts';

const at = (slot: number) => new Date(Date.UTC(2026, 0, 1) + slot * 900_000).toISOString();
const perSlot = (slots: number, value: number) => new Array<number>(slots).fill(value);
const near = (actual: number, expected: number, tolerance = 1e-3) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);

/** 60 kWh at 42 %, to 60 % by the end of slot 8. */
function car(fields: Partial<Session> = {}): Session {
  return {
    id: 'car',
    max_charge_w: 11_000,
    battery_wh: 60_000,
    soc: 0.42,
    departure: at(8),
    targets: [{ at: at(8), soc: 0.6 }],
    ...fields,
  };
}

async function planOf(problem: Problem): Promise<Plan> {
  assert.deepEqual(parseProblem(problem), { ok: true, problem });
  const plan = await planNow(problem, { timeLimitS: 10 });
  assert.notEqual(plan.status, 'fallback');
  return plan;
}

for (const minutes of [5, 15, 60]) {
  test(`V1.1: with slots of ${minutes} minutes the power of a slot is its energy x 60 / Ts`, async () => {
    const slots = 120 / minutes;
    const price = Array.from({ length: slots }, (_, slot) => 0.1 + 0.01 * slot);
    const site = { import_price: price };
    const plan = await planOf({ start: at(0), slot_minutes: minutes, slots, site, sessions: [car()] });
    const [session] = plan.sessions;
    const energiesWh = session!.power_w.map((powerW) => (powerW * minutes) / 60);
    near(
      energiesWh.reduce((sum, wh) => sum + wh, 0),
      session!.energy_wh,
    );
    near(
      plan.cost.import,
      energiesWh.reduce((sum, wh, slot) => sum + (wh / 1000) * price[slot]!, 0),
      1e-6,
    );
    near(session!.energy_wh, 0.18 * 60_000);
  });
}

test('I1.6: the SoC at the start is a share of the capacity, 42 % of 60 kWh are 25.2 kWh', async () => {
  const plan = await planOf({ start: at(0), slots: 8, sessions: [car({ preference: 'FAST' })] });
  const [session] = plan.sessions;
  near(session!.soc![0]! * 60_000, 25_200 + 2_750, 0.01);
  near(session!.energy_wh, 36_000 - 25_200, 0.01);
});

test('V1.3: the SoC of every slot is the one before plus what charging brings and minus what discharging takes, losses included', async () => {
  const site = { demand_w: perSlot(8, 6000), import_price: [0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1] };
  const efficient = { charge_efficiency: 0.9, discharge_efficiency: 0.8 };
  const sessions = [car({ max_discharge_w: 6000, ...efficient })];
  const [session] = (await planOf({ start: at(0), slots: 8, site, sessions })).sessions;
  assert.ok(Math.min(...session!.power_w) < -1000, 'it discharges in the dear slots');
  let contentWh = 25_200;
  for (const [slot, powerW] of session!.power_w.entries()) {
    contentWh += powerW > 0 ? (powerW / 4) * 0.9 : powerW / 4 / 0.8;
    near(session!.soc![slot]! * 60_000, contentWh, 0.01);
  }
});

test('D4.2-§5.3-T X11: a departure beyond the horizon asks for its share of the need by the end of the horizon', async () => {
  const target = { departure: at(24), targets: [{ at: at(24), soc: 0.6 }] };
  const whole = await planOf({ start: at(0), slots: 24, sessions: [car(target)] });
  near(whole.sessions[0]!.energy_wh, 10_800);
  for (const slots of [6, 8, 12]) {
    const part = await planOf({ start: at(0), slots, sessions: [car(target)] });
    assert.equal(part.sessions[0]!.power_w.length, slots);
    near(part.sessions[0]!.energy_wh, (10_800 * slots) / 24);
  }
});

test('C3.1: a flex order of -60 % for three slots is kept in every slot, and the load comes back after it', async () => {
  const flex = [0, 0, -6000, -6000, -6000, 0, 0, 0];
  const sessions = ['a', 'b'].map((id) => car({ id, preference: 'FAST' }));
  const site = { max_import_w: 10_000 };
  const before = await planOf({ start: at(0), slots: 8, site, sessions });
  const plan = await planOf({ start: at(0), slots: 8, site: { ...site, flex_w: flex }, sessions });
  for (const [slot, netW] of plan.site.net_w.entries()) {
    assert.ok(netW <= 10_000 + flex[slot]! + 1e-3, `slot ${slot}: ${netW} W`);
  }
  near(before.site.net_w[2]!, 10_000, 0.1);
  near(plan.site.net_w[2]!, 4000, 0.1);
  for (const slot of [5, 6, 7]) near(plan.site.net_w[slot]!, 10_000, 0.1);
});

for (const count of [1, 50, 500]) {
  test(`D4.2-§5.3-N: ${count} sessions in one context are planned within its limit`, async () => {
    const sessions = Array.from({ length: count }, (_, n) =>
      car({ id: `car-${n}`, departure: at(8 + (n % 8)), targets: [{ at: at(8 + (n % 8)), soc: 0.5 }] }),
    );
    const price = Array.from({ length: 16 }, (_, slot) => 0.2 + 0.1 * Math.sin(slot));
    const site = { max_import_w: 3000 * count + 5000, import_price: price };
    const problem = { start: at(0), slots: 16, site, sessions };
    const plan = await planOf(problem);
    assert.deepEqual(checkPlan(problem, plan), []);
    assert.equal(plan.sessions.length, count);
    assert.ok(Math.max(...plan.site.net_w) <= site.max_import_w + 1);
    near(plan.shortfall_wh, 0, 1);
  });
}
