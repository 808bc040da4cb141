import { type Kysely, sql } from 'kysely';

/** Registers and power of a transaction come in messages of their own: when each was read last. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('ocpp_transaction')
    .addColumn('import_ms', 'bigint')
    .addColumn('export_ms', 'bigint')
    .addColumn('power_ms', 'bigint')
    .execute();
  await sql`update ocpp_transaction set import_ms = metered_ms, export_ms = metered_ms, power_ms = metered_ms`.execute(
    db,
  );
}
