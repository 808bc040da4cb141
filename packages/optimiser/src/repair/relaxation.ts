/**
 * The linear problem below an integer one: whatever it costs at least, the real plan costs at least too.
 *
 * minimum power     left out; its granularity stays in the needs (see device.ts)
 * exact occupancy   left out; every session pays at least for the earliest slot in which it can be done when it is alone
 * price inversion   the cost of a slot, C(net) = p net above 0 and f net below it with f > p, is concave; over the range [lo, hi] that
 *                   limits and devices leave, the greatest convex function below it is the chord from C(lo) to C(hi): a linear price
 *                   (C(hi) - C(lo)) / (hi - lo) and a constant C(lo) - price lo
 */
import { chargeLimitOf, type NormalProblem, type NormalSession, type NormalSite } from '../grid/index.ts';
import type { Device } from './device.ts';

export interface Relaxation {
  problem: NormalProblem;
  /** To be added to the cost of the relaxed problem. */
  constant: number;
}

export function relax(normal: NormalProblem, devices: readonly Device[]): Relaxation {
  const { site, constant } = withoutInversion(normal, devices);
  const exact = normal.opportunity === 'exact';
  return {
    constant,
    problem: {
      ...normal,
      site: { ...site, opportunityCostPerSlot: exact ? 0 : site.opportunityCostPerSlot },
      sessions: normal.sessions.map((session, n) => withoutMinimum(session, devices[n]!)),
    },
  };
}

function withoutMinimum(session: NormalSession, device: Device): NormalSession {
  const { firstSlot, endSlot, startWh } = session;
  const highestBy = (k: number) =>
    session.targets.reduce(
      (most, target) =>
        Math.min(target.endSlot, endSlot) - firstSlot - 1 === k ? Math.max(most, target.contentWh) : most,
      Number.NEGATIVE_INFINITY,
    );
  const linear = { ...session, minChargeW: 0, ceilingWh: session.ceilingWithMinimumWh };
  // A shortage is shared by fraction of the whole need, so needs stay whole unless whole slots make them another.
  if (!device.adjusted) return linear;
  return {
    ...linear,
    targets: session.targets.flatMap((target) => {
      const k = Math.min(target.endSlot, endSlot) - firstSlot - 1;
      if (k < 0) return [];
      const reachedWh = startWh + device.askedWh[k]!;
      const isHighest = target.contentWh >= highestBy(k);
      return [{ ...target, contentWh: isHighest ? reachedWh : Math.min(target.contentWh, reachedWh) }];
    }),
  };
}

/** What occupancy costs at least for the needs as they are now, in currency. */
export function leastOccupancy(normal: NormalProblem, devices: readonly Device[]): number {
  return devices.reduce((sum, device) => sum + earliestEnd(normal, device), 0);
}

function earliestEnd({ hours }: NormalProblem, device: Device): number {
  if (device.occupancyCost === null) return 0;
  const askedWh = Math.max(0, device.askedFromWh[0] ?? 0);
  // With discharge, a need of nothing at the end may be met by never using the connector.
  if (askedWh <= 1e-3) return 0;
  let gainWh = 0;
  for (let k = 0; k < device.occupancyCost.length; k++) {
    const t = device.firstSlot + k;
    gainWh += chargeLimitOf(device, t) * hours[t]! * device.chargeEfficiency;
    if (gainWh >= askedWh - 1e-3) return device.occupancyCost[k]!;
  }
  return device.occupancyCost.at(-1) ?? 0;
}

/** Lowest and highest net power of a slot that limits and devices leave, W. */
export function netRange(
  normal: NormalProblem,
  devices: readonly Device[],
): { low: Float64Array; high: Float64Array } {
  const { site } = normal;
  const low = site.baseW.slice();
  const high = site.baseW.slice();
  for (const device of devices) {
    for (let t = device.firstSlot; t < device.endSlot; t++) {
      low[t]! -= device.maxDischargeW;
      high[t]! += chargeLimitOf(device, t);
    }
  }
  for (let t = 0; t < low.length; t++) {
    low[t] = Math.max(low[t]!, site.netFloorW[t]!);
    high[t] = Math.max(low[t]!, Math.min(high[t]!, site.netCeilingW[t]!));
  }
  return { low, high };
}

function withoutInversion(
  normal: NormalProblem,
  devices: readonly Device[],
): { site: NormalSite; constant: number } {
  const { site, hours, slots } = normal;
  const importPricePerKwh = site.importPricePerKwh.slice();
  const exportPricePerKwh = site.exportPricePerKwh.slice();
  const { low, high } = netRange(normal, devices);
  let constant = 0;
  for (let t = 0; t < slots; t++) {
    const importing = importPricePerKwh[t]!;
    const exporting = exportPricePerKwh[t]!;
    if (importing >= exporting) continue;
    const money = (netW: number) => netW * (netW > 0 ? importing : exporting);
    let price = low[t]! >= 0 ? importing : exporting;
    if (low[t]! < 0 && high[t]! > 0) {
      price = (money(high[t]!) - money(low[t]!)) / (high[t]! - low[t]!);
      constant += ((money(low[t]!) - price * low[t]!) * hours[t]!) / 1000;
    }
    importPricePerKwh[t] = price;
    exportPricePerKwh[t] = price;
  }
  return { site: { ...site, importPricePerKwh, exportPricePerKwh }, constant };
}
