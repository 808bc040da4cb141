import { sql } from 'kysely';
import type { Config } from '../config/index.ts';
import type { MeterStore } from '../metering/index.ts';
import type { Audit } from '../operators/index.ts';
import type { Store } from '../store/index.ts';
import { removeDrift, removeMeters, removeTokenDecisions, removeTransactions } from './station-retention.ts';

/** Where the data is. */
export interface Kept {
  readonly store: Store;
  readonly audit: Audit;
  readonly meters: Pick<MeterStore, 'removeBefore'>;
}

const DAY_MS = 24 * 3_600_000;

type Periods = Pick<
  Config,
  | 'retainPlansDays'
  | 'retainSessionsDays'
  | 'retainInputsDays'
  | 'retainDispatchDays'
  | 'retainMessagesDays'
  | 'retainStationEventsDays'
  | 'retainMetersDays'
  | 'retainTransactionsDays'
  | 'retainTokenDecisionsDays'
  | 'retainAuditDays'
>;

/** Rows removed, by kind of data; of meter values whole months. */
export type Removed = Readonly<
  Record<
    | 'plans'
    | 'sessions'
    | 'inputs'
    | 'dispatch'
    | 'messages'
    | 'stationEvents'
    | 'meterMonths'
    | 'transactions'
    | 'tokenDecisions'
    | 'audit',
    number
  >
>;

/**
 * Removes what is older than its kind's retention period (GDPR: storage limitation). Never the plan in force of a context, never
 * a session that is live, never a series slot that is still ahead.
 */
export async function removeExpired(
  { store, audit, meters }: Kept,
  periods: Periods,
  nowMs: number,
): Promise<Removed> {
  const before = (days: number) => (days === 0 ? undefined : nowMs - days * DAY_MS);
  const run = async (days: number, work: (beforeMs: number) => Promise<number>) => {
    const beforeMs = before(days);
    return beforeMs === undefined ? 0 : work(beforeMs);
  };
  return {
    plans: await run(periods.retainPlansDays, (beforeMs) => removePlans(store, beforeMs)),
    sessions: await run(periods.retainSessionsDays, (beforeMs) => removeSessions(store, beforeMs)),
    inputs: await run(periods.retainInputsDays, (beforeMs) => removeInputs(store, beforeMs)),
    dispatch: await run(periods.retainDispatchDays, (beforeMs) => removeDispatch(store, beforeMs)),
    messages: await run(periods.retainMessagesDays, (beforeMs) => removeMessages(store, beforeMs)),
    stationEvents: await run(periods.retainStationEventsDays, (beforeMs) =>
      removeStationEvents(store, beforeMs),
    ),
    meterMonths: await run(periods.retainMetersDays, (beforeMs) => removeMeters(meters, beforeMs)),
    transactions: await run(periods.retainTransactionsDays, (beforeMs) =>
      removeTransactions(store, beforeMs),
    ),
    tokenDecisions: await run(periods.retainTokenDecisionsDays, (beforeMs) =>
      removeTokenDecisions(store, beforeMs),
    ),
    audit: await run(periods.retainAuditDays, (beforeMs) => audit.prune(beforeMs)),
  };
}

async function removePlans({ db }: Store, beforeMs: number): Promise<number> {
  const done = await db
    .deleteFrom('plan')
    .where('created_ms', '<', beforeMs)
    .where('number', 'not in', (q) =>
      q
        .selectFrom('plan as newest')
        .select((e) => e.fn.max('newest.number').as('number'))
        .groupBy('newest.context_id'),
    )
    .executeTakeFirst();
  return Number(done.numDeletedRows);
}

function removeSessions(store: Store, beforeMs: number): Promise<number> {
  return store.transaction(async (trx) => {
    const gone = await trx
      .deleteFrom('charging_session')
      .where('live', '=', false)
      .where(sql<boolean>`coalesce(end_ms, last_updated_ms) < ${beforeMs}`)
      .returning(['peer_id', 'session_key'])
      .execute();
    await sql`delete from session_reading r where r.at_ms < ${beforeMs} and not exists (
      select 1 from charging_session s where s.peer_id = r.peer_id and s.session_key = r.session_key)`.execute(
      trx,
    );
    return gone.length;
  });
}

async function removeInputs({ db }: Store, beforeMs: number): Promise<number> {
  const slots = await db
    .deleteFrom('series_slot')
    .where(sql<boolean>`start_ms + duration_ms < ${beforeMs}`)
    .executeTakeFirst();
  const receipts = await db
    .deleteFrom('series_receipt')
    .where('received_ms', '<', beforeMs)
    .executeTakeFirst();
  // The newest signal of each kind is what holds.
  const signals = await db
    .deleteFrom('grid_signal')
    .where('received_ms', '<', beforeMs)
    .where('number', 'not in', (q) =>
      q
        .selectFrom('grid_signal as newest')
        .select((e) => e.fn.max('newest.number').as('number'))
        .groupBy(['newest.partner_id', 'newest.group_id', 'newest.type']),
    )
    .executeTakeFirst();
  return [slots, receipts, signals].reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
}

async function removeDispatch(store: Store, beforeMs: number): Promise<number> {
  const { db } = store;
  const profiles = await db.deleteFrom('dispatch_profile').where('sent_ms', '<', beforeMs).executeTakeFirst();
  const events = await db.deleteFrom('dispatch_event').where('at_ms', '<', beforeMs).executeTakeFirst();
  const drift = await removeDrift(store, beforeMs);
  return Number(profiles.numDeletedRows) + Number(events.numDeletedRows) + drift;
}

async function removeMessages({ db }: Store, beforeMs: number): Promise<number> {
  const done = await db.deleteFrom('station_message').where('at_ms', '<', beforeMs).executeTakeFirst();
  return Number(done.numDeletedRows);
}

async function removeStationEvents({ db }: Store, beforeMs: number): Promise<number> {
  const events = await db.deleteFrom('station_event').where('received_ms', '<', beforeMs).executeTakeFirst();
  const progress = await db.deleteFrom('station_progress').where('at_ms', '<', beforeMs).executeTakeFirst();
  const uptime = await db.deleteFrom('station_uptime').where('until_ms', '<', beforeMs).executeTakeFirst();
  return [events, progress, uptime].reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
}
