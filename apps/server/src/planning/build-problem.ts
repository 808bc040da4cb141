import type { Problem } from '@smac/optimiser';
import type { HeldByOthers } from '../dispatch/index.ts';
import type { ContextSnapshot, SnapshotSession, StaticInputs } from '../sites/index.ts';
import { chargingPower } from './charging-power.ts';
import { leavesAsSaid } from './deadline.ts';
import { sharesByStay } from './fair-share.ts';
import { type HeldInPlan, heldSessions, sumOf, whenFree } from './held-by-others.ts';
import { asItsDriverChose } from './own-choice.ts';
import type { Degradation, PlannedFor } from './plan-record.ts';
import type { PlanningPolicy } from './policy.ts';
import { serviceBand } from './service-band.ts';
import { serviceCalendar } from './service-calendar.ts';
import { type SessionInProblem, sessionInProblem } from './session-problem.ts';
import { capFromAbove, type SiteInputs, siteInputs } from './site-inputs.ts';
import { type SlotGrid, slotGrid, slotStart } from './slot-grid.ts';
import type { StayDistribution } from './stay-distribution.ts';
import { FAST_STAY_MS } from './stay-prior.ts';
import { turnsOf } from './still-turns.ts';
import { groupOf, phaseLimitW, phasesLoaded } from './supply-parts.ts';

/** What planning knows besides the snapshot. */
export interface Knowledge {
  readonly policy: PlanningPolicy;
  /** Distribution of stays for a session as it was at arrival. */
  readonly stays: (entry: SnapshotSession) => StayDistribution;
  readonly carriesDischarge: (entry: SnapshotSession) => boolean;
  /** Its meter shows that it draws nothing. */
  readonly drawsNothing?: (entry: SnapshotSession) => boolean;
  /** Sessions that others decide over, by peer and session. */
  readonly held?: readonly HeldByOthers[];
  /** Import used in slot 0 before now, Wh, where it is known. */
  readonly slot0ImportWh?: number;
}

export interface BuiltProblem {
  readonly problem: Problem;
  readonly grid: SlotGrid;
  readonly sessions: readonly PlannedFor[];
  readonly degraded: readonly Degradation[];
  /** What the controlled sessions together may draw, per slot; null = no limit. */
  readonly budgetW: readonly (number | null)[];
  /** What sessions draw that others decide over, by id: fixed in the plan, and part of the budget. */
  readonly held: ReadonlyMap<string, HeldInPlan>;
  /** What they leave of the budget to the plan, per slot; null = no limit. */
  readonly freeW: readonly (number | null)[];
  /** Base load that was taken off the limit for it, per slot; null = no limit. */
  readonly baseW: readonly (number | null)[];
}

type InProblem = (entry: SnapshotSession, shareW?: number, turnMs?: number) => SessionInProblem;

