import type { Outlook } from './charge-state.ts';

/** Average of a value per slot over a stretch of the plan; undefined where a slot of it has none. */
export function averageOf(
  { start, slotMinutes }: Pick<Outlook, 'start' | 'slotMinutes'>,
  values: readonly (number | null)[],
  fromMs: number,
  toMs: number,
): number | undefined {
  const slotMs = slotMinutes * 60_000;
  const startMs = Date.parse(start);
  let weighted = 0;
  for (const [slot, value] of values.entries()) {
    const beginMs = Math.max(fromMs, startMs + slot * slotMs);
    const lastMs = Math.min(toMs, startMs + (slot + 1) * slotMs);
    if (lastMs <= beginMs) continue;
    if (value === null) return undefined;
    weighted += value * (lastMs - beginMs);
  }
  return weighted / (toMs - fromMs);
}
