import { type Planning, type PlanRecord, resample, type SessionPicture } from '../planning/index.ts';
import type { ContextState, SessionRef, Sites } from '../sites/index.ts';
import type { Clock } from '../time/clock.ts';
import { evseName, type Place, type PlacedEvse, placeOf } from './place.ts';
import { createTodays, type Today } from './today.ts';

/** Value per slot; null = not known, or not of that time. */
export type PerSlot = readonly (number | null)[];

/** An EVSE with what it did, what it is to do, and who charges there. Powers in W, discharging negative. */
export interface EvsePicture extends PlacedEvse {
  /** Slot averages from the meter, up to now. */
  readonly meteredW: PerSlot;
  /** Slot averages of the plan in force, from now on. */
  readonly plannedW: PerSlot;
  readonly session: SessionPicture | null;
}

/** Plan against reality of one context: a window around now on a slot grid. Powers in W, prices per kWh. */
export interface SitePicture extends Omit<Place, 'evses' | 'position'> {
  readonly contextId: string;
  readonly objectId: string;
  readonly party: string;
  readonly shadow: boolean;
  readonly currency: string;
  readonly nowMs: number;
  readonly startMs: number;
  readonly slotMinutes: number;
  readonly limitW: PerSlot;
  readonly baseLoadW: PerSlot;
  readonly generationW: PerSlot;
  readonly meteredNetW: PerSlot;
  /** Ahead: the plan in force. Before now: what was planned then. */
  readonly plannedNetW: PerSlot;
  readonly importPrice: PerSlot;
  readonly evses: readonly EvsePicture[];
  readonly plan: PlanOutline | null;
  readonly today: Today;
}

export interface PlanOutline {
  readonly number: number;
  readonly createdMs: number;
  readonly status: string;
  readonly solver: string;
  readonly cost: number;
  readonly saving: number;
  readonly shortfallWh: number;
  readonly degraded: readonly { readonly code: string; readonly detail: string }[];
}

