import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan, Problem, Session } from '../contract/index.ts';
import { normalise } from '../grid/index.ts';
import { planNow } from '../planner/plan-now.ts';
import { generateProblem } from '../testing/generate-problem.ts';
import { PROBLEM_CLASS_NAMES } from '../testing/problem-classes.ts';
import { seededRandom } from '../testing/random.ts';
import { reasonsOf } from './reasons.ts';

const START = '2026-01-01T00:00:00Z';
const hourly = (problem: Partial<Problem>): Problem => ({
  start: START,
  slot_minutes: 60,
  slots: 4,
  ...problem,
});
const car = (more: Partial<Session> = {}): Session => ({
  id: 'car',
  max_charge_w: 10_000,
  battery_wh: 40_000,
  soc: 0.5,
  ...more,
});
const at = (hour: number) => `2026-01-01T0${hour}:00:00Z`;

function pricesOf({ site: { marginal_price: prices } }: Plan): Float64Array | null {
  return prices.includes(null) ? null : Float64Array.from(prices as number[]);
}

async function reasons(problem: Problem): Promise<Record<string, string>> {
  const plan = await planNow(problem);
  const normal = normalise(problem);
  const powers = {
    powerW: plan.sessions.map((session) => Float64Array.from(session.power_w)),
    storePowerW: plan.stores.map((store) => Float64Array.from(store.power_w)),
  };
  const [first] = reasonsOf(normal, powers, pricesOf(plan));
  return Object.fromEntries(first!.map(({ code, sentence }) => [code, sentence]));
}

test('SMC_010: a car that waits is told until when and what it gains', async () => {
  const said = await reasons(
    hourly({
      site: { import_price: [0.3, 0.4, 0.1, 0.2] },
      sessions: [car({ targets: [{ at: at(4), soc: 0.75 }] })],
    }),
  );
  assert.deepEqual(said, {
    waits_for_cheaper_slots:
      'Charges from 2026-01-01T02:00Z to 2026-01-01T03:00Z at 0.100 EUR/kWh on average; while it waits it would be 0.350 EUR/kWh: 0.250 EUR/kWh more.',
  });
});

test('SMC_010: a car that waits for power which others need more is told what that power is worth', async () => {
  // Both would like the cheap second hour; the urgent one has no other, so for the patient one it is worth what waiting costs.
  const said = await reasons(
    hourly({
      site: { max_import_w: 10_000, import_price: [0.5, 0.1, 0.3, 0.4] },
      sessions: [
        car({ id: 'patient', targets: [{ at: at(4), soc: 0.75 }] }),
        car({ id: 'urgent', departure: at(2), targets: [{ at: at(2), soc: 0.75 }] }),
      ],
    }),
  );
  assert.equal(
    said.waits_for_cheaper_slots,
    'Charges from 2026-01-01T02:00Z to 2026-01-01T03:00Z at 0.300 EUR/kWh on average; while it waits it would be 0.500 EUR/kWh, of which 0.200 EUR/kWh for power that others need more: 0.200 EUR/kWh more.',
  );
});

test('SMC_010 US-BCN-strategy: a car is told which hours give it less, and that they are the reason of what is missing', async () => {
  const said = await reasons(
    hourly({
      site: { import_price: [0.1, 0.1, 0.1, 0.1] },
      sessions: [car({ charge_limit_w: [10_000, 2000, 0, 0], targets: [{ at: at(4), soc: 1 }] })],
    }),
  );
  assert.deepEqual(said, {
    target_unreachable:
      '8.0 kWh of the 100 % due by 2026-01-01T04:00Z will be missing: even at its full 10.0 kW the car gets only 12.0 kWh in 4.00 h.',
    limited_by_service:
      'The charging service here gives no power from 2026-01-01T01:00Z to 2026-01-01T04:00Z.',
  });
});

test('SMC_010 C1.4: a car held back by the limit is told what a kW more of it would be worth', async () => {
  const said = await reasons(
    hourly({
      site: { max_import_w: 12_000, import_price: [0.1, 0.3, 0.4, 0.4] },
      sessions: [
        car({ max_charge_w: 20_000, targets: [{ at: at(4), soc: 0.75 }] }),
        car({ id: 'other', max_charge_w: 20_000, targets: [{ at: at(4), soc: 0.75 }] }),
      ],
    }),
  );
  assert.equal(
    said.limited_by_site,
    'The supply point is at its limit of 12.0 kW from 2026-01-01T00:00Z to 2026-01-01T01:00Z. A kW more of it would be worth 0.200 EUR per hour.',
  );
});

