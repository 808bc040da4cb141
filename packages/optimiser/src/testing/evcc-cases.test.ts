/**
 * The recorded cases of evcc-io/optimizer (MIT), where their model and the contract speak of the same thing.
 *
 * Their objective values energy left at the end, which the contract does not: so every battery is asked to end as
 * full as theirs, and then our least cost must equal theirs. Their reported objective counts (s_end - s_first) x p_a
 * with s_first after the first step; the value of energy is left out of the comparison for that reason.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Problem, parseProblem, type Session, type Store } from '../contract/index.ts';
import { planNow } from '../planner/plan-now.ts';

interface EvccBattery {
  c_max: number;
  c_min: number;
  d_max: number;
  s_initial: number;
  s_max: number;
  s_min: number;
  s_goal?: number[];
  p_demand?: number[];
}

interface EvccCase {
  request: {
    batteries: EvccBattery[];
    eta_c: number;
    eta_d: number;
    grid?: { p_max_imp?: number; p_max_exp?: number };
    time_series: Record<'dt' | 'ft' | 'gt' | 'p_E' | 'p_N', number[]>;
  };
  expected_response: {
    batteries: { state_of_charge: number[] }[];
    grid_import: number[];
    grid_export: number[];
  };
}

const FOLDER = new URL('../../../../../shared/data/testcases/', import.meta.url);
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();

/** Why a case says something the contract has no word for, or null. */
function notCovered({ request }: EvccCase): string | null {
  const { batteries, grid } = request;
  if (batteries.some((battery) => battery.p_demand)) return 'a minimum energy per step (p_demand)';
  if (grid?.p_max_imp !== undefined) return 'an import limit that may be broken at a price';
  if (grid?.p_max_exp !== undefined) return 'PV curtailment at an export limit';
  if (batteries.some(({ s_initial, s_min }) => s_initial < s_min))
    return 'a start below s_min, with a penalty';
  if (batteries.some(({ s_initial, s_max }) => s_initial > s_max))
    return 'a start above s_max, drained at once';
  return null;
}

function problemOf({ request, expected_response: expected }: EvccCase): Problem {
  const { dt, ft, gt, p_E: exportPrice, p_N: importPrice } = request.time_series;
  const slotMs = dt[1]! * 1000;
  const nowMs = START_MS + slotMs - dt[0]! * 1000;
  const watts = (wh: number[]) => wh.map((value, t) => (value * 3600) / dt[t]!);
  const efficiencies = { charge_efficiency: request.eta_c, discharge_efficiency: request.eta_d };
  const sessions: Session[] = [];
  const stores: Store[] = [];
  request.batteries.forEach((battery, i) => {
    if (battery.s_max === 0) return;
    const power = { max_charge_w: battery.c_max, ...efficiencies };
    const soc = battery.s_initial / battery.s_max;
    const endSoc = Math.min(1, expected.batteries[i]!.state_of_charge.at(-1)! / battery.s_max);
    const id = `battery-${i}`;
    if (battery.d_max > 0) {
      const bounds = { min_soc: battery.s_min / battery.s_max, end_soc: endSoc };
      stores.push({
        id,
        capacity_wh: battery.s_max,
        soc,
        max_discharge_w: battery.d_max,
        ...power,
        ...bounds,
      });
      return;
    }
    const goals = (battery.s_goal ?? []).flatMap((goal, t) =>
      goal > 0 ? [{ at: iso(START_MS + (t + 1) * slotMs), soc: goal / battery.s_max }] : [],
    );
    const end = { at: iso(START_MS + dt.length * slotMs), soc: endSoc };
    const targets = [...goals, end];
    sessions.push({ id, battery_wh: battery.s_max, soc, min_charge_w: battery.c_min, targets, ...power });
  });
  return {
    start: iso(START_MS),
    now: iso(nowMs),
    slot_minutes: slotMs / 60_000,
    slots: dt.length,
    site: {
      demand_w: watts(gt),
      generation_w: watts(ft),
      import_price: importPrice.map((price) => price * 1000),
      export_price: exportPrice.map((price) => price * 1000),
      max_export_w: 1_000_000,
    },
    sessions,
    stores,
  };
}

const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.startsWith('evcc_')) : [];

test('D1.5-ES3: the least cost of the recorded evcc cases is found again', async (t) => {
  if (files.length === 0) {
    t.skip('../shared/data/testcases is not here');
    return;
  }
  let compared = 0;
  for (const name of files) {
    const recorded = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as EvccCase;
    const reason = notCovered(recorded);
    if (reason !== null) {
      t.diagnostic(`${name} is not covered: it has ${reason}`);
      continue;
    }
    const problem = problemOf(recorded);
    const parsed = parseProblem(problem);
    assert.ok(parsed.ok, JSON.stringify(parsed));
    const plan = await planNow(problem, { timeLimitS: 20 });
    const { p_N: importPrice, p_E: exportPrice } = recorded.request.time_series;
    const { grid_import: imported, grid_export: exported } = recorded.expected_response;
    const theirs = imported.reduce((sum, wh, slot) => {
      return sum + wh * importPrice[slot]! - exported[slot]! * exportPrice[slot]!;
    }, 0);
    t.diagnostic(`${name}: ${plan.cost.total.toFixed(5)}, theirs ${theirs.toFixed(5)} (${plan.status})`);
    // Their figures are rounded to about seven digits.
    assert.ok(Math.abs(plan.cost.total - theirs) < 1e-4 * Math.max(1, Math.abs(theirs)), name);
    compared++;
  }
  assert.ok(compared >= 4, `${compared} cases compared`);
});
