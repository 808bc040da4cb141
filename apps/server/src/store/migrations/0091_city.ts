import { type Kysely, sql } from 'kysely';

/** Reports that a city and its operators share, and what people say of the platform. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('city_report')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('query', 'text', (c) => c.notNull())
    .addColumn('made_by', 'text', (c) => c.notNull())
    .addColumn('made_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('survey_answer')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('month', 'text', (c) => c.notNull())
    .addColumn('audience', 'text', (c) => c.notNull())
    .addColumn('utility', 'integer', (c) => c.notNull().check(sql`utility between 1 and 5`))
    .addColumn('ease', 'integer', (c) => c.notNull().check(sql`ease between 1 and 5`))
    .addColumn('satisfaction', 'integer', (c) => c.notNull().check(sql`satisfaction between 1 and 5`))
    .addColumn('recommend', 'integer', (c) => c.notNull().check(sql`recommend between 0 and 10`))
    .addColumn('comment', 'text')
    .execute();
}
