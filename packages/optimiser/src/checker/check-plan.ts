/**
 * The independent judge: does this plan keep every promise the problem asks for, and are its figures true?
 *
 * Recomputes everything from the problem's JSON. Shares no code with grid, models, engines or plan building, so a
 * misreading there cannot hide here (CBC once returned invalid plans as "Optimal": evcc-io/optimizer #160).
 */
import type { Plan, Problem } from '../contract/index.ts';
import { checkCo2, checkLimitFigures, checkProof, checkSums } from './figures.ts';
import { flowsOf } from './flows.ts';
import { checkLimits } from './limits.ts';
import { checkCost } from './money.ts';
import { type ReadProblem, readProblem } from './reading.ts';
import { checkPowers, checkSocTrace, checkTimes } from './sessions.ts';
import { checkStore } from './stores.ts';
import { moneyTolerance } from './tolerance.ts';
import type { Finding, Violation } from './violation.ts';

/**
 * Judges a plan.
 *
 * @param problem a problem that `parseProblem` accepted
 * @param plan its plan; its baseline is judged by the same limits
 * @returns every broken rule, empty when the plan is sound. It does not judge optimality beyond bound and gap.
 */
export function checkPlan(problem: Problem, plan: Plan): Violation[] {
  const violations: Violation[] = [];
  const found: Finding = (code, where, message) => violations.push({ code, where, message });
  const read = readProblem(problem);
  checkShape(read, plan, found);
  if (violations.length > 0) return violations;

  const flows = flowsOf(
    read.slots,
    plan.sessions.map((session) => session.power_w),
    plan.stores.map((store) => store.power_w),
  );
  read.sessions.forEach((of, index) => {
    const planned = plan.sessions[index]!;
    const where = `sessions[${index}]`;
    checkPowers(read, of, planned, where, found);
    checkSocTrace(read, of, planned.power_w, planned.soc, where, found);
    checkTimes(read, planned.power_w, planned.planned_start, planned.planned_end, where, found);
  });
  checkLimits(read, flows, '', found);
  checkSums(read, flows, plan, '', found);
  checkLimitFigures(read, plan, found);
  read.stores.forEach((store, index) => {
    checkStore(read, store, plan.stores[index]!, plan.site.net_w, `stores[${index}]`, found);
  });
  checkCost(read, flows, plan.cost, '', found);
  checkProof(plan, found);
  checkCo2(read, flows, plan.co2_g.plan, 'co2_g.plan', found);
  checkBaseline(read, plan, violations);
  return violations;
}

/** Uncontrolled charging obeys the same limits; its stores stand still and it never discharges. */
function checkBaseline(read: ReadProblem, plan: Plan, violations: Violation[]): void {
  const { baseline } = plan;
  const found: Finding = (code, where, message) =>
    violations.push({ code: `baseline_${code}`, where, message });
  const powersW = baseline.sessions.map((session) => session.power_w);
  const flows = flowsOf(read.slots, powersW, []);
  read.sessions.forEach((of, index) => {
    const chargeOnly = { ...of, maxDischargeW: 0 };
    checkPowers(read, chargeOnly, baseline.sessions[index]!, `baseline.sessions[${index}]`, found);
  });
  checkLimits(read, flows, 'baseline.', found);
  checkSums(read, flows, baseline, 'baseline.', found);
  checkCost(read, flows, baseline.cost, 'baseline.', found);
  checkCo2(read, flows, plan.co2_g.baseline, 'co2_g.baseline', found);
  const saving = baseline.cost.total - plan.cost.total;
  if (Math.abs(baseline.saving - saving) > moneyTolerance(saving)) {
    found('saving', 'baseline.saving', `says ${baseline.saving}, the costs differ by ${saving}`);
  }
}

/** Same sessions and stores in the same order, every array as long as the horizon, every number finite. */
function checkShape(read: ReadProblem, plan: Plan, found: Finding): void {
  const sameIds = (where: string, planned: readonly { id: string }[], asked: readonly string[]) => {
    if (planned.length !== asked.length || planned.some((one, index) => one.id !== asked[index])) {
      found('shape', where, `must list ${asked.join(', ') || 'nothing'} in this order`);
    }
  };
  const series = (where: string, values: readonly (number | null)[]) => {
    if (values.length !== read.slots)
      found('shape', where, `has ${values.length} entries, not ${read.slots}`);
    for (const value of values) {
      if (value === null || Number.isFinite(value)) continue;
      found('shape', where, 'contains a number that is not finite');
      return;
    }
  };
  const sessionIds = read.sessions.map((of) => of.session.id);
  sameIds('sessions', plan.sessions, sessionIds);
  sameIds('baseline.sessions', plan.baseline.sessions, sessionIds);
  sameIds(
    'stores',
    plan.stores,
    read.stores.map((store) => store.id),
  );
  const { start, slot_minutes: minutes, currency } = plan;
  if (start !== undefined && Date.parse(start) !== read.startMs) {
    found('shape', 'start', `says ${start}, the problem ${read.problem.start}`);
  }
  if (minutes !== undefined && minutes * 60_000 !== read.slotMs) {
    found('shape', 'slot_minutes', `says ${minutes}, the problem ${read.slotMs / 60_000}`);
  }
  if (currency !== undefined && currency !== (read.problem.currency ?? 'EUR')) {
    found('shape', 'currency', `says ${currency}, the problem ${read.problem.currency ?? 'EUR'}`);
  }
  series('site.net_w', plan.site.net_w);
  series('site.ev_w', plan.site.ev_w);
  series('site.limit_w', plan.site.limit_w);
  series('site.marginal_price', plan.site.marginal_price);
  series('baseline.site.net_w', plan.baseline.site.net_w);
  series('baseline.site.ev_w', plan.baseline.site.ev_w);
  plan.sessions.forEach((session, index) => {
    series(`sessions[${index}].power_w`, session.power_w);
    if (session.soc !== null) series(`sessions[${index}].soc`, session.soc);
  });
  plan.stores.forEach((store, index) => {
    series(`stores[${index}].power_w`, store.power_w);
    series(`stores[${index}].soc`, store.soc);
  });
  plan.baseline.sessions.forEach((session, index) => {
    series(`baseline.sessions[${index}].power_w`, session.power_w);
  });
  const scalars = [
    plan.solve_ms,
    plan.shortfall_wh,
    plan.over_limit_wh,
    ...Object.values(plan.cost),
    ...Object.values(plan.baseline.cost),
  ];
  if (!scalars.every(Number.isFinite)) found('shape', '', 'contains a figure that is not finite');
}
