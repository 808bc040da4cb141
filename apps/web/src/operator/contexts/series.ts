import type { Answer } from '../../api/client.ts';

export type AllSeries = Answer<'GET /api/contexts/{contextId}/inputs'>['series'];
export type Slot = AllSeries['price'][number];

/** What grid operators allow, lowest of all of them. */
export const GRID_KINDS = ['grid_cap', 'grid_export_cap', 'grid_phase_cap'] as const;
/** What people give; what grid operators allow stands beside it and is only shown. */
export const GIVEN_KINDS = ['demand', 'generation', 'price', 'export_price', 'flex', 'co2', 'cap'] as const;
export type GivenKind = (typeof GIVEN_KINDS)[number];

const covers = ({ start, durationMs }: Slot, ms: number) =>
  Date.parse(start) <= ms && ms < Date.parse(start) + durationMs;
export const isValid = ({ validUntil }: Slot, nowMs: number) =>
  validUntil === undefined || Date.parse(validUntil) > nowMs;

/** What counts at a moment: an override that has not ended, otherwise what was pushed or forecast (X17). */
export function valueAt(slots: readonly Slot[], ms: number, nowMs = ms): Slot | undefined {
  const valid = slots.filter((slot) => isValid(slot, nowMs) && covers(slot, ms));
  return valid.find(({ layer }) => layer === 'override') ?? valid.at(-1);
}

/** The override that holds or will hold; undefined: none. */
export const overrideOf = (slots: readonly Slot[], nowMs: number) =>
  slots.find(
    (slot) =>
      slot.layer === 'override' && isValid(slot, nowMs) && Date.parse(slot.start) + slot.durationMs > nowMs,
  );

/** Last moment that is covered from now on without a hole; undefined where nothing covers now. */
export function coveredUntil(slots: readonly Slot[], nowMs: number): number | undefined {
  let ms: number | undefined;
  for (let slot = valueAt(slots, nowMs); slot !== undefined; slot = valueAt(slots, ms ?? nowMs, nowMs)) {
    const endMs = Date.parse(slot.start) + slot.durationMs;
    if (ms !== undefined && endMs <= ms) break;
    ms = endMs;
  }
  return ms;
}
