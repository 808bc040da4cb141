import type { Kysely } from 'kysely';

/** Plans with their inputs, and what was learned about stays. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('plan')
    .addColumn('number', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('context_id', 'text', (c) => c.notNull())
    .addColumn('context_version', 'integer', (c) => c.notNull())
    .addColumn('causes', 'jsonb', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('snapshot_ms', 'bigint', (c) => c.notNull())
    .addColumn('shadow', 'boolean', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('solver', 'text', (c) => c.notNull())
    .addColumn('solve_ms', 'double precision', (c) => c.notNull())
    .addColumn('cost', 'double precision', (c) => c.notNull())
    .addColumn('saving', 'double precision', (c) => c.notNull())
    .addColumn('shortfall_wh', 'double precision', (c) => c.notNull())
    .addColumn('slot0_net_w', 'double precision')
    .addColumn('slot0_limit_w', 'double precision')
    .addColumn('problem', 'jsonb', (c) => c.notNull())
    .addColumn('plan', 'jsonb', (c) => c.notNull())
    .addColumn('sessions', 'jsonb', (c) => c.notNull())
    .addColumn('degraded', 'jsonb', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('plan_context').on('plan').columns(['context_id', 'number']).execute();
  await db.schema.createIndex('plan_created').on('plan').column('created_ms').execute();
  await db.schema
    .createTable('stay_histogram')
    .addColumn('site_key', 'text', (c) => c.notNull())
    .addColumn('class', 'text', (c) => c.notNull())
    .addColumn('counts', 'jsonb', (c) => c.notNull())
    .addColumn('samples', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('stay_histogram_pk', ['site_key', 'class'])
    .execute();
}
