import { currentSoc, type SeriesKind, type SessionState, type StoredSlot } from '../sites/index.ts';
import { addMetered, type MeteredSession, meteredEnergy } from './metered-energy.ts';
import type { PlanRecord } from './plan-record.ts';
import { type PlanInForce, plansInForce } from './plan-store.ts';
import type { SessionPicture, SitePoint } from './planning.ts';
import { resample } from './resample.ts';
import type { Surroundings } from './surroundings.ts';
import { toldPlan } from './told-plan.ts';

/** Reads the newest plan of a context. */
export type LatestPlan = (contextId: string) => Promise<PlanRecord | undefined>;

/** A context as screens show it: what was, what is to come, and who is there. */
export interface ContextPicture {
  readonly points: readonly SitePoint[];
  /** From a day before the first point on. */
  readonly series: Readonly<Record<SeriesKind, readonly StoredSlot[]>>;
  /** By peer and session, on the slots of the points. */
  readonly metered: ReadonlyMap<string, MeteredSession>;
  readonly record: PlanRecord | undefined;
  readonly sessions: readonly SessionPicture[];
}

/** Everything of a context between two moments, read once and at once. */
export async function contextPicture(
  around: Surroundings,
  latest: LatestPlan,
  contextId: string,
  fromMs: number,
  toMs: number,
): Promise<ContextPicture> {
  const record = latest(contextId).then(asTold);
  const [history, sessions] = await Promise.all([
    readHistory(around, () => record, contextId, fromMs, toMs),
    sessionPictures(around, () => record, contextId),
  ]);
  return { ...history, sessions };
}

/** Live sessions of a context with what the latest plan says about them now. */
export async function sessionPictures(
  around: Surroundings,
  latest: LatestPlan,
  contextId: string,
): Promise<readonly SessionPicture[]> {
  const [sessions, newest] = await Promise.all([around.sites.liveSessions(contextId), latest(contextId)]);
  const record = asTold(newest);
  const nowMs = around.clock.now();
  const plannedOf = new Map(record?.plan.sessions.map((session) => [session.id, session]));
  const inputsOf = new Map(record?.sessions.map((session) => [session.id, session]));
  return sessions.map((session) => {
    const id = `${session.peerId}/${session.sessionId}`;
    const planned = plannedOf.get(id);
    const inputs = inputsOf.get(id);
    return {
      key: { peerId: session.peerId, sessionId: session.sessionId },
      status: session.status,
      locationId: session.locationId,
      evseUid: session.evseUid,
      startMs: session.startMs,
      energyWh: session.energyWh,
      energyNeedWh: session.preferences.energyNeedWh ?? null,
      soc: currentSoc(session.vehicle, session.energyWh) ?? null,
      departureMs: session.preferences.departureMs ?? null,
      profileType: inputs?.profileType ?? session.preferences.profileType ?? around.policy.defaultProfileType,
      plannedW: record && planned ? (planned.power_w[slotAt(record, nowMs)] ?? null) : null,
      actualW: session.powerW ?? null,
      plannedStart: planned?.planned_start ?? null,
      plannedEnd: planned?.planned_end ?? null,
      expected: record && planned ? expectedOf(record, planned.power_w, session, nowMs) : null,
      shortfallWh: planned?.shortfall_wh ?? 0,
      reasons: planned?.reasons ?? [],
    };
  });
}

/** Past slots from meters and the plans in force then, coming slots from the latest plan. */
export async function siteSeries(
  around: Surroundings,
  latest: LatestPlan,
  contextId: string,
  fromMs: number,
  toMs: number,
): Promise<readonly SitePoint[]> {
  return (await readHistory(around, latest, contextId, fromMs, toMs)).points;
}

