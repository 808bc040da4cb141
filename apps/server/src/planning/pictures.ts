import { currentSoc } from '../sites/index.ts';
import { plannedPower } from './assignment.ts';
import { addMetered, meteredEnergy } from './metered-energy.ts';
import type { PlanRecord } from './plan-record.ts';
import { latestPlan, plansInForce } from './plan-store.ts';
import type { SessionPicture, SitePoint } from './planning.ts';
import { resample } from './resample.ts';
import type { Surroundings } from './surroundings.ts';

/** Live sessions of a context with what the latest plan says about them now. */
export async function sessionPictures(
  around: Surroundings,
  contextId: string,
): Promise<readonly SessionPicture[]> {
  const sessions = await around.sites.liveSessions(contextId);
  const record = await latestPlan(around.store, contextId);
  const nowMs = around.clock.now();
  return sessions.map((session) => {
    const id = `${session.peerId}/${session.sessionId}`;
    const planned = record?.plan.sessions.find((candidate) => candidate.id === id);
    const inputs = record?.sessions.find((candidate) => candidate.id === id);
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
      plannedW: record && planned ? (plannedPower(record.plan, id, 1)[slotAt(record, nowMs)] ?? null) : null,
      actualW: session.powerW ?? null,
      plannedStart: planned?.planned_start ?? null,
      plannedEnd: planned?.planned_end ?? null,
      shortfallWh: planned?.shortfall_wh ?? 0,
      reasons: planned?.reasons ?? [],
    };
  });
}

/** Past slots from meters and the plans in force then, coming slots from the latest plan. */
export async function siteSeries(
  around: Surroundings,
  contextId: string,
  fromMs: number,
  toMs: number,
): Promise<readonly SitePoint[]> {
  const { sites, store, clock, policy } = around;
  const context = await sites.context(contextId);
  const slotMs = (context?.statics.slotMinutes ?? policy.slotMinutes) * 60_000;
  const startMs = Math.floor(fromMs / slotMs) * slotMs;
  const slots = Math.max(0, Math.ceil((toMs - startMs) / slotMs));
  const nowMs = clock.now();
  const series = await sites.series(contextId, startMs - 24 * 3_600_000, toMs);
  const grid = { startMs, slotMs, slots, nowMs };
  const demand = resample(series.demand, grid);
  const generation = resample(series.generation, grid);
  const price = resample(series.price, grid);
  const readings = await sites.readings(contextId, startMs - slotMs, Math.min(nowMs, toMs));
  const energy = meteredEnergy(readings, { fromMs: startMs, slotMs, slots });
  const evWh = new Float64Array(slots);
  for (const row of energy.values()) addMetered(evWh, row);
  const past = await plansInForce(store, contextId, startMs, Math.min(nowMs, toMs));
  const latest = await latestPlan(store, contextId);
  return Array.from({ length: slots }, (_, slot) => {
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
      limitW: ahead ? realLimitW(latest, planSlot) : (then?.limitW ?? null),
      importPrice: price[slot] ?? (ahead ? (latest.problem.site?.import_price?.[planSlot] ?? null) : null),
    };
  });
}

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
