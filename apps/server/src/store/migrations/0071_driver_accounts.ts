import { type Kysely, sql } from 'kysely';

/** What drivers told about themselves: cars with their history, usual wishes, consents, and which cards are theirs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('driver_vehicle')
    .addColumn('id', 'bigint', (c) => c.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('vehicle_id', 'text', (c) => c.notNull())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('object', 'jsonb', (c) => c.notNull())
    .addColumn('from_ms', 'bigint', (c) => c.notNull())
    .addColumn('to_ms', 'bigint')
    .execute();
  await db.schema.createIndex('driver_vehicle_account').on('driver_vehicle').column('account_id').execute();
  await sql`create unique index driver_vehicle_now on driver_vehicle (vehicle_id) where to_ms is null`.execute(
    db,
  );
  await db.schema
    .createTable('driver_defaults')
    .addColumn('account_id', 'text', (c) => c.primaryKey().references('account.id'))
    .addColumn('object', 'jsonb', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('driver_consent')
    .addColumn('id', 'bigint', (c) => c.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('text_version', 'text', (c) => c.notNull())
    .addColumn('floor_soc', 'double precision')
    .addColumn('given_ms', 'bigint', (c) => c.notNull())
    .addColumn('revoked_ms', 'bigint')
    .execute();
  await sql`create unique index driver_consent_now on driver_consent (account_id, purpose) where revoked_ms is null`.execute(
    db,
  );
  await db.schema
    .createTable('driver_card')
    .addColumn('token_id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('uid_key', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('app', 'card')`))
    .addColumn('added_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('driver_card_account').on('driver_card').column('account_id').execute();
  await db.schema.createIndex('driver_card_uid').on('driver_card').column('uid_key').execute();
}
