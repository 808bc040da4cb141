import { type Kysely, sql } from 'kysely';

/** Grid operators as partners, their groups of connections, and everything they ever said about them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('grid_partner')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in ('cp', 'co')`))
    .addColumn('dialect', 'text', (c) => c.notNull().check(sql`dialect in ('standard', 'vector')`))
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('invited', 'registered', 'online', 'offline', 'ended')`),
    )
    .addColumn('token_hashes', 'jsonb', (c) => c.notNull())
    .addColumn('outbound_token_sealed', 'text')
    .addColumn('base_url', 'text')
    .addColumn('awaits_register', 'boolean', (c) => c.notNull())
    .addColumn('heartbeat_s', 'double precision')
    .addColumn('measurements', 'jsonb', (c) => c.notNull())
    .addColumn('offline_mode_at_ms', 'bigint')
    .addColumn('offline_since_ms', 'bigint')
    .addColumn('back_since_ms', 'bigint')
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('grid_group')
    .addColumn('partner_id', 'text', (c) => c.notNull().references('grid_partner.id').onDelete('cascade'))
    .addColumn('group_id', 'text', (c) => c.notNull())
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('agreed_fallback_w', 'double precision')
    .addColumn('register_wh', 'double precision', (c) => c.notNull().defaultTo(0))
    .addColumn('measured_ms', 'bigint')
    .addColumn('counted', 'jsonb', (c) => c.notNull().defaultTo(sql`'{}'::jsonb`))
    .addPrimaryKeyConstraint('grid_group_key', ['partner_id', 'group_id'])
    .execute();
  await db.schema
    .createTable('grid_signal')
    .addColumn('number', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('partner_id', 'text', (c) => c.notNull().references('grid_partner.id').onDelete('cascade'))
    .addColumn('group_id', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('received_ms', 'bigint', (c) => c.notNull())
    .addColumn('envelope', 'jsonb', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('grid_signal_newest')
    .on('grid_signal')
    .columns(['partner_id', 'group_id', 'type', 'number'])
    .execute();
}
