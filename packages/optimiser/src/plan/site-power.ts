/** The supply point under given powers: net power, what exceeds the limit, CO2. */
import type { NormalProblem, PowerMatrix } from '../grid/index.ts';

export interface SitePower {
  netW: Float64Array;
  evW: Float64Array;
  /** Import above the limit, Wh; only the base can cause it. */
  overLimitWh: number;
  /** Import x intensity, g; null when the intensity is not known. */
  co2G: number | null;
}

export function sitePower(normal: NormalProblem, powers: PowerMatrix): SitePower {
  const { site, hours } = normal;
  const evW = new Float64Array(normal.slots);
  for (const power of powers.powerW) for (let t = 0; t < evW.length; t++) evW[t]! += power[t]!;
  const netW = site.baseW.map((baseW, t) => baseW + evW[t]!);
  for (const power of powers.storePowerW) for (let t = 0; t < netW.length; t++) netW[t]! += power[t]!;
  const sumOverSlots = (valueW: (t: number) => number) =>
    netW.reduce((sum, _, t) => sum + valueW(t) * hours[t]!, 0);
  return {
    netW,
    evW,
    overLimitWh: sumOverSlots((t) => Math.max(0, netW[t]! - site.importLimitW[t]!)),
    co2G:
      site.co2GPerKwh === null
        ? null
        : sumOverSlots((t) => Math.max(0, netW[t]!) * site.co2GPerKwh![t]!) / 1000,
  };
}
