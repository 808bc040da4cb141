/** Level 3 in money: import, export, capacity, wear, opportunity. An estimate in JSON numbers. */
import type { Cost } from '../contract/index.ts';
import type { NormalProblem, NormalSession, PowerMatrix } from '../grid/index.ts';
import { IN_USE_W } from './clean-powers.ts';

export function costOf(normal: NormalProblem, powers: PowerMatrix, netW: Float64Array): Cost {
  const { site, hours } = normal;
  let imported = 0;
  let exported = 0;
  netW.forEach((net, t) => {
    const kwh = (net * hours[t]!) / 1000;
    if (kwh > 0) imported += kwh * site.importPricePerKwh[t]!;
    else exported += kwh * site.exportPricePerKwh[t]!;
  });
  const capacity = capacityCost(normal, netW);
  const wear =
    sum(normal.sessions, (session, i) => wearCost(normal, session.wearCostPerKwh, powers.powerW[i]!)) +
    sum(normal.stores, (store, i) => wearCost(normal, store.wearCostPerKwh, powers.storePowerW[i]!));
  const opportunity = sum(normal.sessions, (session, i) =>
    opportunityCost(normal, session, powers.powerW[i]!),
  );
  const total = imported + exported + capacity + wear + opportunity;
  return { total, import: imported, export: exported, capacity, wear, opportunity };
}

/** The highest slot-average import above the peak so far; slot 0 includes what was used before `now`. */
function capacityCost(normal: NormalProblem, netW: Float64Array): number {
  const { site, hours, slotHours } = normal;
  let peakW = site.peakSoFarW;
  netW.forEach((net, t) => {
    const usedWh = t === 0 ? site.slot0ImportWh : 0;
    peakW = Math.max(peakW, (usedWh + Math.max(0, net) * hours[t]!) / slotHours);
  });
  return (site.capacityPricePerKw * (peakW - site.peakSoFarW)) / 1000;
}

function wearCost(normal: NormalProblem, pricePerKwh: number, powerW: Float64Array): number {
  if (pricePerKwh === 0) return 0;
  return powerW.reduce(
    (cost, power, t) => cost + (Math.max(0, -power) * normal.hours[t]! * pricePerKwh) / 1000,
    0,
  );
}

function opportunityCost(normal: NormalProblem, session: NormalSession, powerW: Float64Array): number {
  const perSlot = normal.site.opportunityCostPerSlot;
  if (perSlot === 0) return 0;
  const weight = (t: number) => session.occupiedSlots + t - session.firstSlot;
  if (normal.opportunity === 'linear') {
    if (session.needWh <= 0) return 0;
    const weighted = powerW.reduce(
      (wh, power, t) => wh + weight(t) * Math.max(0, power) * normal.hours[t]!,
      0,
    );
    return (perSlot * weighted * session.chargeEfficiency) / session.needWh;
  }
  const inUseW = IN_USE_W + 1e-6 * Math.max(session.maxChargeW, session.maxDischargeW);
  const last = powerW.findLastIndex((power) => Math.abs(power) > inUseW);
  let slots = 0;
  for (let t = session.firstSlot; t <= last; t++) slots += weight(t);
  return perSlot * slots;
}

function sum<T>(items: readonly T[], value: (item: T, index: number) => number): number {
  return items.reduce((total, item, index) => total + value(item, index), 0);
}
