/** Level 3 of a block-arrow programme's powers, from the devices alone: the supply follows from them. */
import type { NormalProblem } from '../../grid/index.ts';
import type { BlockArrowProgram } from '../../interior/program.ts';

/** Leeway of the net energy of a slot: rounding, far below any meter, kWh, and what it grows by with the limit. */
const LEEWAY_KWH = 1e-5;
const LEEWAY_SHARE = 1e-7;

/** What the powers cost, or undefined when their sum leaves the site's limits. */
export function moneyOf(
  { site, hours, slots, slotHours }: NormalProblem,
  { cost, blocks }: BlockArrowProgram,
  x: Float64Array,
): number | undefined {
  const netKwh = site.baseW.map((watts, t) => (watts * hours[t]!) / 1000);
  let money = 0;
  for (const { charge, discharge, firstSlot, window } of blocks) {
    for (let k = 0; k < window; k++) {
      const t = (firstSlot + k) % slots;
      netKwh[t]! += x[charge + k]!;
      money += cost[charge + k]! * x[charge + k]!;
      if (discharge < 0) continue;
      netKwh[t]! -= x[discharge + k]!;
      money += cost[discharge + k]! * x[discharge + k]!;
    }
  }
  let peakKw = site.peakSoFarW / 1000;
  for (let t = 0; t < slots; t++) {
    const net = netKwh[t]!;
    const ceilingKwh = (site.netCeilingW[t]! * hours[t]!) / 1000;
    const floorKwh = (site.netFloorW[t]! * hours[t]!) / 1000;
    const leewayKwh = LEEWAY_KWH + LEEWAY_SHARE * Math.abs(net);
    if (net > ceilingKwh + leewayKwh || net < floorKwh - leewayKwh) return undefined;
    money += net * (net > 0 ? site.importPricePerKwh[t]! : site.exportPricePerKwh[t]!);
    const usedKwh = t === 0 ? site.slot0ImportWh / 1000 : 0;
    peakKw = Math.max(peakKw, (usedKwh + Math.max(0, net)) / slotHours);
  }
  return money + site.capacityPricePerKw * (peakKw - site.peakSoFarW / 1000);
}
