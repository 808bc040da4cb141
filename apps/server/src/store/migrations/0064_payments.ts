import type { Kysely } from 'kysely';

/** What the operator noted as paid of charges without a contract; a CDR without a row is not paid. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cdr_payment')
    .addColumn('cdr_id', 'text', (c) => c.primaryKey().references('cdr.id').onDelete('cascade'))
    .addColumn('paid_ms', 'bigint', (c) => c.notNull())
    .addColumn('method', 'text')
    .addColumn('reference', 'text')
    .addColumn('noted_by', 'text', (c) => c.notNull())
    .execute();
}
