import { type Kysely, sql } from 'kysely';

/** Transactions of own stations, what was said about them, and what their meters showed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ocpp_transaction')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('station_id', 'text', (c) => c.notNull())
    .addColumn('station_ref', 'text', (c) => c.notNull())
    .addColumn('version', 'text', (c) => c.notNull())
    .addColumn('evse_id', 'integer', (c) => c.notNull())
    .addColumn('connector_id', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('active', 'ended')`))
    .addColumn('charging_state', 'text')
    .addColumn('token_uid', 'text')
    .addColumn('token_type', 'text')
    .addColumn('group_uid', 'text')
    .addColumn('token_status', 'text')
    .addColumn('start_ms', 'bigint', (c) => c.notNull())
    .addColumn('end_ms', 'bigint')
    .addColumn('import_start_wh', 'double precision')
    .addColumn('export_start_wh', 'double precision')
    .addColumn('import_wh', 'double precision')
    .addColumn('export_wh', 'double precision')
    .addColumn('power_w', 'double precision')
    .addColumn('soc', 'double precision')
    .addColumn('phases', 'integer')
    .addColumn('metered_ms', 'bigint')
    .addColumn('stop_reason', 'text')
    .addColumn('remote_start_id', 'bigint')
    .addColumn('reservation_id', 'bigint')
    .addColumn('last_seq', 'integer', (c) => c.notNull())
    .addColumn('missing_seq', 'jsonb', (c) => c.notNull())
    .addColumn('flags', 'jsonb', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('ocpp_transaction_ref', ['station_id', 'station_ref'])
    .execute();
  await sql`create index ocpp_transaction_active on ocpp_transaction (station_id, evse_id) where state = 'active'`.execute(
    db,
  );
  await sql`create index ocpp_transaction_token on ocpp_transaction (token_uid) where state = 'active'`.execute(
    db,
  );
  await db.schema.createIndex('ocpp_transaction_start').on('ocpp_transaction').column('start_ms').execute();
  await db.schema
    .createTable('transaction_event')
    .addColumn('transaction_id', 'text', (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('trigger', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('received_ms', 'bigint', (c) => c.notNull())
    .addColumn('offline', 'boolean', (c) => c.notNull())
    .addColumn('payload', 'jsonb', (c) => c.notNull())
    .addPrimaryKeyConstraint('transaction_event_key', ['transaction_id', 'seq'])
    .execute();
  await sql`create table meter_value (
    station_id text not null,
    evse_id integer not null,
    at_ms bigint not null,
    context text not null,
    transaction_id text,
    received_ms bigint not null,
    import_wh double precision,
    export_wh double precision,
    import_power_w double precision,
    export_power_w double precision,
    offered_w double precision,
    soc double precision,
    phases jsonb,
    other jsonb,
    signed jsonb,
    flags jsonb,
    primary key (station_id, evse_id, at_ms, context)
  ) partition by range (at_ms)`.execute(db);
  await sql`create index meter_value_transaction on meter_value (transaction_id, at_ms)`.execute(db);
}
