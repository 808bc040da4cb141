import type { Problem } from '@smac/optimiser';
import {
  DEFAULT_CHARGE_EFFICIENCY,
  DEFAULT_DISCHARGE_EFFICIENCY,
  type SnapshotSession,
} from '../sites/index.ts';
import { type ChargingNeed, chargingNeed } from './charging-need.ts';
import { type ChargingPower, chargingPower } from './charging-power.ts';
import { type Deadline, deadline, leavesAsSaid } from './deadline.ts';
import { leftAloneWhy } from './own-choice.ts';
import type { PlannedFor } from './plan-record.ts';
import type { PlanningPolicy } from './policy.ts';
import type { ServiceBand } from './service-band.ts';
import { gridEnd, type SlotGrid, slotCeiling, slotFloor, slotStart } from './slot-grid.ts';
import type { StayDistribution } from './stay-distribution.ts';
import type { Phase } from './supply-parts.ts';

export type ProblemSession = NonNullable<Problem['sessions']>[number];
type ProblemTarget = NonNullable<ProblemSession['targets']>[number];

/** What is known around a session besides its snapshot. */
export interface SessionSurroundings {
  readonly grid: SlotGrid;
  readonly policy: PlanningPolicy;
  /** What the calendar says now. */
  readonly band: ServiceBand;
  /** What it allows in each slot, W; undefined where it says nothing. */
  readonly serviceMaxW: readonly number[] | undefined;
  readonly stays: StayDistribution;
  /** The way to the station can carry negative power (X56). */
  readonly carriesDischarge: boolean;
  /** A minimum power is planned exactly. */
  readonly exactMinimum: boolean;
  readonly hasPhaseLimit: boolean;
  /** Phases of the supply it loads; undefined: not known, all such cars are planned on the same one. */
  readonly phases: readonly Phase[] | undefined;
  /** Fair share of a session that charges at once, W (X59). */
  readonly shareW?: number;
  /** It took nothing, and others wait: it may begin again from then on, epoch ms. */
  readonly turnMs?: number;
  /** Up to then another party or a person decides over it, epoch ms. */
  readonly freeFromMs?: number;
}

export interface SessionInProblem {
  readonly problem: ProblemSession;
  readonly planned: PlannedFor;
  readonly power: ChargingPower;
  /** Charges at once and ends with its need, not with a departure. */
  readonly hurried: boolean;
  /** Others decide over all of its stay: nothing of it is left to plan. */
  readonly isLeftOut: boolean;
}

/** A live session in the words of the planning contract. */
export function sessionInProblem(
  id: string,
  entry: SnapshotSession,
  around: SessionSurroundings,
): SessionInProblem {
  const { session } = entry;
  const { grid, policy, band } = around;
  const { preferences, vehicle } = session;
  const power = chargingPower(entry, band, grid.nowMs, around.shareW);
  const efficiency = vehicle.chargeEfficiency ?? DEFAULT_CHARGE_EFFICIENCY;
  const usableW = Math.max(power.maxChargeW, 1);
  const need = chargingNeed(session, usableW, efficiency, policy);
  const profileType = preferences.profileType ?? entry.tokenProfileType ?? policy.defaultProfileType;
  const stayEndMs = session.startMs + band.maxStayMs;
  const said = deadline(
    {
      session,
      profileType,
      totalNeedWh: session.energyWh + need.remainingWh,
      remainingWh: need.remainingWh,
      needKnown: need.known,
      powerW: usableW,
      believedW: Math.max(Math.min(usableW, power.believedMaxW), 1),
      nowMs: grid.nowMs,
      stayEndMs,
      stays: around.stays,
      slotEndMs: (atMs) => slotFloor(grid, atMs),
    },
    policy,
  );
  const { freeFromMs } = around;
  // What was due while others decided is due as soon as they do not any more.
  const due: Deadline =
    freeFromMs !== undefined && said.kind === 'soft' && said.atMs <= freeFromMs
      ? { kind: 'asap', why: said.why }
      : said;
  const arrivalMs = Math.max(session.startMs, grid.nowMs, freeFromMs ?? 0, around.turnMs ?? 0);
  const isLeftOut =
    freeFromMs !== undefined &&
    (freeFromMs >= gridEnd(grid) || (due.kind === 'firm' && due.atMs <= freeFromMs));
  const over = stayEndMs <= grid.nowMs;
  const dischargeW = over ? 0 : dischargePower(entry, need, around.carriesDischarge);
  const hurried = due.kind === 'asap' || due.urgent;
  const problem: ProblemSession = {
    id,
    ...(arrivalMs > grid.nowMs ? { arrival: iso(arrivalMs) } : {}),
    ...(due.kind === 'firm' ? { departure: iso(slotCeiling(grid, due.atMs)) } : {}),
    ...(over ? { max_charge_w: 0 } : powerFields(power, around)),
    ...(around.hasPhaseLimit && around.phases?.length !== 3
      ? { phases: [...(around.phases ?? [1 as const])] }
      : {}),
    ...(dischargeW > 0 ? { max_discharge_w: dischargeW } : {}),
    ...needFields(need, due, {
      serviceMaxW: around.serviceMaxW,
      grid,
      power,
      arrivalMs,
      efficiency,
      dischargeW,
      entry,
    }),
    occupied_slots: Math.max(0, Math.floor((grid.startMs - session.startMs) / grid.slotMs)),
    ...(preferences.priority ? { priority: 'priority' as const } : {}),
    preference: hurried ? 'FAST' : profileType,
  };
  const atOnce = freeFromMs === undefined && hurried && due.kind !== 'firm' && preferences.priority !== true;
  return {
    problem,
    power,
    hurried: atOnce,
    isLeftOut,
    planned: record(id, entry, need, due, power, profileType, policy, freeFromMs),
  };
}

