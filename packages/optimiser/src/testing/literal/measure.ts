/** Level values of a given plan, straight from its powers. */
import { flowsOf } from '../../checker/flows.ts';
import { costOf } from '../../checker/money.ts';
import { type ReadProblem, readProblem } from '../../checker/reading.ts';
import { gains, shortfallOf } from '../../checker/sessions.ts';
import type { Plan, Problem } from '../../contract/index.ts';
import { LEAST_NEED_KWH, type LevelValues } from './levels.ts';

export function measure(problem: Problem, plan: Plan): LevelValues {
  const read = readProblem(problem);
  const gained = read.sessions.map((of, index) =>
    gains(plan.sessions[index]!.power_w, read.hours, of.chargeEfficiency, of.dischargeEfficiency),
  );
  const flows = flowsOf(
    read.slots,
    plan.sessions.map((session) => session.power_w),
    plan.stores.map((store) => store.power_w),
  );
  const values: LevelValues = {
    excess: 0,
    minimums: 0,
    priority: 0,
    all: 0,
    fractions: [],
    leastNeed: 1,
    needs: 0,
    devices: read.sessions.length + read.stores.length,
    stores: 0,
    fast: 0,
    green: greenGrams(read, plan),
    money: costOf(read, flows).total,
  };
  read.sessions.forEach((of, index) => {
    const minimum =
      shortfallOf({ ...of, needs: of.needs.filter((need) => need.minimum) }, gained[index]!) / 1000;
    const target =
      shortfallOf({ ...of, needs: of.needs.filter((need) => !need.minimum) }, gained[index]!) / 1000;
    values.minimums += minimum;
    if (of.session.priority === 'priority') values.priority += target;
    values.all += target;
    const needKwh = Math.max(0, ...of.needs.map((need) => need.gainWh)) / 1000;
    values.needs += needKwh;
    if (needKwh > LEAST_NEED_KWH) {
      values.fractions.push((minimum + target) / needKwh);
      values.leastNeed = Math.min(values.leastNeed, needKwh);
    }
    if (of.session.preference !== 'FAST' || needKwh === 0) return;
    for (let slot = of.stay.from; slot < of.stay.to; slot++) {
      values.fast += Math.max(0, needKwh - gained[index]![slot]! / 1000);
    }
  });
  values.fractions.sort((a, b) => b - a);
  read.baseW.forEach((baseW, slot) => {
    const limitW = read.importLimitW[slot]!;
    // Elsewhere nothing may be above the limit; how far rounding goes there is the checker's business.
    if (baseW <= limitW) return;
    const netW = baseW + flows.evW[slot]! + flows.storeW[slot]!;
    values.excess += (Math.max(0, netW - limitW) * read.hours[slot]!) / 1000;
  });
  read.stores.forEach((store, index) => {
    const gainedWh = gains(
      plan.stores[index]!.power_w,
      read.hours,
      store.charge_efficiency ?? 1,
      store.discharge_efficiency ?? 1,
    ).at(-1)!;
    const owedWh = ((store.end_soc ?? store.soc) - store.soc) * store.capacity_wh;
    values.stores += Math.max(0, owedWh - gainedWh) / 1000;
  });
  return values;
}

function greenGrams(read: ReadProblem, plan: Plan): number {
  if (read.co2GPerKwh === undefined) return 0;
  let grams = 0;
  for (let slot = 0; slot < read.slots; slot++) {
    const chargedW = read.sessions.reduce(
      (sum, of, index) =>
        sum + (of.session.preference === 'GREEN' ? Math.max(0, plan.sessions[index]!.power_w[slot]!) : 0),
      0,
    );
    const fromGridW = Math.max(0, chargedW - Math.max(0, -read.baseW[slot]!));
    grams += (fromGridW * read.hours[slot]! * read.co2GPerKwh[slot]!) / 1000;
  }
  return grams;
}