/** A snapshot as a planning problem: pure, the same inputs give the same problem. */
export function buildProblem(given: ContextSnapshot, knowledge: Knowledge): BuiltProblem {
  const snapshot = { ...given, sessions: given.sessions.map(asItsDriverChose) };
  const { policy } = knowledge;
  const { statics } = snapshot.context;
  const grid = slotGrid(snapshot.atMs, statics.slotMinutes ?? policy.slotMinutes, policy.slots);
  const inputs = siteInputs(snapshot.series, grid, policy.maxForecastAgeMs);
  const controlled = snapshot.sessions.filter(isControllable);
  const held = heldSessions(controlled, knowledge.held ?? [], grid);
  const heldW = sumOf(held.values(), grid.slots);
  const phaseW = phaseLimitW(statics);
  const calendar = serviceCalendar(snapshot.policies, grid);
  const exact = controlled.length <= policy.exactSessions;
  const inProblem: InProblem = (entry, shareW, turnMs) => {
    const byOthers = held.get(sessionName(entry));
    const then = byOthers === undefined ? entry : whenFree(entry, byOthers, grid);
    return sessionInProblem(sessionName(entry), then, {
      grid,
      policy,
      band: serviceBand(snapshot.policies, entry.session, grid.nowMs),
      serviceMaxW: calendar.maxW(entry.session),
      stays: knowledge.stays(entry),
      carriesDischarge: knowledge.carriesDischarge(entry),
      exactMinimum: exact,
      hasPhaseLimit: phaseW !== undefined || (statics.groups?.length ?? 0) > 0,
      phases: phasesLoaded(statics, entry),
      ...(shareW === undefined ? {} : { shareW }),
      ...(turnMs === undefined ? {} : { turnMs }),
      ...(byOthers === undefined ? {} : { freeFromMs: byOthers.freeFromMs }),
    });
  };
  const uncontrolledW = uncontrolledPower(snapshot, grid, policy);
  const demandW = inputs.demandW.map((w, slot) => w + uncontrolledW[slot]!);
  const capW = capPerSlot(snapshot, inputs, grid, policy);
  const limitW = demandW.map((_, slot) =>
    Math.min((statics.maxImportW ?? Infinity) + (inputs.flexW?.[slot] ?? 0), capW?.[slot] ?? Infinity),
  );
  const budgetW = demandW.map((demand, slot) =>
    Number.isFinite(limitW[slot]) ? Math.max(0, limitW[slot]! - demand + inputs.generationW[slot]!) : null,
  );
  const freeW = budgetW.map((w, slot) => (w === null ? null : Math.max(0, w - heldW[slot]!)));
  const drawsNothing = knowledge.drawsNothing ?? (() => false);
  const sessions = fairly(controlled, inProblem, freeW, grid, drawsNothing);
  const decided = sessions.filter(({ isLeftOut }) => !isLeftOut);
  const drawnW = demandW.map((w, slot) => w + heldW[slot]!);
  const hours = grid.slotMs / 3_600_000;
  const occupancy = (statics.opportunityCostPerHour2 ?? 0) * hours * hours;
  const problem: Problem = {
    start: iso(grid.startMs),
    now: iso(grid.nowMs),
    ...(statics.capacityPricePerKw && knowledge.slot0ImportWh !== undefined
      ? { slot0_import_wh: knowledge.slot0ImportWh }
      : {}),
    slot_minutes: grid.slotMs / 60_000,
    slots: grid.slots,
    currency: statics.currency,
    ...(occupancy > 0 ? { opportunity: exact ? ('exact' as const) : ('linear' as const) } : {}),
    site: {
      ...(statics.maxImportW === undefined ? {} : { max_import_w: statics.maxImportW }),
      ...(inputs.flexW && statics.maxImportW !== undefined ? { flex_w: [...inputs.flexW] } : {}),
      ...(capW && { cap_w: finiteCaps(capW, drawnW, decided, statics.maxImportW, inputs.flexW) }),
      ...(phaseW === undefined ? {} : { max_phase_w: phaseW }),
      ...exportLimit(statics, inputs),
      demand_w: drawnW,
      generation_w: [...inputs.generationW],
      import_price: [...inputs.importPrice],
      ...(inputs.exportPrice && { export_price: [...inputs.exportPrice] }),
      ...(statics.capacityPricePerKw === undefined ? {} : { capacity_price: statics.capacityPricePerKw }),
      ...(statics.peakSoFarW === undefined ? {} : { peak_so_far_w: statics.peakSoFarW }),
      ...(inputs.co2GPerKwh && { co2_g_per_kwh: [...inputs.co2GPerKwh] }),
      ...(occupancy > 0 ? { opportunity_cost: occupancy } : {}),
    },
    sessions: decided.map((session) => session.problem),
    ...groupsOf(statics, controlled, new Set(decided.map(({ problem: { id } }) => id)), held, grid.slots),
  };
  return {
    problem,
    grid,
    sessions: sessions.map((session) => session.planned),
    degraded: inputs.degraded,
    budgetW,
    held,
    freeW,
    baseW: budgetW.map((budget, slot) => (budget === null ? null : limitW[slot]! - budget)),
  };
}

