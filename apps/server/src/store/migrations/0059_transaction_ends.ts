import { type Kysely, sql } from 'kysely';

/** What ended lately is looked for by its end: a session may last longer than the time looked back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index ocpp_transaction_end on ocpp_transaction (end_ms) where state = 'ended'`.execute(db);
}
