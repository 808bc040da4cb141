import { type Kysely, sql } from 'kysely';

/** Tokens that may charge at own stations, what was decided about them, and what stations hold in their local lists. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('token')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('token_key', 'text', (c) => c.notNull())
    .addColumn('uid_key', 'text', (c) => c.notNull())
    .addColumn('contract_key', 'text', (c) => c.notNull())
    .addColumn('object', 'jsonb', (c) => c.notNull())
    .addColumn('blocked_reason', 'text')
    .addColumn('expires_ms', 'bigint')
    .addColumn('removed_ms', 'bigint')
    .addColumn('last_updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('sort_id', 'bigint', (c) => c.notNull().generatedAlwaysAsIdentity())
    .addUniqueConstraint('token_owner_key', ['peer_id', 'party', 'token_key'])
    .execute();
  await db.schema.createIndex('token_uid').on('token').column('uid_key').execute();
  await db.schema.createIndex('token_contract').on('token').column('contract_key').execute();
  await db.schema
    .createTable('token_decision')
    .addColumn('id', 'bigint', (c) => c.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('uid_key', 'text', (c) => c.notNull())
    .addColumn('station_id', 'text')
    .addColumn('evse_id', 'integer')
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('method', 'text', (c) =>
      c.notNull().check(sql`method in ('AUTH_REQUEST', 'COMMAND', 'WHITELIST')`),
    )
    .addColumn('reference', 'text')
    .addColumn('cdr_token', 'jsonb')
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('token_decision_uid')
    .on('token_decision')
    .columns(['uid_key', 'at_ms'])
    .execute();
  await db.schema
    .createTable('station_local_list')
    .addColumn('station_id', 'text', (c) => c.primaryKey())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('entries', 'jsonb', (c) => c.notNull())
    .addColumn('offered_version', 'integer')
    .addColumn('offered_entries', 'jsonb')
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .execute();
}