/** What the cars may push out: the owner's limit, and in each slot no more than the grid operator allows. */
function exportLimit(
  statics: StaticInputs,
  { exportCapW }: SiteInputs,
): { max_export_w?: number | number[] } {
  const { maxExportW } = statics;
  if (maxExportW === undefined) return {};
  return { max_export_w: exportCapW?.map((w) => Math.min(w ?? Infinity, maxExportW)) ?? maxExportW };
}

/** Limits below the supply point, as far as they have sessions (SC8); what others decide over there is taken off. */
function groupsOf(
  statics: StaticInputs,
  entries: readonly SnapshotSession[],
  decided: ReadonlySet<string>,
  held: ReadonlyMap<string, HeldInPlan>,
  slots: number,
): Pick<Problem, 'groups'> {
  const groups = (statics.groups ?? []).flatMap((group) => {
    const all = entries.filter(({ session }) => groupOf(statics, session) === group).map(sessionName);
    const members = all.filter((id) => decided.has(id));
    if (members.length === 0) return [];
    const heldW = Math.max(
      0,
      ...sumOf(
        all.flatMap((id) => held.get(id) ?? []),
        slots,
      ),
    );
    const phaseW = group.maxPhaseW === undefined ? {} : { max_phase_w: group.maxPhaseW };
    return [{ id: group.id, sessions: members, max_w: Math.max(0, group.maxPowerW - heldW), ...phaseW }];
  });
  return groups.length === 0 ? {} : { groups };
}

/**
 * Sessions that charge at once get shares where they do not all fit (X59). Who said for certain when it leaves, and wants to charge as early as
 * possible until then, takes part with what it needs until then: it is planned to its departure, the others do not share that, and it takes
 * no more while they, of whom nobody knows when they leave, wait.
 */
function fairly(
  entries: readonly SnapshotSession[],
  inProblem: InProblem,
  budgetW: readonly (number | null)[],
  grid: SlotGrid,
  drawsNothing: (entry: SnapshotSession) => boolean,
): readonly SessionInProblem[] {
  const first = entries.map((entry) => {
    const session = inProblem(entry);
    return { entry, session, isSoonGone: isSoonGone(entry, session, grid.nowMs) };
  });
  const sharing = first.filter(
    ({ session, isSoonGone }) =>
      (session.hurried || (isSoonGone && session.problem.preference === 'FAST')) &&
      session.planned.remainingWh >= 1,
  );
  const slotHours = grid.slotMs / 3_600_000;
  const wishes = sharing.map(({ session: { power, planned }, isSoonGone }) => ({
    mostW: Math.min(power.maxChargeW, Math.max(power.minChargeW, neededW(planned, grid.nowMs, slotHours))),
    leastW: power.minChargeW,
    leavesSoon: isSoonGone,
  }));
  if (sharesByStay(wishes, budgetW) === undefined) return first.map(({ session }) => session);
  const still = first.filter(({ entry, session }) => hasStopped(entry, session) && drawsNothing(entry));
  const turns = turnsOf(
    still.map(({ session: { problem, power, planned } }) => ({
      id: problem.id,
      leastW: power.minChargeW,
      untilMs: planned.dueMs ?? planned.leavesMs ?? Number.POSITIVE_INFINITY,
    })),
    budgetW,
    grid,
  );
  const awake = sharing.map(({ session }) => !turns.has(session.problem.id));
  const wishing = wishes.filter((_, n) => awake[n]);
  const left = sharesByStay(wishing, budgetW);
  const each = left?.values();
  const shares = awake.map((isAwake) => (isAwake ? (each?.next().value ?? 0) : 0));
  return first.map((item) => {
    const turnMs = turns.get(item.session.problem.id);
    if (turnMs !== undefined) return inProblem(item.entry, undefined, turnMs);
    const position = sharing.indexOf(item);
    if (position < 0 || left === undefined) return item.session;
    return inProblem(item.entry, item.session.hurried ? shares[position] : wishes[position]!.mostW);
  });
}

