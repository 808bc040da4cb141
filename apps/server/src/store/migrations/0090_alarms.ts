import { type Kysely, sql } from 'kysely';

/** Alarms: what needs a person, from when to when, and who took it on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alarm')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull().check(sql`severity in ('high', 'low')`))
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('context_id', 'text')
    .addColumn('station_id', 'text')
    .addColumn('detail', 'text')
    .addColumn('since_ms', 'bigint', (c) => c.notNull())
    .addColumn('ended_ms', 'bigint')
    .addColumn('acknowledged_ms', 'bigint')
    .addColumn('acknowledged_by', 'text')
    .addColumn('note', 'text')
    .execute();
  await sql`create unique index alarm_one_open on alarm (key) where ended_ms is null`.execute(db);
  await db.schema.createIndex('alarm_ended').on('alarm').column('ended_ms').execute();
}
