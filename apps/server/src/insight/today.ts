import type { Planning } from '../planning/index.ts';
import type { Clock } from '../time/clock.ts';
import { startOfDayMs } from './local-day.ts';

/** Since midnight of the site: cost of the metered energy, against the same energy charged without SMAC. */
export interface Today {
  readonly cost: number;
  readonly saving: number;
  readonly energyWh: number;
}

/** A day is added up from every reading and plan of it, so it is done again only after this, ms. */
const FRESH_MS = 60_000;

export function createTodays(
  planning: Pick<Planning, 'savings'>,
  clock: Pick<Clock, 'now'>,
): (contextId: string, timeZone: string) => Promise<Today> {
  const days = new Map<string, { readonly atMs: number; readonly today: Promise<Today> }>();

  async function addUp(contextId: string, timeZone: string, nowMs: number): Promise<Today> {
    const fromMs = startOfDayMs(nowMs, timeZone);
    const { plannedCost, saving, energyWh } = await planning.savings(contextId, fromMs, nowMs);
    return { cost: plannedCost, saving, energyWh };
  }

  return (contextId, timeZone) => {
    const nowMs = clock.now();
    const before = days.get(contextId);
    if (before !== undefined && nowMs - before.atMs < FRESH_MS) return before.today;
    const today = addUp(contextId, timeZone, nowMs);
    days.set(contextId, { atMs: nowMs, today });
    today.catch(() => days.delete(contextId));
    return today;
  };
}
