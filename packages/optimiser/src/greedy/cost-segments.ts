/**
 * What the next Wh of charging costs in a slot: a staircase of at most two segments, because own generation surplus comes first.
 *
 *   surplus  if base < 0:      size min(-base, ceiling - base), price = export price foregone
 *   import   above max(0,base): size ceiling - max(0, base),     price = import price
 *
 * with base = demand - generation and ceiling = most net import. A staircase that rises is convex, and only then is taking
 * segments in order of price exact: where the export price is above the import price and the cars can turn export into import,
 * another engine has to do it (D4.2 X10). Where they cannot, the slot has no import to speak of.
 */
import type { NormalProblem } from '../grid/normal-problem.ts';

export interface CostSegment {
  slot: number;
  /** Currency per kWh. */
  pricePerKwh: number;
  sizeWh: number;
  /** Own generation that would be exported otherwise, not import. */
  isSurplus: boolean;
}

/** All segments of the site, cheapest first; ties: surplus first, then in order of time. Energies Wh, infinite where there is no limit. */
export function costSegments(normal: NormalProblem): CostSegment[] {
  const { site, hours, slots } = normal;
  const segments: CostSegment[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const baseW = site.baseW[slot]!;
    const ceilingW = site.netCeilingW[slot]!;
    const surplusW = Math.min(-baseW, ceilingW - baseW);
    const neverImports = baseW < 0 && site.exportPricePerKwh[slot]! > site.importPricePerKwh[slot]!;
    const importW = neverImports ? 0 : ceilingW - Math.max(0, baseW);
    if (surplusW > 0) {
      segments.push({
        slot,
        pricePerKwh: site.exportPricePerKwh[slot]!,
        sizeWh: surplusW * hours[slot]!,
        isSurplus: true,
      });
    }
    if (importW > 0) {
      segments.push({
        slot,
        pricePerKwh: site.importPricePerKwh[slot]!,
        sizeWh: importW * hours[slot]!,
        isSurplus: false,
      });
    }
  }
  return segments.sort(
    (a, b) => a.pricePerKwh - b.pricePerKwh || Number(b.isSurplus) - Number(a.isSurplus) || a.slot - b.slot,
  );
}
