import { type Kysely, sql } from 'kysely';

/** Tariffs with their approval and where they count, and CDRs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('tariff_revision')
    .addColumn('tariff_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('draft', 'approved', 'rejected')`))
    .addColumn('object', 'jsonb', (c) => c.notNull())
    .addColumn('places', 'jsonb', (c) => c.notNull())
    .addColumn('drafted_by', 'text', (c) => c.notNull())
    .addColumn('drafted_ms', 'bigint', (c) => c.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_ms', 'bigint')
    .addColumn('effective_ms', 'bigint')
    .addPrimaryKeyConstraint('tariff_revision_key', ['tariff_id', 'revision'])
    .addCheckConstraint(
      'tariff_revision_four_eyes',
      sql`decided_by is null or state <> 'approved' or decided_by <> drafted_by`,
    )
    .execute();
  await db.schema
    .createTable('tariff_ceiling')
    .addColumn('currency', 'text', (c) => c.notNull())
    .addColumn('dimension', 'text', (c) => c.notNull())
    .addColumn('max_price', 'double precision', (c) => c.notNull())
    .addPrimaryKeyConstraint('tariff_ceiling_key', ['currency', 'dimension'])
    .execute();
  await db.schema
    .createTable('cdr')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('session_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('credit_of', 'text', (c) => c.unique())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('object', 'jsonb', (c) => c.notNull())
    .addColumn('facts', 'jsonb', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('sort_id', 'bigint', (c) => c.notNull().generatedAlwaysAsIdentity())
    .addUniqueConstraint('cdr_session', ['session_id', 'revision'])
    .execute();
  await db.schema.createIndex('cdr_party').on('cdr').columns(['party', 'sort_id']).execute();
  await sql`create function cdr_is_final() returns trigger language plpgsql as $$
    begin raise exception 'A CDR never changes: send a credit CDR'; end $$`.execute(db);
  await sql`create trigger cdr_final before update on cdr for each row execute function cdr_is_final()`.execute(
    db,
  );
  await db.schema
    .createTable('cdr_delivery')
    .addColumn('cdr_id', 'text', (c) => c.notNull().references('cdr.id').onDelete('cascade'))
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('attempted_ms', 'bigint', (c) => c.notNull())
    .addColumn('delivered_ms', 'bigint')
    .addColumn('location', 'text')
    .addColumn('problem', 'text')
    .addPrimaryKeyConstraint('cdr_delivery_key', ['cdr_id', 'peer_id'])
    .execute();
}