type Powers = Pick<ProblemSession, 'max_charge_w' | 'charge_limit_w' | 'min_charge_w'>;

/**
 * A band below what the car can charge with at least is no ban: what is known of phases is often a guess, and power that comes out too small
 * for them is gathered before it is sent.
 */
function powerFields(
  { anyHourMaxW, minChargeW }: ChargingPower,
  { serviceMaxW, exactMinimum }: SessionSurroundings,
): Powers {
  const limits = serviceMaxW?.map((w) => Math.min(w, anyHourMaxW));
  const isCut = limits?.some((w) => w < anyHourMaxW) === true;
  const narrowestW = limits?.reduce((least, w) => (w > 0 ? Math.min(least, w) : least), anyHourMaxW);
  return {
    max_charge_w: anyHourMaxW,
    ...(isCut ? { charge_limit_w: limits } : {}),
    ...(exactMinimum ? { min_charge_w: Math.min(minChargeW, narrowestW ?? anyHourMaxW) } : {}),
  };
}

interface NeedContext {
  /** What the calendar allows in each slot, W. */
  readonly serviceMaxW: readonly number[] | undefined;
  readonly grid: SlotGrid;
  readonly power: ChargingPower;
  readonly arrivalMs: number;
  readonly efficiency: number;
  readonly dischargeW: number;
  readonly entry: SnapshotSession;
}

function needFields(need: ChargingNeed, due: Deadline, context: NeedContext): Partial<ProblemSession> {
  return need.kind === 'soc' ? socFields(need, due, context) : energyFields(need, due, context);
}

function socFields(
  need: Extract<ChargingNeed, { kind: 'soc' }>,
  due: Deadline,
  context: NeedContext,
): Partial<ProblemSession> {
  const { grid, efficiency, dischargeW, entry } = context;
  const { preferences, vehicle } = entry.session;
  const dischargeEfficiency = vehicle.dischargeEfficiency ?? DEFAULT_DISCHARGE_EFFICIENCY;
  const soonest = (soc: number) => {
    return soonestMs((Math.max(0, soc - need.soc) * need.batteryWh) / efficiency, context);
  };
  const targets: ProblemTarget[] = need.timed.map(({ atMs, soc, kind }) => ({
    at: iso(atMs > grid.nowMs ? atMs : soonest(soc)),
    soc,
    kind,
  }));
  const timedOnly = need.timed.length > 0 && need.targetSoc <= need.soc;
  if (!timedOnly) {
    const atMs = due.kind === 'asap' ? soonest(need.targetSoc) : due.atMs;
    targets.push({ at: iso(Math.min(atMs, gridEnd(grid))), soc: need.targetSoc, kind: 'target' });
  }
  if (need.minSoc !== undefined) {
    const atMs = due.kind === 'firm' ? due.atMs : soonest(need.minSoc);
    targets.push({ at: iso(atMs), soc: need.minSoc, kind: 'minimum' });
  }
  // Minimums stand above every other wish: what is wanted right away is charged at full power before money counts.
  if (need.atOnceSoc !== undefined)
    targets.push({ at: iso(soonest(need.atOnceSoc)), soc: need.atOnceSoc, kind: 'minimum' });
  const reserve = preferences.reserveSoc ?? Math.min(need.soc, 0.2);
  // Without a firm departure only what lies above the target may flow back: the car may leave any time.
  const floor = due.kind === 'firm' ? reserve : Math.max(reserve, need.targetSoc);
  return {
    battery_wh: need.batteryWh,
    soc: need.soc,
    reserve_soc: dischargeW > 0 ? Math.min(1, floor) : Math.min(1, reserve),
    max_soc: need.maxSoc,
    targets,
    charge_efficiency: efficiency,
    discharge_efficiency: dischargeEfficiency,
    ...(dischargeW > 0 ? { wear_cost: vehicle.wearCostPerKwh ?? 0 } : {}),
  };
}