async function readHistory(
  { sites, store, clock, policy }: Surroundings,
  latestPlan: LatestPlan,
  contextId: string,
  fromMs: number,
  toMs: number,
): Promise<Omit<ContextPicture, 'sessions'>> {
  const context = await sites.context(contextId);
  const slotMs = (context?.statics.slotMinutes ?? policy.slotMinutes) * 60_000;
  const startMs = Math.floor(fromMs / slotMs) * slotMs;
  const slots = Math.max(0, Math.ceil((toMs - startMs) / slotMs));
  const nowMs = clock.now();
  const untilMs = Math.min(nowMs, toMs);
  const [series, readings, past, newest] = await Promise.all([
    sites.series(contextId, startMs - 24 * 3_600_000, toMs),
    sites.readings(contextId, startMs - slotMs, untilMs),
    plansInForce(store, contextId, startMs, untilMs),
    latestPlan(contextId),
  ]);
  const latest = asTold(newest);
  const grid = { startMs, slotMs, slots, nowMs };
  const demand = resample(series.demand, grid);
  const generation = resample(series.generation, grid);
  const price = resample(series.price, grid);
  const metered = meteredEnergy(readings, { fromMs: startMs, slotMs, slots });
  const evWh = new Float64Array(slots);
  for (const row of metered.values()) addMetered(evWh, row);
  const points = Array.from({ length: slots }, (_, slot) => {
    const slotStartMs = startMs + slot * slotMs;
    const endMs = slotStartMs + slotMs;
    const isOver = endMs <= nowMs;
    const planSlot = latest ? slotAt(latest, slotStartMs) : -1;
    const ahead = !isOver && latest !== undefined && latest.plan.site.net_w[planSlot] !== undefined;
    const then = past.findLast((plan) => plan.createdMs < endMs && plan.createdMs >= slotStartMs);
    const baseW =
      demand[slot] === undefined && generation[slot] === undefined
        ? null
        : (demand[slot] ?? 0) - (generation[slot] ?? 0);
    const actualEvW = isOver ? (evWh[slot]! * 3_600_000) / slotMs : null;
    return {
      startMs: slotStartMs,
      endMs,
      actualEvW,
      baseW,
      actualNetW: actualEvW === null ? null : actualEvW + (baseW ?? 0),
      plannedNetW: ahead ? latest.plan.site.net_w[planSlot]! : (then?.netW ?? null),
      limitW: ahead
        ? realLimitW(latest, planSlot)
        : ((then ?? shortlyBefore(past, slotStartMs))?.limitW ?? null),
      importPrice: price[slot] ?? (ahead ? (latest.problem.site?.import_price?.[planSlot] ?? null) : null),
    };
  });
  return { points, series, metered, record: latest };
}

/** What a session will have, as planned from now on. */
function expectedOf(
  record: PlanRecord,
  powerW: readonly number[],
  { energyWh, vehicle, preferences: { departureMs } }: SessionState,
  nowMs: number,
): SessionPicture['expected'] {
  const slotMs = (record.problem.slot_minutes ?? 15) * 60_000;
  const startMs = Date.parse(record.problem.start);
  const last = powerW.findLastIndex((w) => Math.abs(w) >= 1);
  const endMs = startMs + (last + 1) * slotMs;
  if (last < 0 || endMs <= nowMs) return null;
  const atMs = departureMs !== undefined && departureMs > nowMs ? departureMs : endMs;
  const comingWh = powerW.reduce((sum, w, slot) => {
    const fromMs = Math.max(nowMs, startMs + slot * slotMs);
    return sum + (w * Math.max(0, Math.min(atMs, startMs + (slot + 1) * slotMs) - fromMs)) / 3_600_000;
  }, 0);
  const expectedWh = energyWh + comingWh;
  return { atMs, energyWh: expectedWh, soc: currentSoc(vehicle, expectedWh) ?? null };
}

/** What is drawn and said is what stations are asked for. */
const asTold = (record: PlanRecord | undefined): PlanRecord | undefined =>
  record && { ...record, plan: toldPlan(record, record.plan) };

/** Not every quarter hour has a plan of its own: the limit of the last one stands, for a while. */
const shortlyBefore = (past: readonly PlanInForce[], atMs: number): PlanInForce | undefined =>
  past.findLast(({ createdMs }) => createdMs < atMs && createdMs >= atMs - 3_600_000);

/** The limit of the site, with the room that the plan kept free for cars yet to come. */
function realLimitW({ plan, reservedW }: PlanRecord, slot: number): number | null {
  const limitW = plan.site.limit_w[slot] ?? null;
  return limitW === null ? null : limitW + (reservedW?.[slot] ?? 0);
}

/** Slot of the plan that contains `atMs`; negative before it. */
function slotAt(record: PlanRecord, atMs: number): number {
  const slotMs = (record.problem.slot_minutes ?? 15) * 60_000;
  return Math.floor((atMs - Date.parse(record.problem.start)) / slotMs);
}
