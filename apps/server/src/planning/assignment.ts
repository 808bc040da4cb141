import type { Plan } from '@smac/optimiser';
import { type Assignment, shapeProfiles } from '../dispatch/index.ts';
import type { ContextSnapshot } from '../sites/index.ts';
import type { BuiltProblem } from './build-problem.ts';
import { gatherMinimum } from './gather-minimum.ts';
import type { PlanRecord } from './plan-record.ts';
import { serviceBand } from './service-band.ts';
import { slotStart } from './slot-grid.ts';

/**
 * A plan as dispatch takes it: sessions that are active and take profiles; what is booked or pending stays a stored plan
 * (X20, D1.5-§2.3.1.1-ACT). Powers below a minimum are gathered where the model left it out, and no slot exceeds its calendar band.
 */
export function assignmentOf(record: PlanRecord, built: BuiltProblem, snapshot: ContextSnapshot): Assignment {
  const { grid, budgetW } = built;
  const slots = Array.from({ length: grid.slots }, (_, slot) => ({
    startMs: slotStart(grid, slot),
    endMs: slotStart(grid, slot + 1),
  }));
  const sent = built.sessions.filter((session) => session.sent);
  const evses = new Map(snapshot.sessions.map(({ session }) => [session.sessionId, session]));
  const powers = gatherMinimum(
    sent.map((session) => ({
      powerW: plannedPower(record.plan, session.id, grid.slots),
      minW: session.minPowerW,
      maxW: session.maxPowerW,
    })),
    budgetW,
  );
  const planned = sent.map((session, index) => ({
    key: session.ref,
    maxPowerW: session.maxPowerW,
    minPowerW: session.minPowerW,
    powerW: powers[index]!.map((w, slot) => {
      const evse = evses.get(session.ref.sessionId);
      if (evse === undefined || snapshot.policies.length === 0) return w;
      return Math.min(
        w,
        serviceBand(snapshot.policies, evse, Math.max(slots[slot]!.startMs, grid.nowMs)).maxW,
      );
    }),
  }));
  const profiles = shapeProfiles({ nowMs: grid.nowMs, slots, budgetW, sessions: planned });
  return {
    planId: String(record.number),
    contextId: record.contextId,
    budget: slots.map((slot, index) => ({ ...slot, powerW: budgetW[index]! })),
    sessions: profiles.map(({ key, profile }, index) => ({
      key,
      profile,
      maxPowerW: planned[index]!.maxPowerW,
      minPowerW: planned[index]!.minPowerW,
    })),
    shadow: record.shadow,
  };
}

export function plannedPower(plan: Plan, id: string, slots: number): readonly number[] {
  return plan.sessions.find((session) => session.id === id)?.power_w ?? new Array<number>(slots).fill(0);
}