/** It was offered power and took none: all it is believed to take is what it needs to begin again. */
const hasStopped = ({ session: { vehicle } }: SnapshotSession, { power }: SessionInProblem) =>
  (vehicle.observedMaxW ?? Number.POSITIVE_INFINITY) <= power.minChargeW;

/** Of the time until a car leaves for certain this part is planned with: a cut or a broken line on the way must not cost its need. */
const TIME_IN_HAND = 0.8;

/** Power that serves the need: within a slot, or until the car leaves for certain, W. */
function neededW({ remainingWh, leavesMs }: PlannedFor, nowMs: number, slotHours: number): number {
  const leftHours = leavesMs === null ? 0 : ((leavesMs - nowMs) / 3_600_000) * TIME_IN_HAND;
  return remainingWh / Math.max(slotHours, leftHours);
}

/**
 * Gone within the hour: it said so, be it for certain or not, or stands at a DC charger, said nothing, and has not been there for longer than
 * people stay. Who is still there some time after what it said may go any moment, an hour later it stands.
 */
function isSoonGone(
  { session, connector }: SnapshotSession,
  { planned }: SessionInProblem,
  nowMs: number,
): boolean {
  if (planned.leavesMs !== null) return planned.leavesMs - nowMs <= 3_600_000;
  const { departureMs } = session.preferences;
  if (departureMs !== undefined) return Math.abs(departureMs - nowMs) <= 3_600_000;
  return connector.powerType === 'DC' && nowMs - session.startMs < FAST_STAY_MS;
}

/** Id of a session inside problem and plan: unique over peers. */
export function sessionName({ session }: SnapshotSession): string {
  return `${session.peerId}/${session.sessionId}`;
}

/** Booked and pending sessions are planned too, provisionally (X20); what takes no profile is load, not a session. */
function isControllable({ session, connector }: SnapshotSession): boolean {
  return session.status !== 'ACTIVE' || connector.profileCapable;
}

/** Active sessions that take no profile (SMC_005) may draw what connector and car allow, as long as they may be there. */
function uncontrolledPower(snapshot: ContextSnapshot, grid: SlotGrid, policy: PlanningPolicy): number[] {
  const sum = new Array<number>(grid.slots).fill(0);
  for (const entry of snapshot.sessions) {
    if (isControllable(entry)) continue;
    const { physicalMaxW } = chargingPower(
      entry,
      { minW: 0, maxW: Infinity, maxStayMs: Infinity },
      grid.nowMs,
    );
    const { preferences } = entry.session;
    const { departureMs = 0 } = preferences;
    const endMs = leavesAsSaid(preferences, policy) && departureMs > grid.nowMs ? departureMs : Infinity;
    for (let slot = 0; slot < grid.slots && slotStart(grid, slot) < endMs; slot += 1)
      sum[slot]! += physicalMaxW;
  }
  return sum;
}

function capPerSlot(
  snapshot: ContextSnapshot,
  inputs: SiteInputs,
  grid: SlotGrid,
  policy: PlanningPolicy,
): readonly number[] | undefined {
  const above = capFromAbove(snapshot, inputs, grid, policy.maxForecastAgeMs);
  const cap = above.map((w, slot) =>
    Math.min(w, inputs.capW[slot] ?? Infinity, snapshot.context.statics.capW ?? Infinity),
  );
  return cap.some(Number.isFinite) ? cap : undefined;
}

/** JSON knows no infinity: a slot without a cap gets one that nothing can reach. */
function finiteCaps(
  capW: readonly number[],
  demandW: readonly number[],
  sessions: readonly { readonly power: { readonly anyHourMaxW: number } }[],
  maxImportW: number | undefined,
  flexW: readonly number[] | undefined,
): number[] {
  const evsW = sessions.reduce((sum, session) => sum + session.power.anyHourMaxW, 0);
  const reachW = evsW + Math.max(...demandW, 0) + (maxImportW ?? 0) + Math.max(...(flexW ?? [0]), 0) + 1;
  return capW.map((w) => (Number.isFinite(w) ? w : reachW));
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