export interface PictureSources {
  readonly sites: Pick<Sites, 'context' | 'getLocation' | 'session'>;
  readonly planning: Pick<Planning, 'picture' | 'savings'>;
  readonly clock: Pick<Clock, 'now'>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Sessions whose EVSE is remembered; it never changes. */
const MOST_REMEMBERED = 20_000;

export type SitePictures = (
  contextId: string,
  window?: { readonly fromMs: number; readonly toMs: number },
) => Promise<SitePicture | undefined>;

export function createSitePictures({ sites, planning, clock }: PictureSources): SitePictures {
  const evseOf = rememberEvses(sites);
  const todayOf = createTodays(planning, clock);
  return async (contextId, window) => {
    const context = await sites.context(contextId);
    if (context === undefined) return undefined;
    const nowMs = clock.now();
    const { fromMs, toMs } = window ?? { fromMs: nowMs - DAY_MS, toMs: nowMs + DAY_MS };
    const [place, { points, series, metered, record, sessions }] = await Promise.all([
      placeOf(sites, context),
      planning.picture(contextId, fromMs, toMs),
    ]);
    const startMs = points[0]?.startMs ?? fromMs;
    const slotMs = points[0] ? points[0].endMs - points[0].startMs : 15 * 60_000;
    const grid = { startMs, slotMs, slots: points.length, nowMs };
    const rows = new Map(place.evses.map((evse) => [nameOf(evse), emptyRow(points.length)]));
    const rowsOf = async (refs: readonly SessionRef[]) =>
      (await Promise.all(refs.map(evseOf))).map((name) => rows.get(name ?? ''));
    const [meteredRows, plannedRows, today] = await Promise.all([
      rowsOf([...metered.keys()].map(refOf)),
      rowsOf(record?.sessions.map(({ ref }) => ref) ?? []),
      todayOf(contextId, place.timeZone),
    ]);
    for (const [n, { wh, firstSlot }] of [...metered.values()].entries()) {
      const row = meteredRows[n];
      if (row === undefined) continue;
      for (const [after, energyWh] of wh.entries()) {
        const slot = firstSlot + after;
        if (startMs + slot * slotMs < nowMs) row.meteredW[slot]! += (energyWh * HOUR_MS) / slotMs;
      }
    }
    const powersW = new Map(record?.plan.sessions.map((session) => [session.id, session.power_w]));
    for (const [n, { id }] of (record?.sessions ?? []).entries()) {
      const row = plannedRows[n];
      if (row !== undefined && record !== undefined)
        addPlan(row.plannedW, record, powersW.get(id) ?? [], grid);
    }
    const there = new Map<string, SessionPicture>();
    for (const session of sessions) if (!there.has(nameOf(session))) there.set(nameOf(session), session);
    return {
      contextId,
      objectId: context.objectId,
      party: context.party,
      shadow: context.shadow,
      currency: context.statics.currency,
      name: place.name,
      city: place.city,
      timeZone: place.timeZone,
      nowMs,
      startMs,
      slotMinutes: slotMs / 60_000,
      // Without a plan the contract still holds.
      limitW: points.map(({ limitW, endMs }) => limitW ?? (endMs > nowMs ? contractedW(context) : null)),
      baseLoadW: countedWith(resample(series.demand, grid), record, 'demand_w', grid),
      generationW: countedWith(resample(series.generation, grid), record, 'generation_w', grid),
      // Before the site was known nothing was measured: that is no zero.
      meteredNetW: points.map(({ actualNetW, baseW, actualEvW, limitW }) =>
        baseW === null && limitW === null && !actualEvW ? null : actualNetW,
      ),
      plannedNetW: points.map(({ plannedNetW }) => plannedNetW),
      importPrice: points.map(({ importPrice }) => importPrice),
      evses: place.evses.map((evse) => {
        const row = rows.get(nameOf(evse)) ?? emptyRow(points.length);
        const isOver = (slot: number) => startMs + slot * slotMs < nowMs;
        return {
          ...evse,
          meteredW: row.meteredW.map((w, slot) => (isOver(slot) ? Math.round(w) : null)),
          plannedW: row.plannedW.map((w) => (w === null ? null : Math.round(w))),
          session: there.get(nameOf(evse)) ?? null,
        };
      }),
      plan: record ? outlineOf(record) : null,
      today,
    };
  };
}

interface Row {
  readonly meteredW: number[];
  readonly plannedW: (number | null)[];
}

const emptyRow = (slots: number): Row => ({
  meteredW: Array<number>(slots).fill(0),
  plannedW: Array<number | null>(slots).fill(null),
});

function addPlan(
  row: (number | null)[],
  record: PlanRecord,
  powerW: readonly number[],
  grid: { readonly startMs: number; readonly slotMs: number; readonly nowMs: number },
): void {
  const planSlotMs = (record.problem.slot_minutes ?? 15) * 60_000;
  const planStartMs = Date.parse(record.problem.start);
  for (let slot = 0; slot < row.length; slot += 1) {
    const startMs = grid.startMs + slot * grid.slotMs;
    if (startMs + grid.slotMs <= grid.nowMs) continue;
    const w = powerW[Math.floor((startMs - planStartMs) / planSlotMs)];
    if (w !== undefined) row[slot] = (row[slot] ?? 0) + w;
  }
}

function contractedW({ statics: { maxImportW, capW } }: ContextState): number | null {
  const limits = [maxImportW, capW].filter((w) => w !== undefined);
  return limits.length === 0 ? null : Math.min(...limits);
}

/** What is known of a load; ahead, where nothing is, what the plan counted with instead (the day before, for one). */
function countedWith(
  known: readonly (number | undefined)[],
  record: PlanRecord | undefined,
  name: 'demand_w' | 'generation_w',
  grid: { readonly startMs: number; readonly slotMs: number; readonly nowMs: number },
): (number | null)[] {
  const problem = record?.problem;
  const counted = problem?.site?.[name];
  const planStartMs = Date.parse(problem?.start ?? '');
  const planSlotMs = (problem?.slot_minutes ?? 15) * 60_000;
  return known.map((value, slot) => {
    const startMs = grid.startMs + slot * grid.slotMs;
    if (value !== undefined || counted === undefined || startMs + grid.slotMs <= grid.nowMs)
      return value ?? null;
    return counted[Math.floor((startMs - planStartMs) / planSlotMs)] ?? null;
  });
}

function outlineOf({ number, createdMs, plan, degraded }: PlanRecord): PlanOutline {
  return {
    number,
    createdMs,
    status: plan.status,
    solver: plan.solver,
    cost: plan.cost.total,
    saving: plan.baseline.saving,
    shortfallWh: plan.shortfall_wh,
    degraded,
  };
}

const nameOf = ({ locationId, evseUid }: Pick<PlacedEvse, 'locationId' | 'evseUid'>) =>
  evseName(locationId, evseUid);

function refOf(id: string): SessionRef {
  const slash = id.indexOf('/');
  return { peerId: id.slice(0, slash), sessionId: id.slice(slash + 1) };
}

function rememberEvses(sites: Pick<Sites, 'session'>): (ref: SessionRef) => Promise<string | undefined> {
  const known = new Map<string, string>();
  return async (ref) => {
    const id = `${ref.peerId}/${ref.sessionId}`;
    const before = known.get(id);
    if (before !== undefined) return before;
    const session = await sites.session(ref);
    if (session === undefined) return undefined;
    if (known.size >= MOST_REMEMBERED) known.clear();
    const name = nameOf(session);
    known.set(id, name);
    return name;
  };
}
