import type { Kysely } from 'kysely';

/** When a reservation was made, and the session it became: its time has a price (OCPI mod_tariffs, TariffRestrictions.reservation). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('cpo_reservation').addColumn('reserved_ms', 'bigint').execute();
  await db.schema
    .createTable('cpo_reservation_use')
    .addColumn('session_id', 'text', (c) => c.primaryKey())
    .addColumn('number', 'bigint', (c) => c.notNull())
    .addColumn('reserved_ms', 'bigint')
    .addColumn('used_ms', 'bigint', (c) => c.notNull())
    .execute();
}
