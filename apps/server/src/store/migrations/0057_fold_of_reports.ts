import { type Kysely, sql } from 'kysely';

/** Events of one number are told apart by their content; what the fold of a transaction remembers; cards are compared without case. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('ocpp_transaction').addColumn('fold', 'jsonb').execute();
  await db.schema
    .alterTable('transaction_event')
    .addColumn('content', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema.alterTable('transaction_event').dropConstraint('transaction_event_key').execute();
  await db.schema
    .alterTable('transaction_event')
    .addPrimaryKeyConstraint('transaction_event_key', ['transaction_id', 'seq', 'content'])
    .execute();
  await sql`drop index ocpp_transaction_token`.execute(db);
  await sql`create index ocpp_transaction_card on ocpp_transaction (lower(token_uid)) where state = 'active'`.execute(
    db,
  );
}
