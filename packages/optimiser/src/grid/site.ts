/** The supply point on the grid: base load, limits in both directions, prices. */
import type { Site } from '../contract/problem.ts';
import type { NormalSite } from './normal-problem.ts';

export function normalSite(site: Site, slots: number, slot0ImportWh: number): NormalSite {
  const demandW = series(site.demand_w, slots, 0);
  const generationW = series(site.generation_w, slots, 0);
  const maxImportW = series(site.max_import_w, slots, Number.POSITIVE_INFINITY);
  const flexW = series(site.flex_w, slots, 0);
  const capW = series(site.cap_w, slots, Number.POSITIVE_INFINITY);
  const maxExportW = series(site.max_export_w, slots, 0);
  const maxPhaseW = site.max_phase_w ?? Number.POSITIVE_INFINITY;
  const perSlot = (value: (slot: number) => number) =>
    Float64Array.from({ length: slots }, (_, t) => value(t));
  const baseW = perSlot((t) => demandW[t]! - generationW[t]!);
  const importLimitW = perSlot((t) => Math.min(maxImportW[t]! + flexW[t]!, capW[t]!));
  return {
    demandW,
    generationW,
    baseW,
    importLimitW,
    netCeilingW: perSlot((t) => Math.max(importLimitW[t]!, baseW[t]!)),
    netFloorW: perSlot((t) => Math.min(-maxExportW[t]!, baseW[t]!)),
    phaseRoomW: perSlot((t) => Math.max(maxPhaseW - baseW[t]! / 3, 0)),
    importPricePerKwh: series(site.import_price, slots, 0),
    exportPricePerKwh: series(site.export_price, slots, 0),
    capacityPricePerKw: site.capacity_price ?? 0,
    peakSoFarW: site.peak_so_far_w ?? 0,
    slot0ImportWh,
    co2GPerKwh: site.co2_g_per_kwh === undefined ? null : Float64Array.from(site.co2_g_per_kwh),
    opportunityCostPerSlot: site.opportunity_cost ?? 0,
  };
}

function series(value: number | number[] | undefined, slots: number, absent: number): Float64Array {
  if (Array.isArray(value)) return Float64Array.from(value);
  return new Float64Array(slots).fill(value ?? absent);
}
