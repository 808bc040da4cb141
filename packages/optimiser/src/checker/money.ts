/** The cost of a set of powers, term by term (contract, objective 3), recomputed from the problem alone. */
import type { Cost } from '../contract/index.ts';
import type { Flows } from './flows.ts';
import type { ReadProblem, ReadSession } from './reading.ts';
import { moneyTolerance, powerTolerance, RELATIVE } from './tolerance.ts';
import type { Finding } from './violation.ts';

export function costOf(read: ReadProblem, flows: Flows): Cost {
  let importCost = 0;
  let exportCost = 0;
  let peakW = 0;
  for (let slot = 0; slot < read.slots; slot++) {
    const netW = read.baseW[slot]! + flows.evW[slot]! + flows.storeW[slot]!;
    const kwh = (netW * read.hours[slot]!) / 1000;
    if (kwh > 0) importCost += kwh * read.importPrice[slot]!;
    else exportCost += kwh * read.exportPrice[slot]!;
    // What was imported in slot 0 before `now` counts for its average as well.
    const usedWh = slot === 0 ? (read.problem.slot0_import_wh ?? 0) : 0;
    peakW = Math.max(peakW, (usedWh + Math.max(0, kwh) * 1000) / read.slotHours);
  }
  const site = read.problem.site ?? {};
  const capacity = ((site.capacity_price ?? 0) * Math.max(0, peakW - (site.peak_so_far_w ?? 0))) / 1000;
  const wear =
    read.sessions.reduce(
      (sum, of, index) => sum + wearOf(read, flows.sessionsW[index]!, of.session.wear_cost),
      0,
    ) +
    read.stores.reduce(
      (sum, store, index) => sum + wearOf(read, flows.storesW[index] ?? [], store.wear_cost),
      0,
    );
  const opportunity = read.sessions.reduce(
    (sum, of, index) => sum + opportunityOf(read, of, flows.sessionsW[index]!),
    0,
  );
  return {
    total: importCost + exportCost + capacity + wear + opportunity,
    import: importCost,
    export: exportCost,
    capacity,
    wear,
    opportunity,
  };
}

function wearOf(read: ReadProblem, powerW: readonly number[], perKwh = 0): number {
  if (perKwh === 0) return 0;
  return powerW.reduce(
    (sum, power, slot) => sum + (Math.max(0, -power) * read.hours[slot]! * perKwh) / 1000,
    0,
  );
}

/** Occupancy: exact up to and including the last slot in use (X9), or the energy-weighted surrogate. */
function opportunityOf(read: ReadProblem, of: ReadSession, powerW: readonly number[]): number {
  const perSlot = read.problem.site?.opportunity_cost ?? 0;
  if (perSlot === 0) return 0;
  const before = of.session.occupied_slots ?? 0;
  if (read.problem.opportunity === 'linear') {
    const needWh = Math.max(0, ...of.needs.map((need) => need.gainWh));
    if (needWh <= 0) return 0;
    const weighted = powerW.reduce((sum, power, slot) => {
      const intoBatteryWh = Math.max(0, power) * of.chargeEfficiency * read.hours[slot]!;
      return sum + (before + slot - of.stay.from) * intoBatteryWh;
    }, 0);
    return (perSlot * weighted) / needWh;
  }
  const largest = Math.max(of.session.max_charge_w, of.maxDischargeW);
  const last = powerW.findLastIndex((power) => Math.abs(power) > powerTolerance(largest));
  let slots = 0;
  for (let slot = of.stay.from; slot <= last; slot++) slots += before + slot - of.stay.from;
  return perSlot * slots;
}

/** Compares the reported cost term by term; the sum is checked against its own reported terms. */
export function checkCost(read: ReadProblem, flows: Flows, cost: Cost, where: string, found: Finding): void {
  const expected = costOf(read, flows);
  const scale = grossMoney(read, flows);
  for (const term of ['import', 'export', 'capacity', 'wear', 'opportunity'] as const) {
    if (Math.abs(cost[term] - expected[term]) > moneyTolerance(scale)) {
      found(`cost_${term}`, `${where}cost.${term}`, `says ${cost[term]}, the powers make ${expected[term]}`);
    }
  }
  const sum = cost.import + cost.export + cost.capacity + cost.wear + cost.opportunity;
  if (Math.abs(cost.total - sum) > moneyTolerance(sum) + RELATIVE * Math.abs(cost.total)) {
    found('cost_total', `${where}cost.total`, `says ${cost.total}, its terms sum to ${sum}`);
  }
}

/** Sum of absolute money flows: terms of opposite sign cancel in the result, not in the rounding. */
function grossMoney(read: ReadProblem, flows: Flows): number {
  let gross = 0;
  for (let slot = 0; slot < read.slots; slot++) {
    const netW = read.baseW[slot]! + flows.evW[slot]! + flows.storeW[slot]!;
    const price = netW > 0 ? read.importPrice[slot]! : read.exportPrice[slot]!;
    gross += Math.abs((netW * read.hours[slot]! * price) / 1000);
  }
  return gross;
}
