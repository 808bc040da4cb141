import type { Plan } from '@smac/optimiser';
import {
  type Assignment,
  type Limits,
  type PartLimit,
  type SessionKey,
  shapeProfiles,
} from '../dispatch/index.ts';
import type { ContextSnapshot } from '../sites/index.ts';
import type { BuiltProblem } from './build-problem.ts';
import { earlyInSlot } from './early-in-slot.ts';
import { gatherMinimum } from './gather-minimum.ts';
import { sumOf } from './held-by-others.ts';
import type { PlanRecord } from './plan-record.ts';
import { serviceCalendar } from './service-calendar.ts';
import { slotStart } from './slot-grid.ts';
import { START_KICK_MS, withStartKicks } from './start-kick.ts';
import { partLimits, partShares } from './supply-parts.ts';

/**
 * A plan as dispatch takes it: sessions that are active and take profiles; what is booked or pending stays a stored plan
 * (X20, D1.5-§2.3.1.1-ACT). Powers below a minimum are gathered where the model left it out, and no slot exceeds its calendar band.
 */
export function assignmentOf(
  record: Omit<PlanRecord, 'number'>,
  built: BuiltProblem,
  snapshot: ContextSnapshot,
  kickPeers: readonly string[] = [],
): Omit<Assignment, 'planId'> {
  const { grid, budgetW } = built;
  const slots = slotsOf(built);
  const sent = built.sessions.filter((session) => session.sent);
  const evses = new Map(snapshot.sessions.map(({ session }) => [session.sessionId, session]));
  const { statics } = snapshot.context;
  const entries = new Map(snapshot.sessions.map((entry) => [entry.session.sessionId, entry]));
  const parts = partsOf(built, snapshot, slots);
  const calendar = serviceCalendar(snapshot.policies, grid);
  const serviceMaxW = new Map(
    snapshot.sessions.map(({ session }) => [session.sessionId, calendar.maxW(session)]),
  );
  const sharesOf = (key: SessionKey) => {
    const entry = entries.get(key.sessionId);
    return parts.length > 0 && entry ? { shares: partShares(statics, entry) } : {};
  };
  const powers = gatherMinimum(
    sent.map((session) => ({
      powerW: plannedPower(record.plan, session.id, grid.slots),
      minW: session.minPowerW,
      maxW: session.maxPowerW,
      serviceMaxW: serviceMaxW.get(session.ref.sessionId),
      servedWh: evses.get(session.ref.sessionId)?.energyWh ?? 0,
      ...sharesOf(session.ref),
    })),
    budgetLeft(record.plan, built),
    grid.slotMs / 3_600_000,
    parts.map(({ id, budget }) => ({
      id,
      powerW: slots.map((_, slot) => (budget[slot] ?? budget[0])?.powerW ?? Number.POSITIVE_INFINITY),
    })),
  );
  const planned = sent.map((session, index) => {
    const untilMs = session.leavesMs ?? undefined;
    return {
      key: session.ref,
      maxPowerW: session.maxPowerW,
      minPowerW: session.minPowerW,
      ...(untilMs === undefined ? {} : { plannedUntilMs: untilMs }),
      powerW: powers[index]!.map((plannedW, slot) => {
        const w = plannedW + (built.held.get(session.id)?.powerW[slot] ?? 0);
        return Math.min(w, serviceMaxW.get(session.ref.sessionId)?.[slot] ?? Infinity);
      }),
    };
  });
  fillPartialSlots(planned, built);
  const shaped = shapeProfiles({ nowMs: grid.nowMs, slots, budgetW, sessions: planned });
  const kicked = withStartKicks(
    shaped.map(({ key, profile }, index) => {
      const { minPowerW, maxPowerW } = planned[index]!;
      const startMs = evses.get(key.sessionId)?.startMs;
      return startMs === undefined || !kickPeers.includes(key.peerId)
        ? { profile, minPowerW }
        : {
            profile,
            minPowerW,
            kick: { untilMs: startMs + START_KICK_MS, powerW: Math.min(minPowerW, maxPowerW) },
          };
    }),
    budgetW[0] ?? null,
  );
  const isFree = (id: string) => (built.held.get(id)?.freeFromMs ?? -Infinity) <= grid.nowMs;
  const hurriedW = new Map(
    (built.problem.sessions ?? []).map((s) => [
      s.id,
      s.preference === 'FAST' && isFree(s.id)
        ? Math.min(s.max_charge_w, s.charge_limit_w?.[0] ?? Infinity)
        : 0,
    ]),
  );
  const profiles = earlyInSlot(
    kicked.map((profile, index) => ({
      profile,
      hurriedW: hurriedW.get(sent[index]!.id) ?? 0,
      ...sharesOf(shaped[index]!.key),
    })),
    slots[0]!.endMs,
    budgetW[0] ?? null,
    parts,
  );
  return {
    contextId: record.contextId,
    budget: budgetOf(built),
    ...(parts.length > 0 ? { parts } : {}),
    sessions: shaped.map(({ key }, index) => ({
      key,
      profile: profiles[index]!,
      maxPowerW: planned[index]!.maxPowerW,
      minPowerW: planned[index]!.minPowerW,
      ...sharesOf(key),
    })),
    shadow: record.shadow,
  };
}