/**
 * Energy without a battery that is known: a battery of exactly the need, empty now, full when due. So the target can hold before a
 * departure that is not on a slot border while the window reaches to the end of that slot, and never more than the need flows.
 */
function energyFields(
  { remainingWh, atOnceWh }: Extract<ChargingNeed, { kind: 'energy' }>,
  due: Deadline,
  context: NeedContext,
): Partial<ProblemSession> {
  const { grid, power, arrivalMs } = context;
  if (remainingWh < 1) return { energy_need_wh: 0 };
  // A rest smaller than a slot at minimum power may be overshot, or it could never be charged; it ends the session when it is due.
  if (remainingWh < (power.minChargeW * grid.slotMs) / 3_600_000) {
    const ends = due.kind === 'soft' ? { departure: iso(slotCeiling(grid, due.atMs)) } : {};
    return { energy_need_wh: remainingWh, ...ends };
  }
  const atMs = due.kind === 'asap' ? soonestMs(remainingWh, context) : due.atMs;
  const target: ProblemTarget = {
    at: iso(Math.min(atMs, Math.max(gridEnd(grid), arrivalMs))),
    soc: 1,
    kind: 'target',
  };
  const first: ProblemTarget[] =
    atOnceWh < 1
      ? []
      : [{ at: iso(soonestMs(atOnceWh, context)), soc: atOnceWh / remainingWh, kind: 'minimum' }];
  return {
    battery_wh: remainingWh,
    soc: 0,
    reserve_soc: 0,
    targets: [target, ...first],
  };
}

/** End of the slot in which so much is taken at full power from its arrival on, as the calendar allows it hour by hour; epoch ms. */
function soonestMs(wh: number, { serviceMaxW, grid, power, arrivalMs }: NeedContext): number {
  let leftWh = wh;
  let atMs = arrivalMs;
  const first = Math.floor((arrivalMs - grid.startMs) / grid.slotMs);
  for (let slot = first; serviceMaxW !== undefined && slot < grid.slots; slot++) {
    const powerW = Math.min(power.anyHourMaxW, serviceMaxW[slot] ?? Infinity);
    const slotWh = (powerW * (slotStart(grid, slot + 1) - atMs)) / 3_600_000;
    if (slotWh >= leftWh) return slotStart(grid, slot + 1);
    leftWh -= slotWh;
    atMs = slotStart(grid, slot + 1);
  }
  return slotCeiling(grid, atMs + (leftWh / Math.max(power.maxChargeW, 1)) * 3_600_000);
}

/** V2G only with consent, a connector and a car that can, a known battery, and a way to the station that carries it. */
function dischargePower(entry: SnapshotSession, need: ChargingNeed, carriesDischarge: boolean): number {
  const { session, connector } = entry;
  if (!session.preferences.dischargeAllowed || !carriesDischarge || need.kind !== 'soc') return 0;
  return Math.min(connector.dischargeW, session.vehicle.maxDischargeW ?? Infinity);
}

function record(
  id: string,
  { session, connector }: SnapshotSession,
  need: ChargingNeed,
  due: Deadline,
  power: ChargingPower,
  profileType: string,
  policy: PlanningPolicy,
  freeFromMs: number | undefined,
): PlannedFor {
  const chosen = leftAloneWhy(session);
  const why = chosen === undefined ? due.why : `${chosen}; ${due.why}`;
  return {
    ref: { peerId: session.peerId, sessionId: session.sessionId },
    id,
    sent: session.status === 'ACTIVE' && connector.profileCapable,
    lastUpdatedMs: session.lastUpdatedMs,
    profileType,
    departureMs: session.preferences.departureMs ?? null,
    departureFirm: leavesAsSaid(session.preferences, policy),
    dueMs: due.kind === 'asap' ? null : due.atMs,
    leavesMs: due.kind === 'firm' ? due.atMs : null,
    needKnown: need.known,
    remainingWh: need.remainingWh,
    soc: need.kind === 'soc' ? need.soc : null,
    dischargeAllowed: session.preferences.dischargeAllowed,
    policy:
      freeFromMs === undefined
        ? why
        : `another party or a person decides until ${until(freeFromMs)}; then ${why}`,
    minPowerW: power.minChargeW,
    maxPowerW: power.physicalMaxW,
    believedMaxW: power.believedMaxW,
  };
}

const until = (ms: number): string => iso(ms).slice(0, 16).replace('T', ' ');

function iso(ms: number): string {
  return new Date(Math.round(ms)).toISOString();
}
