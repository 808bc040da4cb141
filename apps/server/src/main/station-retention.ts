/** What the own back office keeps of stations and cards, and for how long (GDPR: storage limitation). CDRs are no part of it: the law keeps them. */
import { sql } from 'kysely';
import type { MeterStore } from '../metering/index.ts';
import type { Store } from '../store/index.ts';

/** Whole months that ended before; what a meter showed is the one thing that is too much to be deleted row by row. */
export async function removeMeters(
  meters: Pick<MeterStore, 'removeBefore'>,
  beforeMs: number,
): Promise<number> {
  return (await meters.removeBefore(beforeMs)).length;
}

/** Transactions that ended before, with what the station said about them and the profiles it was given for them. Never one that runs. */
export function removeTransactions(store: Store, beforeMs: number): Promise<number> {
  return store.transaction(async (trx) => {
    const gone = await trx
      .deleteFrom('ocpp_transaction')
      .where('state', '=', 'ended')
      .where(sql<boolean>`coalesce(end_ms, updated_ms) < ${beforeMs}`)
      .returning('id')
      .execute();
    if (gone.length === 0) return 0;
    const ids = JSON.stringify(gone.map(({ id }) => id));
    const ofThem = sql`(select value from jsonb_array_elements_text(${ids}::jsonb))`;
    await sql`delete from transaction_event where transaction_id in ${ofThem}`.execute(trx);
    await sql`delete from station_profile where transaction_id in ${ofThem}`.execute(trx);
    await sql`delete from cpo_profile where session_id in ${ofThem}`.execute(trx);
    await sql`delete from cpo_reservation_use where session_id in ${ofThem}`.execute(trx);
    return gone.length;
  });
}

/** What was answered when a token was presented or came with a command, and reservations that are over. */
export async function removeTokenDecisions({ db }: Store, beforeMs: number): Promise<number> {
  const decisions = await db.deleteFrom('token_decision').where('at_ms', '<', beforeMs).executeTakeFirst();
  const reservations = await db
    .deleteFrom('cpo_reservation')
    .where(sql<boolean>`coalesce(ended_ms, expires_ms) < ${beforeMs}`)
    .where('expires_ms', '<', beforeMs)
    .executeTakeFirst();
  return Number(decisions.numDeletedRows) + Number(reservations.numDeletedRows);
}

/** Comparisons of what stations reported with what was expected of them. */
export async function removeDrift({ db }: Store, beforeMs: number): Promise<number> {
  const done = await db.deleteFrom('station_drift').where('read_ms', '<', beforeMs).executeTakeFirst();
  return Number(done.numDeletedRows);
}
