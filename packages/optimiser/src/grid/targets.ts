/**
 * The targets of one session as content at slot ends.
 *
 * A target at or after departure, or before the first usable slot, counts at departure (X11); the highest one
 * also counts at departure when none stands there; V2G without any wish ends where it began; beyond the
 * horizon a target counts pro rata at the horizon's end (X54 for several targets).
 */
import type { Session, Target } from '../contract/problem.ts';
import type { NormalTarget } from './normal-problem.ts';
import { type SlotClock, slotsEndedBy } from './slot-clock.ts';

export interface Stay {
  /** First usable slot; may lie beyond the horizon. */
  firstSlot: number;
  /** Whole slots that end by departure, or the horizon when departure is unknown; may lie beyond the horizon. */
  departureSlot: number;
}

interface Deadline {
  slot: number;
  contentWh: number;
  kind: 'target' | 'minimum';
}

export function normalTargets(clock: SlotClock, session: Session, stay: Stay): NormalTarget[] {
  const startWh = session.battery_wh === undefined ? 0 : session.battery_wh * session.soc!;
  return deadlines(clock, session, stay, startWh)
    .map((deadline) => onHorizon(clock, deadline, stay, startWh))
    .sort((a, b) => a.endSlot - b.endSlot || a.contentWh - b.contentWh);
}

function deadlines(clock: SlotClock, session: Session, stay: Stay, startWh: number): Deadline[] {
  const departure = (contentWh: number, kind: Deadline['kind'] = 'target'): Deadline => ({
    slot: stay.departureSlot,
    contentWh,
    kind,
  });
  if (session.energy_need_wh !== undefined) return [departure(startWh + session.energy_need_wh)];
  if (session.battery_wh === undefined) return [];
  const targets = session.targets ?? [];
  if (targets.length === 0) return (session.max_discharge_w ?? 0) > 0 ? [departure(startWh)] : [];
  const list = targets.map((target) => deadlineOf(clock, session.battery_wh!, target, stay));
  if (!list.some((deadline) => deadline.slot === stay.departureSlot)) {
    const highest = list.reduce((a, b) =>
      b.contentWh > a.contentWh || (b.contentWh === a.contentWh && b.kind === 'minimum') ? b : a,
    );
    list.push(departure(highest.contentWh, highest.kind));
  }
  return list;
}

function deadlineOf(clock: SlotClock, batteryWh: number, target: Target, stay: Stay): Deadline {
  const slot = slotsEndedBy(clock, target.at);
  const usable = slot > stay.firstSlot && slot < stay.departureSlot;
  return {
    slot: usable ? slot : stay.departureSlot,
    contentWh: target.soc * batteryWh,
    kind: target.kind ?? 'target',
  };
}

function onHorizon(clock: SlotClock, deadline: Deadline, stay: Stay, startWh: number): NormalTarget {
  const { slot, kind, contentWh } = deadline;
  if (slot <= clock.slots) return { endSlot: Math.max(0, slot), contentWh, kind };
  const share = Math.max(0, clock.slots - stay.firstSlot) / Math.max(1, slot - stay.firstSlot);
  return { endSlot: clock.slots, contentWh: startWh + (contentWh - startWh) * share, kind };
}
