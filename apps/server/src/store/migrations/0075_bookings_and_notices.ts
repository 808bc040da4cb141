import { type Kysely, sql } from 'kysely';

/** Poles held for drivers, what drivers are told of and where, and who plans for them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('driver_booking')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('location_id', 'text', (c) => c.notNull())
    .addColumn('evse_uid', 'text', (c) => c.notNull())
    .addColumn('evse_key', 'text', (c) => c.notNull())
    .addColumn('session_id', 'text', (c) => c.notNull())
    .addColumn('number', 'bigint', (c) => c.notNull())
    .addColumn('held_by', 'text', (c) => c.notNull().check(sql`held_by in ('station', 'server')`))
    .addColumn('wishes', 'jsonb', (c) => c.notNull())
    .addColumn('made_ms', 'bigint', (c) => c.notNull())
    .addColumn('arrival_ms', 'bigint', (c) => c.notNull())
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('open', 'used', 'cancelled', 'expired', 'lost')`),
    )
    .addColumn('ended_ms', 'bigint')
    .execute();
  await sql`create unique index driver_booking_open on driver_booking (account_id) where state = 'open'`.execute(
    db,
  );
  await db.schema
    .createTable('driver_notice')
    .addColumn('id', 'bigint', (c) => c.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('session_id', 'text')
    .addColumn('detail', 'jsonb', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('read_ms', 'bigint')
    .addUniqueConstraint('driver_notice_once', ['account_id', 'subject'])
    .execute();
  await db.schema
    .createIndex('driver_notice_newest')
    .on('driver_notice')
    .columns(['account_id', 'id'])
    .execute();
  await db.schema
    .createTable('driver_push')
    .addColumn('endpoint', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('p256dh', 'text', (c) => c.notNull())
    .addColumn('auth', 'text', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('made_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('driver_push_account').on('driver_push').column('account_id').execute();
  await db.schema
    .createTable('driver_mandate')
    .addColumn('account_id', 'text', (c) => c.primaryKey().references('account.id'))
    .addColumn('provider', 'text', (c) => c.notNull())
    .addColumn('from_ms', 'bigint', (c) => c.notNull())
    .execute();
}
