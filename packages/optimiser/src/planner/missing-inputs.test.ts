import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Problem, parseProblem, planNow, type Session, type Site } from '../index.ts';

const SLOTS = 8;
const perSlot = (value: number) => new Array<number>(SLOTS).fill(value);

/** Every optional input, in the pieces in which a driver or an operator may leave it out. */
const site: Site[] = [
  { demand_w: perSlot(2000), generation_w: perSlot(500) },
  { max_import_w: 9000 },
  { max_export_w: 1000 },
  { import_price: [0.3, 0.28, 0.25, 0.2, 0.1, 0.12, 0.3, 0.4] },
  { flex_w: perSlot(-1000) },
  { opportunity_cost: 0.05 },
];
const session: Partial<Session>[] = [
  { battery_wh: 40_000, soc: 0.5 },
  { departure: '2026-01-01T01:45:00Z' },
  { targets: [{ at: '2026-01-01T01:30:00Z', soc: 0.55 }] },
  { min_charge_w: 1380 },
];

test('UC-005-pre X46 D4.2-§3.3.1-opt D4.2-§3.3.2-opt: every subset of the optional inputs has a plan', async () => {
  const pieces = site.length + session.length;
  for (let subset = 0; subset < 2 ** pieces; subset++) {
    const chosen = (_: object, i: number) => (subset >> i) % 2 === 1;
    const problem: Problem = {
      start: '2026-01-01T00:00:00Z',
      slots: SLOTS,
      site: Object.assign({}, ...site.filter(chosen)),
      sessions: [
        Object.assign(
          { id: 'car', max_charge_w: 11_000 },
          ...session.filter((piece, i) => chosen(piece, i + site.length)),
        ),
      ],
    };
    assert.equal(parseProblem(problem).ok, true);
    const plan = await planNow(problem);
    assert.equal(plan.status, 'optimal', JSON.stringify(problem));
    assert.ok(plan.shortfall_wh <= plan.baseline.shortfall_wh + 0.1, JSON.stringify(problem));
  }
});
