import { type Kysely, sql } from 'kysely';

/** Charging stations of the own back office: who they are, what they can do, what they said. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('station')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('identity', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('min_security_profile', 'integer', (c) =>
      c.notNull().check(sql`min_security_profile between 1 and 3`),
    )
    .addColumn('replace_credentials', 'boolean', (c) => c.notNull())
    .addColumn('registration', 'text', (c) =>
      c.check(sql`registration in ('Accepted', 'Pending', 'Rejected')`),
    )
    .addColumn('version', 'text')
    .addColumn('vendor', 'text')
    .addColumn('model', 'text')
    .addColumn('serial', 'text')
    .addColumn('firmware', 'text')
    .addColumn('details', 'jsonb', (c) => c.notNull())
    .addColumn('generation', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('boot_ms', 'bigint')
    .addColumn('connected_ms', 'bigint')
    .addColumn('disconnected_ms', 'bigint')
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('retired_ms', 'bigint')
    .execute();
  await db.schema
    .createTable('station_secret')
    .addColumn('station_id', 'text', (c) => c.notNull().references('station.id').onDelete('cascade'))
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('current', 'offered')`))
    .addColumn('generated', 'boolean', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('station_secret_key', ['station_id', 'state'])
    .execute();
  await db.schema
    .createTable('station_waiver')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('station_id', 'text', (c) => c.notNull().references('station.id').onDelete('cascade'))
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('tls-1.2', 'profile-2')`))
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('granted_by', 'text', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('station_connector')
    .addColumn('station_id', 'text', (c) => c.notNull().references('station.id').onDelete('cascade'))
    .addColumn('evse_id', 'integer', (c) => c.notNull())
    .addColumn('connector_id', 'integer', (c) => c.notNull())
    .addColumn('status', 'text')
    .addColumn('error_code', 'text')
    .addColumn('info', 'text')
    .addColumn('status_ms', 'bigint')
    .addColumn('received_ms', 'bigint')
    .addColumn('suspect_time', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('station_connector_key', ['station_id', 'evse_id', 'connector_id'])
    .execute();
  await db.schema
    .createTable('station_variable')
    .addColumn('station_id', 'text', (c) => c.notNull().references('station.id').onDelete('cascade'))
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('component', 'text', (c) => c.notNull())
    .addColumn('component_instance', 'text')
    .addColumn('evse_id', 'integer')
    .addColumn('connector_id', 'integer')
    .addColumn('variable', 'text', (c) => c.notNull())
    .addColumn('variable_instance', 'text')
    .addColumn('attribute', 'text', (c) => c.notNull())
    .addColumn('value', 'text')
    .addColumn('mutability', 'text')
    .addColumn('characteristics', 'jsonb')
    .addColumn('read_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('station_variable_key', ['station_id', 'path'])
    .execute();
  await db.schema
    .createTable('station_capability')
    .addColumn('station_id', 'text', (c) => c.primaryKey().references('station.id').onDelete('cascade'))
    .addColumn('capability', 'jsonb', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('model_capability')
    .addColumn('vendor', 'text', (c) => c.notNull())
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('firmware', 'text', (c) => c.notNull())
    .addColumn('capability', 'jsonb', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('model_capability_key', ['vendor', 'model', 'firmware'])
    .execute();
  await db.schema
    .createTable('station_event')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('station_id', 'text', (c) => c.references('station.id').onDelete('cascade'))
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('received_ms', 'bigint', (c) => c.notNull())
    .addColumn('suspect_time', 'boolean', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull().check(sql`source in ('station', 'server')`))
    .addColumn('level', 'text', (c) => c.notNull().check(sql`level in ('info', 'alarm')`))
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('station_event_station')
    .on('station_event')
    .columns(['station_id', 'id'])
    .execute();
  await db.schema.createIndex('station_event_received').on('station_event').column('received_ms').execute();
  await db.schema
    .createTable('station_progress')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('station_id', 'text', (c) => c.notNull().references('station.id').onDelete('cascade'))
    .addColumn('job', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('request_id', 'integer')
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('detail', 'text')
    .execute();
  await db.schema
    .createIndex('station_progress_station')
    .on('station_progress')
    .columns(['station_id', 'id'])
    .execute();
  await db.schema
    .createTable('station_message')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('station_id', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('generation', 'integer', (c) => c.notNull())
    .addColumn('direction', 'text', (c) => c.notNull().check(sql`direction in ('in', 'out')`))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('message_id', 'text')
    .addColumn('action', 'text')
    .addColumn('payload', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('station_message_station')
    .on('station_message')
    .columns(['station_id', 'id'])
    .execute();
  await db.schema.createIndex('station_message_at').on('station_message').column('at_ms').execute();
  await db.schema
    .createTable('station_certificate')
    .addColumn('serial', 'text', (c) => c.primaryKey())
    .addColumn('station_id', 'text', (c) => c.notNull().references('station.id').onDelete('cascade'))
    .addColumn('fingerprint', 'text', (c) => c.notNull().unique())
    .addColumn('not_after_ms', 'bigint', (c) => c.notNull())
    .addColumn('issued_ms', 'bigint', (c) => c.notNull())
    .addColumn('revoked_ms', 'bigint')
    .execute();
  await db.schema
    .createTable('station_bulk')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('payload', 'jsonb', (c) => c.notNull())
    .addColumn('station_ids', 'jsonb', (c) => c.notNull())
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('waiting', 'approved', 'done', 'halted')`),
    )
    .addColumn('requested_by', 'text', (c) => c.notNull())
    .addColumn('requested_ms', 'bigint', (c) => c.notNull())
    .addColumn('approved_by', 'text')
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .addColumn('results', 'jsonb', (c) => c.notNull())
    .execute();
}
