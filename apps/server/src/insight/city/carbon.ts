import { eachPart } from './energy-curve.ts';
import type { CitySession } from './facts.ts';

const QUARTER_MS = 15 * 60_000;

/**
 * CO2 per kWh of electricity generated in the EU in 2020 (IEA, as told in "Key figures on climate", SDES, edition of December 2022, chapter 10:
 * www.statistiques.developpement-durable.gouv.fr/edition-numerique/chiffres-cles-du-climat-decembre-2022): used where a site has no series of
 * its own.
 */
export const GRID_MIX_G_PER_KWH = 252;

export const CO2_METHOD =
  'Energy of each quarter hour times the CO2 intensity that the site was given for it (g/kWh); where none was given, times ' +
  `${GRID_MIX_G_PER_KWH} g per kWh (electricity generated in the EU, 2020; IEA, in Key figures on climate, SDES, December 2022). Losses and making of ` +
  'the cars are not counted.';

export interface Intensity {
  readonly startMs: number;
  readonly durationMs: number;
  readonly gPerKwh: number;
}
/** Per context, ascending in time. */
export type Intensities = ReadonlyMap<string, readonly Intensity[]>;

export interface Carbon {
  readonly kg: number;
  /** Share of the energy for which the site had a series, 0..1; null without energy. */
  readonly seriesShare: number | null;
}

export function carbonOf(sessions: readonly CitySession[], intensities: Intensities): Carbon {
  let grams = 0;
  let totalWh = 0;
  let knownWh = 0;
  for (const { contextId, points } of sessions) {
    const series = intensities.get(contextId) ?? [];
    eachPart(points, QUARTER_MS, (atMs, wh) => {
      const told = intensityAt(series, atMs);
      grams += (wh / 1000) * (told ?? GRID_MIX_G_PER_KWH);
      totalWh += wh;
      if (told !== undefined) knownWh += wh;
    });
  }
  return { kg: grams / 1000, seriesShare: totalWh === 0 ? null : knownWh / totalWh };
}

function intensityAt(series: readonly Intensity[], atMs: number): number | undefined {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (series[middle]!.startMs <= atMs) low = middle + 1;
    else high = middle;
  }
  const slot = series[low - 1];
  return slot !== undefined && atMs < slot.startMs + slot.durationMs ? slot.gPerKwh : undefined;
}
