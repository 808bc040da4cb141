import type { Plan, Problem } from '@smac/optimiser';
import { type Selectable, sql } from 'kysely';
import type { TriggerCause } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import type { PlanTable } from '../store/tables/planning.ts';
import type { Degradation, PlannedFor, PlanRecord, PlanSummary } from './plan-record.ts';

/** Stores a plan with its inputs in one statement; the number is the database's. */
export async function insertPlan(store: Store, plan: Omit<PlanRecord, 'number'>): Promise<PlanRecord> {
  const { number } = await store.db
    .insertInto('plan')
    .values({
      context_id: plan.contextId,
      context_version: plan.contextVersion,
      causes: JSON.stringify(plan.causes),
      created_ms: plan.createdMs,
      snapshot_ms: plan.snapshotMs,
      shadow: plan.shadow,
      status: plan.plan.status,
      solver: plan.plan.solver,
      solve_ms: plan.plan.solve_ms,
      cost: plan.plan.cost.total,
      saving: plan.plan.baseline.saving,
      shortfall_wh: plan.plan.shortfall_wh,
      slot0_net_w: plan.plan.site.net_w[0] ?? null,
      slot0_limit_w: plan.plan.site.limit_w[0] ?? null,
      problem: JSON.stringify(plan.problem),
      plan: JSON.stringify(plan.plan),
      sessions: JSON.stringify(plan.sessions),
      degraded: JSON.stringify(plan.degraded),
      reserved_w: plan.reservedW ? JSON.stringify(plan.reservedW) : null,
    })
    .returning('number')
    .executeTakeFirstOrThrow();
  return { ...plan, number };
}

export async function latestPlan(store: Store, contextId: string): Promise<PlanRecord | undefined> {
  const row = await store.db
    .selectFrom('plan')
    .selectAll()
    .where('context_id', '=', contextId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && recordOf(row);
}

/** Its number alone: whether a plan that is at hand is still the newest. */
export async function latestNumber(store: Store, contextId: string): Promise<number | undefined> {
  const row = await store.db
    .selectFrom('plan')
    .select('number')
    .where('context_id', '=', contextId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.number;
}

export async function planByNumber(store: Store, number: number): Promise<PlanRecord | undefined> {
  const row = await store.db.selectFrom('plan').selectAll().where('number', '=', number).executeTakeFirst();
  return row && recordOf(row);
}

/** Newest first. */
export async function planHistory(
  store: Store,
  contextId: string,
  page: { readonly limit: number; readonly beforeNumber?: number },
): Promise<readonly PlanSummary[]> {
  const rows = await store.db
    .selectFrom('plan')
    .select([
      'number',
      'context_id',
      'context_version',
      'causes',
      'created_ms',
      'snapshot_ms',
      'shadow',
      'degraded',
      'status',
      'solver',
      'solve_ms',
      'cost',
      'saving',
      'shortfall_wh',
    ])
    .where('context_id', '=', contextId)
    .$if(page.beforeNumber !== undefined, (query) => query.where('number', '<', page.beforeNumber ?? 0))
    .orderBy('number', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    ...headOf(row),
    status: row.status as Plan['status'],
    solver: row.solver,
    solveMs: row.solve_ms,
    cost: row.cost,
    saving: row.saving,
    shortfallWh: row.shortfall_wh,
  }));
}

/** What held for the site between one plan and the next. */
export interface PlanInForce {
  readonly createdMs: number;
  readonly netW: number | null;
  readonly limitW: number | null;
}

export async function plansInForce(
  store: Store,
  contextId: string,
  fromMs: number,
  toMs: number,
): Promise<readonly PlanInForce[]> {
  const rows = await plansOf(store, contextId, fromMs, toMs)
    .select(['created_ms', 'slot0_net_w', 'slot0_limit_w'])
    .execute();
  return rows.map((row) => ({
    createdMs: row.created_ms,
    netW: row.slot0_net_w,
    limitW: row.slot0_limit_w,
  }));
}

/** What each session could draw at most, W, as the last plan of a time knew it; of all that the plans say of it, only this is read. */
export async function maximumPowers(
  store: Store,
  contextId: string,
  fromMs: number,
  toMs: number,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: string; max_power_w: number }>`
    select distinct on (session.id) session.id, session."maxPowerW" as max_power_w
    from plan, jsonb_to_recordset(plan.sessions) as session (id text, "maxPowerW" double precision)
    where plan.context_id = ${contextId} and plan.created_ms >= ${fromMs} and plan.created_ms < ${toMs}
    order by session.id, plan.number desc`.execute(store.db);
  return new Map(rows.map((row) => [row.id, row.max_power_w]));
}

function plansOf({ db }: Store, contextId: string, fromMs: number, toMs: number) {
  return db
    .selectFrom('plan')
    .where('context_id', '=', contextId)
    .where('created_ms', '>=', fromMs)
    .where('created_ms', '<', toMs)
    .orderBy('number');
}

type Head = Pick<
  Selectable<PlanTable>,
  | 'number'
  | 'context_id'
  | 'context_version'
  | 'causes'
  | 'created_ms'
  | 'snapshot_ms'
  | 'shadow'
  | 'degraded'
>;

function headOf(row: Head) {
  return {
    number: row.number,
    contextId: row.context_id,
    contextVersion: row.context_version,
    causes: row.causes as TriggerCause[],
    createdMs: row.created_ms,
    snapshotMs: row.snapshot_ms,
    shadow: row.shadow,
    degraded: row.degraded as Degradation[],
  };
}

function recordOf(row: Selectable<PlanTable>): PlanRecord {
  return {
    ...headOf(row),
    problem: row.problem as Problem,
    ...(row.reserved_w ? { reservedW: row.reserved_w as number[] } : {}),
    plan: row.plan as Plan,
    sessions: row.sessions as PlannedFor[],
  };
}
