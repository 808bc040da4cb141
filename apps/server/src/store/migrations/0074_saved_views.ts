import type { Kysely } from 'kysely';

/** What people keep for themselves: named filters of registers. And accounts that an admin closed for a time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('saved_view')
    .addColumn('account_id', 'text', (c) => c.notNull().references('account.id'))
    .addColumn('register', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('query', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('saved_view_pk', ['account_id', 'register', 'name'])
    .execute();
  await db.schema.alterTable('account').addColumn('locked_ms', 'bigint').execute();
}
