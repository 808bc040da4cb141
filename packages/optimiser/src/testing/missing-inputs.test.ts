import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from '../checker/index.ts';
import { type Problem, parseProblem, type Session, type Site } from '../contract/index.ts';
import { planNow } from '../planner/plan-now.ts';

const SLOTS = 5;
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const at = (slot: number) => new Date(START_MS + slot * 3_600_000).toISOString();
const series = (value: (slot: number) => number) => Array.from({ length: SLOTS }, (_, slot) => value(slot));

/** Everything an operator or a driver may leave out; each alone and in every combination. */
const SITE_INPUTS: Partial<Site>[] = [
  { max_import_w: 14_000 },
  { flex_w: series((slot) => (slot === 2 ? -6000 : 0)) },
  { demand_w: series((slot) => 2000 + 300 * slot), generation_w: series((slot) => (slot > 2 ? 5000 : 0)) },
  { import_price: series((slot) => 0.1 + 0.02 * ((slot * 3) % SLOTS)), export_price: series(() => 0.05) },
  { opportunity_cost: 0.01, capacity_price: 0.1, co2_g_per_kwh: series((slot) => 100 + slot) },
];
const SESSION_INPUTS: Partial<Session>[] = [
  { arrival: at(1), departure: at(4) },
  { battery_wh: 50_000, soc: 0.4, max_discharge_w: 5000 },
  { min_charge_w: 1380, max_soc: 0.9, charge_efficiency: 0.9 },
];
const WISHES: Partial<Session>[] = [{}, { energy_need_wh: 15_000 }, { targets: [{ at: at(4), soc: 0.7 }] }];

function problems(): Problem[] {
  const inputs = SITE_INPUTS.length + SESSION_INPUTS.length;
  return WISHES.flatMap((wish) =>
    Array.from({ length: 2 ** inputs }, (_, subset): Problem[] => {
      const given = <T extends object>(parts: readonly T[], offset: number): T =>
        Object.assign({}, ...parts.filter((_part, i) => ((subset >> (i + offset)) & 1) === 1));
      const site: Site = given(SITE_INPUTS, 0);
      const session: Session = {
        id: 'car',
        max_charge_w: 7360,
        ...given(SESSION_INPUTS, SITE_INPUTS.length),
      };
      // A target without a battery is a target of nothing known: the need form exists for that.
      if (wish.targets !== undefined && session.battery_wh === undefined) return [];
      const other: Session = { id: 'other', max_charge_w: 11_040, energy_need_wh: 20_000 };
      return [
        {
          start: at(0),
          slot_minutes: 60,
          slots: SLOTS,
          ...(Object.keys(site).length > 0 ? { site } : {}),
          sessions: [{ ...session, ...wish }, other],
        },
      ];
    }).flat(),
  );
}

test('X46 UC-005-pre D4.2-§3.3.1-opt D4.2-§3.3.2-opt: every subset of the optional inputs gives a feasible, proved plan', async () => {
  for (const problem of problems()) {
    const parsed = parseProblem(problem);
    assert.ok(parsed.ok, JSON.stringify(parsed));
    const plan = await planNow(problem);
    assert.deepEqual(checkPlan(problem, plan), []);
    assert.equal(plan.status, 'optimal', JSON.stringify(problem));
    // Whoever says less is not served worse than without any control (D1.5-§1.1-1).
    assert.ok(plan.shortfall_wh <= plan.baseline.shortfall_wh + 1, JSON.stringify(problem));
  }
});

test('D4.2-§5.3-N: no session at all, and no input but the start, is a plan too', async () => {
  const plan = await planNow({ start: at(0) });
  assert.equal(plan.status, 'optimal');
  assert.equal(plan.site.net_w.length, 96);
  assert.equal(plan.cost.total, 0);
});

for (const { day, slots, from } of [
  { day: '2026-03-29, the clock goes forward', slots: 92, from: '2026-03-28T23:00:00Z' },
  { day: '2026-10-25, the clock goes back', slots: 100, from: '2026-10-24T22:00:00Z' },
]) {
  test(`X37 D4.2-§5.3-Ts: a local day in Rome of ${slots} quarter hours (${day}) is planned like any other`, async () => {
    const endMs = Date.parse(from) + slots * 900_000;
    const problem: Problem = {
      start: from,
      slots,
      site: {
        import_price: Array.from({ length: slots }, (_, slot) => 0.1 + (slot % 24) / 100),
        max_import_w: 9000,
      },
      sessions: [
        {
          id: 'car',
          max_charge_w: 7360,
          battery_wh: 50_000,
          soc: 0.2,
          departure: new Date(endMs).toISOString(),
          targets: [{ at: new Date(endMs).toISOString(), soc: 0.9 }],
        },
      ],
    };
    const plan = await planNow(problem);
    assert.equal(plan.status, 'optimal');
    assert.equal(plan.sessions[0]!.power_w.length, slots);
    assert.ok(plan.shortfall_wh < 0.001, String(plan.shortfall_wh));
    assert.deepEqual(checkPlan(problem, plan), []);
    // Midnight to midnight on the wall clock, whatever the day's length.
    const wall = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Rome', timeStyle: 'short' });
    assert.equal(wall.format(new Date(from)), '00:00');
    assert.equal(wall.format(new Date(endMs)), '00:00');
  });
}
