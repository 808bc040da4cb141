import { type Kysely, sql } from 'kysely';

/** Attempts to set profiles, the ledger of what may be drawn, and what happened. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('dispatch_profile')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('plan_id', 'text', (c) => c.notNull())
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('session_id', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) =>
      c
        .notNull()
        .check(sql`state in ('SENT', 'ACCEPTED', 'REJECTED', 'UNKNOWN', 'APPLIED', 'SHADOW', 'ENDED')`),
    )
    .addColumn('reason', 'text', (c) =>
      c.notNull().check(sql`reason in ('safety', 'lower', 'raise', 'shadow')`),
    )
    .addColumn('profile', 'jsonb', (c) => c.notNull())
    .addColumn('sent_ms', 'bigint', (c) => c.notNull())
    .addColumn('answered_ms', 'bigint')
    .addColumn('applied_ms', 'bigint')
    .addColumn('detail', 'text')
    .execute();
  await db.schema
    .createIndex('dispatch_profile_session')
    .on('dispatch_profile')
    .columns(['peer_id', 'session_id', 'sent_ms'])
    .execute();
  await db.schema
    .createIndex('dispatch_profile_context')
    .on('dispatch_profile')
    .columns(['context_id', 'sent_ms'])
    .execute();
  await db.schema
    .createTable('dispatch_ledger')
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('session_id', 'text', (c) => c.notNull())
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('max_power_w', 'double precision', (c) => c.notNull())
    .addColumn('min_power_w', 'double precision', (c) => c.notNull())
    .addColumn('uncontrolled', 'boolean', (c) => c.notNull())
    .addColumn('may_hold', 'jsonb', (c) => c.notNull())
    .addColumn('observed', 'jsonb')
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('dispatch_ledger_key', ['peer_id', 'session_id'])
    .execute();
  await db.schema
    .createTable('dispatch_event')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('level', 'text', (c) => c.notNull().check(sql`level in ('info', 'alarm')`))
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('context_id', 'text')
    .addColumn('peer_id', 'text')
    .addColumn('session_id', 'text')
    .addColumn('text', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('dispatch_event_at').on('dispatch_event').column('at_ms').execute();
}
