import { type Kysely, sql } from 'kysely';

/** Optimisation contexts with their inputs, locations, sessions, tokens and tariffs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await contexts(db);
  await inputs(db);
  await places(db);
  await sessions(db);
}

async function contexts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('optimisation_context')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('ocpi', 'operator', 'default')`))
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('object_id', 'text', (c) => c.notNull())
    .addColumn('object_key', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('shadow', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('statics', 'jsonb', (c) => c.notNull())
    .addColumn('object', 'jsonb')
    .addColumn('last_updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('deleted_ms', 'bigint')
    .execute();
  await db.schema
    .createTable('context_version')
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('statics', 'jsonb', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('context_version_key', ['context_id', 'version'])
    .execute();
  await db.schema
    .createTable('context_evse')
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('evse_key', 'text', (c) => c.notNull())
    .addColumn('active', 'boolean', (c) => c.notNull())
    .addPrimaryKeyConstraint('context_evse_key', ['context_id', 'evse_key'])
    .execute();
  // X44 also against two requests at the same time.
  await sql`create unique index context_evse_one_active on context_evse (peer_id, party, evse_key) where active`.execute(
    db,
  );
}

async function inputs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('series_slot')
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('layer', 'text', (c) => c.notNull())
    .addColumn('start_ms', 'bigint', (c) => c.notNull())
    .addColumn('duration_ms', 'bigint', (c) => c.notNull())
    .addColumn('value', 'double precision', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('received_ms', 'bigint', (c) => c.notNull())
    .addColumn('valid_until_ms', 'bigint')
    .addPrimaryKeyConstraint('series_slot_key', ['context_id', 'kind', 'layer', 'start_ms'])
    .execute();
  await db.schema
    .createIndex('series_slot_start')
    .on('series_slot')
    .columns(['context_id', 'start_ms'])
    .execute();
  await db.schema
    .createTable('series_receipt')
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('layer', 'text', (c) => c.notNull())
    .addColumn('received_ms', 'bigint', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('slots', 'jsonb', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('series_receipt_received')
    .on('series_receipt')
    .columns(['context_id', 'kind', 'received_ms'])
    .execute();
  await db.schema
    .createTable('service_policy')
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('policy', 'jsonb', (c) => c.notNull())
    .addPrimaryKeyConstraint('service_policy_key', ['context_id', 'position'])
    .execute();
}

async function places(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('location')
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('location_key', 'text', (c) => c.notNull())
    .addColumn('object', 'jsonb', (c) => c.notNull())
    .addColumn('last_updated_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('location_pk', ['peer_id', 'party', 'location_key'])
    .execute();
  await db.schema
    .createTable('evse')
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('evse_key', 'text', (c) => c.notNull())
    .addColumn('location_key', 'text', (c) => c.notNull())
    .addColumn('profile_capable', 'boolean', (c) => c.notNull())
    .addColumn('connectors', 'jsonb', (c) => c.notNull())
    .addPrimaryKeyConstraint('evse_pk', ['peer_id', 'party', 'evse_key'])
    .execute();
  await db.schema
    .createIndex('evse_location')
    .on('evse')
    .columns(['peer_id', 'party', 'location_key'])
    .execute();
  await db.schema
    .createTable('driver_token')
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('token_key', 'text', (c) => c.notNull())
    .addColumn('object', 'jsonb', (c) => c.notNull())
    .addColumn('default_profile_type', 'text')
    .addColumn('last_updated_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('driver_token_pk', ['peer_id', 'party', 'token_key'])
    .execute();
  await db.schema.createIndex('driver_token_uid').on('driver_token').column('token_key').execute();
  await db.schema
    .createTable('tariff')
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('tariff_key', 'text', (c) => c.notNull())
    .addColumn('object', 'jsonb', (c) => c.notNull())
    .addColumn('last_updated_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('tariff_pk', ['peer_id', 'party', 'tariff_key'])
    .execute();
}

async function sessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('charging_session')
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('session_key', 'text', (c) => c.notNull())
    .addColumn('session_id', 'text', (c) => c.notNull())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('location_id', 'text', (c) => c.notNull())
    .addColumn('evse_uid', 'text', (c) => c.notNull())
    .addColumn('evse_key', 'text', (c) => c.notNull())
    .addColumn('connector_id', 'text', (c) => c.notNull())
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('live', 'boolean', (c) => c.notNull())
    .addColumn('start_ms', 'bigint', (c) => c.notNull())
    .addColumn('end_ms', 'bigint')
    .addColumn('energy_wh', 'double precision', (c) => c.notNull())
    .addColumn('energy_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('power_w', 'double precision')
    .addColumn('preferences', 'jsonb', (c) => c.notNull())
    .addColumn('vehicle', 'jsonb', (c) => c.notNull())
    .addColumn('station_limit', 'jsonb')
    .addColumn('token_uid', 'text', (c) => c.notNull())
    .addColumn('token_key', 'text', (c) => c.notNull())
    .addColumn('last_updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('object', 'jsonb', (c) => c.notNull())
    .addPrimaryKeyConstraint('charging_session_pk', ['peer_id', 'session_key'])
    .execute();
  await sql`create index charging_session_live on charging_session (context_id) where live`.execute(db);
  await db.schema
    .createIndex('charging_session_evse')
    .on('charging_session')
    .columns(['peer_id', 'party', 'evse_key'])
    .execute();
  await db.schema
    .createTable('session_reading')
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('session_key', 'text', (c) => c.notNull())
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('energy_wh', 'double precision', (c) => c.notNull())
    .addColumn('power_w', 'double precision')
    .addPrimaryKeyConstraint('session_reading_pk', ['peer_id', 'session_key', 'at_ms'])
    .execute();
  await db.schema
    .createIndex('session_reading_context')
    .on('session_reading')
    .columns(['context_id', 'at_ms'])
    .execute();
}
