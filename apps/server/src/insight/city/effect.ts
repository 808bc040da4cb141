import type { Planning } from '../../planning/index.ts';
import type { CityFacts } from './facts.ts';
import { beganIn } from './figures.ts';
import { boundsOf } from './local-time.ts';
import { scaling } from './rounding.ts';

export const EFFECT_METHOD =
  'The same energy of the same cars charged at full power from the first reading on, shared equally under the same limit, at the same ' +
  'prices. Peaks are means of a slot, added over the sites even where they were not at the same time. Own generation is what a site had left ' +
  'over of it in the slots in which its cars charged. CO2 is compared over the slots whose intensity the site was given. A flex order is done ' +
  'as far as the cars moved its way against charging uncontrolled, and by no more than it asked for.';

/** What smart charging changed, by currency. Costs in that currency, peaks in W. */
export interface Effect {
  readonly currency: string;
  readonly energyWh: number;
  readonly cost: number;
  readonly uncontrolledCost: number;
  readonly peakW: number;
  readonly uncontrolledPeakW: number;
  /** Of `energyWh`, from generation that sites had left over. */
  readonly ownGenerationWh: number;
  /** kg, over slots of known intensity; null: none was known at any of the sites. */
  readonly co2Kg: number | null;
  readonly uncontrolledCo2Kg: number | null;
  readonly flexAskedWh: number;
  readonly flexDoneWh: number;
}

const either = (sum: number | null | undefined, more: number | null) =>
  more === null ? (sum ?? null) : (sum ?? 0) + more;

/** Adds up the savings of every context at which the sessions were. @param rounded sums go with the sessions, as in the figures */
export async function effectsOf(
  planning: Pick<Planning, 'savings'>,
  facts: CityFacts,
  rounded: boolean,
): Promise<Effect[]> {
  const { sessions, period, nowMs } = facts;
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
      ownGenerationWh: (sum?.ownGenerationWh ?? 0) + saved.ownGenerationWh,
      co2Kg: either(sum?.co2Kg, saved.co2Kg),
      uncontrolledCo2Kg: either(sum?.uncontrolledCo2Kg, saved.uncontrolledCo2Kg),
      flexAskedWh: (sum?.flexAskedWh ?? 0) + saved.flexAskedWh,
      flexDoneWh: (sum?.flexDoneWh ?? 0) + saved.flexDoneWh,
    });
  }
  const sorted = [...sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
  const began = sessions.filter((session) => beganIn(session, facts)).length;
  return rounded ? sorted.map((effect) => scaled(effect, scaling(began))) : sorted;
}

/** Peaks stay: they are no sums. */
function scaled(effect: Effect, scale: (amount: number) => number): Effect {
  const orNull = (amount: number | null) => (amount === null ? null : scale(amount));
  return {
    ...effect,
    energyWh: scale(effect.energyWh),
    cost: scale(effect.cost),
    uncontrolledCost: scale(effect.uncontrolledCost),
    ownGenerationWh: scale(effect.ownGenerationWh),
    co2Kg: orNull(effect.co2Kg),
    uncontrolledCo2Kg: orNull(effect.uncontrolledCo2Kg),
    flexAskedWh: scale(effect.flexAskedWh),
    flexDoneWh: scale(effect.flexDoneWh),
  };
}
