import { type EvseRef, evseKey, type ServicePolicy } from '../sites/index.ts';
import { isInForce } from './service-band.ts';
import { type SlotGrid, slotStart } from './slot-grid.ts';

/**
 * What the calendar allows in every slot of a grid. A band that begins tonight is planned for now: a car that may charge with less by night
 * has to take more of its energy before.
 */
export interface ServiceCalendar {
  /** Highest power per slot, W; Infinity where nothing is said; undefined where nothing is said in any slot. */
  maxW(evse: EvseRef): readonly number[] | undefined;
}

/** The hour of a slot is that of its start, of slot 0 that of `nowMs`: the hours of bands are local and whole (US-BCN-strategy). */
export function serviceCalendar(policies: readonly ServicePolicy[], grid: SlotGrid): ServiceCalendar {
  const limiting = policies.flatMap(({ maxW, ...policy }) =>
    maxW === undefined
      ? []
      : [
          {
            evses: policy.evses.length === 0 ? undefined : new Set(policy.evses.map(evseKey)),
            maxW,
            inForce: Array.from({ length: grid.slots }, (_, slot) =>
              isInForce(policy, Math.max(slotStart(grid, slot), grid.nowMs)),
            ),
          },
        ],
  );
  return {
    maxW(evse) {
      const key = evseKey(evse);
      const ofEvse = limiting.filter(({ evses }) => evses?.has(key) ?? true);
      if (!ofEvse.some(({ inForce }) => inForce.includes(true))) return undefined;
      return Array.from({ length: grid.slots }, (_, slot) =>
        ofEvse.reduce(
          (least, { maxW, inForce }) => (inForce[slot] ? Math.min(least, maxW) : least),
          Infinity,
        ),
      );
    },
  };
}
