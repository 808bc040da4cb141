/** What a session is owed, read literally from the contract; shares nothing with the planner's own reading. */
import type { Session } from '../contract/index.ts';

/** So many Wh in the battery above the state at arrival, at the end of slot `bySlot - 1`. */
export interface Need {
  bySlot: number;
  gainWh: number;
  minimum: boolean;
}

/** Slots of a stay: `[from, to)` inside the horizon; `leaves` counts in slots from the start and may lie beyond it. */
export interface Stay {
  from: number;
  to: number;
  leaves: number;
}

/**
 * Arrival rounds up (what is there by `now` is there from slot 0 on), departure rounds down; a departure that is
 * absent, or past for a car that is still there, is unknown and counts as the end of the horizon (contract, "Slots of a stay").
 */
export function stayOf(
  session: Session,
  startMs: number,
  nowMs: number,
  slotMs: number,
  slots: number,
): Stay {
  const arrivalMs = session.arrival === undefined ? startMs : Date.parse(session.arrival);
  const arrives = arrivalMs <= nowMs ? 0 : Math.ceil((arrivalMs - startMs) / slotMs);
  const departureMs = session.departure === undefined ? undefined : Date.parse(session.departure);
  const unknown = departureMs === undefined || (departureMs <= nowMs && arrives === 0);
  const leaves = unknown ? slots : Math.floor((departureMs - startMs) / slotMs);
  const from = Math.min(arrives, slots);
  return { from, to: Math.max(from, Math.min(leaves, slots)), leaves };
}

/**
 * The needs of a session, in Wh above its state at arrival.
 *
 * A target at or after departure, or before the first usable slot, counts at departure; the highest one counts
 * there too when none does. What is due beyond the horizon counts in proportion at the horizon's end. V2G without
 * target or need returns to the state at arrival (contract, "Slots of a stay").
 */
export function needsOf(
  session: Session,
  stay: Stay,
  startMs: number,
  slotMs: number,
  slots: number,
): Need[] {
  // A car that comes after the horizon is owed nothing inside it.
  const share = (due: number) =>
    stay.from >= slots && due >= slots ? 0 : due > slots ? (slots - stay.from) / (due - stay.from) : 1;
  const due = Math.max(stay.leaves, stay.from);
  if (session.energy_need_wh !== undefined) {
    return [{ bySlot: stay.to, gainWh: session.energy_need_wh * share(due), minimum: false }];
  }
  if (session.battery_wh === undefined || session.soc === undefined) return [];
  const batteryWh = session.battery_wh;
  const soc = session.soc;
  const targets = session.targets ?? [];
  if (targets.length === 0) {
    return (session.max_discharge_w ?? 0) > 0 ? [{ bySlot: stay.to, gainWh: 0, minimum: false }] : [];
  }
  const needs: Need[] = [];
  let atDeparture = false;
  for (const target of targets) {
    const by = Math.floor((Date.parse(target.at) - startMs) / slotMs);
    const counts = by >= due || by <= stay.from ? due : by;
    if (counts === due) atDeparture = true;
    needs.push({
      bySlot: Math.min(counts, stay.to),
      gainWh: (target.soc - soc) * batteryWh * share(counts),
      minimum: target.kind === 'minimum',
    });
  }
  if (!atDeparture) {
    let highest = targets[0]!;
    for (const target of targets) {
      const outranks = target.soc === highest.soc && target.kind === 'minimum';
      if (target.soc > highest.soc || outranks) highest = target;
    }
    needs.push({
      bySlot: stay.to,
      gainWh: (highest.soc - soc) * batteryWh * share(due),
      minimum: highest.kind === 'minimum',
    });
  }
  return needs;
}
