/** Stationary batteries: power bounds, SoC chain, SoC bounds and the SoC owed at the horizon's end. */
import type { PlannedStore, Store } from '../contract/index.ts';
import type { ReadProblem } from './reading.ts';
import { ABSOLUTE_SOC, energyTolerance, powerTolerance } from './tolerance.ts';
import type { Finding } from './violation.ts';

export function checkStore(
  read: ReadProblem,
  store: Store,
  planned: PlannedStore,
  netW: readonly number[],
  where: string,
  found: Finding,
): void {
  const charge = store.charge_efficiency ?? 1;
  const discharge = store.discharge_efficiency ?? 1;
  const least = Math.min(store.soc, store.min_soc ?? 0);
  const most = Math.max(store.soc, store.max_soc ?? 1);
  const slack = ABSOLUTE_SOC + energyTolerance(store.capacity_wh) / store.capacity_wh;
  const tolerance = powerTolerance(Math.max(store.max_charge_w, store.max_discharge_w));
  let soc = store.soc;
  const socs: number[] = [];
  for (const [slot, power] of planned.power_w.entries()) {
    const at = `${where}.power_w[${slot}]`;
    if (power > store.max_charge_w + tolerance) {
      found('store_charge_power', at, `charges ${power} W, at most ${store.max_charge_w} W is possible`);
    }
    if (power < -store.max_discharge_w - tolerance) {
      found('store_discharge_power', at, `discharges ${-power} W, at most ${store.max_discharge_w} W`);
    }
    soc += ((power > 0 ? power * charge : power / discharge) * read.hours[slot]!) / store.capacity_wh;
    socs.push(soc);
    if (Math.abs(planned.soc[slot]! - soc) > slack) {
      found(
        'store_soc_chain',
        `${where}.soc[${slot}]`,
        `says ${planned.soc[slot]}, the powers lead to ${soc}`,
      );
      return;
    }
  }
  const lowest = Math.min(...socs);
  const highest = Math.max(...socs);
  if (lowest < least - slack) {
    found('store_min_soc', `${where}.soc`, `falls to ${lowest}, at least ${least} is required`);
  }
  if (highest > most + slack) {
    found('store_max_soc', `${where}.soc`, `rises to ${highest}, at most ${most} is allowed`);
  }
  const owed = Math.min(most, store.end_soc ?? store.soc);
  if (soc < owed - slack && couldChargeMore(read, store, planned.power_w, socs, netW, slack, tolerance)) {
    found('store_end_soc', `${where}.soc`, `ends at ${soc}, ${owed} is owed and there was room to charge`);
  }
}

/**
 * Missing the SoC at the end is excused only where, since it was last full, charging ran into its own or the supply
 * point's limit in every slot. With a limit per phase that cannot be told from sums, so it is not judged there.
 */
function couldChargeMore(
  read: ReadProblem,
  store: Store,
  powerW: readonly number[],
  socs: readonly number[],
  netW: readonly number[],
  slack: number,
  tolerance: number,
): boolean {
  if (read.problem.site?.max_phase_w !== undefined) return false;
  const full = Math.max(store.soc, store.max_soc ?? 1) - slack;
  const lastFull = socs.findLastIndex((soc) => soc >= full);
  return powerW.some((power, slot) => {
    const room = read.importLimitW[slot]! - netW[slot]!;
    return (
      slot > lastFull && power < store.max_charge_w - tolerance && room > 10 * powerTolerance(netW[slot]!)
    );
  });
}
