import type { Kysely } from 'kysely';

/** What a plan kept free for cars yet to come, W per slot: the limit people see is the real one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('plan').addColumn('reserved_w', 'jsonb').execute();
}