test('SMC_010: a car that leaves the cheap hour to one that must go is told what power would be worth in that hour', async () => {
  const said = await reasons(
    hourly({
      site: { max_import_w: 10_000, import_price: [0.1, 0.3, 0.4, 0.4] },
      sessions: [
        car({ targets: [{ at: at(4), soc: 0.75 }] }),
        car({ id: 'urgent', departure: at(1), targets: [{ at: at(1), soc: 0.75 }] }),
      ],
    }),
  );
  assert.match(
    said.limited_by_site ?? '',
    /limit of 10\.0 kW from 2026-01-01T00:00Z to .*T01:00Z\. A kW more of it would be worth 0\.200 EUR per hour\.$/,
  );
});

test('SMC_010: a plan without marginal prices is explained by the prices of importing', async () => {
  const problem = hourly({
    site: { max_import_w: 12_000, import_price: [0.3, 0.4, 0.1, 0.2] },
    sessions: [car({ min_charge_w: 4000, targets: [{ at: at(4), soc: 0.9 }] })],
  });
  const plan = await planNow(problem);
  assert.deepEqual(plan.site.marginal_price, [null, null, null, null]);
  const said = await reasons(problem);
  assert.match(
    said.waits_for_cheaper_slots ?? '',
    /on average; while it waits it would be 0\.350 EUR\/kWh: 0\.2/,
  );
});

test('D4.2-§3.1-4: what a car gives back to the grid is explained by what that earns', async () => {
  const said = await reasons(
    hourly({
      site: { import_price: [0.1, 0.5, 0.5, 0.1], export_price: [0, 0.3, 0.3, 0], max_export_w: 10_000 },
      sessions: [car({ max_discharge_w: 10_000 })],
    }),
  );
  assert.match(said.discharges_at_high_price ?? '', /when a kWh costs 0\.300 EUR\/kWh; it charges at 0\.100/);
});

test('X11: an unreachable target says how much is missing and why', async () => {
  const said = await reasons(
    hourly({ sessions: [car({ departure: at(1), targets: [{ at: at(1), soc: 0.9 }] })] }),
  );
  assert.equal(
    said.target_unreachable,
    '6.0 kWh of the 90 % due by 2026-01-01T01:00Z will be missing: even at its full 10.0 kW the car gets only 10.0 kWh in 1.00 h.',
  );
});

test('X11: a target that others stand in the way of says so', async () => {
  const both = { departure: at(1), targets: [{ at: at(1), soc: 0.75 }] };
  const said = await reasons(
    hourly({ site: { max_import_w: 10_000 }, sessions: [car(both), car({ ...both, id: 'other' })] }),
  );
  assert.match(said.target_unreachable ?? '', /^5\.0 kWh of the 75 % .* shared with others/);
  assert.equal(
    said.limited_by_site,
    'The supply point is at its limit of 10.0 kW from 2026-01-01T00:00Z to 2026-01-01T01:00Z.',
  );
});

test('C3.1: a flex order that holds a car back is named', async () => {
  const said = await reasons(
    hourly({
      site: { max_import_w: 12_000, flex_w: [-8000, 0, 0, 0] },
      sessions: [car({ preference: 'FAST', targets: [{ at: at(4), soc: 0.75 }] })],
    }),
  );
  assert.equal(
    said.limited_by_flex_order,
    'A flex order lowers the limit of the supply point to 4.0 kW from 2026-01-01T00:00Z to 2026-01-01T01:00Z.',
  );
  assert.match(said.charges_at_once ?? '', /\(FAST\), from 2026-01-01T00:00Z on/);
});

