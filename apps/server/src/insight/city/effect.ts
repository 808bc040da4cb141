import type { Planning } from '../../planning/index.ts';
import type { CityFacts } from './facts.ts';
import { boundsOf } from './local-time.ts';

export const EFFECT_METHOD =
  'The same energy of the same cars charged at full power from the first reading on, shared equally under the same limit, at the same ' +
  'prices. Peaks are means of a slot, added over the sites even where they were not at the same time.';

/** What smart charging changed, by currency. Costs in that currency, peaks in W. */
export interface Effect {
  readonly currency: string;
  readonly energyWh: number;
  readonly cost: number;
  readonly uncontrolledCost: number;
  readonly peakW: number;
  readonly uncontrolledPeakW: number;
}

/** Adds up the savings of every context at which the sessions were. */
export async function effectsOf(
  planning: Pick<Planning, 'savings'>,
  { sessions, period, nowMs }: CityFacts,
): Promise<Effect[]> {
  const zoneOf = new Map(sessions.map(({ contextId, evse }) => [contextId, evse.timeZone]));
  const sums = new Map<string, Effect>();
  for (const [contextId, timeZone] of zoneOf) {
    const { fromMs, untilMs } = boundsOf(period, timeZone);
    const saved = await planning.savings(contextId, fromMs, Math.min(untilMs, nowMs));
    const sum = sums.get(saved.currency);
    sums.set(saved.currency, {
      currency: saved.currency,
      energyWh: (sum?.energyWh ?? 0) + saved.energyWh,
      cost: (sum?.cost ?? 0) + saved.plannedCost,
      uncontrolledCost: (sum?.uncontrolledCost ?? 0) + saved.baselineCost,
      peakW: (sum?.peakW ?? 0) + saved.peakEvW,
      uncontrolledPeakW: (sum?.uncontrolledPeakW ?? 0) + saved.baselinePeakEvW,
    });
  }
  return [...sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
