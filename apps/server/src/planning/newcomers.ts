import type { Plan, Problem } from '@smac/optimiser';
import type { ContextSnapshot } from '../sites/index.ts';
import type { BuiltProblem } from './build-problem.ts';
import type { PlanningPolicy } from './policy.ts';
import { slotStart } from './slot-grid.ts';

type Reason = Plan['sessions'][number]['reasons'][number];

/**
 * Room for cars that have not come yet. A plan that fills the cheapest hours with the cars of now leaves nothing for those who plug in
 * later: in the end all of them run short together, and pay the prices of the evening. So a share of what is left below the limit,
 * growing from nothing now to `newcomerShare` at `newcomerHours` ahead, is kept free, but never more than the EVSEs that will be free can draw.
 * On 10 days of a crowded car park: 98.8 % -> 100 % of the energy of uncontrolled charging, at the same cost per kWh
 * (docs/benchmarks.md, room for newcomers).
 * @param scale 0..1 of that share
 * @returns the same problem with the import limit lowered per slot, and by how much, W; undefined where there is nothing to keep free
 */
export function roomForNewcomers(
  { problem, grid, sessions, freeW }: BuiltProblem,
  snapshot: ContextSnapshot,
  policy: Pick<PlanningPolicy, 'newcomerShare' | 'newcomerHours'>,
  scale: number,
): { readonly problem: Problem; readonly reservedW: readonly number[] } | undefined {
  const { maxImportW, evses } = snapshot.context.statics;
  if (maxImportW === undefined || scale <= 0) return undefined;
  const gone = new Map<string, number>();
  for (const { session } of snapshot.sessions) {
    const planned = sessions.find(
      ({ ref }) => ref.peerId === session.peerId && ref.sessionId === session.sessionId,
    );
    const goneMs = planned === undefined ? Infinity : leaving(planned, grid.nowMs);
    const name = `${session.locationId}/${session.evseUid}`;
    gone.set(name, Math.max(gone.get(name) ?? 0, goneMs));
  }
  const sockets = evses.map(({ locationId, evseUid, connectors }) => ({
    freeFromMs: gone.get(`${locationId}/${evseUid}`) ?? 0,
    chargeW: Math.max(0, ...connectors.map(({ chargeW }) => chargeW)),
  }));
  const reservedW = freeW.map((budget, slot) => {
    const startMs = slotStart(grid, slot);
    const aheadHours = Math.max(0, startMs - grid.nowMs) / 3_600_000;
    const share = policy.newcomerShare * Math.min(1, aheadHours / policy.newcomerHours) * scale;
    const drawableW = sockets.reduce(
      (sum, { freeFromMs, chargeW }) => sum + (freeFromMs <= startMs ? chargeW : 0),
      0,
    );
    return Math.min(share * (budget ?? 0), drawableW);
  });
  if (!reservedW.some((w) => w > 0)) return undefined;
  const { demand_w: demandW = [], generation_w: generationW = [], flex_w: flexW = [] } = problem.site ?? {};
  const lowered = reservedW.map((w, slot) =>
    w > 0 ? freeW[slot]! - w + demandW[slot]! - generationW[slot]! - maxImportW : (flexW[slot] ?? 0),
  );
  return { problem: { ...problem, site: { ...problem.site, flex_w: lowered } }, reservedW };
}

/**
 * The optimiser takes the room for a flex order, which it is not: where nobody ordered anything, the reasons say what it is.
 * @param asked the problem before room was kept
 */
export function saidAsRoom(plan: Plan, asked: Problem): Plan {
  if (asked.site?.flex_w?.some((w) => w < 0) === true) return plan;
  const said = ({ code, sentence }: Reason): Reason =>
    code === 'limited_by_flex_order'
      ? {
          code: 'kept_for_newcomers',
          sentence: sentence.replace(/^A flex order lowers/, 'Room for cars that come later lowers'),
        }
      : { code, sentence };
  return {
    ...plan,
    sessions: plan.sessions.map((session) => ({ ...session, reasons: session.reasons.map(said) })),
  };
}

/** When the EVSE of a session is expected to be free; a car whose departure nobody knows, when it is full. */
function leaving(planned: BuiltProblem['sessions'][number], nowMs: number): number {
  const fullMs = nowMs + (planned.remainingWh / Math.max(planned.maxPowerW, 1)) * 3_600_000;
  return planned.leavesMs ?? planned.departureMs ?? planned.dueMs ?? fullMs;
}