test('D4.2-§3.1-2: groups, phases and a base above its limit are named', async () => {
  const target = { targets: [{ at: at(4), soc: 0.9 }], preference: 'FAST' as const };
  const group = await reasons(
    hourly({ sessions: [car(target)], groups: [{ id: 'station-7', sessions: ['car'], max_w: 5000 }] }),
  );
  assert.match(group.limited_by_group ?? '', /^Group station-7 is at its limit of 5\.0 kW/);
  const phase = await reasons(
    hourly({ site: { max_phase_w: 3000 }, sessions: [car({ ...target, phases: [2] })] }),
  );
  assert.match(phase.limited_by_phase ?? '', /^A phase of the supply point is at its limit of 3\.0 kW/);
  const base = await reasons(
    hourly({ site: { max_import_w: 20_000, demand_w: [25_000, 0, 0, 0] }, sessions: [car(target)] }),
  );
  assert.match(
    base.base_over_limit ?? '',
    /limit of 20\.0 kW .* to 2026-01-01T01:00Z, so no car charges then/,
  );
});

test('D4.2-§3.1-4: discharge is explained by the price, or by a site above its limit', async () => {
  const v2g = car({ max_discharge_w: 10_000 });
  const profit = await reasons(
    hourly({
      site: { import_price: [0.1, 0.5, 0.5, 0.1], demand_w: [5000, 5000, 5000, 5000] },
      sessions: [v2g],
    }),
  );
  assert.match(
    profit.discharges_at_high_price ?? '',
    /^Gives back 10\.0 kWh from .*T01:00Z to .*T03:00Z, when a kWh costs 0\.500 EUR/,
  );
  const relief = await reasons(
    hourly({ site: { max_import_w: 8000, demand_w: [0, 0, 9000, 0] }, sessions: [v2g] }),
  );
  assert.match(relief.relieves_site ?? '', /^Gives back 1\.0 kWh/);
});

test('X34: charging at the minimum is explained', async () => {
  const said = await reasons(
    hourly({
      site: { max_import_w: 4000 },
      sessions: [car({ min_charge_w: 4000, targets: [{ at: at(4), soc: 0.7 }] })],
    }),
  );
  assert.match(said.minimum_power ?? '', /^Charges at its minimum of 4\.0 kW/);
});

test('D1.5-ES1: charging from the own surplus and by CO2 is explained', async () => {
  const target = { targets: [{ at: at(4), soc: 0.75 }] };
  const own = await reasons(
    hourly({
      site: { import_price: [0.3, 0.3, 0.3, 0.3], generation_w: [0, 0, 12_000, 0] },
      sessions: [car(target)],
    }),
  );
  assert.match(own.uses_own_generation ?? '', /T02:00Z to .*T03:00Z, when the site generates more/);
  const green = await reasons(
    hourly({
      site: { co2_g_per_kwh: [500, 100, 300, 300] },
      sessions: [car({ ...target, preference: 'GREEN' })],
    }),
  );
  assert.match(green.greener_slots ?? '', /when a kWh causes 100 g of CO2; while it waits it would be 500 g/);
});

test('D4.2-§3.3.1-opt: a car that asks for nothing is told so, and one that is paid to charge as well', async () => {
  assert.deepEqual(Object.keys(await reasons(hourly({ sessions: [car()] }))), ['no_need']);
  const paid = await reasons(hourly({ site: { import_price: [-0.1, 0.1, 0.1, 0.1] }, sessions: [car()] }));
  assert.deepEqual(Object.keys(paid), ['energy_pays']);
});

test('D4.2-§3.1-3: every session of every class of problem that is idle or short has a reason', async () => {
  for (const kind of PROBLEM_CLASS_NAMES) {
    for (let seed = 1; seed <= 5; seed++) {
      const problem = generateProblem(kind, seededRandom(seed));
      const plan = await planNow(problem);
      const explained = reasonsOf(
        normalise(problem),
        {
          powerW: plan.sessions.map((session) => Float64Array.from(session.power_w)),
          storePowerW: plan.stores.map((store) => Float64Array.from(store.power_w)),
        },
        pricesOf(plan),
      );
      plan.sessions.forEach((session, index) => {
        if (session.shortfall_wh < 20 && session.planned_start !== null) return;
        assert.notEqual(explained[index]!.length, 0, `${kind} seed ${seed} ${session.id}`);
      });
      for (const { sentence } of explained.flat())
        assert.doesNotMatch(sentence, /NaN|Infinity|undefined|never/);
    }
  }
});