/** What holds for all sessions and for parts of them by these inputs, whatever is planned. */
export function limitsOf(built: BuiltProblem, snapshot: ContextSnapshot): Limits {
  const parts = partsOf(built, snapshot, slotsOf(built));
  const { statics } = snapshot.context;
  return {
    budget: budgetOf(built),
    parts,
    shares:
      parts.length === 0
        ? []
        : snapshot.sessions.map((entry) => ({
            key: { peerId: entry.session.peerId, sessionId: entry.session.sessionId },
            shares: partShares(statics, entry),
          })),
  };
}

type Slot = { readonly startMs: number; readonly endMs: number };

const slotsOf = ({ grid }: BuiltProblem): Slot[] =>
  Array.from({ length: grid.slots }, (_, slot) => ({
    startMs: slotStart(grid, slot),
    endMs: slotStart(grid, slot + 1),
  }));

function partsOf(
  { problem, held, grid }: BuiltProblem,
  { context, sessions }: ContextSnapshot,
  slots: readonly Slot[],
): PartLimit[] {
  const { demand_w: demandW = [], generation_w: generationW = [] } = problem.site ?? {};
  const heldW = sumOf(held.values(), grid.slots);
  const baseW = demandW.map((w, slot) => w - heldW[slot]! - (generationW[slot] ?? 0));
  return partLimits(context.statics, sessions, slots, baseW);
}

/** What all sessions together may draw per slot. */
const budgetOf = ({ grid, budgetW, baseW }: BuiltProblem): Assignment['budget'] =>
  budgetW.map((powerW, slot) => ({
    startMs: slotStart(grid, slot),
    endMs: slotStart(grid, slot + 1),
    powerW,
    ...(baseW[slot] == null ? {} : { baseW: baseW[slot] }),
  }));

/** Room for what is sent: sessions that are only stored take no part of it before they are active. */
function budgetLeft(plan: Plan, { grid, sessions, freeW }: BuiltProblem): (number | null)[] {
  const dischargingW = new Array<number>(grid.slots).fill(0);
  for (const session of sessions) {
    if (!session.sent) continue;
    for (const [slot, w] of plannedPower(plan, session.id, grid.slots).entries()) {
      dischargingW[slot]! += Math.max(0, -w);
    }
  }
  return freeW.map((w, slot) => (w === null ? null : w + dischargingW[slot]!));
}

interface Planned {
  readonly plannedUntilMs?: number;
  readonly maxPowerW: number;
  powerW: number[];
}

/**
 * A car that leaves within a slot gets the energy planned for the whole slot in the part it is there, as far as its maximum and the budget
 * allow: the average of the slot is not exceeded, because nothing is drawn afterwards.
 */
function fillPartialSlots(planned: readonly Planned[], { grid, budgetW }: BuiltProblem): void {
  const usedW = budgetW.map((_, slot) =>
    planned.reduce((sum, session) => sum + Math.max(0, session.powerW[slot]!), 0),
  );
  for (const session of planned) {
    if (session.plannedUntilMs === undefined) continue;
    const slot = Math.floor((session.plannedUntilMs - grid.startMs) / grid.slotMs);
    const w = session.powerW[slot];
    if (w === undefined || w <= 0) continue;
    const fromMs = Math.max(slotStart(grid, slot), grid.nowMs);
    const presentMs = session.plannedUntilMs - fromMs;
    if (presentMs <= 0) continue;
    const stretchedW = (w * (slotStart(grid, slot + 1) - fromMs)) / presentMs;
    const roomW = w + Math.max(0, (budgetW[slot] ?? Infinity) - usedW[slot]!);
    const filledW = Math.max(w, Math.min(stretchedW, session.maxPowerW, roomW));
    usedW[slot]! += filledW - w;
    session.powerW[slot] = filledW;
  }
}

function plannedPower(plan: Plan, id: string, slots: number): readonly number[] {
  return plan.sessions.find((session) => session.id === id)?.power_w ?? new Array<number>(slots).fill(0);
}
